"""What the first floor remembers."""

from workshops.models.agendas import Activity, Choice, Clash, Dots, KeptAgenda, Rating, Readiness, Ready, Sitting, Turn
from workshops.models.agreements import Action, Agreement
from workshops.models.ballots import Ballot, Cast, Channel, Seat, SecretVote
from workshops.models.claims import Claim
from workshops.models.closings import Closing, Handout, PulseAnswer, Willing
from workshops.models.invitations import Invitation
from workshops.models.letters import Letter
from workshops.models.merging import Merge, MergedCard, Objection
from workshops.models.opinions import Opinion, OpinionMap
from workshops.models.outside import OutsidePromise
from workshops.models.papers import HandsCount, Paper, PaperEntry, Seating, Standing
from workshops.models.plans import PlanAdoption, PlanSignal, PlanVersion, PracticeAnswer, UpdateAsked
from workshops.models.proposals import Comment, Idea, Proposal, ProposalVersion
from workshops.models.records import Chain, Entry, Head
from workshops.models.scheduling import DateAnswer, ProposedDate
from workshops.models.talking import Matters, Photo, PrivateWord, Report, Step, Suggestion
from workshops.models.workshops import Attendance, Workshop

__all__ = [
    "Action",
    "Activity",
    "Agreement",
    "Attendance",
    "Ballot",
    "Cast",
    "Chain",
    "Channel",
    "Choice",
    "Claim",
    "Clash",
    "Closing",
    "Comment",
    "DateAnswer",
    "Dots",
    "Entry",
    "Handout",
    "HandsCount",
    "Head",
    "Idea",
    "Invitation",
    "KeptAgenda",
    "Letter",
    "Matters",
    "Merge",
    "MergedCard",
    "Objection",
    "Opinion",
    "OpinionMap",
    "OutsidePromise",
    "Paper",
    "PaperEntry",
    "Photo",
    "PlanAdoption",
    "PlanSignal",
    "PlanVersion",
    "PracticeAnswer",
    "PrivateWord",
    "Proposal",
    "ProposalVersion",
    "ProposedDate",
    "PulseAnswer",
    "Rating",
    "Readiness",
    "Ready",
    "Report",
    "Seat",
    "Seating",
    "SecretVote",
    "Sitting",
    "Standing",
    "Step",
    "Suggestion",
    "Turn",
    "UpdateAsked",
    "Willing",
    "Workshop",
]
