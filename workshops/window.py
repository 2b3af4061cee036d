"""When a workshop takes what people say: in its meeting, and in the stated window before and after it (WS-08). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from commissioning.sentences import Sentence as _

HERE = ZoneInfo("Europe/London")
BEFORE = timedelta(minutes=30)  # people come early …
AFTER = timedelta(hours=1)  # … and meetings run over
LONGEST = timedelta(days=92)


def plain_moment(moment: datetime) -> str:
    """A moment as people say it, in the time of the place: Tuesday 3 June 2026, 6.30pm."""
    here = moment.astimezone(HERE)
    minutes = f".{here:%M}" if here.minute else ""
    return f"{here:%A} {here.day} {here:%B %Y}, {here.hour % 12 or 12}{minutes}{'am' if here.hour < 12 else 'pm'}"


@dataclass(frozen=True)
class Window:
    """The times of one workshop; any may be missing. `hours` is what it asks of each person."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    starts_at: datetime | None = None
    hours: Decimal = Decimal(2)

    @property
    def stated(self) -> bool:
        """Whether people were promised that they can take part without the meeting."""
        return self.opens_at is not None and self.closes_at is not None

    def meeting(self) -> tuple[datetime, datetime] | None:
        """From when to when the live meeting lasts, with the minutes in which people come and go."""
        if self.starts_at is None:
            return None
        return self.starts_at - BEFORE, self.starts_at + timedelta(hours=float(self.hours)) + AFTER

    def is_live(self, now: datetime) -> bool:
        """Whether the meeting is on."""
        meeting = self.meeting()
        return meeting is not None and meeting[0] <= now <= meeting[1]

    def runs_on(self, now: datetime) -> bool:
        """Whether people were promised more time than has passed."""
        return self.opens_at is not None and self.closes_at is not None and now < self.closes_at

    def why_not_now(self, now: datetime) -> _ | None:
        """Why nothing is taken at this moment; None inside the window, in the meeting, and always where no window is stated."""
        if self.opens_at is None or self.closes_at is None or self.is_live(now):
            return None
        opens, closes = plain_moment(self.opens_at), plain_moment(self.closes_at)
        if now < self.opens_at:
            return _("This workshop is not open yet. It is open from {opens} until {closes}.", opens=opens, closes=closes)
        if now > self.closes_at:
            return _("This workshop closed on {closes}. It was open from {opens}.", opens=opens, closes=closes)
        return None


def why_not_close_early(window: Window, now: datetime, reason: str) -> _ | None:
    """Whether voting may be closed now: before the promised end only with a reason, which everybody sees."""
    if window.closes_at is not None and window.runs_on(now) and not reason.strip():
        return _(
            "People were told they can take part until {closes}. Say why the voting closes early; everybody will see the reason.",
            closes=plain_moment(window.closes_at),
        )
    return None


def why_not_end_early(window: Window, now: datetime) -> _ | None:
    """Whether the whole workshop may be closed now."""
    if window.closes_at is not None and window.runs_on(now):
        return _(
            "People were told they can take part until {closes}. Change that time first, with the reason.",
            closes=plain_moment(window.closes_at),
        )
    return None


def why_not_state(old: Window, new: Window, now: datetime, reason: str) -> _ | None:
    """Whether these times may be stated in place of the old: in order, not endless, and shortened only with a reason."""
    if (new.opens_at is None) != (new.closes_at is None):
        return _("Say both when the time to take part opens and when it closes, or neither.")
    if new.opens_at is not None and new.closes_at is not None:
        if new.closes_at <= new.opens_at:
            return _("It must close after it opens.")
        if new.closes_at - new.opens_at > LONGEST:
            return _("That is longer than three months. Choose a shorter time.")
    if old.closes_at is None or not old.stated:
        return None
    less = new.closes_at is None or new.closes_at < old.closes_at
    if less and old.closes_at > now and not reason.strip():
        return _("People were told they have until {closes}. Say why they get less time.", closes=plain_moment(old.closes_at))
    return None
