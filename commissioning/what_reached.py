"""What is known of what reached whom: the log of the map, and whatever the floors above and beside it know (TR-03)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from commissioning.models import Cycle, Outreach, ReleaseEvent
from commissioning.sentences import Sentence as _

SENT, DELIVERED, OPENED = 1, 2, 3  # how far something is known to have come
EMAIL, POST, ANSWERED = _("E-mail"), _("Post"), _("They answered")
_FAR = {"sent": SENT, "delivered": DELIVERED, "opened": OPENED}


@dataclass(frozen=True)
class Told:
    """One thing that went to one organisation, and how far it is known to have come."""

    organisation: int
    what: str
    route: str
    day: date
    far: int
    invites: bool = False


SOURCES: list[Callable[[Cycle], Iterable[Told]]] = []  # a floor that sends things adds its own look here when it starts


_OF_A_RELEASE = {"sent": SENT, "posted": SENT, "phoned": SENT, "delivered": DELIVERED, "opened": OPENED, "downloaded": OPENED}


def releases(cycle: Cycle) -> Iterable[Told]:
    """What the log of releases knows; that something stood on a page is not yet that it reached anybody."""
    events = ReleaseEvent.objects.filter(release__cycle=cycle, what__in=_OF_A_RELEASE).exclude(organisation=None).select_related("release")
    for event in events:
        if event.organisation_id is not None:
            day = timezone.localdate(event.happened_at)
            yield Told(event.organisation_id, event.release.title, event.get_what_display(), day, _OF_A_RELEASE[event.what])


def told_in(cycle: Cycle, owners: dict[int, list[int]]) -> list[Told]:
    """Everything that went to the organisations of the map; `owners` is `organisations_by_entry`. What came back counts for nothing."""
    owner = {entry: organisation for organisation, entries in owners.items() for entry in entries}
    logged = Outreach.objects.filter(entry__cycle=cycle).exclude(came=Outreach.Came.FAILED).order_by("day", "pk")
    found = [
        Told(owner[line.entry_id], line.what, line.get_route_display(), line.day, _FAR[line.came], line.invites)
        for line in logged
        if line.entry_id in owner
    ]
    for source in (releases, *SOURCES):
        found += [one for one in source(cycle) if one.organisation in owners]
    return found
