"""What the top floor remembers."""

from outcomes.models.around import CoDelivery, Consequence, WaitingSign
from outcomes.models.awards import Award, AwardParty, Commitment, Lot
from outcomes.models.criteria import Criterion, CriterionVersion
from outcomes.models.exports import Export
from outcomes.models.frameworks import CoverageReason, Decision, Framework, FrameworkVersion, Indicator, Outcome, Theme
from outcomes.models.measures import AddedResource, Measure, RatingsApply, Reading, Return, ReturnToken, Story
from outcomes.models.monitoring import MonitoringCeiling, MonitoringConsent
from outcomes.models.needs import NeedAnswered
from outcomes.models.reviews import Finding, Level, LevelLeftOut, Review
from outcomes.models.specifications import Clause, ClauseVersion, Draft, DraftComment, SectionText, Specification, SpecificationVersion
from outcomes.models.weighting import Advice, AdvisedShare, Weighting, WeightingException, WeightingMinimum

__all__ = [
    "AddedResource",
    "Advice",
    "AdvisedShare",
    "Award",
    "AwardParty",
    "Clause",
    "ClauseVersion",
    "CoDelivery",
    "Commitment",
    "Consequence",
    "CoverageReason",
    "Criterion",
    "CriterionVersion",
    "Decision",
    "Draft",
    "DraftComment",
    "Export",
    "Finding",
    "Framework",
    "FrameworkVersion",
    "Indicator",
    "Level",
    "LevelLeftOut",
    "Lot",
    "Measure",
    "MonitoringCeiling",
    "MonitoringConsent",
    "NeedAnswered",
    "Outcome",
    "RatingsApply",
    "Reading",
    "Return",
    "ReturnToken",
    "Review",
    "SectionText",
    "Specification",
    "SpecificationVersion",
    "Story",
    "Theme",
    "WaitingSign",
    "Weighting",
    "WeightingException",
    "WeightingMinimum",
]
