"""What happened in public cycles, as entries of an Atom feed: each with an address and a name that stay."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commissioning.contributing import printable
from commissioning.models import Cycle
from outcomes import noticing, open_data, public_looks, yearly_progress
from outcomes.models import SpecificationVersion
from workshops.models import Workshop

MOST = 50  # entries in a feed
CYCLES = 20  # cycles that the feed of all reads, newest first


@dataclass(frozen=True)
class Entry:
    """One thing that happened, or that will."""

    key: str
    title: str
    words: str
    at: datetime
    updated: datetime
    address: str


@dataclass(frozen=True)
class Looks:
    """What the record says of some cycles, read for all of them at once."""

    workshops: dict[int, list[Workshop]]
    answered: dict[int, list[public_looks.AnsweredLook]]
    told: tuple[tuple[str, str, public_looks.ToldOf], ...]
    versions: dict[int, list[SpecificationVersion]]


def looks_of(cycles: Collection[Cycle]) -> Looks:
    """Read it: as many queries for twenty cycles as for one."""
    versions: dict[int, list[SpecificationVersion]] = defaultdict(list)
    for version in SpecificationVersion.objects.filter(specification__cycle__in=cycles).defer("content").select_related("specification"):
        versions[version.specification.cycle_id].append(version)
    told = (
        ("duty", _("Put on record: %(item)s"), public_looks.duties_in(cycles)),
        ("release", _("Released to suppliers: %(item)s"), public_looks.releases_in(cycles)),
        ("question", _("A question was answered: %(item)s"), public_looks.questions_in(cycles)),
        ("progress", _("Progress was published: %(item)s"), yearly_progress.told_in(cycles)),
    )
    return Looks(open_data.workshops_in(cycles), public_looks.answered_in(cycles), told, versions)


def entries_of(cycle: Cycle, looks: Looks) -> list[Entry]:
    """What everybody may know of one cycle, newest first: its opening, workshops, answers, and the specification."""
    page = f"{settings.PUBLIC_URL}/open/{cycle.slug}/"
    began = cycle.public_at or cycle.opened_at
    found = [Entry("opened", _("Opened: %(title)s") % {"title": cycle.title}, cycle.purpose, began, began, page)]
    found += [_workshop(workshop, began, page) for workshop in looks.workshops[cycle.pk]]
    for look in looks.answered[cycle.pk]:
        said = f"{look.decision.get_answer_display()} ({look.decision.decider_role}): {look.decision.reason}"
        at = max(look.decision.at, began)
        title = _("The authority answered: %(item)s") % {"item": look.text}
        found.append(Entry(f"answer-{look.decision.pk}", title, said, at, at, f"{page}#answers"))
    for kind, title, rows in looks.told:
        for told in rows[cycle.pk]:
            at = max(told.at or began, began)
            address = f"{settings.PUBLIC_URL}{told.link}"
            found.append(Entry(f"{kind}-{told.key}", title % {"item": told.title}, told.words, at, at, address))
    for version in looks.versions[cycle.pk]:
        title, at = _("The specification was signed off: version %(n)s") % {"n": version.number}, max(version.at, began)
        found.append(Entry(f"specification-{version.number}", title, cycle.title, at, at, f"{page}#specification"))
    return sorted(found, key=lambda entry: (entry.updated, entry.key), reverse=True)[:MOST]


def _workshop(workshop: Workshop, began: datetime, page: str) -> Entry:
    """A workshop with its date and place; told again, under the same name, when they change."""
    event = noticing.event_line(open_data.event_of(workshop))
    changed = max(open_data.event_of(workshop).changed_at or began, began)
    title = _("Workshop over: %(title)s") if workshop.closed_at else _("Workshop: %(title)s")
    return Entry(
        f"workshop-{workshop.pk}", title % {"title": workshop.title}, f"{event} {workshop.question}", began, changed, f"{page}#workshops"
    )


def feed_of(cycle: Cycle) -> Atom1Feed:
    """The feed of one cycle."""
    return _feed(cycle.title, cycle.purpose, f"/open/{cycle.slug}/", [(cycle, entry) for entry in entries_of(cycle, looks_of([cycle]))])


def feed_of_all() -> Atom1Feed:
    """The feed of every public cycle, from those opened last."""
    cycles = list(Cycle.objects.public().select_related("authority", "service", "basis").order_by("-public_at", "-pk")[:CYCLES])
    looks = looks_of(cycles)
    found = [(cycle, entry) for cycle in cycles for entry in entries_of(cycle, looks)]
    found.sort(key=lambda pair: (pair[1].updated, pair[1].key), reverse=True)
    return _feed(_("Open for taking part"), _("What is being commissioned, and how to take part."), "/open/", found[:MOST])


def _feed(title: str, words: str, path: str, found: Iterable[tuple[Cycle, Entry]]) -> Atom1Feed:
    link = f"{settings.PUBLIC_URL}{path}"
    # What cannot stand in XML is left out: words pasted into one cycle must not take the feed of all down.
    feed = Atom1Feed(printable(title), link, printable(words), language=get_language(), feed_url=f"{link}feed/", feed_guid=f"{link}feed/")
    for cycle, entry in found:
        feed.add_item(
            printable(entry.title),
            entry.address,
            printable(entry.words),
            unique_id=f"{settings.PUBLIC_URL}/open/{cycle.slug}/entries/{entry.key}",
            author_name=cycle.authority.name,
            pubdate=entry.at,
            updateddate=entry.updated,
        )
    return feed
