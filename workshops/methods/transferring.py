"""Single transferable vote by the Scottish rules: several places, each person one vote that moves on when it is not needed. Pure.

Source: the Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, rules 45 to 52. Values are kept as
whole hundred-thousandths of a vote, since rule 48 cuts a transfer value off after five decimals.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from commissioning.sentences import Sentence
from commissioning.sentences import Sentence as _
from workshops.methods.ranking import Ranked, alike
from workshops.methods.results import MOST_WAYS, Item, Order, Result, Score, Step, TooManyWays, in_order, settled

VOTE = 100_000  # parts of one vote
Papers = Counter[tuple[int, int, int]]  # (ranking, place in it, value of one paper): how many papers


def stv(ballots: Ranked, items: Collection[Item], places: int, order: Order | None = None) -> Result:
    """Fill `places` from rankings.

    A paper that puts two things level is used up there: rule 48 moves papers only to a next choice that is clear. Level
    totals are settled by the last earlier stage at which they differed; after that by `order` (the rules' lot), or, when
    there is none, every way is followed.
    """
    count = _Count(ballots, items, places)
    first = _Stage.start(count)
    if order is not None:
        end = _to_the_end(count, first, order)
        return Result("stv", tuple(end.elected), scores=_votes(end.totals), steps=tuple(end.steps), broken=tuple(end.broken))
    shown = _to_the_end(count, first.copy(), sorted(items))
    try:
        ways = set(_every_end(count, first)) if shown.broken else {tuple(shown.elected)}
    except TooManyWays:
        ways = {tuple(shown.elected), *((item,) for item in items)}
    return settled("stv", [tuple(shown.elected), *ways], places, _votes(shown.totals), shown.steps)


class _Count:
    """What does not change during a count: the rankings, the quota, the places."""

    def __init__(self, ballots: Ranked, items: Collection[Item], places: int) -> None:
        named = set(items)
        grouped: Counter[tuple[Item, ...]] = Counter()
        for ranking, people in alike(ballots).items():
            clear: list[Item] = []
            for tier in ranking:
                here = [item for item in tier if item in named and item not in clear]
                if len(here) > 1:
                    break
                clear += here
            if clear:
                grouped[tuple(clear)] += people
        self.rankings, self.people = list(grouped), list(grouped.values())
        self.items, self.places = sorted(named), min(places, len(named))
        self.quota = (sum(self.people) // (places + 1) + 1) * VOTE


@dataclass
class _Stage:
    """Where a count stands: whose papers are whose, who is elected, and the totals at the end of every earlier stage."""

    papers: dict[Item, Papers]
    totals: dict[Item, int]
    continuing: set[Item]
    elected: list[Item] = field(default_factory=list)
    surplus: list[Item] = field(default_factory=list)
    history: list[dict[Item, int]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    broken: list[tuple[Item, ...]] = field(default_factory=list)

    @classmethod
    def start(cls, count: _Count) -> "_Stage":
        """First choices (rule 45)."""
        papers: dict[Item, Papers] = {item: Counter() for item in count.items}
        for at, ranking in enumerate(count.rankings):
            papers[ranking[0]][at, 0, VOTE] += count.people[at]
        totals = {item: sum(n * VOTE for n in pile.values()) for item, pile in papers.items()}
        stage = cls(papers, totals, set(count.items))
        stage.end_of_stage(_("First choices were counted."))
        return stage

    def copy(self) -> "_Stage":
        """The same place in the count, to go on from in another way."""
        return _Stage(
            {item: Counter(pile) for item, pile in self.papers.items()},
            dict(self.totals),
            set(self.continuing),
            list(self.elected),
            list(self.surplus),
            list(self.history),
            list(self.steps),
            list(self.broken),
        )

    @property
    def key(self) -> object:
        """What the rest of the count depends on: the same from here on, whatever came before."""
        alive = sorted(self.continuing | set(self.surplus))
        past: list[tuple[int, ...]] = []
        for totals in self.history:
            row = tuple(totals[item] for item in alive)
            if not past or past[-1] != row:
                past.append(row)
        piles = frozenset((item, frozenset(self.papers[item].items())) for item in alive)
        return frozenset(self.continuing), frozenset(self.elected), frozenset(self.surplus), piles, tuple(past)

    def end_of_stage(self, what: Sentence, dropped: tuple[Item, ...] = (), level: tuple[Item, ...] = ()) -> None:
        """Keep the totals, which later ties are settled by."""
        self.history.append(dict(self.totals))
        self.steps.append(Step(what, _votes(self.totals), chosen=tuple(self.elected), dropped=dropped, level=level))


def _votes(totals: dict[Item, int]) -> dict[Item, Score]:
    return {item: Fraction(n, VOTE) for item, n in sorted(totals.items())}


def _next(count: _Count, stage: _Stage) -> tuple[list[Item], bool] | None:
    """Elect whoever has the quota; then whose papers move next (several when they are level), and whether that is a surplus.

    None when every place is filled.
    """
    reached = sorted((i for i in stage.continuing if stage.totals[i] >= count.quota), key=lambda i: (-stage.totals[i], i))
    _elect(stage, reached)
    stage.surplus += [item for item in reached if stage.totals[item] > count.quota]
    free = count.places - len(stage.elected)
    if len(stage.continuing) <= free:  # rule 52: nobody else is left for the last places
        _elect(stage, sorted(stage.continuing, key=lambda i: (-stage.totals[i], i)))
        free = 0
    if free <= 0:
        stage.steps.append(Step(_("Every place is filled."), _votes(stage.totals), chosen=tuple(stage.elected)))
        return None
    if stage.surplus:
        return _furthest(stage, stage.surplus, -1), True
    return _furthest(stage, sorted(stage.continuing), 1), False


def _elect(stage: _Stage, items: list[Item]) -> None:
    stage.elected += items
    stage.continuing.difference_update(items)


def _furthest(stage: _Stage, among: list[Item], sign: int) -> list[Item]:
    """Who has the most (sign -1) or the fewest (sign 1) now, or at the last stage at which they differed (rules 49 and 51)."""
    level = list(among)
    for totals in reversed(stage.history):
        end = min(sign * totals[item] for item in level)
        level = [item for item in level if sign * totals[item] == end]
        if len(level) == 1:
            break
    return level


def _move(count: _Count, stage: _Stage, item: Item, surplus: bool, level: tuple[Item, ...]) -> None:
    """Move a surplus at its cut-off value (rule 48), or all papers of whoever is excluded at the value they came with (rule 50)."""
    over, total = stage.totals[item] - count.quota, stage.totals[item]
    pile, stage.papers[item] = stage.papers[item], Counter()
    if surplus:
        stage.surplus.remove(item)
        stage.totals[item] = count.quota
        what = _("A surplus moved on to next choices.")
    else:
        stage.continuing.discard(item)
        stage.totals[item] = 0
        what = _("The fewest votes: this one drops out, and its votes move on to next choices.")
    for (at, place, value), n in pile.items():
        worth = over * value // total if surplus else value
        if not worth:
            continue
        for further, other in enumerate(count.rankings[at][place + 1 :], place + 1):
            if other in stage.continuing:
                stage.papers[other][at, further, worth] += n
                stage.totals[other] += n * worth
                break
    stage.end_of_stage(what, () if surplus else (item,), level)


def _to_the_end(count: _Count, stage: _Stage, order: Order) -> _Stage:
    while (moves := _next(count, stage)) is not None:
        level, surplus = moves
        tied = tuple(sorted(level)) if len(level) > 1 else ()
        if tied:
            stage.broken.append(tied)
        # First in the order is best: it keeps its place longest, and its surplus moves first.
        item = in_order(level, order)[0 if surplus else -1] if tied else level[0]
        _move(count, stage, item, surplus, tied)
    return stage


def _every_end(count: _Count, first: _Stage) -> Iterator[tuple[Item, ...]]:
    seen: set[object] = set()
    waiting = [first]
    while waiting:
        stage = waiting.pop()
        while (moves := _next(count, stage)) is not None:
            level, surplus = moves
            for item in level[1:]:
                other = stage.copy()
                _move(count, other, item, surplus, ())
                if other.key not in seen:
                    seen.add(other.key)
                    waiting.append(other)
            _move(count, stage, level[0], surplus, ())
            if len(level) > 1:
                if stage.key in seen:
                    break
                seen.add(stage.key)
            if len(seen) > MOST_WAYS:
                raise TooManyWays
        else:
            yield tuple(stage.elected)
