"""The method of equal shares: everybody has the same share of the places or of the money, and pays for what they support. Pure.

So a minority of a fair size gets a fair part of a shortlist. Peters and Skowron, "Proportionality and the limits of
welfarism" (2020), there called Rule X; with costs: Peters, Pierczynski and Skowron, "Proportional participatory budgeting
with additive utilities" (2021). Exact, so that level is level: in whole numbers, since fractions would cost most of the time.
"""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from commissioning.sentences import Sentence as _
from workshops.methods.gathering import gathered
from workshops.methods.results import Item, Order, Result, Score, Step, TooManyWays, every_way, in_order, settled

Worth = Mapping[Item, Score]  # what each thing is worth to somebody; approving is being worth one
Rate = tuple[int, int]  # a price for each unit of worth: a fraction, which need not be in its lowest terms


class State(NamedTuple):
    """Where a count stands. What somebody has is a whole number of `parts` of the unit of money, as few as will do."""

    chosen: tuple[Item, ...]
    purses: tuple[int, ...]  # what each person of each kind of ballot has left, or their load once the rest is filled up
    parts: int
    filled: bool  # whether the rest is being filled up


class Supporter(NamedTuple):
    """Those with one kind of ballot, as supporters of one thing."""

    kind: int
    people: int
    worth: int  # of the thing to each of them, in the smallest unit in which every worth is whole
    even: int  # what a purse is multiplied by to compare how far purses go: a number for all supporters of a thing, over their worth


def equal_shares(
    ballots: Iterable[tuple[Collection[Item], int]], items: Collection[Item], places: int, order: Order | None = None
) -> Result:
    """Fill `places` from approvals. Each place costs one, and everybody has an equal share of the places.

    The next thing is the one whose supporters can buy it with the smallest largest payment. When nobody can buy any more,
    the places left are filled by the sequential rule of Phragmén (1894), going on from what people have left; what nobody
    supports is not chosen.
    """
    alike = gathered((frozenset(named), people) for named, people in ballots)
    share = _Sharing([(dict.fromkeys(named, 1), people) for named, people in alike.items()], dict.fromkeys(items, 1), places, places)
    return share.result("equal-shares", order)


def equal_shares_budget(
    ballots: Iterable[tuple[Worth, int]], costs: Mapping[Item, Score], budget: Score, order: Order | None = None
) -> Result:
    """Choose costed things within a budget. The next is the one that costs its supporters least for what it is worth to them.

    What is left over when no group can pay for any more is not spent.
    """
    return _Sharing(ballots, costs, budget, None).result("equal-shares-budget", order)


