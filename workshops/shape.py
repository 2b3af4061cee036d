"""What the shape of opinion says: what is typical of a group, what unites, what divides, what needs more votes. Pure.

It takes the counts of each statement in each group (`opinions.py` finds the groups) and speaks of people only in numbers:
a group of fewer than five is not spoken of, nor what fewer than five of a group said to a statement.

Typical of a group is what it says more than the others do, by the two-proportion test that Polis uses ("representativeness",
Small and others 2021), at 90 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import hypot, sqrt
from typing import Any

from commissioning.small_groups import SMALLEST

Counts = tuple[int, int, int]  # agree, disagree, pass
TYPICAL_AT = 1.2816  # standard deviations: 90 %, one-sided
UNITED = 0.6  # share of each group that agrees before a statement is said to unite
APART = 0.3  # difference of two groups' shares before a statement is said to divide
FEW_VOTES = 7  # a statement with fewer has not been heard
LISTED = 5


@dataclass(frozen=True)
class Said:
    """A statement with what the groups said to it; `shares` is who agrees (of what is rejected, who disagrees) of all who answered, in whole
    percent, None where too few did."""

    statement: int
    shares: tuple[int | None, ...]
    voices: tuple[int, ...]


@dataclass(frozen=True)
class Typical:
    """Something that is typical of a group: it agrees, or disagrees, more than the others."""

    statement: int
    agrees: bool
    percent: int
    others: int


@dataclass(frozen=True)
class Findings:
    """What was found between groups; `groups` are the numbers of those that are large enough to be spoken of."""

    groups: tuple[int, ...]
    typical: Mapping[int, tuple[Typical, ...]]
    unites: tuple[Said, ...]
    rejected: tuple[Said, ...]  # what every group disagrees with
    divides: tuple[Said, ...]


def findings(statements: Mapping[int, Sequence[Counts]], sizes: Sequence[int]) -> Findings:
    """Compare groups of these sizes by the counts of every statement in each."""
    large = tuple(group for group, size in enumerate(sizes) if size >= SMALLEST)
    heard = {s: counts for s, counts in statements.items() if all(sum(counts[g]) >= SMALLEST for g in large)}
    typical = {group: _typical(statements, group, len(sizes)) for group in large}
    if not large:
        return Findings((), {}, (), (), ())
    yes = {s: [counts[g][0] / sum(counts[g]) for g in large] for s, counts in heard.items()}
    no = {s: [counts[g][1] / sum(counts[g]) for g in large] for s, counts in heard.items()}
    united = [s for s in heard if min(yes[s]) >= UNITED]
    against = [s for s in heard if min(no[s]) >= UNITED]
    apart = [s for s in heard if max(yes[s]) - min(yes[s]) >= APART] if len(large) > 1 else []
    return Findings(
        large,
        typical,
        tuple(_said(s, heard[s], large) for s in sorted(united, key=lambda s: (-min(yes[s]), s))[:LISTED]),
        tuple(_said(s, heard[s], large, disagree=True) for s in sorted(against, key=lambda s: (-min(no[s]), s))[:LISTED]),
        tuple(_said(s, heard[s], large) for s in sorted(apart, key=lambda s: (min(yes[s]) - max(yes[s]), s))[:LISTED]),
    )


def _said(statement: int, counts: Sequence[Counts], groups: Sequence[int], *, disagree: bool = False) -> Said:
    voices = [sum(counts[g]) for g in groups]
    shares = [round(100 * counts[g][1 if disagree else 0] / n) if n >= SMALLEST else None for g, n in zip(groups, voices, strict=True)]
    return Said(statement, tuple(shares), tuple(voices))


def _typical(statements: Mapping[int, Sequence[Counts]], group: int, groups: int) -> tuple[Typical, ...]:
    found: list[tuple[float, Typical]] = []
    for statement, counts in statements.items():
        here = counts[group]
        there = [sum(counts[g][kind] for g in range(groups) if g != group) for kind in range(3)]
        n, m = sum(here), sum(there)
        if n < SMALLEST:
            continue
        for kind, agrees in ((0, True), (1, False)):
            share, others = (here[kind] + 1) / (n + 2), (there[kind] + 1) / (m + 2)
            far = _apart(share, n + 2, others, m + 2)
            if share > 0.5 and (far >= TYPICAL_AT or groups == 1):
                # Beside the share of a large group, that of all others would tell the one of a small group among them.
                few = any(0 < sum(counts[g]) < SMALLEST for g in range(groups) if g != group)
                percent, rest = round(100 * here[kind] / n), round(100 * there[kind] / m) if m and not few else -1
                found.append((far, Typical(statement, agrees, percent, rest)))
    found.sort(key=lambda row: (-row[0], row[1].statement))
    return tuple(one for _far, one in found[:3])


def _apart(share: float, n: int, other: float, m: int) -> float:
    """How far two shares are apart, in standard deviations of chance (two-proportion test)."""
    pooled = (share * n + other * m) / (n + m)
    spread = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return (share - other) / spread if spread else 0.0


def needs_votes(statements: Mapping[int, Sequence[Counts]]) -> list[tuple[int, int]]:
    """Statements that too few have answered to say anything, with how many have; the fewest first."""
    heard = {statement: sum(map(sum, counts)) for statement, counts in statements.items()}
    enough = max(FEW_VOTES, max(heard.values(), default=0) // 4)
    return sorted(((s, n) for s, n in heard.items() if n < enough), key=lambda row: (row[1], row[0]))[:LISTED]


@dataclass(frozen=True)
class Region:
    """A group as a circle on the map: where its middle is, how large it is drawn, how many it stands for."""

    group: int
    x: float
    y: float
    r: float
    people: int


WIDE, HIGH = 100.0, 60.0  # of the map, in its own units


def regions(places: Mapping[int, tuple[float, float]], placed: Mapping[int, int], sizes: Sequence[int]) -> list[Region]:
    """Circles for the groups that are large enough, placed as their people are and moved apart until none covers another.

    Only the middle and the number of a group are drawn: nobody's own place can be read off.
    """
    large = [group for group, size in enumerate(sizes) if size >= SMALLEST]
    middles = []
    for group in large:
        there = [places[person] for person, its in placed.items() if its == group]
        middles.append((sum(x for x, _y in there) / len(there), sum(y for _x, y in there) / len(there)))
    most = max((sizes[g] for g in large), default=1)
    radii = [6 + 12 * sqrt(sizes[g] / most) for g in large]
    spots = _spread(_scaled(middles), radii)
    return [Region(g, round(x, 1), round(y, 1), round(r, 1), sizes[g]) for g, (x, y), r in zip(large, spots, radii, strict=True)]


def _scaled(middles: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    def scale(values: list[float], far: float) -> list[float]:
        low, high = min(values), max(values)
        return [far / 2 if high == low else 0.22 * far + 0.56 * far * (v - low) / (high - low) for v in values]

    if not middles:
        return []
    xs, ys = scale([x for x, _y in middles], WIDE), scale([y for _x, y in middles], HIGH)
    return list(zip(xs, ys, strict=True))


def _spread(spots: list[tuple[float, float]], radii: Sequence[float]) -> list[tuple[float, float]]:
    now = list(spots)
    for _step in range(200):
        moved = False
        for a in range(len(now)):
            for b in range(a):
                (ax, ay), (bx, by) = now[a], now[b]
                far, wanted = hypot(ax - bx, ay - by), radii[a] + radii[b] + 2
                if far < wanted:
                    push = (wanted - far) / 2
                    dx, dy = ((ax - bx) / far, (ay - by) / far) if far else (1.0, 0.0)
                    now[a], now[b] = (ax + push * dx, ay + push * dy), (bx - push * dx, by - push * dy)
                    moved = True
        now = [(min(WIDE - r - 1, max(r + 1, x)), min(HIGH - r - 1, max(r + 1, y))) for (x, y), r in zip(now, radii, strict=True)]
        if not moved:
            break
    return now


def as_json(found: Findings) -> dict[str, Any]:
    """Findings as a row of the database keeps them."""
    return {
        "groups": list(found.groups),
        "typical": {str(group): [asdict(one) for one in listed] for group, listed in found.typical.items()},
        **{name: [asdict(one) for one in getattr(found, name)] for name in ("unites", "rejected", "divides")},
    }
