"""What the first floor remembers."""

from workshops.models.agreements import Action, Agreement
from workshops.models.ballots import Ballot, Cast, Seat
from workshops.models.closings import Closing, Handout, Letter, PulseAnswer, Willing
from workshops.models.proposals import Comment, Idea, Proposal, ProposalVersion
from workshops.models.workshops import Attendance, Workshop

__all__ = [
    "Action",
    "Agreement",
    "Attendance",
    "Ballot",
    "Cast",
    "Closing",
    "Comment",
    "Handout",
    "Idea",
    "Letter",
    "Proposal",
    "ProposalVersion",
    "PulseAnswer",
    "Seat",
    "Willing",
    "Workshop",
]
