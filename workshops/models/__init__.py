"""What the first floor remembers."""

from workshops.models.agreements import Action, Agreement
from workshops.models.ballots import Ballot, Cast, Channel, Seat
from workshops.models.papers import HandsCount, Paper, PaperEntry, Seating, Standing
from workshops.models.proposals import Comment, Idea, Proposal, ProposalVersion
from workshops.models.workshops import Attendance, Workshop

__all__ = [
    "Action",
    "Agreement",
    "Attendance",
    "Ballot",
    "Cast",
    "Channel",
    "Comment",
    "HandsCount",
    "Idea",
    "Paper",
    "PaperEntry",
    "Proposal",
    "ProposalVersion",
    "Seat",
    "Seating",
    "Standing",
    "Workshop",
]
