"""Joining a workshop by its code, being in it, and who is here now."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from commissioning import people, roles
from commissioning.models import Cycle, Participant, User
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import policy
from workshops.announcing import announce, announce_unrevised
from workshops.models import Attendance, Seat, Seating, Workshop

HERE_FOR = timedelta(seconds=50)  # two missed heartbeats and somebody counts as gone
MAY_RETURN = timedelta(minutes=5)  # for so long somebody who lost their connection may still be sending


def tidy_code(typed: str) -> str:
    """A code as kept, however it was typed: k7qm-4xpt, K7QM 4XPT."""
    return "".join(c for c in typed.upper() if c.isalnum())[:40]


def workshop_for_code(typed: str, now: datetime) -> Workshop | None:
    """The workshop this code opens; None for wrong, expired and closed alike, so that guessing teaches nothing."""
    found = Workshop.objects.select_related("cycle__authority", "cycle__service").filter(code=tidy_code(typed)).first()
    if found is None or found.closed_at or (found.code_expires_at and found.code_expires_at <= now):
        return None
    return found


def join(workshop: Workshop, introduction: people.Introduction, *, now: datetime, user: User | None = None) -> tuple[Participant, str]:
    """Join a workshop and so its cycle, with no account needed; returns the participant and their personal key.

    Raises `Refused` when the room is full.
    """
    with transaction.atomic():
        if workshop.capacity and Attendance.objects.filter(workshop=workshop).count() >= workshop.capacity:
            raise Refused(_("This room is full: {n} people have joined. Ask whoever invited you.", n=workshop.capacity))
        participant, key = people.take_part(workshop.cycle, introduction, now=now, user=user, place=workshop.slug)
        attend(workshop, participant, now=now)
    return participant, key


def attend(workshop: Workshop, participant: Participant, *, now: datetime) -> None:
    """Note that somebody is in the workshop now; the first time it is their arrival."""
    if participant.cycle_id != workshop.cycle_id:
        raise Refused(_("You are not part of this cycle."))
    with transaction.atomic():
        __, first = Attendance.objects.update_or_create(
            workshop=workshop,
            participant=participant,
            defaults={"last_at": now, "gone": ""},
            create_defaults={"first_at": now, "last_at": now},
        )
        if first:
            announce(workshop.pk, f"presence-{workshop.pk}")


def still_here(workshop_id: int, participant_ids: Collection[int], *, changed: bool) -> None:
    """Keep everybody on these sockets present: one statement for all of them."""
    Attendance.objects.filter(workshop=workshop_id, participant__in=participant_ids).update(last_at=timezone.now(), gone="")
    if changed:
        announce_unrevised(workshop_id, f"presence-{workshop_id}", f"arriving-{workshop_id}")


def note_gone(workshop_id: int, went: dict[str, Collection[int]], *, since: datetime) -> None:
    """Note who left the page and who lost their connection at `since`; whoever has been seen since is here, by another door."""
    for how, participant_ids in went.items():
        seen_last = Attendance.objects.filter(workshop=workshop_id, participant__in=participant_ids, last_at__lte=since)
        seen_last.update(gone=how, last_at=since)
    announce_unrevised(workshop_id, f"presence-{workshop_id}", f"arriving-{workshop_id}")


def note_waiting(workshop: Workshop, participant: Participant, n: int, *, now: datetime) -> None:
    """Note how many messages somebody's browser says it still holds; said twice, it is noted once."""
    changed = Attendance.objects.filter(workshop=workshop, participant=participant).exclude(waiting=n).update(waiting=n, last_at=now)
    if changed:
        announce_unrevised(workshop.pk, f"arriving-{workshop.pk}")


