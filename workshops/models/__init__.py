"""What the first floor remembers."""

from workshops.models.agreements import Action, Agreement
from workshops.models.ballots import Ballot, Cast, Seat
from workshops.models.claims import Claim
from workshops.models.closings import Closing, Handout, PulseAnswer, Willing
from workshops.models.invitations import Invitation
from workshops.models.letters import Letter
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
    "Closing",
    "Comment",
    "DateAnswer",
    "Handout",
    "Idea",
    "Invitation",
    "Letter",
    "Proposal",
    "ProposalVersion",
    "ProposedDate",
    "PulseAnswer",
    "Seat",
    "Willing",
    "Workshop",
]
