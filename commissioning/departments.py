"""Departments and other commissioners whose services a cycle touches: asked, watching, or taking part (AN-18)."""

from datetime import datetime

from django.db import transaction

from commissioning import minutes, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Department, Membership, Participant, User
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def note(cycle: Cycle, *, name: str, services: str, standing: str, by: Participant, now: datetime) -> Department:
    """Say which department this cycle touches and what it does here; the same name again changes what was said."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if standing not in Department.Standing.values:
        raise Refused(_("Choose what they do here."))
    return _keep(cycle, name, services, standing, user=None, by=by, now=now)


def watch(cycle: Cycle, *, name: str, services: str, user: User, now: datetime) -> Department:
    """An officer of another department follows this cycle, and names the services they are responsible for.

    Raises `Refused` for somebody who is no officer of any authority, and without a service.
    """
    if not Membership.objects.filter(user=user).exists():
        raise Refused(_("Watching is for officers. Everybody else can join the cycle."))
    if not services.strip():
        raise Refused(_("Name at least one of your services, so that you are shown what touches it."))
    return _keep(cycle, name, services, Department.Standing.WATCHES, user=user, by=None, now=now)


def _keep(cycle: Cycle, name: str, services: str, standing: str, *, user: User | None, by: Participant | None, now: datetime) -> Department:
    called = clean_words(name, 160)
    touched = clean_words(services, 300) if services.strip() else ""
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        if cycle.state == Cycle.State.CLOSED:
            raise Refused(_("This cycle is closed. Nothing more can be added."))
        kept = Department.objects.filter(cycle=cycle, name__iexact=called).first() or Department(cycle=cycle, name=called)
        if user is not None and kept.user_id not in (None, user.pk):  # a name typed by somebody else never takes a watch over
            raise Refused(_("Somebody else speaks for your organisation. Do this together with them."))
        if user is not None and kept.standing == Department.Standing.JOINED:
            standing = kept.standing
        same = kept.pk and (kept.services, kept.standing, kept.user_id) == (touched, standing, user.pk if user else kept.user_id)
        if same:
            return kept
        kept.services, kept.standing, kept.at, kept.user = touched, standing, now, user or kept.user
        kept.save()
        what = _("{name}: {standing}", name=kept.name, standing=Department.Standing(standing).label)
        minutes.record(cycle, "department", what, by=by, now=now, why=touched)
    return kept


def watched_by(cycle: Cycle, user: User | None) -> list[Department]:
    """The departments for which somebody follows this cycle."""
    return list(Department.objects.filter(cycle=cycle, user=user)) if user is not None else []


def services_of(departments: list[Department]) -> list[str]:
    """The services named for these departments, each once."""
    words = (part.strip() for one in departments for part in one.services.replace(";", ",").split(","))
    return list(dict.fromkeys(word for word in words if word))


def touched(text: str, services: list[str]) -> list[str]:
    """Which of these services a text speaks of."""
    said = text.casefold()
    return [service for service in services if service.casefold() in said]
