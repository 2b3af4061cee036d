"""What was promised beside what was shown: one word for each commitment and quarter (DO-04, RV-01, RV-05). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commissioning.sentences import Sentence as _
from outcomes import quarters

MET, PARTLY, NOT, NO_DATA, TOO_EARLY = "met", "partly", "not", "no_data", "too_early"
OVERDUE, WAITING, TO_COME, NOTHING, ENDED = "overdue", "waiting", "to_come", "", "ended"

WORDS: dict[str, _] = {
    MET: _("Met"),
    PARTLY: _("Partly met"),
    NOT: _("Not met"),
    NO_DATA: _("No data"),
    TOO_EARLY: _("Too early to say"),
    OVERDUE: _("No return"),
    WAITING: _("Return is due now"),
    TO_COME: _("To come"),
    ENDED: _("Ended"),
    NOTHING: _("Nothing due"),
}
# A shape for each, so that nobody needs to see colours; the word always stands beside it.
SHAPES = {MET: "●", PARTLY: "◐", NOT: "○", NO_DATA: "□", TOO_EARLY: "△", OVERDUE: "▲", WAITING: "◇", TO_COME: "·", ENDED: "×", NOTHING: ""}


@dataclass(frozen=True)
class Line:
    """How one measure is due: from which quarter, how often (0 is once), and what its readings were, by quarter."""

    measure: int
    first: int
    every: int
    standings: Mapping[int, str]

    def due_in(self, quarter: int) -> bool:
        """Whether this measure is due in a quarter."""
        if quarter < self.first:
            return False
        return quarter == self.first if self.every == 0 else (quarter - self.first) % self.every == 0


@dataclass(frozen=True)
class Contract:
    """The days of a contract, and in which of its quarters a return came."""

    starts: date
    ends: date
    returned: frozenset[int]
    stopped: date | None = None

    @property
    def quarters(self) -> range:
        """The quarters it has."""
        return range(1, quarters.how_many(self.starts, self.ends) + 1)


@dataclass(frozen=True)
class Cell:
    """One commitment in one quarter: its state, in a word and a shape."""

    quarter: int
    state: str
    day: date  # the last day on which its return is in time

    @property
    def word(self) -> _:
        """The state in a word or two."""
        return WORDS[self.state]

    @property
    def shape(self) -> str:
        """A shape for it."""
        return SHAPES[self.state]


def together(standings: Sequence[str]) -> str:
    """One word for several measures of one promise: all the same, or in part, or the worst of them."""
    said = set(standings)
    if len(said) == 1:
        return standings[0]
    if said & {MET, PARTLY}:
        return PARTLY
    return next(one for one in (NOT, NO_DATA, TOO_EARLY) if one in said)


def cell(contract: Contract, lines: Iterable[Line], quarter: int, first: int, last: int | None, today: date) -> Cell:
    """What one commitment shows in one quarter."""
    over = quarters.ends(contract.starts, quarter, contract.ends)
    late = quarters.due(contract.starts, quarter, contract.ends)
    within = first <= quarter and (last is None or quarter <= last)
    due = [line for line in lines if within and line.due_in(quarter)]
    if not due:
        return Cell(quarter, NOTHING, late)
    if quarter in contract.returned:
        return Cell(quarter, together([line.standings.get(quarter, NO_DATA) for line in due]), late)
    if contract.stopped is not None and contract.stopped <= over:
        return Cell(quarter, ENDED, late)
    if today > late:
        return Cell(quarter, OVERDUE, late)
    return Cell(quarter, WAITING if today > over else TO_COME, late)


def row(contract: Contract, lines: Sequence[Line], first: int, last: int | None, today: date) -> list[Cell]:
    """One commitment over all quarters of its contract."""
    return [cell(contract, lines, quarter, first, last, today) for quarter in contract.quarters]


@dataclass(frozen=True)
class Kept:
    """How returns came: of so many due by now, so many came in time, so many late, so many not at all (M-29)."""

    due: int
    in_time: int
    late: int

    @property
    def missing(self) -> int:
        """Returns that were due and did not come."""
        return self.due - self.in_time - self.late


def kept(contract: Contract, sent: Mapping[int, date], wanted: Iterable[int], today: date) -> Kept:
    """How the returns of a contract came, for the quarters in which something was due."""
    over = [q for q in wanted if q in sent or today > quarters.due(contract.starts, q, contract.ends)]
    in_time = sum(1 for q in over if q in sent and sent[q] <= quarters.due(contract.starts, q, contract.ends))
    came = sum(1 for q in over if q in sent)
    return Kept(len(over), in_time, came - in_time)