def still_arriving(workshop: Workshop, now: datetime) -> int:
    """How many people may still be sending while ballots are open: a number for the facilitator, never who.

    They hold unsent messages, or lost their connection in the last five minutes and have not voted in an open ballot.
    """
    recently = Attendance.objects.filter(workshop=workshop, last_at__gte=now - MAY_RETURN)
    unvoted = Seat.objects.filter(ballot__workshop=workshop, ballot__closed_at=None, choice="")
    lost = Q(gone=Attendance.Gone.LOST) | Q(gone="", last_at__lt=now - HERE_FOR)
    waits = Q(participant__in=unvoted.values("participant")) | Q(participant__organisation__in=unvoted.values("organisation"))
    if not Seat.objects.filter(ballot__workshop=workshop, ballot__closed_at=None).exists():
        return 0
    return recently.filter(Q(waiting__gt=0) | (lost & waits)).count()


def present_by_group(workshop: Workshop, now: datetime) -> dict[str, int]:
    """How many people of each group are here now; whoever runs the room or only watches is on no side.

    Somebody without a device gives no sign of life, so they count from when they were seated.
    """
    counted: dict[str, int] = {}
    for group, _seated, n in _here_by_group(workshop, now):
        counted[group] = counted.get(group, 0) + n
    return counted


def screens_by_group(workshop: Workshop, now: datetime) -> tuple[dict[str, int], int]:
    """How many people of each group are here with a screen of their own, so that they can press something; how many are without."""
    counted = _here_by_group(workshop, now)
    return {group: n for group, seated, n in counted if not seated}, sum(n for __, seated, n in counted if seated)


def present_people(workshop: Workshop, now: datetime) -> QuerySet[Attendance, int]:
    """Who is here now, whatever their role, by number."""
    here = Attendance.objects.filter(_seen(now) | Q(_seated(workshop)), workshop=workshop)
    return here.values_list("participant", flat=True)


def _here_by_group(workshop: Workshop, now: datetime) -> list[tuple[str, bool, int]]:
    no_side = [role.code for role in roles.ROLES.values() if not role.votes]
    present = Attendance.objects.filter(_seen(now) | Q(_seated(workshop)), workshop=workshop).annotate(seated=_seated(workshop))
    here = present.exclude(participant__roles__code__in=no_side)
    return list(here.values_list("participant__group", "seated").annotate(n=Count("pk")).order_by("participant__group", "seated"))


def _seen(now: datetime) -> Q:
    return Q(last_at__gte=now - HERE_FOR) & ~Q(gone=Attendance.Gone.LOST)


def _seated(workshop: Workshop) -> Exists:
    """Whether somebody has a seat without a device now."""
    return Exists(
        Seating.objects.filter(workshop=workshop, ended_at=None, participant__withdrawn_at=None, participant=OuterRef("participant"))
    )


def is_here(workshop: Workshop, participant: Participant, now: datetime) -> bool:
    """Whether somebody is in the workshop now."""
    still = Attendance.objects.filter(workshop=workshop, participant=participant, last_at__gte=now - HERE_FOR)
    return still.filter(participant__withdrawn_at=None).exists()


def held_for_talk(workshop: Workshop, by: Participant) -> Workshop:
    """The workshop of somebody of its cycle, held with that cycle. Call it inside a transaction. Raises `Refused` for anybody else.

    The cycle first, as joining and the gate do: nobody then waits for somebody who waits for them, and the gate opens before
    what is said or after it.
    """
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=workshop.cycle_id)
    held = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
    held.cycle = cycle
    if by.cycle_id != cycle.pk:
        raise Refused(_("You are not part of this workshop."))
    return held


def here(workshop: Workshop, participant: Participant, now: datetime | None = None) -> policy.Here:
    """Somebody in a workshop, as the rules see them, at the moment `now` (this one, unless told)."""
    codes = people.role_codes(participant)
    return policy.Here(
        group=participant.group,
        phase=workshop.phase,
        permissions=people.held_by(participant),
        has_voice=roles.has_counted_voice(codes),
        withdrawn=participant.withdrawn_at is not None,
        observer="observer" in codes,
        shut=workshop.cycle.quiet or workshop.window.why_not_now(now or timezone.now()),
    )
