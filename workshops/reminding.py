"""Reminding people once at each moment: of the meeting, of dates they have not answered, of time that ends soon."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from commissioning.models import Participant
from workshops import letters, terms
from workshops.models import Attendance, DateAnswer, Invitation, Letter, Workshop


def remind(*, now: datetime) -> int:
    """Ask for every letter that is due; returns how many were. Run twice, the second finds nothing to do."""
    # Nobody is reminded of what takes nothing now: a cycle that a challenge pauses, or one whose procurement has its day (INV-23).
    quiet = Q(cycle__paused_until__isnull=False) | Q(cycle__procurement_from__isnull=False)
    running = Workshop.objects.filter(closed_at=None).exclude(quiet).select_related("cycle")
    asked = 0
    for workshop in running.filter(starts_at__gt=now, called_off_because=""):
        asked += _of_meeting(workshop, now)
    for workshop in running.filter(closes_at__gt=now):
        asked += _of_closing(workshop, now)
    for workshop in running.filter(Q(starts_at=None) | ~Q(called_off_because=""), proposed_dates__taken_back_at=None).distinct():
        asked += _of_dates(workshop, now)
    return asked


def _of_meeting(workshop: Workshop, now: datetime) -> int:
    expected = _invited(workshop).filter(answer__in=(Invitation.Answer.WAITING, Invitation.Answer.COME))
    return _ask(workshop, expected, Letter.Kind.REMINDER, terms.MEETING, workshop.starts_at, now)


def _of_closing(workshop: Workshop, now: datetime) -> int:
    came = Attendance.objects.filter(workshop=workshop).values("participant")
    absent = _invited(workshop).exclude(answer=Invitation.Answer.CANNOT).exclude(participant__in=came)
    return _ask(workshop, absent, Letter.Kind.CLOSING, terms.CLOSING, workshop.closes_at, now)


def _ask(
    workshop: Workshop, expected: QuerySet[Invitation], kind: str, moments: tuple[terms.Moment, ...], event: datetime | None, now: datetime
) -> int:
    by_moment: dict[str, list[Participant]] = {}
    chosen = (
        Letter.objects.filter(workshop=workshop, kind=Letter.Kind.CHOSEN).order_by("-asked_at").values_list("asked_at", flat=True).first()
    )
    for invitation in expected:
        # Whoever was told of the date a minute ago is not reminded of it as well.
        moment = terms.due(moments, event, max(invitation.at, chosen or invitation.at), now)
        if moment is not None:
            by_moment.setdefault(moment.code, []).append(invitation.participant)
    asked = 0
    with transaction.atomic():
        for code, people in by_moment.items():
            occasion = f"{code}:{workshop.pk}:{event:%Y%m%dT%H%M%z}"
            asked += letters.ask_for(people, kind, occasion, cycle=workshop.cycle, workshop=workshop, now=now)
    return asked


def _of_dates(workshop: Workshop, now: datetime) -> int:
    waiting = workshop.proposed_dates.filter(taken_back_at=None, starts_at__gt=now, at__lte=now - terms.UNANSWERED_AFTER)
    newest = waiting.order_by("-at").first()
    if newest is None:
        return 0
    answered = DateAnswer.objects.filter(date__in=waiting).values("participant")
    silent = _invited(workshop).exclude(answer=Invitation.Answer.CANNOT).exclude(participant__in=answered)
    silent = silent.filter(at__lte=now - terms.UNANSWERED_AFTER)
    with transaction.atomic():
        people = [invitation.participant for invitation in silent]
        return letters.ask_for(
            people, Letter.Kind.UNANSWERED, f"unanswered:{workshop.pk}:{newest.pk}", cycle=workshop.cycle, workshop=workshop, now=now
        )


def _invited(workshop: Workshop) -> QuerySet[Invitation]:
    return Invitation.objects.filter(workshop=workshop).select_related("participant")
