"""Writing the minutes. Every act calls `record` inside its own transaction."""

from datetime import datetime

from django.db.models import QuerySet

from commissioning.models import Cycle, Minute, Participant
from commissioning.sentences import Sentence, on_record


def record(
    cycle: Cycle,
    act: str,
    what: Sentence | str,
    *,
    by: Participant | None,
    now: datetime,
    why: str = "",
    place: str = "",
) -> Minute:
    """Add one line to the minutes of a cycle, in the language of the records; `place` is the workshop it happened in, if any."""
    said, reason = (text.replace("\0", "") for text in (on_record(lambda: str(what)), why))
    return Minute.objects.create(cycle=cycle, act=act, what=said[:600], why=reason[:1000], by=by, at=now, place=place)


def of(cycle: Cycle, place: str | None = None) -> QuerySet[Minute]:
    """The minutes of a cycle, newest first; of one workshop when `place` is given."""
    lines = Minute.objects.filter(cycle=cycle).select_related("by__organisation").order_by("-pk")
    return lines if place is None else lines.filter(place=place)
