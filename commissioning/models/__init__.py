"""What the ground floor remembers."""

from commissioning.models.contract_shape import ContractShape, Means, Route, ShapeComment
from commissioning.models.contributions import VOICES, Attribution, Contribution, Feedback
from commissioning.models.cycle import Area, Cycle, ExitAnswer, MilestoneMet, ScopeItem, ScopeQuestion, Service, Stage
from commissioning.models.hearing_back import HearingBack
from commissioning.models.minutes import Minute
from commissioning.models.people import (
    Authority,
    Consent,
    Group,
    InterestDeclaration,
    Membership,
    Organisation,
    Participant,
    Role,
    User,
)
from commissioning.models.starting import (
    Department,
    Meaning,
    MeaningAgreed,
    MeaningRead,
    PolicyNote,
    PrincipleAnswer,
    Remark,
    ShiftMark,
    StartingPoint,
    StartingWords,
    TaskDone,
)

__all__ = [
    "VOICES",
    "Area",
    "Attribution",
    "Authority",
    "Consent",
    "ContractShape",
    "Contribution",
    "Cycle",
    "Department",
    "ExitAnswer",
    "Feedback",
    "Group",
    "HearingBack",
    "InterestDeclaration",
    "Meaning",
    "MeaningAgreed",
    "MeaningRead",
    "Means",
    "Membership",
    "MilestoneMet",
    "Minute",
    "Organisation",
    "Participant",
    "PolicyNote",
    "PrincipleAnswer",
    "Remark",
    "Role",
    "Route",
    "ScopeItem",
    "ScopeQuestion",
    "Service",
    "ShapeComment",
    "ShiftMark",
    "Stage",
    "StartingPoint",
    "StartingWords",
    "TaskDone",
    "User",
]
