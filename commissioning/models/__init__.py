"""What the ground floor remembers."""

from commissioning.models.contract_shape import ContractShape, Means, Route, ShapeComment
from commissioning.models.contributions import VOICES, Attribution, Contribution, Feedback
from commissioning.models.cycle import Area, Cycle, ExitAnswer, MilestoneMet, ScopeItem, ScopeQuestion, Service, Stage
from commissioning.models.hearing_back import HearingBack
from commissioning.models.minutes import Minute
from commissioning.models.needs import Asset, Evidence, Need, Origin, Tag
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
from commissioning.models.priorities import Adoption, GapDispute, Prioritising, Priority, Ranking

__all__ = [
    "VOICES",
    "Adoption",
    "Area",
    "Asset",
    "Attribution",
    "Authority",
    "Consent",
    "ContractShape",
    "Contribution",
    "Cycle",
    "Department",
    "Evidence",
    "ExitAnswer",
    "Feedback",
    "GapDispute",
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
    "Need",
    "Organisation",
    "Origin",
    "Participant",
    "PolicyNote",
    "PrincipleAnswer",
    "Remark",
    "Prioritising",
    "Priority",
    "Ranking",
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
    "Tag",
    "User",
]
