"""What the first floor remembers."""

from workshops.models.agreements import Action, Agreement
from workshops.models.ballots import Ballot, Cast, Seat
from workshops.models.claims import Claim
from workshops.models.invitations import Invitation, Letter
from workshops.models.proposals import Comment, Idea, Proposal, ProposalVersion
from workshops.models.scheduling import DateAnswer, ProposedDate
from workshops.models.workshops import Attendance, Workshop

__all__ = [
    "Action",
    "Agreement",
    "Attendance",
    "Ballot",
    "Cast",
    "Claim",
    "Comment",
    "DateAnswer",
    "Idea",
    "Invitation",
    "Letter",
    "Proposal",
    "ProposalVersion",
    "ProposedDate",
    "Seat",
    "Workshop",
]
