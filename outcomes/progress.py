"""What the measures showed over time: a line for each, soft and hard apart, how far people have come, and the hours it took."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commissioning.models import Cycle
from outcomes import progress_chart, return_looks, standings
from outcomes.models import Award, Measure, Outcome, Reading, Story


@dataclass
class Line:
    """One measure of one award over its quarters."""

    measure: Measure
    award: Award
    outcome: Outcome | None
    readings: list[Reading]
    drawing: progress_chart.Drawing | None = None
    missing: list[int] = field(default_factory=list)

    @property
    def last(self) -> Reading | None:
        """The newest reading."""
        return self.readings[-1] if self.readings else None

    @property
    def table(self) -> list[dict[str, Any]]:
        """The same as a table: every quarter that was due, with its reading or that there is none."""
        rows = [{"quarter": r.returned.quarter, "reading": r} for r in self.readings]
        rows += [{"quarter": quarter, "reading": None} for quarter in self.missing]
        return sorted(rows, key=lambda row: row["quarter"])


@dataclass
class Hours:
    """The hours of one award's returns beside the plan (RV-13, M-31)."""

    award: Award
    bars: list[progress_chart.Bar]


def lines_of(cycle: Cycle) -> tuple[list[Line], list[return_looks.Row]]:
    """A line for each measure of each award that anything was due of, and the state of every quarter."""
    rows = return_looks.rows_of(cycle, timezone.localdate())
    readings: dict[tuple[int, int], list[Reading]] = {}
    for reading in return_looks.sent_readings(cycle):
        readings.setdefault((reading.returned.award_id, reading.measure_id), []).append(reading)
    lines = []
    for row in rows:
        measures = {m.pk: m for cell in row.cells for m in cell.measures}
        for measure in sorted(measures.values(), key=lambda m: m.number):
            found = readings.get((row.award.pk, measure.pk), [])
            missing = [c.quarter for c in row.cells if c.missing and measure.pk in {m.pk for m in c.measures}]
            line = Line(measure, row.award, return_looks.outcome_of(measure), found, missing=missing)
            line.drawing = _drawing(line, row.term.quarters)
            lines.append(line)
    return lines, rows


def _drawing(line: Line, quarters: int) -> progress_chart.Drawing | None:
    if line.measure.form in standings.IN_WORDS:
        return None
    figures: list[tuple[int, Fraction | None, str]] = [
        (r.returned.quarter, standings.figure_of(r.value, r.part, r.whole), standings.printed(r.value, r.part, r.whole, line.measure.unit))
        for r in line.readings
    ]
    figures += [(quarter, None, "") for quarter in line.missing]
    sign = return_looks.sign_of(line.measure)
    found = progress_chart.draw(figures, quarters, sign.baseline, sign.target)
    return found if found.points else None


def hours_of(rows: list[return_looks.Row]) -> list[Hours]:
    """The hours each quarter's return took, beside what the plan gives to it; only quarters that were due by now."""
    found = []
    for row in rows:
        due = [cell for cell in row.cells if cell.sent is not None or cell.missing]
        spent = [
            (c.quarter, Fraction(c.sent.hours) if c.sent and c.sent.hours is not None else None, Fraction(c.planned_hours)) for c in due
        ]
        if spent:
            found.append(Hours(row.award, progress_chart.bars(spent)))
    return found


def standings_counted(lines: list[Line]) -> list[dict[str, Any]]:
    """How the newest readings stand, soft and hard signs apart (M-30)."""
    found = []
    for soft, words in ((False, _("Counted signs")), (True, _("Signs by scales, stars, stories and what people saw"))):
        last = [line.last.standing for line in lines if line.last is not None and (line.measure.form in standings.SOFT) == soft]
        counts = standings.tally(last)
        found.append({"words": words, "n": len(last), "counts": [(code, str(standings.STANDINGS[code]), n) for code, n in counts.items()]})
    return found


def as_rows(cycle: Cycle) -> Iterator[list[Any]]:
    """The results as a table to take away: every figure, and the words of published stories only (RV-03)."""
    yield [
        *(
            _("Provider"),
            _("Measure"),
            _("What is looked at"),
            _("Kind"),
            _("Quarter"),
            _("How many"),
            _("Of how many"),
            _("Figure"),
            _("In print"),
        ),
        *(_("At the start"), _("Target"), _("How it stands"), _("Comment"), _("Published stories")),
    ]
    told: dict[int, list[str]] = {}
    for story in return_looks.published_stories(cycle):
        told.setdefault(story.reading_id, []).append(story.words)
    lines, __ = lines_of(cycle)
    for line in lines:
        for row in line.table:
            yield _row(line, row["quarter"], row["reading"], told)


def _row(line: Line, quarter: int, reading: Reading | None, told: dict[int, list[str]]) -> list[Any]:
    m = line.measure
    about = [str(line.award.provider), m.code, m.text, str(m.get_form_display()), quarter]
    marks = [_plain(m.baseline), _plain(m.target)]
    if reading is None:
        return [*about, "", "", "", "", *marks, _("No return"), "", ""]
    figure = standings.figure_of(reading.value, reading.part, reading.whole)
    shown = standings.printed(reading.value, reading.part, reading.whole, m.unit)
    counted = [reading.part if reading.part is not None else "", reading.whole if reading.whole is not None else ""]
    words = str(standings.STANDINGS[reading.standing])
    return [
        *about,
        *counted,
        float(figure) if figure is not None else "",
        shown,
        *marks,
        words,
        reading.words,
        " / ".join(told.get(reading.pk, [])),
    ]


def _plain(value: Any) -> str:
    return standings.rounded(value, 4).replace(",", "") if value is not None else ""


def stories_of(cycle: Cycle) -> list[Story]:
    """The stories everybody may read."""
    return list(return_looks.published_stories(cycle))
