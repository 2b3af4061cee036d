"""What the provider's returns say, quarter by quarter, with the gaps shown: for pages that put it beside what people say."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from commissioning.models import Cycle
from outcomes import quarters, yearly_progress_rules
from outcomes.models import Award, Measure, Reading


@dataclass(frozen=True)
class Cell:
    """One quarter of one measure: its standing, and the figure or words."""

    quarter: int
    standing: str
    amount: str = ""
    words: str = ""
    reading: int | None = None

    @property
    def says(self) -> str:
        """The standing in words."""
        return str(yearly_progress_rules.WORDS[self.standing])

    @property
    def look(self) -> str:
        """The colour of its tag, beside the words."""
        return yearly_progress_rules.LOOKS[self.standing]


@dataclass
class Line:
    """One measure as one provider returns it, in the order of the quarters."""

    measure: Measure
    award: Award
    cells: list[Cell] = field(default_factory=list)

    @property
    def target(self) -> str:
        """The target as it is printed."""
        return plain(self.measure.target)


def plain(number: Decimal | None) -> str:
    """A number without the zeros it is stored with."""
    return "" if number is None else f"{number.normalize():f}"


def amount_of(reading: Reading) -> str:
    """A figure with numerator and denominator where it has them."""
    if reading.part is not None and reading.whole:
        value = f"{plain(reading.value)} " if reading.value is not None else ""
        return f"{value}({reading.part} / {reading.whole})"
    return plain(reading.value)


def by_outcome(cycle: Cycle) -> dict[int, list[Measure]]:
    """The measures that look at each outcome, by whatever way they do."""
    ways = ("indicator__outcome", "criterion__outcome", "commitment__criterion__outcome", "commitment__clause__outcome")
    found: dict[int, list[Measure]] = defaultdict(list)
    seen = {pk: set(row) - {None} for pk, *row in Measure.objects.filter(cycle=cycle).values_list("pk", *ways)}
    for measure in Measure.objects.filter(cycle=cycle, retired_at=None).select_related("lot", "commitment"):
        for outcome in sorted(seen[measure.pk]):
            found[outcome].append(measure)
    return found


def readings_in(cycles: Collection[int]) -> dict[tuple[int, int, int], Reading]:
    """By award, measure and quarter: what the last sent version of each return says."""
    sent = Reading.objects.filter(returned__award__lot__cycle__in=cycles, returned__submitted_at__isnull=False).exclude(
        returned__state="draft"
    )
    rows = sent.select_related("returned", "measure").order_by("returned__version")
    return {(r.returned.award_id, r.measure_id, r.returned.quarter): r for r in rows}


def lines_of(cycle: Cycle, today: date) -> dict[int, list[Line]]:
    """For each outcome its measures with what came back until now, and what did not; a fixed number of queries."""
    awards = list(Award.objects.filter(lot__cycle=cycle, ended_at=None).select_related("lot", "provider"))
    readings = readings_in([cycle.pk])
    found: dict[int, list[Line]] = {}
    for outcome, measures in by_outcome(cycle).items():
        found[outcome] = [
            _line(measure, award, readings, today)
            for measure in measures
            for award in awards
            if measure.lot_id in (None, award.lot_id) and (measure.commitment is None or measure.commitment.award_id == award.pk)
        ]
    return found


def _line(measure: Measure, award: Award, readings: dict[tuple[int, int, int], Reading], today: date) -> Line:
    line = Line(measure, award)
    last = min(quarters.how_many(award.starts, award.ends), max(1, quarters.at(award.starts, today)))
    for quarter in range(1, last + 1):
        reading = readings.get((award.pk, measure.pk, quarter))
        if reading is not None:
            line.cells.append(Cell(quarter, reading.standing, amount_of(reading), reading.words, reading.pk))
        elif yearly_progress_rules.is_due_in(quarter, first=measure.first_quarter, every=measure.every):
            line.cells.append(Cell(quarter, yearly_progress_rules.standing_without(award.starts, award.ends, quarter, today)))
    return line


def contract_start(cycle: Cycle) -> date | None:
    """The first day of the first contract, from which quarters are counted; None before any award."""
    awarded = Award.objects.filter(lot__cycle=cycle).order_by("starts")
    return awarded.values_list("starts", flat=True).first()


def in_story(cycle: Cycle) -> Q:
    """The stories of a cycle that may be shown: with consent that stands today (RV-03)."""
    return Q(reading__returned__award__lot__cycle=cycle, consent="given") & ~Q(reading__returned__state="draft")
