"""When an action plan may be put to everybody, when a group agrees, and when the plan is agreed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from commissioning.sentences import Sentence as _

YES, RESERVED, NO = "yes", "reserved", "no"
RULE = _(
    "The plan is agreed when every group here has answered, and in each group more agree than do not. No group is outvoted by another."
)


@dataclass(frozen=True)
class Line:
    """What a plan must know of one action."""

    owner: str
    how_we_know: str
    due: date | None
    condition: str = ""
    revisit_on: date | None = None


def why_not_ask(lines: Iterable[Line], *, asked_already: bool) -> _ | None:
    """Whether a plan may be put to everybody: each action with an owner, a day and a success measure (AC-01, AC-07, AC-08)."""
    listed = list(lines)
    if asked_already:
        return _("Everybody is being asked about this plan already.")
    if not listed:
        return _("There is no action in the plan yet. Actions are written down at the end of a workshop.")
    if ownerless := sum(1 for line in listed if not line.owner.strip()):
        return _("{n} actions have no owner. A plan with an ownerless action cannot be agreed.", n=ownerless)
    if unmeasured := sum(1 for line in listed if not line.how_we_know.strip() or line.due is None):
        return _("{n} actions do not say by when, or how we will know.", n=unmeasured)
    if loose := sum(1 for line in listed if line.condition.strip() and line.revisit_on is None):
        return _("{n} actions depend on something. Say for each when that is looked at again.", n=loose)
    return None


@dataclass(frozen=True)
class Heard:
    """What one group said: how many answered in each way, an organisation counting once."""

    group: str
    entitled: int
    yes: int = 0
    reserved: int = 0
    no: int = 0

    @property
    def answered(self) -> int:
        """How many answered."""
        return self.yes + self.reserved + self.no

    @property
    def agrees(self) -> bool:
        """Whether more agree than do not; nobody answering is not agreement."""
        return self.yes + self.reserved > self.no


def heard(entitled: Mapping[str, int], said: Iterable[tuple[str, str]]) -> list[Heard]:
    """Each group that is here, with what it said: (group, answer) pairs, one for each person or provider organisation."""
    listed = list(said)
    return [
        Heard(group, n, *(sum(1 for who, what in listed if (who, what) == (group, answer)) for answer in (YES, RESERVED, NO)))
        for group, n in entitled.items()
        if n
    ]


def agreed(groups: Iterable[Heard]) -> bool:
    """Whether the plan is agreed: every group that is here answered and agrees (INV-06)."""
    listed = list(groups)
    return bool(listed) and all(group.answered and group.agrees for group in listed)


def why_not_answer(says: str, words: str) -> _ | None:
    """Whether this can be said of a plan: a reservation or a no says why."""
    if says not in (YES, RESERVED, NO):
        return _("Say whether you agree, agree with a reservation, or do not agree.")
    if says != YES and not words.strip():
        return _("Say why, in plain words. It is kept with the plan.")
    return None


@dataclass(frozen=True)
class Progress:
    """How far the actions of one side are."""

    done: int
    late: int
    dropped: int
    total: int

    @property
    def share(self) -> int | None:
        """Done of all that were not dropped, in per cent, rounded to print; None when nothing is left to do."""
        return round(100 * self.done / (self.total - self.dropped)) if self.total > self.dropped else None


def why_not_adopt(*, agreed_by_people: bool | None, on: date, ended: date | None, today: date) -> _ | None:
    """Whether a body can have adopted this version: people agreed to it first, and the day is not still to come (AC-04)."""
    if not agreed_by_people or ended is None:
        return _("A body adopts what the people here agreed to. This version is not agreed.")
    if on > today:
        return _("That day is still to come. Write it down once the body has met.")
    return _("The body cannot have adopted this before it was agreed.") if on < ended else None
