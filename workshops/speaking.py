"""The speakers' queue: asking to speak, whose turn it is, and how the voices in a room are balanced."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Sum, Value
from django.db.models.functions import Length, Replace

from commissioning import minutes
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import pairing, policy, tally
from workshops.announcing import announce
from workshops.attending import here
from workshops.models import Attendance, Turn, Workshop


def ask(workshop: Workshop, *, by: Participant, now: datetime) -> None:
    """Ask to speak. Asking twice changes nothing."""
    place = here(workshop, by)
    if workshop.closed_at or place.withdrawn or by.cycle_id != workshop.cycle_id:
        raise Refused(_("You cannot ask to speak here now."))
    require(place.shut)
    with transaction.atomic():
        Turn.objects.get_or_create(workshop=workshop, participant=by, ended_at=None, defaults={"asked_at": now})
        announce(workshop.pk, f"turns-{workshop.pk}", f"desk-{workshop.pk}")


def take_back(workshop: Workshop, *, by: Participant, now: datetime) -> None:
    """Not to speak after all, or to end one's own turn."""
    with transaction.atomic():
        waiting = Turn.objects.filter(workshop=workshop, participant=by, ended_at=None)
        waiting.filter(started_at=None).delete()
        waiting.update(ended_at=now)
        announce(workshop.pk, f"turns-{workshop.pk}", f"desk-{workshop.pk}")


def give_next(workshop: Workshop, *, by: Participant, now: datetime) -> Turn | None:
    """End the present turn and give the next one, fairly between the groups; returns whose it is."""
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        Turn.objects.filter(workshop=workshop, ended_at=None).exclude(started_at=None).update(ended_at=now)
        line = queue(workshop)
        following = line.waiting[0] if line.waiting else None
        if following is not None:
            following.started_at = now
            following.save(update_fields=["started_at"])
            what = _("{who} has the floor", who=following.participant.signature)
            minutes.record(workshop.cycle, "turn", what, by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"turns-{workshop.pk}", f"desk-{workshop.pk}")
    return following


@dataclass
class Line:
    """Who speaks now, and who waits, in the order in which they will speak."""

    speaking: Turn | None
    waiting: list[Turn]


def queue(workshop: Workshop) -> Line:
    """The speakers' queue: sides that have spoken least come first, then who asked first. Two queries."""
    open_turns = list(Turn.objects.filter(workshop=workshop, ended_at=None).select_related("participant__organisation"))
    had = Turn.objects.filter(workshop=workshop).exclude(started_at=None).values_list("participant__group").annotate(n=Count("pk"))
    spoken = dict(had.order_by())
    waiting = {t.pk: t for t in open_turns if t.started_at is None}
    order = pairing.speaking_order([(t.pk, t.participant.group) for t in waiting.values()], spoken)
    return Line(next((t for t in open_turns if t.started_at), None), [waiting[pk] for pk in order])


@dataclass(frozen=True)
class Voice:
    """How much one group has been heard, beside how many of it came. Shares are whole percentages; None when nobody has."""

    group: str
    came: int
    cards: int
    words: int
    turns: int
    share_came: int | None
    share_words: int | None


def balance(workshop: Workshop) -> list[Voice]:
    """Contributions, words and turns by group, for the facilitator (WS-11). Three queries."""
    places = [workshop.slug, *workshop.rooms.values_list("slug", flat=True)]
    gaps = Length("text") - Length(Replace("text", Value(" "), Value(""))) + 1
    said = Contribution.objects.filter(cycle=workshop.cycle_id, place__in=places, withdrawn_at=None)
    rows = {g: (n, w) for g, n, w in said.values_list("group").annotate(n=Count("pk"), w=Sum(gaps)).order_by()}
    turns = Turn.objects.filter(workshop=workshop).exclude(started_at=None).values_list("participant__group").annotate(n=Count("pk"))
    spoken = dict(turns.order_by())
    came = dict(Attendance.objects.filter(workshop=workshop).values_list("participant__group").annotate(n=Count("pk")).order_by())
    all_came, all_words = sum(came.values()), sum(w for __, w in rows.values())
    return [
        Voice(
            group=code,
            came=came.get(code, 0),
            cards=rows.get(code, (0, 0))[0],
            words=rows.get(code, (0, 0))[1],
            turns=spoken.get(code, 0),
            share_came=_percent(came.get(code, 0), all_came),
            share_words=_percent(rows.get(code, (0, 0))[1], all_words),
        )
        for code in tally.GROUPS
    ]


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
