"""Which returns are there, which are due and which are missing; what they showed, quarter by quarter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from commissioning.models import Cycle, Participant
from outcomes import standings
from outcomes.models import AddedResource, Award, Commitment, Measure, Outcome, Reading, Return, Story

SENT = (Return.State.SUBMITTED, Return.State.REVIEWED)


def awards_of(cycle: Cycle) -> list[Award]:
    """The awards of a cycle with their providers and partners."""
    listed = Award.objects.filter(lot__cycle=cycle).select_related("lot__cycle", "provider").prefetch_related("parties__organisation")
    return list(listed)


def term_of(award: Award) -> standings.Term:
    """The days of an award's contract."""
    return standings.Term(award.starts, award.ends, timezone.localdate(award.ended_at) if award.ended_at else None)


def is_ours(award: Award, person: Participant | None) -> bool:
    """Whether somebody is of the provider or of one of its partners."""
    if person is None or person.organisation_id is None or person.withdrawn_at is not None:
        return False
    return person.organisation_id in {award.provider_id, *(party.organisation_id for party in award.parties.all())}


def peoples_of(award: Award) -> QuerySet[Participant]:
    """The people of the provider and its partners who take part in the cycle."""
    organisations = {award.provider_id, *(party.organisation_id for party in award.parties.all())}
    return Participant.objects.filter(cycle=award.lot.cycle_id, organisation__in=organisations, withdrawn_at=None)


def measures_of(cycle: Cycle) -> list[Measure]:
    """The monitoring plan with what each line looks at."""
    with_all = ("indicator__outcome", "criterion__outcome", "commitment__criterion__outcome", "commitment__clause__outcome", "lot")
    return list(Measure.objects.filter(cycle=cycle).select_related(*with_all))


def outcome_of(measure: Measure) -> Outcome | None:
    """The outcome a measure tells of: of its indicator, its criterion or what its commitment came from."""
    promise = measure.commitment
    if measure.indicator is not None:
        return measure.indicator.outcome
    for origin in (measure.criterion, promise.criterion if promise else None, promise.clause if promise else None):
        if origin is not None and origin.outcome is not None:
            return origin.outcome
    return None


def sign_of(measure: Measure) -> standings.Sign:
    """What the figures of a measure are held against."""
    outcome = outcome_of(measure)
    numbers = {name: Fraction(value) if value is not None else None for name, value in _marks(measure)}
    return standings.Sign(measure.form, numbers["baseline"], numbers["target"], measure.direction, outcome.horizon if outcome else "")


def _marks(measure: Measure) -> list[tuple[str, Decimal | None]]:
    return [("baseline", measure.baseline), ("target", measure.target)]


def due_measures(award: Award, quarter: int, measures: Sequence[Measure]) -> list[Measure]:
    """The measures an award's provider returns for a quarter."""
    term = term_of(award)
    return [m for m in measures if _is_of(m, award) and standings.is_due(_due(m), quarter, term)]


def _is_of(measure: Measure, award: Award) -> bool:
    if measure.lot_id is not None and measure.lot_id != award.lot_id:
        return False
    promise = measure.commitment
    return promise is None or (promise.award_id == award.pk and promise.state != Commitment.State.ENDED)


def _due(measure: Measure) -> standings.Due:
    last = measure.commitment.last_quarter if measure.commitment else None
    retired = timezone.localdate(measure.retired_at) if measure.retired_at else None
    return standings.Due(measure.first_quarter, measure.every, last, retired)


@dataclass
class Cell:
    """The return of one quarter of an award: its state on a day, and the versions of it."""

    award: Award
    quarter: int
    state: str
    ends_on: date
    due_on: date
    measures: list[Measure]
    sent: Return | None = None
    draft: Return | None = None

    @property
    def missing(self) -> bool:
        """Whether there is no return although there should be (INV-25)."""
        return self.state == standings.OVERDUE

    @property
    def late(self) -> bool:
        """Whether it came after its day."""
        first = self.sent.__dict__.get("first_sent", self.sent.submitted_at) if self.sent else None
        return first is not None and timezone.localdate(first) > self.due_on

    @property
    def planned_hours(self) -> Decimal:
        """The hours the monitoring plan gives to it."""
        return sum((m.hours for m in self.measures), Decimal(0))

    @property
    def commitments(self) -> list[Commitment]:
        """The promises that are looked at in it."""
        return list({m.commitment.pk: m.commitment for m in self.measures if m.commitment}.values())


@dataclass
class Row:
    """One award and its quarters."""

    award: Award
    term: standings.Term
    cells: list[Cell] = field(default_factory=list)


def rows_of(cycle: Cycle, day: date, awards: list[Award] | None = None) -> list[Row]:
    """Every award of a cycle with the state of each of its quarters on a day."""
    awards = awards_of(cycle) if awards is None else awards
    measures = measures_of(cycle)
    sent: dict[tuple[int, int], Return] = {}
    drafts: dict[tuple[int, int], Return] = {}
    for one in Return.objects.filter(award__in=awards).order_by("version"):
        place = (one.award_id, one.quarter)
        if one.state == Return.State.DRAFT:
            drafts[place] = one
            continue
        was = sent.get(place)
        one.__dict__["first_sent"] = was.__dict__["first_sent"] if was else one.submitted_at
        sent[place] = one
    return [_row(award, measures, sent, drafts, day) for award in awards]


