"""A workshop as an iCalendar file that updates the entry people have already (RFC 5545, RFC 5546); nobody is named in it."""

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from workshops.models import Workshop

HERE = ZoneInfo(settings.TIME_ZONE)


def method_of(workshop: Workshop) -> str:
    """What a calendar must do with the file: take the event in, or take it out."""
    return "CANCEL" if workshop.called_off_because else "PUBLISH"


def as_ics(workshop: Workshop, *, now: datetime) -> bytes:
    """The calendar file of a workshop that has a date; times in the time of the place, so summer and winter are both right."""
    assert workshop.starts_at is not None  # noqa: S101 (a doorway answers 404 before; this tells the type checker)
    calendar = Calendar()
    calendar.add("prodid", "-//Throughline//Workshops//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(workshop))
    event = Event()
    event.add("uid", uid_of(workshop))
    event.add("sequence", workshop.calendar_sequence)
    event.add("dtstamp", now)
    event.add("dtstart", _in_place(workshop.starts_at))
    event.add("dtend", _in_place(workshop.starts_at + timedelta(hours=float(workshop.hours))))
    event.add("summary", workshop.title)
    event.add("status", "CANCELLED" if workshop.called_off_because else "CONFIRMED")
    link = settings.PUBLIC_URL + reverse("join", args=[workshop.spoken_code])
    event.add("location", workshop.venue or link)
    event.add("url", link)
    event.add("description", _description(workshop, link))
    event.add("organizer", _organiser(workshop))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _in_place(moment: datetime) -> datetime:
    """A moment in the time of the place; in the hour that comes twice when the clocks go back, the second in UTC.

    A calendar takes a time that comes twice for the first of the two (RFC 5545, 3.3.5).
    """
    here = moment.astimezone(HERE)
    return moment.astimezone(UTC) if here.fold else here


def uid_of(workshop: Workshop) -> str:
    """The name of the event in every calendar: the same for all its life, and no other installation's."""
    return f"workshop-{workshop.pk}-{int(workshop.cycle.opened_at.timestamp() * 1000)}@throughline"


def _description(workshop: Workshop, link: str) -> str:
    lines = [workshop.question, _("Join here: %(link)s") % {"link": link}, _("Time: %(time)s") % {"time": workshop.time_asked}]
    if workshop.called_off_because:
        lines.insert(0, _("Called off: %(why)s") % {"why": workshop.called_off_because})
    return "\n\n".join(lines)


def _organiser(workshop: Workshop) -> vCalAddress:
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["cn"] = vText(workshop.cycle.authority.name)
    return organiser
