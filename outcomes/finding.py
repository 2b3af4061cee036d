"""Finding a public cycle: by words, area, stage, and whether somebody who is not invited can take part now (FS-05, PN-06)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from commissioning import glossary
from commissioning.models import Area, Cycle
from workshops.models import Workshop


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; nothing asked finds every public cycle."""

    words: str = ""
    area: str = ""
    stage: str = ""
    now: bool = False


def open_to_anybody(now: datetime) -> QuerySet[Workshop]:
    """The workshops that anybody can join: said so, not over, not called off, and their code and their time have not run out."""
    in_time = (Q(code_expires_at=None) | Q(code_expires_at__gt=now)) & (Q(closes_at=None) | Q(closes_at__gt=now))
    return Workshop.objects.filter(in_time, entry=Workshop.Entry.ANYBODY, closed_at=None, called_off_because="", parent=None)


def find(asked: Asked, *, now: datetime) -> QuerySet[Cycle]:
    """The public cycles that fit, newest first, each with `joinable`."""
    joinable = Exists(open_to_anybody(now).filter(cycle=OuterRef("pk")))
    found = Cycle.objects.public().select_related("authority", "service").prefetch_related("areas", "stages").annotate(joinable=joinable)
    if asked.area:
        found = found.filter(pk__in=Cycle.objects.filter(areas__name=asked.area).values("pk"))
    if asked.stage:
        found = found.filter(pk__in=Cycle.objects.filter(stages__code=asked.stage, stages__state="open").values("pk"))
    if asked.now:
        found = found.filter(joinable=True, state=Cycle.State.OPEN)
    if asked.words:
        found = found.filter(pk__in=_with_words(asked.words))
    return found.order_by("-public_at", "-pk")


def _with_words(words: str) -> list[int]:
    """Cycles whose public words hold all that is asked, however typed, or the words this product uses for it.

    Folding accents and beginning at the start of a word is not something both databases do alike, so it is done here.
    """
    whole = glossary.said_otherwise(words)
    wanted = [whole] if len(whole) > 1 else [glossary.said_otherwise(word) for word in words.split()]
    rows = Cycle.objects.public().select_related("authority", "service").prefetch_related("areas", "scope")
    return [cycle.pk for cycle in rows if _holds(_words_of(cycle), wanted)]


def _words_of(cycle: Cycle) -> str:
    areas, scope = (area.name for area in cycle.areas.all()), (line.text for line in cycle.scope.all())
    parts = (cycle.title, cycle.service.name, cycle.authority.name, cycle.purpose, cycle.who_proposes, cycle.who_votes, *areas, *scope)
    return " " + " ".join(glossary.folded(" ".join(parts)).split())


def _holds(text: str, wanted: Iterable[set[str]]) -> bool:
    return all(any(way in text for way in ways) for ways in wanted)


def areas() -> list[str]:
    """The areas that public cycles name."""
    return list(Area.objects.filter(cycles__in=Cycle.objects.public()).order_by("name").values_list("name", flat=True).distinct())
