"""What the top floor remembers."""

from outcomes.models.awards import Award, AwardParty, Commitment, Lot
from outcomes.models.criteria import Criterion
from outcomes.models.exports import BroughtIn, Export, SessionRecord
from outcomes.models.frameworks import Decision, Framework, FrameworkVersion, Indicator, Outcome, Theme
from outcomes.models.measures import AddedResource, Measure, Reading, Return, Story
from outcomes.models.needs import NeedAnswered
from outcomes.models.reviews import Finding, Level, LevelLeftOut, Review
from outcomes.models.specifications import Clause, ClauseVersion, Specification, SpecificationVersion
from outcomes.models.weighting import Weighting

__all__ = [
    "AddedResource",
    "Award",
    "AwardParty",
    "BroughtIn",
    "Clause",
    "ClauseVersion",
    "Commitment",
    "Criterion",
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
    "NeedAnswered",
    "Outcome",
    "Reading",
    "Return",
    "Review",
    "SessionRecord",
    "Specification",
    "SpecificationVersion",
    "Story",
    "Theme",
    "Weighting",
]
