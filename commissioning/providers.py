"""Putting organisations on a cycle's provider map, checking them, taking them off, and what was sent to each (AN-06, TR-03)."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commissioning import convening, minutes, people, policy, provider_map, registering, roles
from commissioning.contributing import clean_words, printable
from commissioning.models import Cycle, MapLabel, MapReview, Organisation, Outreach, Participant, ProviderEntry
from commissioning.people import held_by, printable_line
from commissioning.provider_rows import why_not_reached
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

REVIEWED = "provider_map_reviewed"  # the milestone left on the cycle
MOST_LABELS = 30  # of one kind on one entry, and in the list of what must be reached


@dataclass(frozen=True)
class Draft:
    """What is said of an organisation when it comes on the map; `labels` are names by kind: sector, group, area."""

    name: str
    size: str = "unknown"
    labels: Mapping[str, Collection[str]] = field(default_factory=dict)
    offers: str = ""
    expertise: str = ""
    channel: str = ""
    reach_at: str = ""


def _convener_of(cycle: Cycle, by: Participant) -> Cycle:
    """The cycle, locked, for somebody who convenes it. Raises `Refused` for anybody else, and when it is closed."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if by.cycle_id != cycle.pk:
        raise Refused(_("You are not part of this cycle."))
    return _open(cycle)


def _open(cycle: Cycle) -> Cycle:
    locked = Cycle.objects.select_for_update(no_key=True, of=("self",)).select_related("authority").get(pk=cycle.pk)
    require(policy.why_not_take_part(withdrawn=False, cycle_closed=locked.state == Cycle.State.CLOSED))
    return locked


def add(cycle: Cycle, draft: Draft, *, by: Participant, now: datetime) -> ProviderEntry:
    """Put an organisation on the map; it joins the authority's register when it is new there.

    Raises `Refused` when it is on the map already, or the way to reach it makes no sense.
    """
    with transaction.atomic():
        cycle = _convener_of(cycle, by)
        entry = put_on(cycle, draft, source=ProviderEntry.Source.OFFICER, now=now, back=True)
        if entry is None:
            raise Refused(_("{name} is on the map already.", name=printable_line(draft.name)))
        minutes.record(cycle, "provider map", _("On the provider map: {name}", name=entry.organisation.name), by=by, now=now)
        registering.catch_up(cycle, now=now)
    return entry


def put_on(
    cycle: Cycle, draft: Draft, *, source: str, now: datetime, organisation: Organisation | None = None, back: bool = False
) -> ProviderEntry | None:
    """Write an entry within the caller's transaction; None when the organisation was on the map already and nothing was changed.

    Who was taken off comes back, as they were, only when `back` says so: neither a file nor the public page undoes a reason.
    """
    name = printable_line(draft.name)
    if not name or len(name) > 200:
        raise Refused(_("Give the organisation’s name, in 200 characters or fewer."))
    require(why_not_reached(draft.channel, draft.reach_at.strip()))
    itself = source == ProviderEntry.Source.ITSELF
    organisation = organisation or people.find_or_add_organisation(cycle.authority, name, draft.size)
    if organisation.size == Organisation.Size.UNKNOWN and draft.size != Organisation.Size.UNKNOWN and not itself:
        organisation.size = draft.size
        organisation.save(update_fields=["size"])
    entry = ProviderEntry.objects.filter(cycle=cycle, organisation=organisation).first()
    if entry is not None:
        if entry.removed_at is None or not back:
            return None
        entry.removed_at, entry.removed_because = None, ""
        entry.save(update_fields=["removed_at", "removed_because"])
        return entry
    words = printable_line(draft.expertise)[:600]
    entry = ProviderEntry.objects.create(
        cycle=cycle,
        organisation=organisation,
        offers=printable_line(draft.offers)[:600],
        expertise=words,
        own_words=itself and bool(words),
        channel=draft.channel,
        reach_at=printable_line(draft.reach_at)[:300],
        source=source,
        added_at=now,
    )
    entry.labels.set(labelled(cycle, draft.labels))
    return entry


def labelled(cycle: Cycle, names: Mapping[str, Collection[str]]) -> list[MapLabel]:
    """The labels of these names in this cycle, made where they are new; big and small letters are the same."""
    known = {(label.kind, label.name.casefold()): label for label in MapLabel.objects.filter(cycle=cycle)}
    found: dict[tuple[str, str], MapLabel] = {}
    for kind, listed in names.items():
        for name in list(dict.fromkeys(printable_line(n)[:120] for n in listed))[:MOST_LABELS]:
            if name:
                at = (kind, name.casefold())
                found[at] = known.get(at) or MapLabel.objects.create(cycle=cycle, kind=kind, name=name)
                known[at] = found[at]
    return list(found.values())


