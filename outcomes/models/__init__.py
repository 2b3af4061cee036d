"""What the top floor remembers."""

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
from outcomes.models.criteria import Criterion
from outcomes.models.exports import Export
from outcomes.models.frameworks import Decision, Framework, FrameworkVersion, Indicator, Outcome, Theme
from outcomes.models.measures import AddedResource, Measure, Reading, Return, Story
from outcomes.models.memoranda import Memorandum, MemorandumParty, MemorandumVersion, Signature, WishToWork
from outcomes.models.needs import NeedAnswered
from outcomes.models.reviews import Finding, Level, LevelLeftOut, Review
from outcomes.models.specifications import Clause, ClauseVersion, Specification, SpecificationVersion
from outcomes.models.weighting import Weighting

__all__ = [
    "AddedResource",
    "Award",
    "AwardParty",
    "CapacityAction",
    "CapacityReceived",
    "Clause",
    "ClauseVersion",
    "Commitment",
    "CommitmentChange",
    "ConcernFlag",
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
    "Memorandum",
    "MemorandumParty",
    "MemorandumVersion",
    "NeedAnswered",
    "Outcome",
    "Reading",
    "Return",
    "Review",
    "Signature",
    "Specification",
    "SpecificationVersion",
    "Story",
    "Theme",
    "Weighting",
    "WishToWork",
]
