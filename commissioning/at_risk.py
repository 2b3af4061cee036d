"""What may be said about organisations at risk without pointing at one (DO-06, INV-19). Pure: marks in, thresholds out.

An exact number would name an organisation: in a cycle with three of them, a one is a name, and so is a number that goes up
on the day somebody was seen to sign in. So only "at least so many" is said, of a whole week at a time:

- only organisations that officers know count, so that nobody makes some up to find the others among them;
- with fewer than six of these in the cycle nothing is counted at all;
- the least that is said is "at least 3"; until then it is "fewer than 3, or none";
- three organisations are always left that may not be among them, so that "all of them" can never be read out of it;
- pounds are added up from five organisations on that gave a value, as "at least", and only where no single one is more
  than half of it;
- the numbers are those of last Monday, so that looking twice in a week shows nothing new.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from commissioning.sentences import Sentence as _

FEWEST_ORGANISATIONS = 6
LEFT_OUT = 3  # organisations that may always be among those not at risk
STEPS = (3, 5, 10, 15, 20, 30, 40, 50, 75, 100)
FEWEST_VALUES = 5
POUNDS = (10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000)


@dataclass(frozen=True)
class AtRisk:
    """What the commissioner side sees. `least` is None where nothing may be counted, 0 for fewer than three or none."""

    least: int | None
    pounds: int | None
    since: date

    @property
    def words(self) -> _:
        """The number in a sentence."""
        if self.least is None:
            return _(
                "With fewer than {n} organisations in a cycle we show no number: it would point at one of them.", n=FEWEST_ORGANISATIONS
            )
        if not self.least:
            return _("Fewer than 3 organisations say they are at risk. It may be none.")
        return _("At least {n} organisations say they are at risk before the decision.", n=self.least)

    @property
    def value_words(self) -> _ | None:
        """The value in a sentence, where there is a number of organisations at all."""
        if not self.least:
            return None
        if self.pounds is None:
            return _("We add up the value of their work only from 5 organisations on, and never where one is more than half of it.")
        return _("Together their work is worth at least £{n} a year.", n=f"{self.pounds:,}")


def week_of(today: datetime) -> datetime:
    """The Monday the numbers are of."""
    return (today - timedelta(days=today.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def seen(values: Iterable[int | None], organisations: int, since: date) -> AtRisk:
    """What may be seen of these marks, one for each organisation at risk, in a cycle with this many organisations."""
    listed = list(values)
    if organisations < FEWEST_ORGANISATIONS:
        return AtRisk(None, None, since)
    most = min(len(listed), organisations - LEFT_OUT)
    least = max((step for step in STEPS if step <= most), default=0)
    return AtRisk(least, _pounds([v for v in listed if v]) if least >= FEWEST_VALUES else None, since)


def _pounds(given: list[int]) -> int | None:
    if len(given) < FEWEST_VALUES or max(given) * 2 > sum(given):
        return None
    return max((step for step in POUNDS if step <= sum(given)), default=None)