def put_itself(
    cycle: Cycle, draft: Draft, *, now: datetime, who: people.Introduction | None = None, key: str = ""
) -> tuple[ProviderEntry | None, Participant | None, str]:
    """An organisation that nobody listed puts itself on the map of a public cycle, and joins when it says who comes (FS-05).

    Needs no account. What is on the map already stays as it is. A form sent twice, known by its key, joins once.
    Returns the entry if it is new, the participant and their key.
    """
    with transaction.atomic():
        cycle = _open(cycle)
        if cycle.public_at is None:
            raise Refused(_("This cycle has no public page yet."))
        entry = put_on(cycle, draft, source=ProviderEntry.Source.ITSELF, now=now)
        joined, seat = _join_once(cycle, who, key, now) if who else (None, "")
        if entry is not None:
            what = _("{name} put itself on the provider map", name=entry.organisation.name)
            minutes.record(cycle, "provider map", what, by=joined, now=now)
            registering.catch_up(cycle, now=now)
    return entry, joined, seat


def _join_once(cycle: Cycle, who: people.Introduction, key: str, now: datetime) -> tuple[Participant, str]:
    # With the name, so that two who were shown one form, such as from a shared cache, never get one another's seat.
    once = f"{key}\n{printable_line(who.name)}\n{printable_line(who.organisation)}"
    came_from = f"map:{hashlib.sha256(once.encode()).hexdigest()[:32]}" if key else ""
    known = Participant.objects.filter(cycle=cycle, source_ref=came_from).first() if key else None
    if known is not None:
        return known, people.new_personal_key(known)
    joined, seat = people.take_part(cycle, who, now=now)
    Participant.objects.filter(pk=joined.pk).update(source_ref=came_from)
    return joined, seat


def change(entry: ProviderEntry, draft: Draft, *, by: Participant, now: datetime) -> None:
    """Change what the map says of an organisation. Its own words about itself are only its own to change (PS-11)."""
    with transaction.atomic():
        cycle = _convener_of(entry.cycle, by)
        entry = ProviderEntry.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=entry.pk)
        words = printable_line(draft.expertise)[:600]
        if entry.own_words and words != entry.expertise:
            raise Refused(_("{name} wrote this itself. Only the organisation can change it.", name=entry.organisation.name))
        _write(entry, draft, words)
        entry.labels.set(labelled(cycle, draft.labels))
        minutes.record(cycle, "provider map", _("The map entry of {name} was changed", name=entry.organisation.name), by=by, now=now)


def _write(entry: ProviderEntry, draft: Draft, words: str) -> None:
    require(why_not_reached(draft.channel, draft.reach_at.strip()))
    entry.offers, entry.expertise = printable_line(draft.offers)[:600], words
    entry.channel, entry.reach_at = draft.channel, printable_line(draft.reach_at)[:300]
    entry.save(update_fields=["offers", "expertise", "own_words", "channel", "reach_at"])


def why_not_speak_for(entry: ProviderEntry, person: Participant | None) -> _ | None:
    """Whether somebody may write what an organisation says of itself: only those who speak for it in this cycle."""
    if person is None or person.cycle_id != entry.cycle_id or person.organisation_id != entry.organisation_id:
        return _("Only somebody who takes part for this organisation can write its own words.")
    if not people.speaks_for_organisation(person):
        return _("Somebody else speaks for your organisation. Do this together with them.")
    return None


def say_of_itself(entry: ProviderEntry, draft: Draft, *, by: Participant, now: datetime) -> None:
    """An organisation says in its own words what it is an expert in, what it offers, and how it wants to hear (PS-11)."""
    with transaction.atomic():
        cycle = _open(entry.cycle)
        entry = ProviderEntry.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=entry.pk)
        require(why_not_speak_for(entry, by))
        words = printable_line(draft.expertise)[:600]
        entry.own_words = bool(words)
        _write(entry, draft, words)
        entry.labels.set(labelled(cycle, draft.labels))
        what = _("{name} wrote its own words on the provider map", name=entry.organisation.name)
        minutes.record(cycle, "provider map", what, by=by, now=now)


def verify(entry: ProviderEntry, *, by: Participant, now: datetime) -> None:
    """Note that what the map says was checked with the organisation."""
    with transaction.atomic():
        cycle = _convener_of(entry.cycle, by)
        again = ProviderEntry.objects.filter(pk=entry.pk, state=ProviderEntry.State.LISTED)
        if again.update(state=ProviderEntry.State.VERIFIED, verified_at=now, verified_by=by):
            minutes.record(cycle, "provider map", _("Checked with {name}", name=entry.organisation.name), by=by, now=now)