def _row(award: Award, measures: list[Measure], sent: dict[Any, Return], drafts: dict[Any, Return], day: date) -> Row:
    row = Row(award, term_of(award))
    for quarter in range(1, row.term.quarters + 1):
        due, found = due_measures(award, quarter, measures), sent.get((award.pk, quarter))
        state = standings.state_of(
            row.term,
            quarter,
            day,
            measures=len(due),
            sent=found is not None,
            reviewed=found is not None and found.state == Return.State.REVIEWED,
        )
        draft = drafts.get((award.pk, quarter))
        row.cells.append(Cell(award, quarter, state, row.term.ends_on(quarter), row.term.due_on(quarter), due, found, draft))
    return row


def cell_of(award: Award, quarter: int, day: date) -> Cell | None:
    """One quarter of an award; None where the contract has no such quarter."""
    (row,) = rows_of(award.lot.cycle, day, [award])
    return row.cells[quarter - 1] if 1 <= quarter <= len(row.cells) else None


def overdue_in(cycle: Cycle, day: date) -> list[Cell]:
    """The returns that are missing on a day, for everybody in the cycle to see (RV-05)."""
    return [cell for row in rows_of(cycle, day) for cell in row.cells if cell.missing]


def counted(rows: Sequence[Row]) -> dict[str, int]:
    """How many returns were due by now, came in time, came late, or are missing (M-29)."""
    cells = [cell for row in rows for cell in row.cells]
    came = [cell for cell in cells if cell.sent is not None]
    missing = sum(1 for cell in cells if cell.missing)
    late = sum(1 for cell in came if cell.late)
    return {"asked": len(came) + missing, "came": len(came), "in_time": len(came) - late, "late": late, "missing": missing}


def newest_sent(cycle: Cycle) -> QuerySet[Return]:
    """The newest version that was sent, for every quarter of every award of the cycle."""
    sent = Return.objects.filter(state__in=SENT, award__lot__cycle=cycle)
    later = Return.objects.filter(award=OuterRef("award"), quarter=OuterRef("quarter"), state__in=SENT, version__gt=OuterRef("version"))
    return sent.exclude(Exists(later))


def added_in(cycle: Cycle) -> list[AddedResource]:
    """What was put in beside the money, quarter by quarter; it belongs to no outcome (RV-12)."""
    listed = AddedResource.objects.filter(returned__in=newest_sent(cycle)).select_related("returned__award__provider")
    return list(listed.order_by("returned__quarter", "pk"))


def sent_readings(cycle: Cycle) -> QuerySet[Reading]:
    """The readings of the newest version that was sent, for every quarter of every award of the cycle."""
    listed = Reading.objects.filter(returned__in=newest_sent(cycle))
    return listed.select_related("returned__award__provider", "returned__award__lot", "measure").order_by("returned__quarter", "pk")


def progress_of(cycle: Cycle) -> list[dict[str, Any]]:
    """What each measure showed in each quarter, as data; only what was sent, and no story's words (RV-04, RV-09).

    Where the provider's figure was a part of a whole, `value` is the share unrounded, as a `Fraction`.
    """
    found = []
    for reading in sent_readings(cycle):
        figure = standings.figure_of(reading.value, reading.part, reading.whole)
        unit = reading.measure.unit
        found.append(
            {
                "measure": reading.measure_id,
                "code": reading.measure.code,
                "quarter": reading.returned.quarter,
                "label": _("Quarter %(n)s") % {"n": reading.returned.quarter},
                "value": figure,
                "part": reading.part,
                "whole": reading.whole,
                "printed": standings.printed(reading.value, reading.part, reading.whole, unit),
                "standing": reading.standing,
                "standing_words": str(standings.STANDINGS[reading.standing]),
                "soft": reading.measure.form in standings.SOFT,
                "award": reading.returned.award_id,
                "provider": str(reading.returned.award.provider),
                "start": reading.start,
            }
        )
    return found


def published_stories(cycle: Cycle) -> QuerySet[Story]:
    """The stories everybody may read: published, with consent that still holds, of what was sent last (RV-03)."""
    listed = Story.objects.filter(reading__in=sent_readings(cycle), consent=Story.ConsentGiven.GIVEN, published_at__isnull=False)
    return listed.select_related("reading__measure", "reading__returned__award__provider", "outcome").order_by("pk")


def stories_counted(cycle: Cycle) -> dict[str, int]:
    """How many stories there are, and how many of them may be read; taken-back ones stay counted, without words."""
    rows = list(Story.objects.filter(reading__in=sent_readings(cycle)).values_list("consent", "published_at"))
    return {
        "all": len(rows),
        "published": sum(1 for __, at in rows if at is not None),
        "taken_back": sum(1 for consent, __ in rows if consent == Story.ConsentGiven.WITHDRAWN),
    }
