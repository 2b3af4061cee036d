"""What the ground floor remembers."""

from commissioning.models.contributions import VOICES, Attribution, Contribution, Feedback
from commissioning.models.cycle import Area, Cycle, ExitAnswer, MilestoneMet, ScopeItem, Service, Stage
from commissioning.models.duties import DutyRecord, EvidenceLink, LegalBasis, WhatIsBought
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
from commissioning.models.procurement import CycleChallenge, ProcurementGate, ProcurementQuestion, QuestionAnswer

__all__ = [
    "VOICES",
    "Area",
    "Attribution",
    "Authority",
    "Consent",
    "Contribution",
    "Cycle",
    "CycleChallenge",
    "DutyRecord",
    "EvidenceLink",
    "ExitAnswer",
    "Feedback",
    "Group",
    "HearingBack",
    "InterestDeclaration",
    "LegalBasis",
    "Membership",
    "MilestoneMet",
    "Minute",
    "Organisation",
    "Participant",
    "ProcurementGate",
    "ProcurementQuestion",
    "QuestionAnswer",
    "Role",
    "ScopeItem",
    "Service",
    "Stage",
    "User",
    "WhatIsBought",
]
