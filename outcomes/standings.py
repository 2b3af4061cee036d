"""When a measure is due, what a figure says about it, and how it is printed. Pure: values in, a code or words out.

Everything is worked out unrounded (fractions); only what is printed is rounded, and always with how many of how many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from commissioning.sentences import Sentence as _
from outcomes import quarters

MET, PARTLY, NOT, NO_DATA, TOO_EARLY = "met", "partly", "not", "no_data", "too_early"
STANDINGS: dict[str, _] = {
    MET: _("Met"),
    PARTLY: _("Partly met"),
    NOT: _("Not met"),
    NO_DATA: _("No data"),
    TOO_EARLY: _("Too early to say"),
}
MARKS = {MET: "●", PARTLY: "◐", NOT: "○", NO_DATA: "–", TOO_EARLY: "…"}  # beside the words, never instead of them
SOFT = ("scale", "star", "story", "observation")
IN_WORDS = ("story", "observation")
JUDGED_FROM = {"long": 5}  # the quarter from which an outcome of this horizon is judged: not in year one (ME-05)
SOON = timedelta(days=14)  # before the quarter's return is late, its provider is reminded


@dataclass(frozen=True)
class Term:
    """The days of a contract: the first, the last as agreed, and where it stopped early the day of that."""

    starts: date
    ends: date
    stopped: date | None = None

    @property
    def quarters(self) -> int:
        """How many quarters it has, up to where it stopped."""
        last = min(self.ends, self.stopped) if self.stopped else self.ends
        return quarters.how_many(self.starts, max(last, self.starts))

    def ends_on(self, quarter: int) -> date:
        """The last day of a quarter."""
        return quarters.ends(self.starts, quarter, self.ends)

    def due_on(self, quarter: int) -> date:
        """The last day on which a quarter's return is in time."""
        return quarters.due(self.starts, quarter, self.ends)


@dataclass(frozen=True)
class Due:
    """What says when a measure is looked at."""

    first_quarter: int
    every: int  # quarters between two looks; 0 is once
    last_quarter: int | None = None
    retired_on: date | None = None


def is_due(measure: Due, quarter: int, term: Term) -> bool:
    """Whether a measure belongs into the return of a quarter: one retired before the quarter was over does not."""
    if not 1 <= quarter <= term.quarters or quarter < measure.first_quarter:
        return False
    if measure.last_quarter is not None and quarter > measure.last_quarter:
        return False
    if measure.retired_on is not None and measure.retired_on <= term.ends_on(quarter):
        return False
    since = quarter - measure.first_quarter
    return since % measure.every == 0 if measure.every else since == 0


NOTHING, NOT_YET, IS_DUE, OVERDUE, SENT, REVIEWED = "nothing", "not_yet", "due", "overdue", "sent", "reviewed"


def state_of(term: Term, quarter: int, day: date, *, measures: int, sent: bool, reviewed: bool) -> str:
    """Where the return of a quarter stands on a day. That there is none is a state of its own (INV-25)."""
    if sent:
        return REVIEWED if reviewed else SENT
    if not measures:
        return NOTHING
    if day <= term.ends_on(quarter):
        return NOT_YET
    return IS_DUE if day <= term.due_on(quarter) else OVERDUE


def to_remind(term: Term, quarter: int, day: date) -> str:
    """Which reminder an unsent return asks for on a day: "soon", "overdue" or none."""
    due = term.due_on(quarter)
    if day > due:
        return "overdue"
    return "soon" if day > max(term.ends_on(quarter), due - SOON) else ""


def share(part: int, whole: int) -> Fraction | None:
    """How many of a hundred, unrounded; None where there was nobody to ask."""
    return Fraction(100 * part, whole) if whole else None


