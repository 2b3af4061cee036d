"""The procurement gate: the day procurement starts, and the end of open talk about it from the moment that day is set (DO-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from commissioning import bases, duties, duty_rules, legal_basis, minutes
from commissioning.contributing import clean_words, printable
from commissioning.holding import held_open
from commissioning.models import Cycle, Participant, ProcurementGate
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _


@dataclass(frozen=True)
class Days:
    """The day procurement starts and the last day for questions, if there is one."""

    starts_on: date
    questions_until: date | None = None


@dataclass(frozen=True)
class GateState:
    """Where a cycle stands before procurement: its gate if it has one, and what is missing for it."""

    gate: ProcurementGate | None
    standing: legal_basis.Standing
    missing: tuple[legal_basis.Duty, ...]
    earlier: tuple[ProcurementGate, ...] = ()


def set_start(cycle: Cycle, days: Days, *, rooms: Sequence[str] = (), despite: str = "", by: Participant, now: datetime) -> ProcurementGate:
    """Set the day procurement starts. From this moment open talk is over and questions go through one channel.

    `rooms` are the workshops people are in now, which this floor cannot see. Raises `Refused` while a duty is neither on record nor
    left out by name, for a day that is past, and while people are in a room unless `despite` says why not to wait.
    """
    with transaction.atomic():
        cycle = held_open(cycle, by)
        if cycle.paused_until is not None:
            require(cycle.quiet)
        _require_ready(cycle, days, now, started=cycle.procurement_from is not None)
        require(duty_rules.why_not_go_on(rooms, despite))
        made = _keep(cycle, days, rooms, printable(despite).strip()[:500], by, now)
        what = _(
            "Procurement starts on {day}. Open talk about it is over; questions are answered to everybody.", day=_on_record(days.starts_on)
        )
        minutes.record(cycle, "gate", what, by=by, now=now, why=made.despite)
    return made


def move_start(cycle: Cycle, days: Days, *, reason: str, by: Participant, now: datetime) -> ProcurementGate:
    """Move the day, with a reason that everybody reads; the earlier day stays on the page."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        cycle = held_open(cycle, by)
        held = _standing_gate(cycle)
        if held.starts_on == days.starts_on:
            require(_why_not_until(days, now))
        else:
            _require_ready(cycle, days, now, started=False)
        _end(held, ProcurementGate.Ending.MOVED, words, now)
        made = _keep(cycle, days, held.rooms, held.despite, by, now)
        minutes.record(
            cycle, "gate", _("The start of procurement was moved to {day}", day=_on_record(days.starts_on)), by=by, now=now, why=words
        )
    return made


def end(cycle: Cycle, *, ending: str, reason: str, by: Participant, now: datetime) -> None:
    """Procurement is over, or was called off: open talk can begin again. Raises `Refused` without a reason."""
    words = clean_words(reason, 500)
    if ending not in (ProcurementGate.Ending.DONE, ProcurementGate.Ending.CALLED_OFF):
        raise Refused(_("Choose how it ended."))
    with transaction.atomic():
        cycle = held_open(cycle, by)
        held = _standing_gate(cycle)
        _end(held, ending, words, now)
        _put_on(cycle, None)
        minutes.record(cycle, "gate", _("{ending}. Open talk begins again.", ending=held.get_ending_display()), by=by, now=now, why=words)


def _standing_gate(cycle: Cycle) -> ProcurementGate:
    held = ProcurementGate.objects.select_for_update(no_key=True).filter(cycle=cycle, ended_at=None).first()
    if held is None:
        raise Refused(_("Procurement has no day here yet."))
    return held


def _require_ready(cycle: Cycle, days: Days, now: datetime, *, started: bool) -> None:
    today, standing = timezone.localdate(now), duties.standing(cycle)
    missing = missing_for(cycle, standing, days.starts_on)
    require(duty_rules.why_not_start(missing=missing, standing=standing, starts_on=days.starts_on, today=today, started=started))
    require(_why_not_until(days, now))


def _why_not_until(days: Days, now: datetime) -> _ | None:
    if days.questions_until is not None and days.questions_until < timezone.localdate(now):
        return _("The last day for questions is past. Give people time to ask.")
    return None


def missing_for(cycle: Cycle, standing: legal_basis.Standing, starts_on: date) -> list[legal_basis.Duty]:
    """The duties that are neither on record before this day nor left out by name (INV-08)."""
    rows = duties.looks(cycle)
    dated = {r.duty.code: timezone.localdate(r.record.recorded_at) for r in rows if r.record is not None and r.record.recorded_at}
    waived = [r.duty.code for r in rows if r.waived]
    return duty_rules.missing_before_start(bases.of(cycle), dated, waived, standing=standing, starts_on=starts_on)


def _keep(cycle: Cycle, days: Days, rooms: Sequence[str], despite: str, by: Participant, now: datetime) -> ProcurementGate:
    standing = duties.standing(cycle)
    made = ProcurementGate.objects.create(
        cycle=cycle,
        starts_on=days.starts_on,
        questions_until=days.questions_until,
        standing=on_record(lambda: str(standing.why))[:400],
        voluntary=standing.voluntary,
        rooms=list(rooms),
        despite=despite,
        set_by=by,
        set_at=now,
    )
    _put_on(cycle, days.starts_on)
    return made


def _end(held: ProcurementGate, ending: str, words: str, now: datetime) -> None:
    held.ending, held.ended_because, held.ended_at = ending, words, now
    held.save(update_fields=["ending", "ended_because", "ended_at"])


def _put_on(cycle: Cycle, day: date | None) -> None:
    """The day on the cycle itself, where every door reads it without a further query."""
    cycle.procurement_from = day
    cycle.save(update_fields=["procurement_from"])


def _on_record(day: date) -> str:
    return on_record(lambda: date_format(day, "j F Y"))


# Looks


def gates_of(cycle: Cycle) -> QuerySet[ProcurementGate]:
    """Every day that was set, newest first."""
    return ProcurementGate.objects.filter(cycle=cycle).order_by("-pk")


def state_of(cycle: Cycle, today: date | None = None) -> GateState:
    """Where the cycle stands before procurement: its gate, whether the duties apply and why, and what is missing."""
    gates, standing = list(gates_of(cycle)), duties.standing(cycle)
    now_held = next((g for g in gates if g.ended_at is None), None)
    day = now_held.starts_on if now_held else today or timezone.localdate()
    return GateState(now_held, standing, tuple(missing_for(cycle, standing, day)), tuple(g for g in gates if g.ended_at is not None))
