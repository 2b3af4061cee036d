"""What the first floor remembers."""

from workshops.models.agreements import Action, Agreement
from workshops.models.ballots import Ballot, Cast, Channel, Seat
from workshops.models.claims import Claim
from workshops.models.closings import Closing, Handout, PulseAnswer, Willing
from workshops.models.invitations import Invitation
from workshops.models.letters import Letter
from workshops.models.papers import HandsCount, Paper, PaperEntry, Seating, Standing
from workshops.models.proposals import Comment, Idea, Proposal, ProposalVersion
from workshops.models.scheduling import DateAnswer, ProposedDate
from workshops.models.workshops import Attendance, Workshop

__all__ = [
    "Action",
    "Agreement",
    "Attendance",
    "Ballot",
    "Cast",
    "Channel",
    "Claim",
    "Closing",
    "Comment",
    "DateAnswer",
    "Handout",
    "HandsCount",
    "Idea",
    "Invitation",
    "Letter",
    "Paper",
    "PaperEntry",
    "Proposal",
    "ProposalVersion",
    "ProposedDate",
    "PulseAnswer",
    "Seat",
    "Seating",
    "Standing",
    "Willing",
    "Workshop",
]
