"""People without a device take their seats: one by name, or a table of several. They are participants like everybody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from commissioning import minutes, people
from commissioning.contributing import clean_words
from commissioning.models import Contribution, Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import attending, policy
from workshops.announcing import announce
from workshops.models import Action, Attendance, Cast, Invitation, Seat, Seating, Workshop

MOST_AT_A_TABLE = 30  # people: more than that is several tables


@dataclass(frozen=True)
class Table:
    """Several people of one group who sit together; those of a voluntary organisation share its one vote."""

    name: str
    people: int
    group: str
    standing: str
    organisation: str = ""


@dataclass
class Place:
    """A person without a device, or a whole table, as the pages list them."""

    first: Seating
    people: int = 1

    @property
    def name(self) -> str:
        """What they are called in the room."""
        return self.first.participant.signature


def without_device(workshop: Workshop) -> QuerySet[Seating]:
    """Everybody in a workshop who has no device now, in the order they were seated."""
    return Seating.objects.filter(workshop=workshop, ended_at=None, participant__withdrawn_at=None).select_related(
        "participant__organisation"
    )


def at_tables(cycle_id: int) -> QuerySet[Seating, Any]:
    """The people of a cycle's tables. Each has a vote and none a name of their own, so none can be invited or asked to do anything."""
    return Seating.objects.filter(workshop__cycle=cycle_id, ended_at=None).exclude(table="").values("participant")


def places(seatings: Iterable[Seating]) -> list[Place]:
    """The people one by one and the tables as one each."""
    found: dict[object, Place] = {}
    for seating in seatings:
        name: object = seating.table or seating.pk
        if name in found:
            found[name].people += 1
        else:
            found[name] = Place(seating)
    return list(found.values())


def _ready(workshop: Workshop, by: Participant) -> Workshop:
    """The workshop with its cycle's row held, when `by` may seat people in it now."""
    require(policy.why_not_write_for(held_by(by)))
    # The cycle first, as joining does: two people who arrive at once then wait in the same order.
    Cycle.objects.select_for_update(no_key=True).get(pk=workshop.cycle_id)
    workshop = Workshop.objects.select_related("cycle__authority").get(pk=workshop.pk)
    if by.cycle_id != workshop.cycle_id:
        raise Refused(_("You are not part of this workshop."))
    if workshop.closed_at is not None:
        raise Refused(_("The workshop is over, so nobody can be added."))
    return workshop


def _require_another_name(workshop: Workshop, name: str) -> None:
    same = Q(table__iexact=name) | Q(table="", participant__display_name__iexact=name)
    if without_device(workshop).filter(same).exists():
        raise Refused(
            _("Somebody called {name} is on the list already. Add a second name or a letter, so that they are not mixed up.", name=name)
        )


def seat_person(workshop: Workshop, who: people.Introduction, *, by: Participant, key: str, now: datetime) -> Seating:
    """Add one named person without a device. The same form sent twice adds them once.

    Raises `Refused` when somebody of this name is seated already, a VSO names no organisation, or taking part is not agreed to.
    """
    with transaction.atomic():
        workshop = _ready(workshop, by)
        already = Seating.objects.filter(workshop=workshop, key=key).first()
        if already is not None:
            return already
        _require_another_name(workshop, clean_words(people.printable_line(who.name), 80))
        seating = _seat(workshop, people.take_part(workshop.cycle, who, now=now, place=workshop.slug)[0], "", by, key, now)
        what = _("{who} has no device and was given a seat", who=seating.participant.signature)
        minutes.record(workshop.cycle, "seat", what, by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"presence-{workshop.pk}", f"desk-{workshop.pk}")
    return seating


def seat_table(workshop: Workshop, table: Table, *, by: Participant, key: str, now: datetime) -> list[Seating]:
    """Add a table of people without a device, each with a seat of their own. The same form sent twice adds it once.

    Raises `Refused` for no people or too many, for a name a table has already, and as `seat_person` does.
    """
    name = clean_words(people.printable_line(table.name), 80)
    if not 1 <= table.people <= MOST_AT_A_TABLE:
        raise Refused(_("A table has from 1 to {most} people. Add a larger one as two.", most=MOST_AT_A_TABLE))
    who = people.Introduction(name, table.group, table.standing, "none", frozenset({"take_part", "naming"}), table.organisation)
    with transaction.atomic():
        workshop = _ready(workshop, by)
        already = list(Seating.objects.filter(workshop=workshop, key=key))
        if already:
            return already
        _require_another_name(workshop, name)
        made = []
        for __ in range(table.people):
            person, ___ = people.take_part(workshop.cycle, who, now=now, place=workshop.slug)
            made.append(_seat(workshop, person, name, by, key, now))
        what = _("{table} was given {n} seats; its people have no device", table=name, n=table.people)
        minutes.record(workshop.cycle, "seat", what, by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"presence-{workshop.pk}", f"desk-{workshop.pk}")
    return made


def _seat(workshop: Workshop, person: Participant, table: str, by: Participant, key: str, now: datetime) -> Seating:
    attending.attend(workshop, person, now=now)
    return Seating.objects.create(workshop=workshop, participant=person, table=table, added_by=by, key=key, at=now)


