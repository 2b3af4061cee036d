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
from commissioning.models.releases import Delivery, FlagAnswer, Reach, Recipient, Release, ReleaseEvent, SharedFile, SupplierContact

__all__ = [
    "VOICES",
    "Area",
    "Attribution",
    "Authority",
    "Consent",
    "Contribution",
    "Cycle",
    "Delivery",
    "ExitAnswer",
    "Feedback",
    "FlagAnswer",
    "Group",
    "HearingBack",
    "InterestDeclaration",
    "Membership",
    "MilestoneMet",
    "Minute",
    "Organisation",
    "Participant",
    "Reach",
    "Recipient",
    "Release",
    "ReleaseEvent",
    "Role",
    "ScopeItem",
    "Service",
    "SharedFile",
    "Stage",
    "SupplierContact",
    "User",
]
