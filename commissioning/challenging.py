"""A challenge to the procurement or to a decision: it is logged, pauses the cycle, and ends with a reason (DO-10, INV-23)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from commissioning import duty_rules, minutes
from commissioning.contributing import clean_words
from commissioning.holding import held_open
from commissioning.models import Cycle, CycleChallenge, Participant
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _


@dataclass(frozen=True)
class Contested:
    """What is contested, since when, what it does to the timetable, who was told, and when the cycle should go on."""

    what: str
    happened_on: date
    effect: str
    told: str
    until: date


def log(cycle: Cycle, contested: Contested, *, by: Participant, now: datetime) -> CycleChallenge:
    """Log a challenge and pause the cycle: until it is resumed nothing new is said, proposed or convened."""
    with transaction.atomic():
        cycle, today = held_open(cycle, by), timezone.localdate(now)
        paused, when = cycle.paused_until is not None, contested.happened_on
        require(duty_rules.why_not_pause(paused=paused, happened_on=when, until=contested.until, today=today))
        made = CycleChallenge.objects.create(
            cycle=cycle,
            what=clean_words(contested.what),
            happened_on=when,
            effect=clean_words(contested.effect, 500),
            told=clean_words(contested.told, 500),
            until=contested.until,
            by=by,
            at=now,
        )
        _put_on(cycle, contested.until)
        what = _("Challenged. The cycle is paused; it should go on from {day}.", day=_on_record(contested.until))
        minutes.record(cycle, "challenge", what, by=by, now=now, why=made.what)
    return made


def wait_longer(cycle: Cycle, *, until: date, reason: str, by: Participant, now: datetime) -> None:
    """Change the day the cycle should go on, with a reason that everybody reads."""
    with transaction.atomic():
        cycle = held_open(cycle, by)
        today, paused = timezone.localdate(now), cycle.paused_until is not None
        require(duty_rules.why_not_wait_longer(paused=paused, until=until, today=today, reason=reason))
        CycleChallenge.objects.filter(cycle=cycle, resumed_at=None).update(until=until)
        _put_on(cycle, until)
        what = _("The cycle stays paused; it should go on from {day}", day=_on_record(until))
        minutes.record(cycle, "challenge", what, by=by, now=now, why=clean_words(reason, 500))


def resume(cycle: Cycle, *, reason: str, by: Participant, now: datetime) -> None:
    """Go on after a challenge, with the reason: what became of it. Raises `Refused` when the cycle is not paused."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        cycle = held_open(cycle, by)
        held = CycleChallenge.objects.select_for_update(no_key=True).filter(cycle=cycle, resumed_at=None).first()
        if held is None:
            raise Refused(_("This cycle is not paused."))
        held.resumed_at, held.resumed_because = now, words
        held.save(update_fields=["resumed_at", "resumed_because"])
        _put_on(cycle, None)
        minutes.record(cycle, "challenge", _("The cycle goes on after the challenge"), by=by, now=now, why=words)


def _put_on(cycle: Cycle, day: date | None) -> None:
    """The day on the cycle itself, where every door reads it without a further query."""
    cycle.paused_until = day
    cycle.save(update_fields=["paused_until"])


def _on_record(day: date) -> str:
    return on_record(lambda: date_format(day, "j F Y"))


# Looks


def log_of(cycle: Cycle) -> QuerySet[CycleChallenge]:
    """Every challenge of a cycle, newest first."""
    return CycleChallenge.objects.filter(cycle=cycle).order_by("-pk")
