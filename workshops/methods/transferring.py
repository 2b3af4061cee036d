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
    shown = _to_the_end(count, _Stage.start(count), sorted(items) if order is None else order)
    elected, scores, steps = tuple(shown.elected), _votes(shown.totals), tuple(shown.steps or ())
    if order is not None:
        return Result("stv", elected, scores=scores, steps=steps, broken=tuple(shown.broken))
    try:
        ways = set(_every_end(count, _Stage.start(count).copy())) if shown.broken else {elected}
    except TooManyWays:
        ways = {elected, *((item,) for item in items)}
    return settled("stv", [elected, *ways], places, scores, steps)


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
    before: dict[Item, int] = field(default_factory=dict)  # how each stood, by this stage and then by each earlier one
    steps: list[Step] | None = field(default_factory=list)  # None where a way is only followed to its end
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
        """The same place in the count, to go on from in another way, of which only the end is wanted."""
        return _Stage(
            {item: Counter(pile) for item, pile in self.papers.items()},
            dict(self.totals),
            set(self.continuing),
            list(self.elected),
            list(self.surplus),
            dict(self.before),
            None,
            list(self.broken),
        )

    @property
    def key(self) -> object:
        """What the rest of the count depends on: the same from here on, whatever came before."""
        alive = sorted(self.continuing | set(self.surplus))
        past = _ranked({item: (self.before[item],) for item in alive})
        piles = frozenset((item, frozenset(self.papers[item].items())) for item in alive)
        return frozenset(self.continuing), frozenset(self.elected), frozenset(self.surplus), piles, tuple(past.values())

    def end_of_stage(self, what: Sentence, dropped: tuple[Item, ...] = (), level: tuple[Item, ...] = ()) -> None:
        """Keep how everything stands, which later ties are settled by."""
        self.before = _ranked({item: (n, self.before.get(item, 0)) for item, n in self.totals.items()})
        if self.steps is not None:
            self.steps.append(Step(what, _votes(self.totals), chosen=tuple(self.elected), dropped=dropped, level=level))


def _ranked(standing: dict[Item, tuple[int, ...]]) -> dict[Item, int]:
    """The same order in small numbers, the lowest 0."""
    place = {how: at for at, how in enumerate(sorted(set(standing.values())))}
    return {item: place[how] for item, how in standing.items()}


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
        if stage.steps is not None:
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
    end = min(sign * stage.before[item] for item in among)
    return [item for item in among if sign * stage.before[item] == end]


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
    """Where the count can end. Every move is work, also to where another way has led: else what is much level takes for ever."""
    seen: set[object] = set()
    waiting, work = [first], 0
    while waiting:
        stage = waiting.pop()
        moves = _next(count, stage)
        if moves is None:
            yield tuple(stage.elected)
            continue
        level, surplus = moves
        if not surplus and not stage.totals[level[0]]:
            # They have no paper, so in which order they drop out changes nothing, but for who of them is left at the end.
            if ends := _left_over(count, stage, level):
                yield from ends
                continue
            level = level[:1]
        work += len(level) * (1 + len(count.items) // 30)
        if work > MOST_WAYS:
            raise TooManyWays
        waiting += _after_each(count, stage, level, surplus, seen)


def _after_each(count: _Count, stage: _Stage, level: list[Item], surplus: bool, seen: set[object]) -> list[_Stage]:
    """Where the count can stand when one of those who are level moves, but for where it stood in another way; changes `stage`."""
    came = []
    for item in reversed(level):
        other = stage.copy() if item != level[0] else stage
        _move(count, other, item, surplus, ())
        key = other.key if len(level) > 1 else None
        if key is None or key not in seen:
            came.append(other)
        seen.add(key)
    return came


def _left_over(count: _Count, stage: _Stage, level: list[Item]) -> list[tuple[Item, ...]]:
    """Where the count ends when the last places are left to some of those without a paper: each of them has one in some way."""
    others = sorted(stage.continuing.difference(level))
    spare = max(0, count.places - len(stage.elected) - len(others))
    return [(*stage.elected, *others, *(level * 2)[at : at + spare]) for at in range(len(level))] if spare else []
