"""What the top floor remembers."""

from outcomes.models.around import CoDelivery, Consequence, WaitingSign
from outcomes.models.awards import (
    Award,
    AwardParty,
    CapacityAction,
    CapacityReceived,
    Commitment,
    CommitmentChange,
    ConcernFlag,
    Lot,
)
from outcomes.models.criteria import Criterion, CriterionVersion
from outcomes.models.exports import BroughtIn, Export, SessionRecord
from outcomes.models.frameworks import CoverageReason, Decision, Framework, FrameworkVersion, Indicator, Outcome, Theme
from outcomes.models.measures import AddedResource, Measure, RatingsApply, Reading, Return, ReturnToken, Story
from outcomes.models.memoranda import Memorandum, MemorandumParty, MemorandumVersion, Signature, WishToWork
from outcomes.models.monitoring import MonitoringCeiling, MonitoringConsent
from outcomes.models.needs import NeedAnswered
from outcomes.models.reviews import Finding, FindingSignal, Level, LevelLeftOut, ProcessAnswer, ProcessReview, Review
from outcomes.models.specifications import Clause, ClauseVersion, Draft, DraftComment, SectionText, Specification, SpecificationVersion
from outcomes.models.voices import LastLook, ProgressYear, Told, Voice, VoiceAddress, VoiceLink
from outcomes.models.weighting import Advice, AdvisedShare, Weighting, WeightingException, WeightingMinimum

__all__ = [
    "AddedResource",
    "Advice",
    "AdvisedShare",
    "Award",
    "AwardParty",
    "BroughtIn",
    "CapacityAction",
    "CapacityReceived",
    "Clause",
    "ClauseVersion",
    "CoDelivery",
    "Commitment",
    "CommitmentChange",
    "ConcernFlag",
    "Consequence",
    "CoverageReason",
    "Criterion",
    "CriterionVersion",
    "Decision",
    "Draft",
    "DraftComment",
    "Export",
    "Finding",
    "FindingSignal",
    "Framework",
    "FrameworkVersion",
    "Indicator",
    "LastLook",
    "Level",
    "LevelLeftOut",
    "Lot",
    "Measure",
    "Memorandum",
    "MemorandumParty",
    "MemorandumVersion",
    "MonitoringCeiling",
    "MonitoringConsent",
    "NeedAnswered",
    "Outcome",
    "ProcessAnswer",
    "ProcessReview",
    "ProgressYear",
    "RatingsApply",
    "Reading",
    "Return",
    "ReturnToken",
    "Review",
    "SectionText",
    "SessionRecord",
    "Signature",
    "Specification",
    "SpecificationVersion",
    "Story",
    "Theme",
    "Told",
    "Voice",
    "VoiceAddress",
    "VoiceLink",
    "WaitingSign",
    "Weighting",
    "WeightingException",
    "WeightingMinimum",
    "WishToWork",
]