def take_off(entry: ProviderEntry, *, because: str, by: Participant, now: datetime) -> None:
    """Take an organisation off the map, with a reason. What was sent to it stays written down."""
    words = clean_words(because, 300)
    with transaction.atomic():
        cycle = _convener_of(entry.cycle, by)
        if ProviderEntry.objects.filter(pk=entry.pk, removed_at=None).update(removed_at=now, removed_because=words):
            what = _("Off the provider map: {name}", name=entry.organisation.name)
            minutes.record(cycle, "provider map", what, by=by, now=now, why=words)


def must_reach(cycle: Cycle, *, groups: Iterable[str], areas: Iterable[str], by: Participant, now: datetime) -> None:
    """Say which groups of people and which areas somebody on the map must reach; what is not listed any more is no gap."""
    with transaction.atomic():
        cycle = _convener_of(cycle, by)
        wanted = {label.pk for label in labelled(cycle, {"group": list(groups), "area": list(areas)})}
        MapLabel.objects.filter(cycle=cycle, required=True).exclude(pk__in=wanted).update(required=False)
        MapLabel.objects.filter(pk__in=wanted).update(required=True)
        names = MapLabel.objects.filter(pk__in=wanted).values_list("name", flat=True)
        minutes.record(cycle, "provider map", _("Providers must reach: {names}", names="; ".join(names)), by=by, now=now)


def review(cycle: Cycle, *, note: str, by: Participant, now: datetime) -> MapReview:
    """Note that the map was looked over, with its gaps of this day. Leaves the milestone that principle 4 looks for.

    Analyse asks whether the map was reviewed: the note is the answer, where nobody has given one.
    """
    words = clean_words(note, 1000)
    with transaction.atomic():
        cycle = _convener_of(cycle, by)
        mapped = provider_map.entries_of(cycle).count()
        if not mapped:
            raise Refused(_("There is nobody on the map yet. Put organisations on it, then review it."))
        noted = [[gap.kind, gap.name] for gap in provider_map.gaps(cycle)]
        made = MapReview.objects.create(cycle=cycle, note=words, gaps=noted, mapped=mapped, by=by, at=now)
        convening.meet_milestone(cycle, REVIEWED, now=now)
        analyse = cycle.stages.filter(code="analyse").exclude(state="closed").exclude(answers__question="provider_map").first()
        if analyse is not None:  # an answer somebody gave stands
            convening.answer_exit_questions(analyse, {"provider_map": (True, words)}, by=by, now=now)
        what = _("The provider map was reviewed: {n} organisations, {gaps} gaps", n=mapped, gaps=len(noted))
        minutes.record(cycle, "provider map", what, by=by, now=now, why=words)
    return made


@dataclass(frozen=True)
class Sent:
    """One thing that went to organisations, as it is written down."""

    what: str
    route: str
    day: date
    came: str = Outreach.Came.SENT
    invites: bool = False
    note: str = ""


def log_sent(cycle: Cycle, entries: Collection[ProviderEntry], sent: Sent, *, key: str, by: Participant, now: datetime) -> int:
    """Write down that something went to these organisations by some route, such as again by post or phone (TR-03).

    The lines stay as they are for ever. Sent twice with one key it is written once; returns how many lines are new.
    """
    what = clean_words(sent.what, 200)
    with transaction.atomic():
        cycle = _convener_of(cycle, by)
        listed = [entry for entry in entries if entry.cycle_id == cycle.pk]
        if not listed:
            raise Refused(_("Choose at least one organisation."))
        if sent.route not in Outreach.Route.values or sent.came not in Outreach.Came.values:
            raise Refused(_("Say by which way it went and what became of it."))
        if sent.day > timezone.localdate(now):
            raise Refused(_("That day has not come yet. Write down what was sent once it went."))
        had = set(Outreach.objects.filter(entry__in=listed, key=key).values_list("entry", flat=True))
        note = printable(sent.note).strip()[:300]
        line = {"what": what, "route": sent.route, "came": sent.came, "invites": sent.invites, "day": sent.day, "note": note}
        new = [Outreach(entry=entry, key=key, by=by, at=now, **line) for entry in listed if entry.pk not in had]
        Outreach.objects.bulk_create(new)
        if new:
            said = _("{what}, by {route}: {n} organisations", what=what, route=Outreach.Route(sent.route).label, n=len(new))
            minutes.record(cycle, "outreach", said, by=by, now=now)
    return len(new)


def log_of(entry_ids: Collection[int]) -> QuerySet[Outreach]:
    """Everything written down as sent to these entries, the newest first."""
    return Outreach.objects.filter(entry__in=entry_ids).select_related("by__organisation").order_by("-day", "-pk")
