"""What the top floor remembers."""

from outcomes.models.awards import Award, AwardParty, Commitment, Lot
from outcomes.models.criteria import Criterion, CriterionVersion
from outcomes.models.exports import Export
from outcomes.models.frameworks import Decision, Framework, FrameworkVersion, Indicator, Outcome, Theme
from outcomes.models.measures import AddedResource, Measure, Reading, Return, Story
from outcomes.models.monitoring import MonitoringCeiling, MonitoringConsent
from outcomes.models.needs import NeedAnswered
from outcomes.models.reviews import Finding, Level, LevelLeftOut, Review
from outcomes.models.specifications import Clause, ClauseVersion, Specification, SpecificationVersion
from outcomes.models.weighting import Advice, AdvisedShare, Weighting, WeightingException, WeightingMinimum

__all__ = [
    "AddedResource",
    "Advice",
    "AdvisedShare",
    "Award",
    "AwardParty",
    "Clause",
    "ClauseVersion",
    "Commitment",
    "Criterion",
    "CriterionVersion",
    "Decision",
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
    "Reading",
    "Return",
    "Review",
    "Specification",
    "SpecificationVersion",
    "Story",
    "Theme",
    "Weighting",
    "WeightingException",
    "WeightingMinimum",
]
