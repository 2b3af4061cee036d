"""What the ground floor remembers."""

from commissioning.models.contributions import VOICES, Attribution, Contribution, Feedback
from commissioning.models.cycle import Area, Cycle, ExitAnswer, MilestoneMet, ScopeItem, Service, Stage
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
from commissioning.models.priorities import Adoption, GapDispute, Prioritising, Priority, Ranking

__all__ = [
    "VOICES",
    "Adoption",
    "Area",
    "Asset",
    "Attribution",
    "Authority",
    "Consent",
    "Contribution",
    "Cycle",
    "Evidence",
    "ExitAnswer",
    "Feedback",
    "GapDispute",
    "Group",
    "HearingBack",
    "InterestDeclaration",
    "Membership",
    "MilestoneMet",
    "Minute",
    "Need",
    "Organisation",
    "Origin",
    "Participant",
    "Prioritising",
    "Priority",
    "Ranking",
    "Role",
    "ScopeItem",
    "Service",
    "Stage",
    "Tag",
    "User",
]
