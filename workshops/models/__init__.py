"""What the first floor remembers."""

from workshops.models.agreements import Action, Agreement
from workshops.models.ballots import Ballot, Cast, Seat
from workshops.models.merging import Merge, MergedCard, Objection
from workshops.models.proposals import Comment, Idea, Proposal, ProposalVersion
from workshops.models.workshops import Attendance, Workshop

__all__ = [
    "Action",
    "Agreement",
    "Attendance",
    "Ballot",
    "Cast",
    "Comment",
    "Idea",
    "Merge",
    "MergedCard",
    "Objection",
    "Proposal",
    "ProposalVersion",
    "Seat",
    "Workshop",
]
