"""The clock of an activity: how long is left, in whole seconds, by the server's time alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """One activity's time. `ends_at` moves on while the clock is paused, so a paused clock has none."""

    started_at: datetime
    minutes: int
    extra_seconds: int = 0
    paused_seconds: int = 0
    paused_at: datetime | None = None

    @property
    def allowed(self) -> int:
        """How many seconds the activity may take, pauses left out."""
        return max(0, self.minutes * 60 + self.extra_seconds)

    @property
    def ends_at(self) -> datetime:
        """When time is up, if the clock is not paused again."""
        return self.started_at + timedelta(seconds=self.allowed + self.paused_seconds)

    def left(self, now: datetime) -> int:
        """Seconds left; negative when over time."""
        return int((self.ends_at - (self.paused_at or now)).total_seconds())

    def taken(self, now: datetime) -> int:
        """Seconds the activity has taken so far, pauses left out."""
        return self.allowed - self.left(now)


def words(seconds: int) -> str:
    """Minutes and seconds as a clock shows them: 4:05, and +0:30 when over time."""
    sign, seconds = ("+", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 60}:{seconds % 60:02d}"


def whole_minutes(seconds: int) -> int:
    """Seconds as minutes, rounded to the nearest."""
    return (seconds + 30) // 60
