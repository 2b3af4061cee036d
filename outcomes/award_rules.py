"""What an award and a commitment must say, and by when a concern is answered. Values in, a sentence or None out."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from commissioning.sentences import Sentence as _
from outcomes import quarters


@dataclass(frozen=True)
class Limits:
    """What holds on a day: the days for an answer and for a reminder, and how long and how far off a contract may be."""

    since: date
    source: str
    concern_days: int
    longest_years: int
    furthest_years: int
    review_days: int


def _read() -> tuple[Limits, ...]:
    listed = tomllib.loads((Path(__file__).parent / "award_rules.toml").read_text(encoding="utf-8"))["limits"]
    return tuple(Limits(**row) for row in sorted(listed, key=lambda row: row["since"]))


ALL_LIMITS = _read()


def limits_on(day: date) -> Limits:
    """The limits that hold on a day: the newest that had begun."""
    begun = [limits for limits in ALL_LIMITS if limits.since <= day]
    return begun[-1] if begun else ALL_LIMITS[0]


def answer_due(raised: date) -> date:
    """The last day for an answer to a concern."""
    return raised + timedelta(days=limits_on(raised).concern_days)


@dataclass(frozen=True)
class Procurement:
    """Where procurement stands: the day it has, how the last one ended, whether it is paused, and whether the route needs none."""

    starts_on: date | None
    ended: str = ""
    paused: bool = False
    other_route: bool = False


def why_not_award(standing: Procurement, today: date) -> _ | None:
    """Whether an award can be recorded now: not before procurement began, not while somebody challenges it (DO-10)."""
    if standing.paused:
        return _("Somebody challenged this, so the cycle is paused. An award can be recorded once it goes on.")
    if standing.starts_on is not None:
        return _("Procurement has not started yet. An award comes after it.") if standing.starts_on > today else None
    if standing.ended == "done" or standing.other_route:
        return None
    if standing.ended == "called_off":
        return _("The procurement was called off, so there is nothing to award.")
    return _("Procurement has no day here yet. Set it first, or choose a way that needs none, such as a grant.")


def why_not_days(starts: date, ends: date, today: date) -> _ | None:
    """Whether these can be the first and the last day of a contract."""
    limits = limits_on(today)
    if ends <= starts:
        return _("The last day must come after the first day.")
    if ends > quarters.months_after(starts, 12 * limits.longest_years):
        return _("That is longer than {n} years. Look at the two days again.", n=limits.longest_years)
    away = 12 * limits.furthest_years
    if not quarters.months_after(today, -away) <= starts <= quarters.months_after(today, away):
        return _("The first day is more than {n} years from today. Look at it again.", n=limits.furthest_years)
    return None


def why_not_parties(provider: int, parties: Collection[int]) -> _ | None:
    """Whether every organisation is named once."""
    named = [provider, *parties]
    return _("An organisation is named twice. Name each one once.") if len(set(named)) < len(named) else None


def why_not_quarters(first: int, last: int | None, whole: int) -> _ | None:
    """Whether a promise is shown within the contract (quarters count from 1)."""
    if first < 1 or first > whole or (last is not None and last > whole):
        return _("The contract has the quarters 1 to {n}. Choose from these.", n=whole)
    if last is not None and last < first:
        return _("The last quarter must not come before the first.")
    return None
