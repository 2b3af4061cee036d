"""What the first floor remembers."""

from workshops.models.agreements import Action, Agreement
from workshops.models.ballots import Ballot, Cast, Seat
from workshops.models.proposals import Comment, Idea, Proposal, ProposalVersion
from workshops.models.talking import Matters, Photo, PrivateWord, Report, Step, Suggestion
from workshops.models.workshops import Attendance, Workshop

__all__ = [
    "Action",
    "Agreement",
    "Attendance",
    "Ballot",
    "Cast",
    "Comment",
    "Idea",
    "Matters",
    "Photo",
    "PrivateWord",
    "Proposal",
    "ProposalVersion",
    "Report",
    "Seat",
    "Step",
    "Suggestion",
    "Workshop",
]
