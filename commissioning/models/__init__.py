"""What the ground floor remembers."""

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
from commissioning.models.providers import (
    FormerName,
    MapImport,
    MapLabel,
    MapReview,
    Outreach,
    ProviderEntry,
    StakeholderGroup,
)

__all__ = [
    "VOICES",
    "Area",
    "Attribution",
    "Authority",
    "Consent",
    "Contribution",
    "Cycle",
    "ExitAnswer",
    "Feedback",
    "FormerName",
    "Group",
    "HearingBack",
    "InterestDeclaration",
    "MapImport",
    "MapLabel",
    "MapReview",
    "Membership",
    "MilestoneMet",
    "Minute",
    "Organisation",
    "Outreach",
    "Participant",
    "ProviderEntry",
    "Role",
    "ScopeItem",
    "Service",
    "Stage",
    "StakeholderGroup",
    "User",
]
