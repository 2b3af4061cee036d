"""What pages show of releases: the list, one release's log as a line through time, and the same by supplier."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from commissioning.models import Cycle, Delivery, Organisation, Participant, Reach, Release, ReleaseEvent
from commissioning.reaching import acts_for_supplier
from commissioning.registering import registered_in


def listed(cycle: Cycle, *, officer: bool) -> QuerySet[Release]:
    """The releases somebody may see in the list: what is or was out; drafts for officers. The newest first."""
    seen = Release.objects.filter(cycle=cycle).order_by(F("sent_at").desc(nulls_first=True), "-pk").prefetch_related("files")
    return seen if officer else seen.filter(sent_at__isnull=False)


def supplier_of(cycle: Cycle, me: Participant | None) -> Organisation | None:
    """The registered supplier somebody speaks for, if any: for them openings and downloads are noted, and its own log is shown."""
    if me is None or not acts_for_supplier(me):
        return None
    return next((one.organisation for one in registered_in(cycle) if one.organisation.pk == me.organisation_id), None)


@dataclass(frozen=True)
class Line:
    """One moment in the life of a release."""

    at: datetime
    what: str
    who: str = ""
    note: str = ""
    sha256: str = ""


@dataclass
class Row:
    """One supplier and one release: from when it could have it, and what it did with it."""

    delivery: Delivery
    told: Delivery | None = None
    opened_at: datetime | None = None
    downloads: list[ReleaseEvent] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether a person has still to post it or call."""
        return self.delivery.done_at is None and self.delivery.channel in (Reach.POST, Reach.PHONE)

    @property
    def told_waits(self) -> bool:
        """Whether a person has still to tell them that it was withdrawn."""
        return self.told is not None and self.told.done_at is None and self.told.channel in (Reach.POST, Reach.PHONE)


def by_supplier(release: Release, only: Organisation | None = None) -> list[Row]:
    """The log of a release by supplier; two queries however many. `only` leaves out everybody else's lines."""
    wanted = {"organisation": only} if only is not None else {}
    rows: dict[int, Row] = {}
    told: dict[int, Delivery] = {}
    for one in release.deliveries.filter(**wanted).select_related("organisation").order_by("organisation__name", "pk"):
        if one.about == Delivery.About.RELEASE:
            rows[one.organisation_id] = Row(one)
        else:
            told[one.organisation_id] = one
    for event in release.events.filter(**wanted).select_related("file"):
        row = rows.get(event.organisation_id or 0)
        if row is not None and event.what == ReleaseEvent.What.OPENED:
            row.opened_at = row.opened_at or event.happened_at
        elif row is not None and event.what == ReleaseEvent.What.DOWNLOADED:
            row.downloads.append(event)
    for pk, one in told.items():
        if pk in rows:
            rows[pk].told = one
    return list(rows.values())


def line_of(release: Release, only: Organisation | None = None) -> list[Line]:
    """The life of a release in order: begun, released, who did what when, withdrawn. What happened at one moment is one line."""
    lines = [Line(release.at, _("Begun"), str(release.by))] if only is None else []
    if release.sent_at:
        who = str(release.sent_by) if only is None else ""
        lines.append(Line(release.sent_at, _("Released to every registered supplier at this moment"), who))
    events = release.events.select_related("organisation", "file", "by")
    same: dict[tuple[datetime, str, str], list[ReleaseEvent]] = defaultdict(list)
    for event in events.filter(organisation=only) if only is not None else events:
        same[(event.happened_at, event.what, event.file.name if event.file else "")].append(event)
    for (at, __, file), together in same.items():
        first = together[0]
        names = ", ".join(sorted({str(event.organisation) for event in together if event.organisation}))
        what = f"{first.get_what_display()}: {file}" if file else str(first.get_what_display())
        lines.append(Line(at, what, names, first.note, first.sha256 if file else ""))
    if release.ended_at:
        lines.append(
            Line(release.ended_at, str(release.get_state_display()), str(release.ended_by) if only is None else "", release.ended_because)
        )
    return sorted(lines, key=lambda line: line.at)
