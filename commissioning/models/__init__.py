"""What the ground floor remembers."""

from commissioning.models.contributions import VOICES, Attribution, Contribution, Feedback
from commissioning.models.cycle import Area, Cycle, ExitAnswer, MilestoneMet, ScopeItem, Service, Stage
from commissioning.models.hearing_back import HearingBack
from commissioning.models.mandates import Mandate, MandateGroup
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
from commissioning.models.trust import (
    ChecklistNote,
    Expectation,
    FragilityMark,
    FragilityResponse,
    HistoryEntry,
    TermAgreement,
    TermQuestion,
)

__all__ = [
    "VOICES",
    "Area",
    "Attribution",
    "Authority",
    "ChecklistNote",
    "Consent",
    "Contribution",
    "Cycle",
    "ExitAnswer",
    "Expectation",
    "Feedback",
    "FragilityMark",
    "FragilityResponse",
    "Group",
    "HearingBack",
    "HistoryEntry",
    "InterestDeclaration",
    "Mandate",
    "MandateGroup",
    "Membership",
    "MilestoneMet",
    "Minute",
    "Organisation",
    "Participant",
    "Role",
    "ScopeItem",
    "Service",
    "Stage",
    "TermAgreement",
    "TermQuestion",
    "User",
]