@dataclass(frozen=True)
class Sign:
    """What a figure is held against."""

    form: str
    baseline: Fraction | None = None
    target: Fraction | None = None
    direction: str = ""
    horizon: str = ""

    @property
    def way(self) -> str:
        """Which way is better: as said, or else from the start towards the target."""
        if self.direction or self.target is None or self.baseline is None:
            return self.direction or ("up" if self.target is not None else "")
        return "up" if self.target >= self.baseline else "down"


def figure_of(value: Decimal | None, part: int | None, whole: int | None) -> Fraction | None:
    """The figure of a reading: worked out from how many of how many, or as given."""
    if part is not None and whole is not None:
        return share(part, whole)
    return Fraction(value) if value is not None else None


def suggest(sign: Sign, figure: Fraction | None, *, told: bool, quarter: int) -> str:
    """What standing a figure suggests, or "" where only a person can say. `told`: there are words or a story.

    Met is met, however early. What is short of it is not judged before its time (ME-05).
    """
    words = sign.form in IN_WORDS
    if not told if words else figure is None:
        return NO_DATA
    found = "" if figure is None or words else _held_against(sign, figure)
    return TOO_EARLY if found != MET and quarter < JUDGED_FROM.get(sign.horizon, 1) else found


def _held_against(sign: Sign, figure: Fraction) -> str:
    goal, start, way = sign.target, sign.baseline, sign.way
    if way == "steady":
        return MET if figure in (goal, start) else ""
    if not way or (goal is None and start is None):
        return ""
    ahead = 1 if way == "up" else -1
    if goal is not None and ahead * (figure - goal) >= 0:
        return MET
    moved = start is not None and ahead * (figure - start) > 0
    if goal is None:
        return MET if moved else NOT
    return PARTLY if moved else NOT


def distance(figure: Fraction | None, began: Fraction | None) -> Fraction | None:
    """How far somebody has come on a scale or a star, in its own points and never in money (RV-04)."""
    return figure - began if figure is not None and began is not None else None


# The statutory ratings (Procurement Act 2023, section 71; the list of ratings is dated data, see `law/ratings.toml`)
RATING_OF = {MET: "good", PARTLY: "approaching", NOT: "improve", NO_DATA: "other", TOO_EARLY: "other"}


def rating_for(standing: str, *, applies: bool) -> str:
    """The rating a standing suggests, where ratings apply; an officer says which it is, and why."""
    return RATING_OF.get(standing, "other") if applies else ""


def rounded(figure: Fraction | Decimal, places: int = 1) -> str:
    """A figure as it is printed: no more places than it needs, halves up."""
    given = Fraction(figure)
    step = Decimal(1).scaleb(-places)
    shown = (Decimal(given.numerator) / Decimal(given.denominator)).quantize(step, ROUND_HALF_UP)
    text = f"{shown:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def printed(value: Decimal | None, part: int | None, whole: int | None, unit: str = "") -> str:
    """A reading as people read it: "48 of 68, 71%", "3 evenings", "evenings: 1"; empty when there is no figure."""
    if part is not None and whole is not None:
        found = share(part, whole)
        counted = str(_("{part} of {whole}", part=f"{part:,}", whole=f"{whole:,}"))
        return counted if found is None else f"{counted}, {rounded(found, 0)}%"
    if value is None:
        return ""
    figure = rounded(value, 2)
    if figure == "1" and unit not in ("", "%"):  # what it is counted in stands in the plural, which nobody says of one
        return f"{unit}: {figure}"
    return f"{figure}{'%' if unit == '%' else f' {unit}' if unit else ''}"


def tally(standings: Iterable[str]) -> dict[str, int]:
    """How many readings stand where, in a fixed order; those with none are there with nought."""
    counted = dict.fromkeys(STANDINGS, 0)
    for one in standings:
        counted[one] += 1
    return counted


def worst(states: Sequence[str]) -> str:
    """The state of several that somebody must look at first."""
    order = (OVERDUE, IS_DUE, SENT, REVIEWED, NOT_YET, NOTHING)
    return min(states, key=order.index, default=NOTHING)
