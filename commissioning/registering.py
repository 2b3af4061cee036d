"""Who is registered as a potential supplier of a cycle, since when, and how they are reached; giving them what is out already.

Who counts is said once, in `SOURCES`: whatever else registers a supplier adds a function there, and calls `catch_up` when it does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch

from commissioning import provider_map, tasks
from commissioning.models import (
    Cycle,
    Delivery,
    Group,
    InterestDeclaration,
    Organisation,
    ProviderEntry,
    Reach,
    Release,
    ReleaseEvent,
)

MAY_SUPPLY = (InterestDeclaration.Kind.CURRENT_PROVIDER, InterestDeclaration.Kind.POTENTIAL_BIDDER)


@dataclass(frozen=True)
class Registered:
    """One potential supplier of a cycle: since when, and how it gets what is released. `chosen`: the supplier or an officer said how."""

    organisation: Organisation
    since: datetime
    channel: str = Reach.SCREEN
    where: str = ""
    chosen: bool = False


def who_take_part(cycle: Cycle) -> Iterable[Registered]:
    """Organisations of the voluntary sector side, and of whoever says that they provide or may bid, from the day they said it."""
    said = Prefetch("interests", InterestDeclaration.objects.filter(kind__in=MAY_SUPPLY))
    people = cycle.participants.filter(withdrawn_at=None, voice=False, organisation__isnull=False).exclude(group=Group.COMMISSIONER)
    for person in people.select_related("organisation", "user").prefetch_related(said):
        declared = [one.at for one in person.interests.all()]
        if person.group != Group.VSO and not declared:
            continue
        since = person.joined_at if person.group == Group.VSO else max(person.joined_at, min(declared))
        email = person.user.email if person.user is not None and not person.user.demo else ""
        if person.organisation is not None:
            yield Registered(person.organisation, since, Reach.EMAIL if email else Reach.SCREEN, email)


def who_registered(cycle: Cycle) -> Iterable[Registered]:
    """Suppliers that an officer registered, or that chose how they are reached."""
    for row in cycle.recipients.filter(organisation__merged_into=None).select_related("organisation"):
        yield Registered(row.organisation, row.at, row.channel, row.where, chosen=True)


def who_are_on_the_map(cycle: Cycle) -> Iterable[Registered]:
    """Organisations on the map of providers, by the way they said they want to hear.

    An address that somebody without an account typed for an organisation is used only once an officer has checked it with them.
    """
    for entry in provider_map.entries_of(cycle).select_related("organisation"):
        checked = entry.source != ProviderEntry.Source.ITSELF or entry.state == ProviderEntry.State.VERIFIED
        chosen = bool(checked and entry.channel and entry.reach_at)
        way, where = (entry.channel, entry.reach_at) if chosen else (Reach.SCREEN, "")
        yield Registered(entry.organisation, entry.added_at, way, where, chosen=chosen)


# The one place where it is said who counts as registered.
SOURCES: list[Callable[[Cycle], Iterable[Registered]]] = [who_take_part, who_are_on_the_map, who_registered]


def registered_in(cycle: Cycle) -> list[Registered]:
    """Every registered supplier of a cycle once, by the earliest day, with the way that was chosen; ordered by name."""
    found: dict[int, Registered] = {}
    for one in (row for source in SOURCES for row in source(cycle)):
        had = found.get(one.organisation.pk)
        if had is None:
            found[one.organisation.pk] = one
            continue
        way = max((had, one), key=lambda row: (row.chosen, row.channel == Reach.EMAIL))
        found[one.organisation.pk] = Registered(one.organisation, min(had.since, one.since), way.channel, way.where, way.chosen)
    return sorted(found.values(), key=lambda row: (row.organisation.name.casefold(), row.organisation.pk))


def way_of(cycle: Cycle, organisation: Organisation) -> Registered | None:
    """How one supplier gets releases now; None while it is not registered."""
    return next((one for one in registered_in(cycle) if one.organisation.pk == organisation.pk), None)


def catch_up(cycle: Cycle, *, now: datetime) -> int:
    """Give whoever registered since everything that is out already, at once; the log says when that was. Returns how many.

    Whatever registers a supplier calls this. Doing it again changes nothing.
    """
    if not Release.objects.filter(cycle=cycle, state=Release.State.SENT).exists():
        return 0
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        out = list(Release.objects.filter(cycle=cycle, state=Release.State.SENT).order_by("sent_at", "pk"))
        had = set(Delivery.objects.filter(release__in=out, about=Delivery.About.RELEASE).values_list("release", "organisation"))
        given = 0
        registered = registered_in(cycle)
        for release in out:
            missing = [one for one in registered if (release.pk, one.organisation.pk) not in had]
            given += len(give(release, missing, later=True, now=now))
    return given


def give(
    release: Release, to: Iterable[Registered], *, about: str = Delivery.About.RELEASE, later: bool = False, now: datetime
) -> list[Delivery]:
    """Have a release, or the news that it was withdrawn, go to these suppliers, each in their own way; the caller holds the cycle.

    All have the same moment. What is on screen is there at once, e-mails go after the transaction, a person does the rest.
    """
    rows = [
        Delivery(
            release=release,
            organisation=one.organisation,
            about=about,
            channel=one.channel,
            where=one.where,
            at=now,
            later=later,
            done_at=now if one.channel == Reach.SCREEN else None,
        )
        for one in to
    ]
    Delivery.objects.bulk_create(rows)
    What = ReleaseEvent.What  # noqa: N806 (a class, under a short name)
    shown = What.SHOWN if about == Delivery.About.RELEASE else What.TOLD
    on_screen = [row for row in rows if row.channel == Reach.SCREEN]
    ReleaseEvent.objects.bulk_create(
        ReleaseEvent(release=release, organisation=row.organisation, what=shown, sha256=release.content_hash, happened_at=now, at=now)
        for row in on_screen
    )
    for row in rows:
        if row.channel == Reach.EMAIL:
            tasks.send_delivery.delay_on_commit(row.pk)
    return rows
