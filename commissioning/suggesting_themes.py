"""The machine suggests themes, in a worker. It places only answers no person has placed, and takes back only what nobody looked at."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from commissioning import minutes, policy, roles, tasks
from commissioning.models import Consultation, Participant, Response, Theme, ThemeChange, Theming
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _

HELD_FOR = timedelta(minutes=3)
FEWEST = 20  # answers: fewer are read sooner than grouped
BATCH = 2000
Now = Callable[[], datetime]


class Lost(Exception):  # noqa: N818 (nothing is wrong: another worker has it)
    """Another worker goes on with it."""


def ask(consultation: Consultation, *, by: Participant, now: datetime) -> None:
    """Ask the machine for themes; asked for while it is at it, it goes on."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if Response.objects.shown().filter(consultation=consultation)[:FEWEST].count() < FEWEST:
        raise Refused(_("With fewer than {n} answers, read them and make the themes yourselves.", n=FEWEST))
    with transaction.atomic():
        held = Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
        if held.suggesting is not None:
            return
        held.suggesting, held.suggesting_held_at = 0, None
        held.save(update_fields=["suggesting", "suggesting_held_at"])
        minutes.record(held.cycle, "theme", _("The machine was asked to suggest themes: {title}", title=held.title), by=by, now=now)
        tasks.in_background(tasks.suggest_themes, held.pk)


def left_lying(now: datetime) -> list[int]:
    """Consultations whose worker is gone, or whose message was lost."""
    quiet = Q(suggesting_held_at=None) | Q(suggesting_held_at__lt=now - HELD_FOR)
    return list(Consultation.objects.filter(quiet, suggesting__isnull=False).values_list("pk", flat=True)[:20])


def work(consultation_id: int, *, now: Now) -> None:
    """Suggest. Safe to run twice: what it made before, and nobody touched, is made anew."""
    began = now()
    free = Q(suggesting_held_at=None) | Q(suggesting_held_at__lt=began - HELD_FOR)
    waiting = Consultation.objects.filter(free, pk=consultation_id, suggesting__isnull=False)
    if not waiting.update(suggesting_held_at=began):
        return
    held = [began]

    def reached(percent: int) -> None:
        at = max(now(), held[0] + timedelta(microseconds=1))
        mine = Consultation.objects.filter(pk=consultation_id, suggesting_held_at=held[0])
        if not mine.update(suggesting=percent, suggesting_held_at=at):
            raise Lost
        held[0] = at

    try:
        _suggest(consultation_id, reached, now)
    except Lost:
        return
    except Exception:
        Consultation.objects.filter(pk=consultation_id, suggesting_held_at=held[0]).update(suggesting=None, suggesting_held_at=None)
        raise
    Consultation.objects.filter(pk=consultation_id, suggesting_held_at=held[0]).update(suggesting=None, suggesting_held_at=None)


def _suggest(consultation_id: int, reached: Callable[[int], None], now: Now) -> None:
    from commissioning import grouping  # noqa: PLC0415 (numpy and scikit-learn: a process that serves pages does not need them)

    reached(5)
    by_people = Theming.objects.filter(response=OuterRef("pk"), ended_at=None, hand=Theming.Hand.PERSON)
    rows = Response.objects.shown().filter(~Exists(by_people), consultation=consultation_id).order_by("pk")
    listed = list(rows.values_list("pk", "text").iterator(chunk_size=5000))
    _forget(consultation_id)
    if not listed:
        return
    topics, placed = grouping.group([text for __, text in listed], reached)
    found: dict[int, list[int]] = {}
    for (pk, __), topic in zip(listed, placed, strict=True):
        if topic is not None:
            found.setdefault(topic, []).append(pk)
    reached(70)
    kept = sorted(((t, pks) for t, pks in found.items() if len(pks) >= grouping.LEAST), key=lambda one: -len(one[1]))
    for n, (topic, pks) in enumerate(kept):
        _keep(consultation_id, topics[topic], pks, now())
        reached(70 + 29 * (n + 1) // len(kept))


def _forget(consultation_id: int) -> None:
    """Take back what the machine made before and nobody looked at; what somebody touched stays."""
    untouched = Theme.objects.filter(consultation=consultation_id, suggested=True, merged_into=None).annotate(
        people=Count("themings", filter=Q(themings__hand=Theming.Hand.PERSON) | Q(themings__ended_by__isnull=False)),
        changes=Count("history", filter=Q(history__by__isnull=False)),
    )
    gone = [theme.pk for theme in untouched if not theme.people and not theme.changes]
    with transaction.atomic():
        Theming.objects.filter(theme__in=gone).delete()
        Theme.objects.filter(pk__in=gone).delete()


def _keep(consultation_id: int, topic: Any, responses: list[int], now: datetime) -> None:
    with transaction.atomic():
        Consultation.objects.select_for_update(no_key=True).get(pk=consultation_id)  # somebody may be naming a theme just now
        taken = {n.casefold() for n in Theme.objects.filter(consultation=consultation_id).values_list("name", flat=True)}
        name = next(n for n in (topic.name, *(f"{topic.name} ({i})" for i in range(2, 99))) if n.casefold() not in taken)
        terms = ", ".join(topic.terms)[:200]
        theme = Theme.objects.create(consultation_id=consultation_id, name=name[:120], terms=terms, suggested=True, made_at=now)
        what = on_record(lambda: str(_("Suggested by the machine from these words: {terms}", terms=terms)))
        ThemeChange.objects.create(theme=theme, what=what, by=None, at=now)
        rows = [Theming(response_id=pk, theme=theme, hand=Theming.Hand.MACHINE, at=now) for pk in responses]
        Theming.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