def seat_known(workshop: Workshop, person: Participant, *, by: Participant, now: datetime) -> Seating:
    """Somebody who takes part already has no device now: it was left at home, or its battery is empty."""
    with transaction.atomic():
        workshop = _ready(workshop, by)
        if person.cycle_id != workshop.cycle_id or person.withdrawn_at is not None:
            raise Refused(_("They do not take part in this cycle."))
        attending.attend(workshop, person, now=now)
        start = {"ended_at": None, "added_by": by, "at": now}
        seating, __ = Seating.objects.update_or_create(workshop=workshop, participant=person, defaults=start)
        what = _("{who} has no device now", who=person.signature)
        minutes.record(workshop.cycle, "seat", what, by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"presence-{workshop.pk}", f"desk-{workshop.pk}")
    return seating


def link(seating: Seating, *, by: Participant, now: datetime) -> str:
    """Give somebody who picks up a device their own key, as the same participant; returns it, shown once and not kept.

    For a table it is the last of its people who has none yet. Raises `Refused` when they have one.
    """
    with transaction.atomic():
        workshop = _ready(seating.workshop, by)
        same = without_device(workshop).filter(table=seating.table) if seating.table else without_device(workshop).filter(pk=seating.pk)
        chosen = same.select_for_update(of=("self",), no_key=True).order_by("-pk").first()
        if chosen is None:
            raise Refused(_("They have a link already. If it is lost, add them to the list again."))
        key = people.new_personal_key(chosen.participant)
        _end(chosen, now)
        what = _("{who} was given a personal link", who=chosen.participant.signature)
        minutes.record(workshop.cycle, "link", what, by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"presence-{workshop.pk}", f"desk-{workshop.pk}")
    return key


def let_go(seating: Seating, *, by: Participant, now: datetime) -> None:
    """Somebody has gone, or was added by mistake. Who has said and voted nothing, and is in no ballot, was never here."""
    with transaction.atomic():
        workshop = _ready(seating.workshop, by)
        seating = Seating.objects.select_related("participant").get(pk=seating.pk)
        if seating.ended_at is not None:
            return
        person = seating.participant
        _end(seating, now)
        if person.joined_at == seating.at and not _has_left_a_trace(person):
            Attendance.objects.filter(workshop=workshop, participant=person).delete()
            Participant.objects.filter(pk=person.pk).update(withdrawn_at=now)
        what = _("{who} is no longer on the list of people without a device", who=person.signature)
        minutes.record(workshop.cycle, "unseat", what, by=by, now=now, place=workshop.slug)
        announce(workshop.pk, f"presence-{workshop.pk}", f"desk-{workshop.pk}")


def _end(seating: Seating, now: datetime) -> None:
    Seating.objects.filter(pk=seating.pk).update(ended_at=now)


def _has_left_a_trace(person: Participant) -> bool:
    said = Contribution.objects.filter(participant=person)
    promised = Action.objects.filter(owner_participant=person)
    voted = Cast.objects.filter(by=person).exists() or Seat.objects.filter(participant=person).exists()
    return voted or said.exists() or promised.exists()


def seats_without_device(workshop_id: int) -> QuerySet[Seat]:
    """The seats in a workshop's ballots whose people have no device: a person's own, or an organisation's when none of its people has one."""
    seated = Seating.objects.filter(workshop=workshop_id, ended_at=None).values("participant")
    of_theirs = Attendance.objects.filter(
        workshop=workshop_id, participant__organisation=OuterRef("organisation"), participant__withdrawn_at=None
    )
    alone = Exists(of_theirs.filter(participant__in=seated)) & ~Exists(of_theirs.exclude(participant__in=seated))
    theirs = Q(participant__in=seated) | Q(alone, organisation__isnull=False)
    return Seat.objects.filter(theirs, ballot__workshop=workshop_id).order_by("pk")


def voices(workshop_id: int, seats: Iterable[Seat]) -> dict[int, Participant]:
    """Whose vote each of these seats holds: its person, or the first of an organisation's people who came, or else were invited."""
    listed = list(seats)
    organisations = {seat.organisation_id for seat in listed if seat.organisation_id}
    came = Exists(Attendance.objects.filter(workshop=workshop_id, participant=OuterRef("pk")))
    asked = Exists(Invitation.objects.filter(workshop=workshop_id, participant=OuterRef("pk")))
    theirs = Q(pk__in={s.participant_id for s in listed}) | Q(came | asked, organisation__in=organisations)
    people_of = Participant.objects.filter(theirs).annotate(came=came)
    first: dict[int, Participant] = {}
    own: dict[int, Participant] = {}
    for person in people_of.select_related("organisation").order_by("-came", "-invited", "pk"):
        own[person.pk] = person
        if person.organisation_id:
            first.setdefault(person.organisation_id, person)
    return {s.pk: own[s.participant_id] if s.participant_id else first[s.organisation_id] for s in listed}  # type: ignore[index]
