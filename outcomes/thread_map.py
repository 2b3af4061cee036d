"""The thread as a map: what leads to one item and what came of it, in columns, folded where it is much. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from commissioning.sentences import Sentence as _

SAID = "contribution"
COLUMNS: dict[str, _] = {
    SAID: _("What people said"),
    "outcome": _("Outcomes"),
    "clause": _("Clauses"),
    "criterion": _("Criteria"),
    "commitment": _("Promises"),
    "reading": _("What was shown"),
    "finding": _("Findings"),
}
MOST = 6  # items of a column before the rest is folded
FEWEST = 5  # of a group, to be counted
GROUPS: dict[str, _] = {"commissioner": _("from officers"), "vso": _("from voluntary organisations"), "citizen": _("from citizens")}
Links = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Node:
    """One item of the thread: what it is, what it is called, and its words."""

    id: str
    kind: str
    label: str
    text: str
    group: str = ""
    theme: str = ""


@dataclass
class Place:
    """Something in a column: an item, or a fold of several with where it opens."""

    row: int
    nodes: list[Node]
    fold: _ | None = None
    chosen: bool = False

    @property
    def node(self) -> Node:
        """The item, or the first of the fold."""
        return self.nodes[0]


@dataclass
class Column:
    """One column with its places."""

    kind: str
    places: list[Place] = field(default_factory=list)
    folded: bool = False

    @property
    def title(self) -> _:
        """What stands in it."""
        return COLUMNS[self.kind]


@dataclass(frozen=True)
class Curve:
    """A line between two places, as a path in the units of the drawing (100 a column, 100 a row)."""

    path: str
    chosen: bool


@dataclass
class Walk:
    """What leads to one item and what came of it."""

    at: Node
    columns: list[Column]
    curves: list[Curve]
    rows: int


def cites(nodes: Mapping[str, str], links: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """For each item of a column, the nearest earlier items of other columns; what lies between them is walked through."""
    direct: dict[str, set[str]] = defaultdict(set)
    for later, earlier in links:
        direct[later].add(earlier)
    found: dict[str, set[str]] = {}
    for start, kind in nodes.items():
        if kind not in COLUMNS:
            continue
        seen, ahead, near = {start}, list(direct[start]), set()
        while ahead:
            one = ahead.pop()
            if one in seen:
                continue
            seen.add(one)
            if nodes.get(one) in COLUMNS:
                near.add(one)
            else:
                ahead += direct[one]
        found[start] = near - {start}
    return found


def turned(earlier: Links) -> dict[str, set[str]]:
    """The same links the other way."""
    later: dict[str, set[str]] = defaultdict(set)
    for one, cited in earlier.items():
        for other in cited:
            later[other].add(one)
    return later


def reach(start: str, links: Links) -> set[str]:
    """Everything that can be walked to from an item, without it."""
    seen: set[str] = set()
    ahead = list(links.get(start, ()))
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += links.get(one, ())
    return seen - {start}


@dataclass(frozen=True)
class Strand:
    """One outcome and how much there is of it in each column: an empty one is where its thread ends."""

    node: Node
    counts: tuple[int, ...]

    @property
    def ends(self) -> bool:
        """Whether nobody's words lead to it."""
        return not self.counts[0]


def strands(nodes: Mapping[str, Node], earlier: Links) -> list[Strand]:
    """Every outcome with the number of items that lead to it and that came of it, column by column."""
    later, listed = turned(earlier), []
    for node in nodes.values():
        if node.kind == "outcome":
            counted = Counter(nodes[one].kind for one in reach(node.id, earlier) | reach(node.id, later) if one in nodes)
            counted["outcome"] = 1
            listed.append(Strand(node, tuple(counted[kind] for kind in COLUMNS)))
    return listed


def elsewhere(nodes: Mapping[str, Node], earlier: Links) -> list[Node]:
    """What comes from no outcome: from the law, or straight from a need."""
    kinds = (SAID, "outcome")
    return [n for n in nodes.values() if n.kind not in kinds and not any(nodes[o].kind == "outcome" for o in reach(n.id, earlier))]


