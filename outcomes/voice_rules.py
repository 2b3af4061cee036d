"""Answers to “is this true for you?”: what is taken, what whoever reads words first should look at, which numbers may be shown. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commissioning import small_groups
from commissioning.sentences import Sentence as _
from outcomes import quarters

FASTEST = 2  # seconds: nobody reads one sentence and answers in less
OLDEST = 60 * 60 * 24  # seconds: a page left open longer is shown again, with what was written
AN_HOUR = 300  # answers of one link in one hour: a busy youth club, not a machine
AT_ONCE = 60  # answers from one address in ten minutes: a youth club has one
LONGEST = 1000  # characters of own words: half a page is plenty on a phone
FEW = 50  # answers: fewer are too few to draw conclusions from
RATINGS = (5, 4, 3, 2, 1)
YES = (5, 4)

FLAGS: dict[str, _] = {
    "phone": _("There may be a telephone number in it"),
    "address": _("There may be an e-mail or web address in it"),
    "name": _("There may be somebody’s name in it"),
    "same": _("The same words came before"),
}
_PHONE = re.compile(r"\+?\d(?:[\s().-]?\d){6,}")
_ADDRESS = re.compile(r"\S+@\S+\.\w|https?://|\bwww\.", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Cllr)\.?\s+[A-Z]|\b[A-Z][a-z’']+\s+[A-Z][a-z’']+\b"
    r"|\b(?:called|named|name is|worker|teacher|from|by|with|and|to|is)\s+[A-Z][a-z]{2,}\b"
)


def flags_in(words: str, *, came_before: bool) -> list[str]:
    """What to look at before these words are shown to everybody; a guess, which a person judges."""
    found = [("phone", _PHONE.search(words)), ("address", _ADDRESS.search(words)), ("name", _NAME.search(words)), ("same", came_before)]
    return [code for code, there in found if there]


def why_not_answer(*, is_open: bool, closed: bool, this_hour: int) -> _ | None:
    """Whether the link takes an answer now."""
    if closed or not is_open:
        return _("This page takes no more answers. Thank you for coming.")
    if this_hour >= AN_HOUR:
        return _("Very many answers came in this hour, so we pause until the next one. What you wrote is still in the box.")
    return None


def why_again(*, seconds: float, trap: str) -> _ | None:
    """Whether the form looks like a machine’s, or is too old to be known; said so that a person can simply press again."""
    if trap:
        return _("One box of the form must stay empty: it is there for machines. We emptied it. Please press Send again.")
    if seconds < FASTEST:
        return _("That was very quick. If you meant it, press Send again.")
    if seconds > OLDEST:
        return _("This page was open for more than a day. Everything you chose is still here. Please press Send again.")
    return None


def why_not_open(*, outcomes: int) -> _ | None:
    """Whether there is anything to ask about."""
    return None if outcomes else _("There is no outcome in the framework yet, so there is nothing to ask about.")


# What may be shown


@dataclass(frozen=True)
class Slice:
    """The answers of one quarter or one group: how many, and how many of each, or that they are hidden."""

    label: str
    n: int
    counts: tuple[tuple[int, int], ...]
    hidden: bool = False

    @property
    def yes(self) -> int:
        """How many say always or mostly."""
        return sum(n for rating, n in self.counts if rating in YES)

    @property
    def few(self) -> bool:
        """Whether there are too few to draw conclusions from."""
        return self.n < FEW

    @property
    def percent(self) -> int:
        """The same as a share, rounded for print only."""
        return round(100 * self.yes / self.n) if self.n else 0

    @property
    def bars(self) -> list[tuple[int, float, float, int]]:
        """Each rating with where its piece of the bar starts, how wide it is, and its count."""
        x, found = 0.0, []
        for rating, n in self.counts:
            width = 100 * n / self.n if self.n else 0.0
            if n:
                found.append((rating, round(x, 2), round(width, 2), n))
            x += width
        return found


def hidden_among(counts: Mapping[str, int]) -> set[str]:
    """Which parts of a whole stay hidden: the small ones, and one more where whoever subtracts could find a small one."""
    hidden = {name for name, n in counts.items() if 0 < n < small_groups.SMALLEST}
    rest = sorted((n, name) for name, n in counts.items() if n >= small_groups.SMALLEST)
    while hidden and rest and (len(hidden) == 1 or sum(counts[name] for name in hidden) < small_groups.SMALLEST):
        hidden.add(rest.pop(0)[1])
    return hidden


def slices(answers: Sequence[tuple[str, int]], order: Sequence[str] = ()) -> list[Slice]:
    """Answers as (label, rating), by label in this order; small ones hidden so that nobody can work them out (INV-19)."""
    by: dict[str, dict[int, int]] = {label: {} for label in order}
    for label, rating in answers:
        counted = by.setdefault(label, {})
        counted[rating] = counted.get(rating, 0) + 1
    sizes = {label: sum(counted.values()) for label, counted in by.items()}
    hidden = hidden_among(sizes)
    return [
        Slice(label, 0 if label in hidden else sizes[label], () if label in hidden else _row(by[label]), label in hidden)
        for label in by
        if sizes[label]
    ]


def whole(answers: Sequence[int]) -> Slice:
    """All answers together; hidden while there are too few of them."""
    counted: dict[int, int] = {}
    for rating in answers:
        counted[rating] = counted.get(rating, 0) + 1
    n = len(answers)
    return Slice(
        "", 0 if n < small_groups.SMALLEST else n, () if n < small_groups.SMALLEST else _row(counted), 0 < n < small_groups.SMALLEST
    )


def _row(counted: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    return tuple((rating, counted.get(rating, 0)) for rating in RATINGS)


def quarter_of(day: date, starts: date | None) -> _:
    """What the quarter of a day is called: a quarter of the contract once there is one, so that it stands beside the returns."""
    if starts is None:
        return _("{year}, quarter {n}", year=day.year, n=(day.month - 1) // 3 + 1)
    n = quarters.at(starts, day)
    return _("Quarter {n}", n=n) if n else _("Before the contract")
