"""What counting by a method gives: who wins, who is level, the scores and every step. Pure."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from commissioning.sentences import Sentence
from commissioning.sentences import Sentence as _

Item = int | str  # what is voted on, by its number or code; all of one count are of one kind
Score = int | Fraction
Order = Sequence[Item]  # who comes first where votes are level: fixed beforehand, by a person or by a public draw

MOST_WAYS = 4_000  # ways in which level votes can fall that are followed; beyond, only a draw can tell


class TooManyWays(Exception):  # noqa: N818 (it is an answer: so much is level that a list would help nobody)
    """More ways in which level votes can fall than can be followed."""


@dataclass(frozen=True)
class Step:
    """One step of a count, in words and in figures; `details` are what its method adds, ready for JSON."""

    what: Sentence
    scores: Mapping[Item, Score] = field(default_factory=dict)
    chosen: tuple[Item, ...] = ()
    dropped: tuple[Item, ...] = ()
    level: tuple[Item, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What a count came to.

    `winners` are those who win however level votes fall. `ties` are the others who win in some way and not in every way:
    each a set, of which `places` can be had. Without a number of places, the winners are all who share the first.
    """

    method: str
    winners: tuple[Item, ...]
    ties: tuple[tuple[Item, ...], ...] = ()
    places: int = 0
    scores: Mapping[Item, Score] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    broken: tuple[tuple[Item, ...], ...] = ()  # what was level on the way and was put in order by the rule fixed beforehand

    def explain(self, names: Mapping[Item, str]) -> list[Sentence]:
        """The result in sentences for everybody; `names` says what each thing is called."""
        said: list[Sentence] = []
        if self.winners:
            said.append(_("Chosen: {names}.", names=listed(self.winners, names)))
        for tie in self.ties:
            if self.places:
                said.append(_("Level: {names}. {n} of them can be chosen.", names=listed(tie, names), n=self.places))
            else:
                said.append(_("Level: {names}.", names=listed(tie, names)))
        said += [_("Level, and put in order by the draw fixed beforehand: {names}.", names=listed(tie, names)) for tie in self.broken]
        return said or [_("Nothing is chosen.")]


def listed(items: Iterable[Item], names: Mapping[Item, str]) -> str:
    """Several things by name."""
    return ", ".join(names.get(item, str(item)).removesuffix(".") for item in items)


def the_most(
    method: str, scores: Mapping[Item, Score], places: int | None, order: Order | None = None, steps: Collection[Step] = ()
) -> Result:
    """Whoever has the most: all who share the first place, or as many as there are places, with who is level for the last."""
    ranked = sorted(scores, key=lambda item: (-scores[item], item))
    if places is None:
        first = tuple(item for item in ranked if scores[item] == scores[ranked[0]])
        return settled(method, (first,), None, scores, steps, order)
    if len(ranked) <= places:
        return Result(method, tuple(ranked), scores=scores, steps=tuple(steps))
    last = scores[ranked[places - 1]]
    sure = tuple(item for item in ranked if scores[item] > last)
    level = tuple(item for item in ranked if scores[item] == last)
    free = places - len(sure)
    if len(level) == free:
        return Result(method, (*sure, *level), scores=scores, steps=tuple(steps))
    if order is None:
        return Result(method, sure, (level,), free, scores, tuple(steps))
    return Result(method, (*sure, *in_order(level, order)[:free]), scores=scores, steps=tuple(steps), broken=(level,))


def settled(
    method: str,
    ways: Collection[tuple[Item, ...]],
    places: int | None,
    scores: Mapping[Item, Score],
    steps: Collection[Step],
    order: Order | None = None,
) -> Result:
    """The result of every way in which level votes can fall; without `places`, one set of those who share the first place."""
    if places is None:
        first = sorted({item for way in ways for item in way})
        if order is not None and len(first) > 1:
            return Result(method, (in_order(first, order)[0],), scores=scores, steps=tuple(steps), broken=(tuple(first),))
        return Result(method, tuple(first), (tuple(first),) if len(first) > 1 else (), 1 if len(first) > 1 else 0, scores, tuple(steps))
    sets = [frozenset(way) for way in ways]
    sure = frozenset.intersection(*sets) if sets else frozenset()
    level = tuple(sorted(frozenset().union(*sets) - sure))
    one = next(iter(ways), ())
    winners = tuple(item for item in one if item in sure)
    free = max((len(way) for way in sets), default=0) - len(sure)
    return Result(method, winners, (level,) if level else (), free if level else 0, scores, tuple(steps))


def in_order(level: Iterable[Item], order: Order) -> list[Item]:
    """Level things in an order fixed beforehand. Raises `ValueError` when it does not name one of them."""
    place = {item: at for at, item in enumerate(order)}
    missing = [item for item in level if item not in place]
    if missing:
        raise ValueError(f"the order fixed beforehand does not name {missing[0]}")
    return sorted(level, key=place.__getitem__)


State = TypeVar("State", bound=Hashable)


def every_way(start: State, follow: Callable[[State], "tuple[Item, ...] | list[State]"]) -> set[tuple[Item, ...]]:
    """Every end that a count can come to when level votes may fall either way ("parallel universes", Conitzer, Rognlie and
    Xia 2009). `follow` gives an end, or the states that can come next. Raises `TooManyWays`."""
    seen, waiting, ends = {start}, [start], set()
    while waiting:
        came = follow(waiting.pop())
        if isinstance(came, tuple):
            ends.add(came)
            continue
        for state in came:
            if state not in seen:
                seen.add(state)
                waiting.append(state)
        if len(seen) > MOST_WAYS:
            raise TooManyWays
    return ends
