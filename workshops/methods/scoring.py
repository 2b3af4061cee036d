"""Scores: everybody gives each thing a number; and the 70/15 rule on ratings from 1 to 9. Pure.

70/15: an item is kept when at least 70 % of a group rate it 7 to 9 and fewer than 15 % rate it 1 to 3 (Williamson and
others, "Developing core outcome sets for clinical trials", Trials 2012; the COMET Handbook 1.0, Trials 2017). Asking it of
every group is this house's own rule.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from commissioning.sentences import Sentence as _
from workshops.methods.results import Item, Order, Result, Score, Step, the_most

HIGH, LOW = range(7, 10), range(1, 4)
KEEP, DROP = Fraction(70, 100), Fraction(15, 100)


def score(
    ballots: Iterable[tuple[Mapping[Item, Score], int]], items: Collection[Item], places: int | None = None, order: Order | None = None
) -> Result:
    """Add up the numbers given, with how many people cast each ballot; what somebody left out got nothing from them."""
    scores: dict[Item, Score] = dict.fromkeys(items, 0)
    for given, people in ballots:
        for item, value in given.items():
            if item in scores:
                scores[item] += value * people
    step = Step(_("Every number given to a thing was added up; those with the most come first."), scores)
    return the_most("score", scores, places, order, [step])


@dataclass(frozen=True)
class Rated:
    """How one group rated one thing from 1 to 9."""

    group: str
    ratings: tuple[int, ...]

    @property
    def high(self) -> int:
        """How many rated it 7 to 9: it matters most."""
        return sum(1 for rating in self.ratings if rating in HIGH)

    @property
    def low(self) -> int:
        """How many rated it 1 to 3: it matters little."""
        return sum(1 for rating in self.ratings if rating in LOW)

    @property
    def keeps(self) -> bool:
        """Whether this group keeps it; nobody's rating keeps nothing."""
        n = len(self.ratings)
        return bool(n) and Fraction(self.high, n) >= KEEP and Fraction(self.low, n) < DROP


def kept_by_every_group(rated: Iterable[Rated]) -> bool:
    """Whether every group that rated a thing keeps it."""
    groups = list(rated)
    return bool(groups) and all(one.keeps for one in groups)
