"""What may stand in a monitoring plan, how much work it is in each quarter, and whether that is more than was agreed. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from commissioning.sentences import Sentence as _

SOFT = ("story", "observation")
COUNTED = ("count", "share")
WHOLE = 100  # per cent
ONCE = 0

_ADDED = re.compile(
    r"\b(volunteers?|volunteering|volunteered|donations?|donated|donors?|gifts?|gifts? in kind|sponsorships?|raised for charity|"
    r"(?<!school )attendances?|attendees|people who c[ao]me|turn-?outs?|footfall|visitors|participants)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(number|how many|how much|count|counted|total|hours|days|amount|value|worth|\d[\d,.]*|"
    r"at (?:each |the )?(?:sessions?|events?|meetings?|workshops?))\b|£",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(feel|feels|felt|know|knows|able|safe|safer|trust|trusts|understand|confident|belong|choose|say|says|said|moved? (?:on|in)to|go on to|went on to|"
    r"find work|found work|into work|still (?:there|in)|recover\w*|better|improve[ds]?)\b",
    re.IGNORECASE,
)
_SROI = re.compile(r"\b(sroi|social return on investment|financial prox(?:y|ies)|money value of)\b", re.IGNORECASE)


def looks_like_added_resource(text: str, form: str, unit: str = "") -> _ | None:
    """Refuse a count of volunteers, gifts or attendance: what is put in is no change for anybody (RV-12, INV-03)."""
    if form in SOFT:
        return None
    unit_says = _ADDED.search(unit)
    found = _ADDED.search(text) or unit_says
    counted = form == "count" or bool(_COUNTED.search(text)) or bool(unit_says)
    if not found or not counted or (_CHANGE.search(text) and not unit_says):
        return None
    return _(
        "“{found}” counts what is put in, not what changes for people. Providers report it with each return as an added resource, "
        "apart from the outcomes. Measure here what is different in somebody’s life.",
        found=found.group(0),
    )


def effort_of_money(text: str) -> _ | None:
    """A warning that putting a money value on a change takes much work; nothing here ever asks for one (ME-02)."""
    if not _SROI.search(text):
        return None
    return _("Putting a money value on a change takes many hours and needs a specialist. It is never needed here. Count those hours below.")


def why_no_figures(form: str, baseline: Decimal | None, target: Decimal | None, direction: str) -> _ | None:
    """Why these figures do not fit the kind of sign, or each other; None when they do."""
    given = [n for n in (baseline, target) if n is not None]
    if form in SOFT:
        return _("A story or an observation needs no figures. Leave them empty.") if given else None
    if form in COUNTED and any(n < 0 for n in given):
        return _("A figure cannot be below 0 here.")
    if form == "share" and any(n > WHOLE for n in given):
        return _("A share cannot be above 100%.")
    if target is not None and not direction and baseline in (None, target):
        return _("Say which way is better.")
    return None if baseline is None or target is None else _why_not_from(baseline, target, direction)


def _why_not_from(baseline: Decimal, target: Decimal, direction: str) -> _ | None:
    """Why nobody can get from the one figure to the other this way."""
    if direction == "up" and target < baseline:
        return _("More is better, but the target is below where it stands at the start.")
    if direction == "down" and target > baseline:
        return _("Less is better, but the target is above where it stands at the start.")
    if direction == "steady" and target != baseline:
        return _("It is to stay as it is, but the target is another figure than at the start.")
    return None


def direction_of(baseline: Decimal | None, target: Decimal | None, direction: str) -> str:
    """The direction somebody gave, or the one that their two figures give."""
    if direction or baseline is None or target is None or baseline == target:
        return direction
    return "up" if target > baseline else "down"


def why_no_measure(*, owner: str, hours: Decimal | None) -> _ | None:
    """No measure without somebody who collects it and the hours that takes (ME-08)."""
    if not owner.strip():
        return _("Say who collects it, by role. A measure without somebody to collect it is never collected.")
    if hours is None:
        return _("Say how many hours it takes each time.")
    if not hours.is_finite() or not 0 <= hours < 1000:
        return _("The hours each time are a number from 0 to 999.")
    return None


@dataclass(frozen=True)
class Work:
    """How much work one measure is: hours each time, every how many quarters, from which on."""

    hours: Decimal
    every: int
    first: int

    def due(self, quarter: int) -> bool:
        """Whether it comes back in this quarter."""
        if quarter < self.first:
            return False
        return quarter == self.first if self.every == ONCE else (quarter - self.first) % self.every == 0

    @property
    def a_quarter(self) -> Decimal:
        """Hours a quarter on the whole; what is done once is no work in the long run."""
        return self.hours / self.every if self.every else Decimal(0)


def hours_in(quarter: int, plan: Iterable[Work]) -> Decimal:
    """All the hours of one quarter."""
    return sum((work.hours for work in plan if work.due(quarter)), Decimal(0))


def busiest(plan: list[Work], quarters: int | None) -> Decimal:
    """The hours of the busiest quarter. From four quarters after the last beginning on, a plan only repeats itself."""
    last = max((work.first for work in plan), default=1) + 3
    return max((hours_in(q, plan) for q in range(1, min(last, quarters or last) + 1)), default=Decimal(0))


def over(hours: Decimal, ceiling: Decimal | None) -> bool:
    """Whether the busiest quarter takes more than was agreed; without a ceiling nothing is over it."""
    return ceiling is not None and hours > ceiling


@dataclass(frozen=True)
class Said:
    """What one group says of a plan over the ceiling: how many agree to so many hours, how many do not."""

    yes: int
    no: int

    @property
    def agrees(self) -> bool:
        """A group agrees when somebody of it said so, and more agree than do not."""
        return self.yes > self.no


def still_to_agree(present: Iterable[str], said: Mapping[str, Said]) -> list[str]:
    """The groups whose consent is missing: every group that takes part is asked, and one cannot outvote another (INV-06)."""
    return [group for group in present if not said.get(group, Said(0, 0)).agrees]


def why_over(hours: Decimal, ceiling: Decimal | None, waiting: list[str]) -> _ | None:
    """Why a plan cannot be published: it is over the ceiling and not every group agreed to that (PL-20)."""
    if not over(hours, ceiling) or not waiting:
        return None
    return _(
        "The busiest quarter takes {hours} hours, and {most} were agreed. Take something out, or ask each group to agree. Still to agree: {groups}.",
        hours=f"{hours.normalize():f}",
        most=f"{(ceiling or Decimal(0)).normalize():f}",
        groups=", ".join(waiting),
    )


def why_not_retire(*, weighted: bool, last: bool, signed_off: bool) -> _ | None:
    """What counts when bids are judged is measured to the end of the contract (SW-05)."""
    if weighted and last and signed_off:
        return _(
            "This is the only measure of a criterion that bids were judged by. It stays to the end of the contract; put another in first."
        )
    return None
