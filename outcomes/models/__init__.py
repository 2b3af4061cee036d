"""What the top floor remembers."""

from outcomes.models.exports import Export
from outcomes.models.frameworks import Decision, Framework, FrameworkVersion, Indicator, Outcome, Theme
from outcomes.models.needs import NeedAnswered
from outcomes.models.specifications import Clause, ClauseVersion, Specification, SpecificationVersion
from outcomes.models.weighting import Weighting

__all__ = [
    "Clause",
    "ClauseVersion",
    "Decision",
    "Export",
    "Framework",
    "FrameworkVersion",
    "Indicator",
    "NeedAnswered",
    "Outcome",
    "Specification",
    "SpecificationVersion",
    "Theme",
    "Weighting",
]