def walk(at: str, nodes: Mapping[str, Node], earlier: Links, unfolded: str = "") -> Walk | None:
    """The walk through one item; None where there is no such item. `unfolded` is a column shown whole."""
    if at not in nodes:
        return None
    later = turned(earlier)
    kept = {at} | reach(at, earlier) | reach(at, later)
    columns = [_column(kind, [n for n in nodes.values() if n.id in kept and n.kind == kind], at, unfolded) for kind in COLUMNS]
    rows = max(1, *(len(column.places) for column in columns))
    return Walk(nodes[at], columns, _curves(columns, kept, earlier, at), rows)


def _column(kind: str, listed: Sequence[Node], at: str, unfolded: str) -> Column:
    column = Column(kind)
    whole = len(listed) <= MOST or unfolded == kind
    chosen = [n for n in listed if n.id == at]
    parts: list[tuple[list[Node], _ | None]] = []
    if kind == SAID and not whole:
        if chosen:
            parts.append((chosen, None))
        parts += _by_group([n for n in listed if n.id != at])
    elif whole:
        parts = [([n], None) for n in listed]
    else:
        first = [*chosen, *(n for n in listed if n.id != at)]
        parts = [([n], None) for n in first[: MOST - 1]]
        rest = first[MOST - 1 :]
        parts.append((rest, _("{n} more", n=len(rest))))
    column.folded = any(fold is not None for __, fold in parts)
    for row, (some, fold) in enumerate(parts):
        column.places.append(Place(row, some, fold, chosen=fold is None and some[0].id == at))
    return column


def _by_group(listed: Iterable[Node]) -> list[tuple[list[Node], _ | None]]:
    by: dict[str, list[Node]] = defaultdict(list)
    for node in listed:
        by[node.group].append(node)
    found: list[tuple[list[Node], _ | None]] = []
    for group, some in sorted(by.items(), key=lambda one: -len(one[1])):
        words = GROUPS.get(group, _("from others"))
        few = len(some) < FEWEST  # of a group so small no number stands here
        fold = _("A few contributions {whose}", whose=words) if few else _("{n} contributions {whose}", n=len(some), whose=words)
        found.append((some, fold))
    return found


def _curves(columns: Sequence[Column], kept: Collection[str], earlier: Links, at: str) -> list[Curve]:
    """A line for each pair of places that are linked, unless another place lies between them on the way."""
    place = {n.id: (x, p.row) for x, column in enumerate(columns) for p in column.places for n in p.nodes}
    drawn: dict[tuple[tuple[int, int], tuple[int, int]], bool] = {}
    for one in place:
        near = [o for o in earlier.get(one, ()) if o in kept]
        for other in near:
            between = any(other in reach(third, earlier) for third in near if third != other)
            if not between and place[other][0] < place[one][0]:
                ends = (place[other], place[one])
                drawn[ends] = drawn.get(ends, False) or at in (one, other)
    return [Curve(_path(*ends), chosen) for ends, chosen in sorted(drawn.items())]


def _path(start: tuple[int, int], end: tuple[int, int]) -> str:
    (x1, y1), (x2, y2) = start, end
    left, right, high, low = 100 * x1 + 90, 100 * x2 + 2, 100 * y1 + 44, 100 * y2 + 44
    turn = right - 12  # a long line runs along its row, behind what stands there, and turns only before its end
    if x2 - x1 == 1:
        return f"M{left} {high}C{left + 8} {high} {right - 8} {low} {right} {low}"
    return f"M{left} {high}C{left + 6} {high} {left + 6} {low} {left + 12} {low}L{turn} {low}L{right} {low}"


def matching(nodes: Iterable[Node], asked: str, most: int = 40) -> list[Node]:
    """The items whose words or code hold every word that was asked for; contributions last."""
    words = asked.casefold().split()
    found = [n for n in nodes if words and all(w in f"{n.label} {n.text} {n.theme}".casefold() for w in words)]
    return sorted(found, key=lambda n: n.kind == SAID)[:most]
