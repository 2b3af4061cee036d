"""Who has a clause or a section open to write in it: kept for a few minutes, so that two officers can speak before they meet in one text."""

from datetime import datetime, timedelta

from django.core.cache import cache

from commissioning.models import Participant

KEPT = timedelta(minutes=10)


def opened(place: str, me: Participant, *, now: datetime) -> list[tuple[str, datetime]]:
    """Note that somebody opened it; returns who else did in the last minutes, and when."""
    key = f"writing:{me.cycle_id}:{place}"
    listed: dict[int, tuple[str, datetime]] = cache.get(key) or {}
    fresh = {pk: row for pk, row in listed.items() if now - row[1] < KEPT}
    cache.set(key, fresh | {me.pk: (me.signature, now)}, KEPT.total_seconds())
    return [row for pk, row in fresh.items() if pk != me.pk]


def done(place: str, me: Participant) -> None:
    """Note that somebody saved and left."""
    key = f"writing:{me.cycle_id}:{place}"
    listed = cache.get(key) or {}
    if listed.pop(me.pk, None):
        cache.set(key, listed, KEPT.total_seconds())
