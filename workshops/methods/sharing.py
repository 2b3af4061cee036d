"""The method of equal shares: everybody has the same share of the places or of the money, and pays for what they support. Pure.

So a minority of a fair size gets a fair part of a shortlist. Peters and Skowron, "Proportionality and the limits of
welfarism" (2020), there called Rule X; with costs: Peters, Pierczynski and Skowron, "Proportional participatory budgeting
with additive utilities" (2021). Exact fractions, so that level is level.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from commissioning.sentences import Sentence as _
from workshops.methods.results import Item, Order, Result, Score, Step, TooManyWays, every_way, in_order, settled

Worth = Mapping[Item, Score]  # what each thing is worth to somebody; approving is being worth one
Purses = tuple[Fraction, ...]  # what each person of each kind of ballot has left
State = tuple[tuple[Item, ...], Purses, bool]  # chosen so far; purses, or loads once the rest is filled up; whether it is


def equal_shares(
    ballots: Iterable[tuple[Collection[Item], int]], items: Collection[Item], places: int, order: Order | None = None
) -> Result:
    """Fill `places` from approvals. Each place costs one, and everybody has an equal share of the places.

    The next thing is the one whose supporters can buy it with the smallest largest payment. When nobody can buy any more,
    the places left are filled by the sequential rule of Phragmén (1894), going on from what people have left; what nobody
    supports is not chosen.
    """
    share = _Sharing([(dict.fromkeys(named, 1), people) for named, people in ballots], dict.fromkeys(items, 1), places, places)
    return share.result("equal-shares", order)


def equal_shares_budget(
    ballots: Iterable[tuple[Worth, int]], costs: Mapping[Item, Score], budget: Score, order: Order | None = None
) -> Result:
    """Choose costed things within a budget. The next is the one that costs its supporters least for what it is worth to them.

    What is left over when no group can pay for any more is not spent.
    """
    return _Sharing(list(ballots), costs, budget, None).result("equal-shares-budget", order)


class _Sharing:
    """One count: kinds of ballots, since people with the same ballot always have the same left."""

    def __init__(self, ballots: Iterable[tuple[Worth, int]], costs: Mapping[Item, Score], budget: Score, places: int | None) -> None:
        grouped: dict[tuple[tuple[Item, Score], ...], int] = defaultdict(int)
        everybody = 0
        for worth, people in ballots:
            everybody += people
            kind = tuple(sorted((item, value) for item, value in worth.items() if item in costs and value > 0))
            if kind:
                grouped[kind] += people
        self.kinds = [dict(kind) for kind in grouped]
        self.people = list(grouped.values())
        self.costs = {item: Fraction(cost) for item, cost in costs.items()}
        self.supporters: dict[Item, list[int]] = {item: [] for item in costs}
        for at, wanted in enumerate(self.kinds):
            for item in wanted:
                self.supporters[item].append(at)
        self.places = places
        purse = Fraction(budget, everybody) if everybody else Fraction(0)
        self.start: State = ((), tuple(purse for _kind in self.kinds), False)

    def result(self, method: str, order: Order | None) -> Result:
        """Count to the end, in the order fixed beforehand or in every way."""
        chosen, steps = self._steps(order)
        scores: dict[Item, Score] = {item: sum(self.people[kind] for kind in kinds) for item, kinds in self.supporters.items()}
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
                return state[0], steps
            item = (in_order(level, order) if order is not None else level)[0]
            after = self._bought(state, item, rate)
            steps.append(self._step(state, after, item, tuple(level) if len(level) > 1 else ()))
            state = after

    def _step(self, before: State, after: State, item: Item, level: tuple[Item, ...]) -> Step:
        _chosen, purses, filled = after
        if filled:
            return Step(_("Nobody could buy a whole place: this one shares the cost most evenly."), chosen=(item,), level=level)
        paid = [[self.people[kind], str(before[1][kind] - purses[kind])] for kind in self.supporters[item]]
        what = _("Its supporters paid for it together, as evenly as they could.")
        return Step(what, chosen=(item,), level=level, details={"cost": str(self.costs[item]), "paid": paid})

    def _is_filling(self, state: State) -> bool:
        return self.places is not None and not state[2] and len(state[0]) < self.places

    def _filling(self, state: State) -> State:
        """From here a purse counts as a load below nothing."""
        return state[0], tuple(-purse for purse in state[1]), True

    def _follow(self, state: State) -> "tuple[Item, ...] | list[State]":
        level, rate = self._cheapest(state)
        if level:
            return [(tuple(sorted(after[0])), *after[1:]) for after in (self._bought(state, item, rate) for item in level)]
        return [self._filling(state)] if self._is_filling(state) else state[0]

    def _cheapest(self, state: State) -> tuple[list[Item], Fraction]:
        """The things that can be had at the lowest rate, and that rate; none when nothing can, or every place is filled."""
        chosen, purses, filled = state
        if self.places is not None and len(chosen) >= self.places:
            return [], Fraction(0)
        level, lowest = list[Item](), Fraction(0)
        for item in self.costs:
            if item in chosen or not self.supporters[item]:
                continue
            rate = self._load(item, purses) if filled else self._rate(item, purses)
            if rate is None or (level and rate > lowest):
                continue
            if not level or rate < lowest:
                level, lowest = [], rate
            level.append(item)
        return sorted(level), lowest

    def _rate(self, item: Item, purses: Purses) -> Fraction | None:
        """The lowest price for each unit of worth at which its supporters' payments reach the cost; None when they cannot."""
        left = self.costs[item]
        supporters = sorted((purses[kind] / self.kinds[kind][item], kind) for kind in self.supporters[item])
        worth = sum((Fraction(self.kinds[kind][item]) * self.people[kind] for kind in self.supporters[item]), Fraction(0))
        for most, kind in supporters:  # the poorest pay all they have
            if most * worth >= left:
                return left / worth
            left -= purses[kind] * self.people[kind]
            worth -= Fraction(self.kinds[kind][item]) * self.people[kind]
        return None

    def _load(self, item: Item, loads: Purses) -> Fraction:
        people = sum(self.people[kind] for kind in self.supporters[item])
        return (1 + sum((loads[kind] * self.people[kind] for kind in self.supporters[item]), Fraction(0))) / people

    def _bought(self, state: State, item: Item, rate: Fraction) -> State:
        chosen, purses, filled = state
        after = list(purses)
        for kind in self.supporters[item]:
            after[kind] = rate if filled else after[kind] - min(after[kind], rate * self.kinds[kind][item])
        return (*chosen, item), tuple(after), filled
