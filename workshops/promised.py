"""Looks at promises: which a room has, which nobody has taken on, who is here to take one, and the link of who is asked outside."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q, QuerySet

from commissioning.models import Cycle, Participant
from workshops import promises, seating
from workshops.models import Action, Attendance, Seating, Workshop

JUST_HERE = timedelta(minutes=30)  # a phone in a pocket is silent for a while; whoever left longer ago is asked
MOST_LISTED = 300  # names in one list; whoever is not on it is written by name
LINK = signing.Signer(salt="workshops.promise")


def actions_of(workshop: Workshop) -> QuerySet[Action]:
    """The actions of a workshop, and those carried on to it from the one before."""
    return Action.objects.filter(Q(workshop=workshop) | Q(carried_to=workshop)).select_related("owner_participant")


def untaken(actions: Iterable[Action]) -> list[Action]:
    """The actions that nobody has taken on."""
    return [a for a in actions if not promises.is_taken(a.acceptance, a.progress)]


def present(workshop: Workshop, now: datetime) -> list[Participant]:
    """Who is in the room, or was a moment ago: those an action can be given to at once.

    Somebody without a device gives no sign of life and is here until they have gone; the seats of a table are nobody by name.
    """
    seated = Seating.objects.filter(workshop=workshop, ended_at=None, table="").values("participant")
    came = Attendance.objects.filter(Q(last_at__gte=now - JUST_HERE) | Q(participant__in=seated), workshop=workshop).values("participant")
    return list(Participant.objects.filter(pk__in=came, withdrawn_at=None).select_related("organisation").order_by("group", "shown_name"))


def others(workshop: Workshop, here: list[Participant]) -> list[Participant]:
    """Those of the cycle who are not in the room: they can be asked, and answer on their own page."""
    named = Participant.objects.filter(cycle=workshop.cycle_id, withdrawn_at=None).exclude(pk__in=seating.at_tables(workshop.cycle_id))
    absent = named.exclude(pk__in=[p.pk for p in here])
    return list(absent.select_related("organisation").order_by("shown_name")[:MOST_LISTED])


def askable(workshop: Workshop, now: datetime) -> dict[str, list[Participant]]:
    """Who an action can be given to: those here, who take it on at once, and the others, who are asked. Two queries."""
    here = present(workshop, now)
    return {"people": here, "others": others(workshop, here)}


def ledger(cycle: Cycle) -> QuerySet[Action]:
    """Every promise made in a cycle, soonest first (TR-02)."""
    listed = Action.objects.filter(workshop__cycle=cycle).select_related("workshop", "owner_participant")
    return listed.order_by("due", "pk")


def link_token(action: Action) -> str:
    """What the signed link carries: the action and who was asked, so that it ends when somebody else is asked."""
    return LINK.sign(f"{action.pk}:{action.owner_email}").replace(":", "~")


def action_of_token(token: str) -> Action | None:
    """The action a signed link is about; None when it was not signed here or somebody else is asked by now."""
    try:
        number, __, email = LINK.unsign(token.replace("~", ":")).partition(":")
    except signing.BadSignature:
        return None
    found = Action.objects.select_related("workshop__cycle__authority").filter(pk=number, owner_email=email).first()
    return found if email else None