class _Sharing:
    """One count: kinds of ballots, since people with the same ballot always have the same left."""

    def __init__(self, ballots: Iterable[tuple[Worth, int]], costs: Mapping[Item, Score], budget: Score, places: int | None) -> None:
        alike = gathered((frozenset(worth.items()), people) for worth, people in ballots)
        wanted = ((sorted(one for one in said if one[0] in costs and one[1] > 0), people) for said, people in alike.items())
        kinds = gathered((tuple(kind), people) for kind, people in wanted if kind)
        self.supporters = _supporters(kinds, costs)
        # Money is counted in the unit in which the budget and every cost are whole.
        self.unit = lcm(*(money.denominator for money in (budget, *costs.values())))
        self.costs = {item: int(cost * self.unit) for item, cost in costs.items()}
        self.places = places
        purse = Fraction(budget * self.unit) / (sum(alike.values()) or 1)
        self.start = State((), (purse.numerator,) * len(kinds), purse.denominator, filled=False)

    def result(self, method: str, order: Order | None) -> Result:
        """Count to the end, in the order fixed beforehand or in every way."""
        chosen, steps = self._steps(order)
        scores: dict[Item, Score] = {item: sum(one.people for one in them) for item, them in self.supporters.items()}
        broken = tuple(step.level for step in steps if step.level)
        if order is not None or not broken:
            return Result(method, chosen, scores=scores, steps=tuple(steps), broken=broken if order is not None else ())
        try:
            ways = every_way(self.start, self._follow)
        except TooManyWays:
            ways = {chosen, *((item,) for item in self.costs)}
        return settled(method, [chosen, *ways], max(len(way) for way in ways), scores, steps)

    def _steps(self, order: Order | None) -> tuple[tuple[Item, ...], list[Step]]:
        state, steps = self.start, list[Step]()
        while True:
            level, rate = self._cheapest(state)
            if not level:
                if self._is_filling(state):
                    state = self._filling(state)
                    continue
                return state.chosen, steps
            item = (in_order(level, order) if order is not None else level)[0]
            after = self._bought(state, item, rate)
            steps.append(self._step(state, after, item, tuple(level) if len(level) > 1 else ()))
            state = after

    def _step(self, before: State, after: State, item: Item, level: tuple[Item, ...]) -> Step:
        if after.filled:
            return Step(_("Nobody could buy a whole place: this one shares the cost most evenly."), chosen=(item,), level=level)
        pairs = [
            (one.people, before.purses[one.kind] * after.parts - after.purses[one.kind] * before.parts) for one in self.supporters[item]
        ]
        whole = before.parts * after.parts * self.unit
        money = {amount: str(Fraction(amount, whole)) for amount in {amount for _people, amount in pairs}}
        paid = [[people, money[amount]] for people, amount in pairs]
        what = _("Its supporters paid for it together, as evenly as they could.")
        cost = str(Fraction(self.costs[item], self.unit))
        return Step(what, chosen=(item,), level=level, details={"cost": cost, "paid": paid})

    def _is_filling(self, state: State) -> bool:
        return self.places is not None and not state.filled and len(state.chosen) < self.places

    def _filling(self, state: State) -> State:
        """From here a purse counts as a load below nothing."""
        return state._replace(purses=tuple(-purse for purse in state.purses), filled=True)

    def _follow(self, state: State) -> "tuple[Item, ...] | list[State]":
        level, rate = self._cheapest(state)
        if level:
            ways = (self._bought(state, item, rate) for item in level)
            return [after._replace(chosen=tuple(sorted(after.chosen))) for after in ways]
        return [self._filling(state)] if self._is_filling(state) else state.chosen

    def _cheapest(self, state: State) -> tuple[list[Item], Rate]:
        """The things that can be had at the lowest rate, and that rate; none when nothing can, or every place is filled."""
        level, lowest = list[Item](), (0, 1)
        if self.places is not None and len(state.chosen) >= self.places:
            return level, lowest
        for item, supporters in self.supporters.items():
            if item in state.chosen or not supporters:
                continue
            rate = self._load(item, state) if state.filled else self._rate(item, state)
            if rate is None:
                continue
            here, least = rate[0] * lowest[1], lowest[0] * rate[1]
            if not level or here < least:
                level, lowest = [item], rate
            elif here == least:
                level.append(item)
        return sorted(level), lowest

    def _rate(self, item: Item, state: State) -> Rate | None:
        """The lowest price for each unit of worth at which its supporters' payments reach the cost; None when they cannot."""
        purses, supporters = state.purses, self.supporters[item]
        left = self.costs[item] * state.parts
        if sum(purses[one.kind] * one.people for one in supporters) < left:
            return None
        worth = sum(one.worth * one.people for one in supporters)
        for _reach, at in sorted((purses[one.kind] * one.even, at) for at, one in enumerate(supporters)):
            one = supporters[at]
            purse = purses[one.kind]
            if purse * worth >= left * one.worth:
                return left, worth
            left -= purse * one.people  # the poorest pay all they have
            worth -= one.worth * one.people
        return None

    def _load(self, item: Item, state: State) -> Rate:
        """The load that each supporter has once they carry the cost evenly."""
        supporters = self.supporters[item]
        loads = sum(state.purses[one.kind] * one.people for one in supporters)
        return self.costs[item] * state.parts + loads, sum(one.people for one in supporters)

    def _bought(self, state: State, item: Item, rate: Rate) -> State:
        """What is left when the thing is bought at this rate; in parts as much smaller as it needs, and no smaller."""
        price, finer = rate[0] // gcd(*rate), rate[1] // gcd(*rate)
        after = [purse * finer for purse in state.purses]
        for one in self.supporters[item]:
            after[one.kind] = price if state.filled else max(after[one.kind] - price * one.worth, 0)
        parts = state.parts * finer
        common = gcd(parts, *after)
        return State((*state.chosen, item), tuple(purse // common for purse in after), parts // common, state.filled)


def _supporters(kinds: Mapping[tuple[tuple[Item, Score], ...], int], costs: Collection[Item]) -> dict[Item, list[Supporter]]:
    """Who supports each thing, by the kinds of ballots with how many people gave each."""
    unit = lcm(*(worth.denominator for kind in kinds for _item, worth in kind))
    found: dict[Item, list[tuple[int, int, int]]] = {item: [] for item in costs}
    for at, (kind, people) in enumerate(kinds.items()):
        for item, worth in kind:
            found[item].append((at, people, int(worth * unit)))
    even = {item: lcm(*(worth for _kind, _people, worth in them)) for item, them in found.items()}
    return {item: [Supporter(*one, even=even[item] // one[2]) for one in them] for item, them in found.items()}
