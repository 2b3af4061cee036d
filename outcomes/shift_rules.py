"""The seven shifts: where the record puts the cycle, where each side puts it, and the difference (S7-1 to S7-7, M-34). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from commissioning.sentences import Sentence as _

LEAST, MOST = 1, 5
STEPS = range(LEAST, MOST + 1)
SMALLEST = 5  # organisations, or officers: the answers of fewer are not shown
RECORD, VSO, COMMISSIONER = "record", "vso", "commissioner"
EDGE, BETWEEN = 10, 20  # of the drawing: where 1 stands, and how far apart the numbers are


@dataclass(frozen=True)
class Count:
    """What the record counts for one shift: `part` of `whole`, in words, and what else it says beside it."""

    part: Fraction
    whole: Fraction
    words: _
    beside: tuple[_, ...] = ()

    @property
    def place(self) -> Fraction | None:
        """Where that is on the line from 1 to 5; None when there is nothing to count yet."""
        if self.whole <= 0:
            return None
        return LEAST + (MOST - LEAST) * min(Fraction(1), max(Fraction(0), self.part / self.whole))


@dataclass(frozen=True)
class Side:
    """What one side says: how many answered, and the middle answer if so many may be shown."""

    answered: int
    middle: Fraction | None = None
    official: bool = False

    @property
    def hidden(self) -> bool:
        """Whether somebody answered, but too few to be shown."""
        return self.answered > 0 and self.middle is None


@dataclass(frozen=True)
class Mark:
    """One mark on the line: whose it is, where it stands, and the same in words."""

    who: str
    place: Fraction
    label: _

    @property
    def x(self) -> float:
        """Across the drawing, in its units from 0 to 100."""
        return round(float(EDGE + BETWEEN * (self.place - LEAST)), 2)

    @property
    def number(self) -> str:
        """The place as it is printed: 3, or 3.5."""
        return number(self.place)


def number(place: Fraction) -> str:
    """A place on the line in print, with one digit at most."""
    return f"{float(round(place * 10)) / 10:g}"


def side_of(values: Sequence[int], official: int | None = None) -> Side:
    """The middle answer of a side with enough answers. Of fewer, only what the lead commissioner says for the authority."""
    if len(values) >= SMALLEST:
        return Side(len(values), Fraction(median(Fraction(v) for v in values)))
    if official is not None:
        return Side(len(values), Fraction(official), official=True)
    return Side(len(values))


LABELS: dict[str, _] = {RECORD: _("The record"), VSO: _("Voluntary organisations"), COMMISSIONER: _("The commissioner side")}


def marks(count: Count, vsos: Side, commissioners: Side) -> list[Mark]:
    """The marks that may be drawn: the record first, then each side."""
    places = {RECORD: count.place, VSO: vsos.middle, COMMISSIONER: commissioners.middle}
    return [Mark(who, place, LABELS[who]) for who, place in places.items() if place is not None]


def difference(vsos: Side, commissioners: Side) -> _:
    """How far the two sides are apart, as a plain sentence."""
    if vsos.middle is None or commissioners.middle is None:
        if vsos.answered or commissioners.answered:
            return _("Not enough answers yet to set the two sides beside each other.")
        return _("Neither side has said yet where it sees this.")
    apart = commissioners.middle - vsos.middle
    if apart == 0:
        return _("Both sides see it in the same place.")
    steps = number(abs(apart))
    if abs(apart) == 1:
        return (
            _("The commissioner side sees it 1 step further on.") if apart > 0 else _("Voluntary organisations see it 1 step further on.")
        )
    if apart > 0:
        return _("The commissioner side sees it {n} steps further on than voluntary organisations do.", n=steps)
    return _("Voluntary organisations see it {n} steps further on than the commissioner side does.", n=steps)


def why_not_mark(shift: str, value: int | None, known: Sequence[str]) -> _ | None:
    """Why an answer cannot be kept, or None."""
    if shift not in known:
        return _("There is no such shift.")
    if value not in STEPS:
        return _("Choose a place from 1 to 5.")
    return None
