"""Keeping the answers of the one-minute pulse, and counting what may be said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Count
from django.utils.crypto import salted_hmac

from commissioning import roles
from commissioning.contributing import printable
from commissioning.models import Participant
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import pulse
from workshops.models import Attendance, PulseAnswer, Workshop

LINK = signing.Signer(salt="workshops.pulse")


def who(workshop: Workshop, participant: Participant) -> str:
    """One person in the answers of one workshop: always the same mark, and nothing that leads back to a name."""
    return salted_hmac("workshops.pulse", f"{workshop.pk}:{participant.pk}", algorithm="sha256").hexdigest()


def moment_of(workshop: Workshop, now: datetime) -> str:
    """Which moment the workshop is at."""
    return pulse.moment_of(workshop.phase, workshop.closed_at, now)


def has_answered(workshop: Workshop, participant: Participant | None, moment: str) -> bool:
    """Whether somebody has answered at this moment."""
    if participant is None:
        return False
    return PulseAnswer.objects.filter(workshop=workshop, who=who(workshop, participant), moment=moment).exists()


def answer(workshop: Workshop, given: Mapping[str, Any], *, moment: str, post: str = "", by: Participant, now: datetime) -> PulseAnswer:
    """Keep somebody's answers; a second time replaces the first, until the next moment comes.

    Not minuted, so that nobody reads in the minutes who answered. Raises `Refused` for an empty form, a moment that is
    over, and somebody who was not there.
    """
    if moment != moment_of(workshop, now):
        raise Refused(_("These questions belong to an earlier moment. Open the page again to see those of now."))
    if by.cycle_id != workshop.cycle_id or not Attendance.objects.filter(workshop=workshop, participant=by).exists():
        raise Refused(_("These questions are for those who came."))
    kept = pulse.cleaned(moment, {code: printable(str(value)) for code, value in given.items()})
    if not kept:
        raise Refused(_("Answer at least one question, or leave this page: nobody has to answer."))
    with transaction.atomic():
        made, __ = PulseAnswer.objects.update_or_create(
            workshop=workshop,
            who=who(workshop, by),
            moment=moment,
            defaults={"group": by.group, "answers": kept, "post": post if post in pulse.POSTS else "", "at": now},
        )
    return made


@dataclass
class PulseReport:
    """What may be shown of a workshop's pulse."""

    findings: list[pulse.Finding]
    changes: list[pulse.Change]
    felt: list[pulse.Felt]
    hours: dict[str, tuple[str, int]]
    examples: list[str]
    posts: dict[str, int]


def invited(workshop: Workshop) -> dict[str, int]:
    """How many people of each group came; those who run the room or only watch are on no side."""
    no_side = [role.code for role in roles.ROLES.values() if not role.votes]
    came = Attendance.objects.filter(workshop=workshop).exclude(participant__roles__code__in=no_side)
    return dict(came.values_list("participant__group").annotate(n=Count("participant", distinct=True)).order_by("participant__group"))


def targets() -> list[pulse.Target]:
    """The programme's targets, from its dated configuration."""
    return [pulse.Target(row["measure"], row["percent"], row["source"], date.fromisoformat(row["since"])) for row in settings.PULSE_TARGETS]


def report(workshop: Workshop, came: Mapping[str, int], on: date) -> PulseReport:
    """Everything that may be said of the answers, group beside group; one query."""
    rows = PulseAnswer.objects.filter(workshop=workshop)
    answers = [pulse.Answer(row.who, row.group, row.moment, row.answers, row.post) for row in rows]
    return PulseReport(
        pulse.findings(answers, came, targets(), on),
        pulse.changes(answers),
        pulse.felt(answers, workshop.cycle.level),
        pulse.hours_spent(answers),
        pulse.examples(answers),
        pulse.posts(answers),
    )


def link_token(workshop: Workshop, participant: Participant) -> str:
    """What a signed link to the questions carries, for somebody with no account and another device."""
    return LINK.sign(f"{workshop.pk}.{participant.pk}").replace(":", "~")


def of_token(token: str) -> tuple[Workshop, Participant] | None:
    """Whose link this is and to which workshop; None when it was not signed here or they have left."""
    try:
        first, __, second = LINK.unsign(token.replace("~", ":")).partition(".")
    except signing.BadSignature:
        return None
    workshop = Workshop.objects.select_related("cycle__authority").filter(pk=first).first()
    participant = Participant.objects.filter(pk=second, withdrawn_at=None).first()
    return (workshop, participant) if workshop and participant else None
