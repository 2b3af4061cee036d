"""The commitments of a cycle by quarter: what was promised beside what was shown, and what is missing (DO-04, RV-05, M-29)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commissioning.models import Cycle
from outcomes import committing, concerns, promised_shown
from outcomes.models import Award, Commitment, Criterion, Measure, Reading, Return
from outcomes.promised_shown import Cell, Contract, Kept, Line


@dataclass
class Row:
    """One commitment with its cells and its measures."""

    commitment: Commitment
    cells: list[Cell]
    measures: list[Measure]

    @property
    def overdue(self) -> list[Cell]:
        """The quarters whose return did not come."""
        return [cell for cell in self.cells if cell.state == promised_shown.OVERDUE]


@dataclass
class Grid:
    """One award with its commitments by quarter."""

    award: Award
    quarters: range
    rows: list[Row]
    kept: Kept


@dataclass
class Dashboard:
    """Everything promised and shown in a cycle, and the gaps."""

    grids: list[Grid]
    without_commitment: list[Criterion]
    without_measure: list[Commitment]
    flags: list[concerns.FlagLook]

    @property
    def overdue(self) -> list[tuple[Commitment, Cell]]:
        """Each commitment and quarter whose return did not come, soonest first."""
        found = [(row.commitment, cell) for grid in self.grids for row in grid.rows for cell in row.overdue]
        return sorted(found, key=lambda one: (one[1].day, one[0].number))

    @property
    def returns_missing(self) -> int:
        """How many returns did not come; one return may hold several promises."""
        return len({(kept.award_id, cell.quarter) for kept, cell in self.overdue})

    @property
    def kept(self) -> Kept:
        """How the returns came, over all awards."""
        every = [grid.kept for grid in self.grids]
        return Kept(sum(k.due for k in every), sum(k.in_time for k in every), sum(k.late for k in every))


def look(cycle: Cycle, *, today: date | None = None) -> Dashboard:
    """The dashboard of a cycle; the same number of queries however many commitments, measures and returns there are."""
    day = today or timezone.localdate()
    awards = list(Award.objects.filter(lot__cycle=cycle).select_related("lot", "provider").order_by("lot__number", "pk"))
    listed = list(committing.of(cycle))
    measures = committing.measures_among(listed, cycle)
    newest, first = _returns(awards)
    standings = _standings(newest)
    by_award: dict[int, list[Commitment]] = defaultdict(list)
    for commitment in listed:
        by_award[commitment.award_id].append(commitment)
    grids = [_grid(award, by_award[award.pk], measures, first, standings, day) for award in awards]
    live = [c for c in listed if c.state != Commitment.State.ENDED and c.award.ended_at is None]
    return Dashboard(
        grids,
        committing.criteria_without(cycle) if awards else [],
        [c for c in live if not measures[c.pk]],
        concerns.flags_of(cycle, today=day),
    )


Returns = dict[tuple[int, int], Return]


def _returns(awards: Collection[Award]) -> tuple[Returns, Returns]:
    """Of each award's return for each quarter: the newest version that was sent, and the first."""
    found = list(Return.objects.filter(award__in=awards).exclude(state=Return.State.DRAFT).order_by("version"))
    newest = {(one.award_id, one.quarter): one for one in found}
    return newest, {(one.award_id, one.quarter): one for one in reversed(found)}


def _standings(newest: Returns) -> dict[tuple[int, int], dict[int, str]]:
    """For each award and measure: what it showed, by quarter."""
    quarter = {one.pk: key for key, one in newest.items()}
    found: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
    for reading in Reading.objects.filter(returned__in=quarter).order_by("pk"):
        award, number = quarter[reading.returned_id]
        found[award, reading.measure_id][number] = reading.standing
    return found


def _grid(
    award: Award,
    listed: list[Commitment],
    measures: dict[int, list[Measure]],
    first: Returns,
    standings: dict[tuple[int, int], dict[int, str]],
    today: date,
) -> Grid:
    sent = {q: timezone.localdate(one.submitted_at) for (pk, q), one in first.items() if pk == award.pk and one.submitted_at}
    contract = Contract(award.starts, award.ends, frozenset(sent), _day(award.ended_at))
    rows, wanted = [], set()
    for one in listed:
        lines = [Line(m.pk, m.first_quarter, m.every, standings.get((award.pk, m.pk), {})) for m in measures[one.pk]]
        stopped = min((day for day in (contract.stopped, _day(one.ended_at)) if day is not None), default=None)
        cells = promised_shown.row(replace(contract, stopped=stopped), lines, one.first_quarter, one.last_quarter, today)
        rows.append(Row(one, cells, measures[one.pk]))
        wanted |= {cell.quarter for cell in cells if cell.state not in (promised_shown.NOTHING, promised_shown.ENDED)}
    return Grid(award, contract.quarters, rows, promised_shown.kept(contract, sent, wanted, today))


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def as_rows(board: Dashboard) -> Iterator[list[Any]]:
    """The dashboard as a table: one line for each commitment and quarter in which something is due."""
    yield [
        _("Lot"),
        _("Who delivers"),
        _("Commitment"),
        _("What was promised"),
        _("Quarter"),
        _("Return in time until"),
        _("What was shown"),
    ]
    for grid in board.grids:
        for row in grid.rows:
            for cell in row.cells:
                if cell.state != promised_shown.NOTHING:
                    lot, who, kept = grid.award.lot.number, grid.award.provider.name, row.commitment
                    yield [lot, who, kept.code, kept.promise, cell.quarter, cell.day.isoformat(), str(cell.word)]
