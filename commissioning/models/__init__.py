"""What the ground floor remembers."""

from commissioning.models.contributions import VOICES, Attribution, Contribution, Feedback
from commissioning.models.cycle import Area, Cycle, ExitAnswer, MilestoneMet, ScopeItem, Service, Stage
from commissioning.models.hearing_back import HearingBack
from commissioning.models.minutes import Minute
from commissioning.models.open_pages import AuthorityDetails, EngagementNotice, OpenDataRelease
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

__all__ = [
    "VOICES",
    "Area",
    "Attribution",
    "Authority",
    "AuthorityDetails",
    "Consent",
    "Contribution",
    "Cycle",
    "EngagementNotice",
    "ExitAnswer",
    "Feedback",
    "Group",
    "HearingBack",
    "InterestDeclaration",
    "Membership",
    "MilestoneMet",
    "Minute",
    "OpenDataRelease",
    "Organisation",
    "Participant",
    "Role",
    "ScopeItem",
    "Service",
    "Stage",
    "User",
]
