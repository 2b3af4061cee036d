"""Leaving a return as it was: a version that was begun and in which nothing was changed goes, and the minutes say so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from commissioning import minutes
from commissioning.models import Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import return_looks, returning
from outcomes.models import Award, Reading, Return, Story

OF_STORY = ("words", "consent", "consent_note", "published_at")
OF_RESOURCE = ("kind", "amount", "unit", "words")


def as_it_was(returned: Return | None) -> bool:
    """Whether this is another version that says the same as the one before it."""
    if returned is None or returned.state != Return.State.DRAFT or returned.version == 1:
        return False
    before = returned.award.returns.filter(quarter=returned.quarter, version__lt=returned.version).order_by("-version").first()
    return before is not None and _said(before) == _said(returned)


def _said(returned: Return) -> tuple[Any, ...]:
    readings: Iterable[Reading] = returned.readings.prefetch_related("stories")
    said = {r.measure_id: (_values(r, returning.COPIED), {s.key: _values(s, OF_STORY) for s in r.stories.all()}) for r in readings}
    return returned.hours, said, sorted(map(str, returned.added.values_list(*OF_RESOURCE)))


def _values(row: Any, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def discard(award: Award, quarter: int, *, by: Participant, now: datetime) -> None:
    """Discard another version of a return that was begun. Raises `Refused` once something in it was changed."""
    with transaction.atomic():
        award = returning.hold(award, now, by)
        due = return_looks.due_measures(award, quarter, return_looks.measures_of(award.lot.cycle))
        require(returning.why_not(award, quarter, by, len(due)))
        last = returning.last_of(award, quarter)
        if not as_it_was(last):
            raise Refused(_("Something in this version was changed, so it stays. Send it, or write what stood there before."))
        assert last is not None  # noqa: S101 (it is as it was, so there is one; this tells the type checker)
        Story.objects.filter(reading__returned=last).delete()
        last.readings.all().delete()
        last.added.all().delete()
        number, why = last.version, last.changed_because
        last.delete()
        values = {"provider": str(award.provider), "q": quarter, "v": number}
        what = _("{provider} leaves the return of quarter {q} as it was: version {v} is gone", **values)
        minutes.record(award.lot.cycle, "return", what, by=by, now=now, why=why)
