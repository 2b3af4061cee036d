"""Rankings: everybody puts things in order. Borda, instant run-off and Schulze. Pure.

A ballot is a ranking: sets of things, the best first; things in one set are level. What a ballot does not name comes
after all it names.
"""

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Any

from commissioning.sentences import Sentence as _
from workshops.methods.gathering import gathered
from workshops.methods.results import Item, Order, Result, Score, Step, TooManyWays, every_way, in_order, settled, the_most

Ranking = Sequence[Collection[Item]]
Ranked = Iterable[tuple[Ranking, int]]  # rankings with how many people gave each


def alike(ballots: Ranked) -> dict[tuple[tuple[Item, ...], ...], int]:
    """How many people gave each ranking, as it is written."""
    return gathered((tuple(map(tuple, ranking)), people) for ranking, people in ballots)


def standing(ranking: Ranking, items: Collection[Item]) -> list[list[Item]]:
    """A ranking of the things that stand, complete: what it does not name is level and last. Nothing counts twice."""
    left, tiers = dict.fromkeys(items), list[list[Item]]()
    for tier in ranking:
        here = []
        for item in tier:
            if item in left:
                del left[item]
                here.append(item)
        if here:
            tiers.append(here)
    return [*tiers, list(left)] if left else tiers


def borda(ballots: Ranked, items: Collection[Item], places: int | None = None, order: Order | None = None) -> Result:
    """A point for each thing a ballot puts a thing above, half a point for each it is level with (de Borda 1781; for level
    and unnamed things the average, as Emerson 2013 reviews)."""
    halves: dict[Item, int] = dict.fromkeys(items, 0)
    for ranking, people in alike(ballots).items():
        below = len(halves)
        for tier in standing(ranking, items):
            below -= len(tier)
            for item in tier:
                halves[item] += (2 * below + len(tier) - 1) * people
    scores = {item: Fraction(n, 2) for item, n in halves.items()}
    step = Step(_("A thing got one point for each thing it was put above, and half a point for each it was level with."), scores)
    return the_most("borda", scores, places, order, [step])


def irv(ballots: Ranked, items: Collection[Item], order: Order | None = None) -> Result:
    """Instant run-off: again and again the thing with the fewest first choices drops out, until one has more than half.

    A ballot with several first choices is shared between them. Where several have the fewest, every one is tried, unless
    `order` says which goes first: the last in it.
    """
    count = _RunOff(ballots, items)
    steps = count.steps(order)
    last = steps[-1].scores if steps else {}
    if order is not None:
        broken = tuple(step.level for step in steps if step.level)
        return Result("irv", steps[-1].chosen if steps else (), scores=last, steps=tuple(steps), broken=broken)
    try:
        ways = every_way(frozenset(items), count.follow) if items else set()
    except TooManyWays:
        ways = {tuple(sorted(items))}
    return settled("irv", ways, None, last, steps)


class _RunOff:
    """The rounds of one instant run-off; each set of things that stand is counted once."""

    def __init__(self, ballots: Ranked, items: Collection[Item]) -> None:
        self.ballots = list(alike(ballots).items())
        self.items = frozenset(items)
        self.counted: dict[frozenset[Item], dict[Item, Score]] = {}

    def first_choices(self, left: frozenset[Item]) -> dict[Item, Score]:
        """How many first choices each thing has among those that stand."""
        if left not in self.counted:
            votes: dict[Item, Score] = dict.fromkeys(left, 0)
            for tiers, people in self.ballots:
                first: frozenset[Item] = next((here for tier in tiers if (here := left.intersection(tier))), frozenset())
                for item in first:
                    votes[item] += people if len(first) == 1 else Fraction(people, len(first))
            self.counted[left] = votes
        return self.counted[left]

    def over(self, left: frozenset[Item]) -> tuple[Item, ...]:
        """Who has more than half of what is still counted, or is the only one left."""
        votes = self.first_choices(left)
        if len(left) == 1:
            return tuple(left)
        everybody = sum(votes.values())
        return tuple(item for item, n in votes.items() if 2 * n > everybody)

    def fewest(self, left: frozenset[Item]) -> list[Item]:
        """Who has the fewest first choices."""
        votes = self.first_choices(left)
        least = min(votes.values())
        return sorted(item for item, n in votes.items() if n == least)

    def follow(self, left: frozenset[Item]) -> tuple[Item, ...] | list[frozenset[Item]]:
        """The end, or what can stand after this round."""
        return self.over(left) or [left - {item} for item in self.fewest(left)]

    def steps(self, order: Order | None) -> list[Step]:
        """The rounds, one after another; where the fewest are level, the last in the order goes, or the last by number."""
        found: list[Step] = []
        left = self.items
        while left:
            votes = dict(sorted(self.first_choices(left).items()))
            over = self.over(left)
            if over:
                found.append(Step(_("More than half is reached."), votes, chosen=over))
                break
            fewest = self.fewest(left)
            goes = (in_order(fewest, order) if order is not None else fewest)[-1]
            level = tuple(fewest) if len(fewest) > 1 else ()
            found.append(Step(_("The fewest first choices: this one drops out."), votes, dropped=(goes,), level=level))
            left -= {goes}
        return found


def schulze(ballots: Ranked, items: Collection[Item], order: Order | None = None) -> Result:
    """Every pair is compared; a thing wins whose strongest chain of wins over each other is at least as strong as back.

    Chains are measured by margins: how many more people put the one above the other than the reverse (Schulze, "A new
    monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election method", 2011, which
    allows several measures; they are one where every ballot ranks everything). The scores are how many others each beats.
    """
    among = sorted(items)
    over = preferred(ballots, among)
    path = _strongest(among, {(a, b): max(over[a, b] - over[b, a], 0) for a in among for b in among if a != b})
    beats: dict[Item, Score] = {a: sum(path[a, b] > path[b, a] for b in among if b != a) for a in among}
    first = tuple(a for a in among if all(path[a, b] >= path[b, a] for b in among if b != a))
    figures: dict[str, Any] = {
        "pairs": [[a, b, over[a, b], over[b, a]] for at, a in enumerate(among) for b in among[at + 1 :]],
        "strongest": [[a, b, path[a, b]] for a in among for b in among if a != b],
    }
    step = Step(_("Every pair was compared; the strongest chain of wins each way decides."), beats, chosen=first, details=figures)
    return settled("schulze", {first} if first else set(), None, beats, [step], order)


def _strongest(among: Sequence[Item], wins: dict[tuple[Item, Item], int]) -> dict[tuple[Item, Item], int]:
    """The strength of the strongest chain from each thing to each other (Floyd and Warshall, widest paths)."""
    path = dict(wins)
    for through in among:
        for a in among:
            first = path.get((a, through), 0)
            for b in among if first else ():
                if b not in (a, through):
                    path[a, b] = max(path[a, b], min(first, path[through, b]))
    return path


def preferred(ballots: Ranked, items: Collection[Item]) -> dict[tuple[Item, Item], int]:
    """For each pair, how many people put the first above the second."""
    over = {a: dict.fromkeys(items, 0) for a in items}
    for ranking, people in alike(ballots).items():
        lower: list[Item] = []
        for tier in reversed(standing(ranking, items)):
            for above in tier:
                row = over[above]
                for item in lower:
                    row[item] += people
            lower += tier
    return {(a, b): n for a, row in over.items() for b, n in row.items() if a != b}
