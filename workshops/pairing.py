"""Who sits with whom in small groups, and which card somebody gets next. Pure: names in, tables out; the same seed, the same table."""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence

SMALLEST, LARGEST = 2, 4


def small_groups(
    people: Mapping[int, str],
    size: int,
    *,
    mixed: bool = True,
    seed: int = 0,
    met: Collection[frozenset[int]] = (),
) -> list[list[int]]:
    """Small groups of `size` (2 to 4) of people given with their side; nobody is left alone.

    `mixed` spreads the sides over the groups; otherwise each group is of one side where numbers allow. People who met before
    (`met`: pairs) are kept apart where that is possible. Groups may be one larger than `size` when numbers do not divide.
    Raises `ValueError` for a size that is not 2 to 4.
    """
    if not SMALLEST <= size <= LARGEST:
        raise ValueError("small groups have two to four people")
    best: list[list[int]] = []
    cost = -1
    for attempt in range(20 if met else 1):
        tables = _deal(people, size, mixed, random.Random(f"{seed}-{attempt}"))  # noqa: S311 (a public shuffle, not a secret)
        again = sum(1 for table in tables for pair in pairs_in(table) if pair in met)
        if cost < 0 or again < cost:
            best, cost = tables, again
        if not cost:
            break
    return best


def pairs_in(table: Sequence[int]) -> list[frozenset[int]]:
    """Every two people of one table."""
    return [frozenset((a, b)) for i, a in enumerate(table) for b in table[i + 1 :]]


def _deal(people: Mapping[int, str], size: int, mixed: bool, draw: random.Random) -> list[list[int]]:
    if not people:
        return []
    sides: dict[str, list[int]] = {}
    for person in sorted(people):
        sides.setdefault(people[person], []).append(person)
    for members in sides.values():
        draw.shuffle(members)
    if mixed:
        row = [p for side in sorted(sides, key=lambda s: -len(sides[s])) for p in sides[side]]
        return _round_robin(row, max(1, len(row) // size))
    small = [side for side in sides if len(sides[side]) < SMALLEST]
    rest = [p for side in small for p in sides.pop(side)]
    tables = [t for side in sorted(sides) for t in _round_robin(sides[side], max(1, len(sides[side]) // size))]
    for person in rest:  # somebody who is the only one of their side sits with others rather than alone
        if tables:
            min(tables, key=len).append(person)
        else:
            tables.append([person])
    return tables


def _round_robin(row: Sequence[int], tables: int) -> list[list[int]]:
    return [list(row[i::tables]) for i in range(tables)]


def joined(tables: Sequence[Sequence[int]]) -> list[list[int]]:
    """Two tables become one (pairs become fours); an odd one joins the last."""
    merged = [[*tables[i], *tables[i + 1]] for i in range(0, len(tables) - 1, 2)]
    if len(tables) % 2:
        if merged:
            merged[-1] += list(tables[-1])
        else:
            merged.append(list(tables[-1]))
    return merged


def next_card(cards: Mapping[int, int], *, mine: Collection[int], rated: Collection[int], seed: str) -> int | None:
    """Which card somebody rates next: the one fewest people have had, never their own, never twice. None when there is none.

    `cards` gives how often each was handed out. Ties are drawn by `seed`, so that people do not all start with the same card.
    """
    open_to_me = [card for card in cards if card not in mine and card not in rated]
    if not open_to_me:
        return None
    least = min(cards[card] for card in open_to_me)
    ties = sorted(card for card in open_to_me if cards[card] == least)
    return random.Random(seed).choice(ties)  # noqa: S311 (a public shuffle, not a secret)


def speaking_order(waiting: Iterable[tuple[int, str]], spoken: Mapping[str, int]) -> list[int]:
    """The order in which people who asked get to speak: sides that have spoken least come first, then who asked first.

    `waiting` gives (who, side) in the order of asking; `spoken` the turns each side has had. Each turn given counts for the
    next choice, so sides alternate.
    """
    queue, had = list(waiting), dict(spoken)
    order = []
    while queue:
        turn = min(range(len(queue)), key=lambda i: (had.get(queue[i][1], 0), i))
        who, side = queue.pop(turn)
        had[side] = had.get(side, 0) + 1
        order.append(who)
    return order
