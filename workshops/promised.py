"""Looks at promises: which a room has, which nobody has taken on, who is here to take one, and the link of who is asked outside."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core import signing
from django.db.models import Q, QuerySet

from commissioning.models import Cycle, Participant
from workshops import promises, seating
from workshops.models import Action, Attendance, OutsidePromise, Seating, Workshop

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


@dataclass(frozen=True)
class Line:
    """One promise in the ledger, wherever it was made."""

    promise: Action | OutsidePromise

    @property
    def outside(self) -> bool:
        """Whether it was made outside a workshop."""
        return isinstance(self.promise, OutsidePromise)

    @property
    def state(self) -> str:
        """What came of it, as a code of `promises.LEDGER`."""
        return promises.in_ledger(self.promise.standing, self.promise.acceptance)

    @property
    def state_words(self) -> str:
        """The same in words."""
        return str(promises.LEDGER[self.state])

    @property
    def due(self) -> date:
        """By when."""
        return self.promise.due


def lines(cycle: Cycle) -> list[Line]:
    """Every promise of a cycle, made in a workshop or outside, soonest first; two queries."""
    outside = OutsidePromise.objects.filter(cycle=cycle).select_related("owner_participant", "written_by")
    found = [*map(Line, ledger(cycle)), *map(Line, outside)]
    return sorted(found, key=lambda line: (line.due, line.outside, line.promise.pk))


def by_side(listed: Iterable[Line]) -> list[tuple[str, dict[str, int]]]:
    """How many promises each side made, by what came of them (M-32); a side that made none is left out."""
    counted = Counter((line.promise.side, line.state) for line in listed)
    sides = [(str(label), {s: counted[(code, s)] for s in promises.LEDGER}) for code, label in Action.Side.choices]
    return [(label, row) for label, row in sides if any(row.values())]


def open_of(person: Participant) -> list[Line]:
    """The promises somebody made, or is asked to make, that are not done yet: whoever leaves hands these over (TR-07)."""
    done = (promises.DONE, promises.DROPPED)
    inside = Action.objects.filter(owner_participant=person).exclude(progress__in=done).exclude(acceptance=promises.DECLINED)
    outside = OutsidePromise.objects.filter(owner_participant=person).exclude(progress__in=done).exclude(acceptance=promises.DECLINED)
    return [*map(Line, inside.select_related("workshop").order_by("due", "pk")), *map(Line, outside.order_by("due", "pk"))]


def link_token(action: Action) -> str:
    """What the signed link carries: the action and who was asked, so that it ends when somebody else is asked."""
    number, email, signature = action.pk, action.owner_email, LINK.sign(f"{action.pk}:{action.owner_email}").rpartition(":")[2]
    return f"{number}~{email}~{signature}"


def action_of_token(token: str) -> Action | None:
    """The action a signed link is about; None when it was not signed here or somebody else is asked by now."""
    try:
        number, __, rest = token.partition("~")
        email, __, signature = rest.rpartition("~")  # an address may have a tilde in it
        LINK.unsign(f"{number}:{email}:{signature}")
    except signing.BadSignature:
        return None
    found = Action.objects.select_related("workshop__cycle__authority").filter(pk=number, owner_email=email).first()
    return found if email else None
