"""What the ground floor remembers."""

from commissioning.models.consultations import (
    Bringing,
    Consultation,
    LeftAddress,
    LikelySame,
    LookedUp,
    Response,
    RowFault,
    SurveyQuestion,
)
from commissioning.models.contributions import VOICES, Attribution, Contribution, Feedback
from commissioning.models.cycle import Area, Cycle, ExitAnswer, MilestoneMet, ScopeItem, Service, Stage
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
from commissioning.models.themes import Theme, ThemeChange, Theming

__all__ = [
    "VOICES",
    "Area",
    "Attribution",
    "Authority",
    "Bringing",
    "Consent",
    "Consultation",
    "Contribution",
    "Cycle",
    "ExitAnswer",
    "Feedback",
    "Group",
    "HearingBack",
    "InterestDeclaration",
    "LeftAddress",
    "LikelySame",
    "LookedUp",
    "Membership",
    "MilestoneMet",
    "Minute",
    "Organisation",
    "Participant",
    "Response",
    "Role",
    "RowFault",
    "ScopeItem",
    "Service",
    "Stage",
    "SurveyQuestion",
    "Theme",
    "ThemeChange",
    "Theming",
    "User",
]
