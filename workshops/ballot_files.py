"""Reading ballots that others published: PrefLib's orders and categories, and Pabulib's participatory budgets. Pure.

Formats: preflib.github.io/PrefLib-Jekyll/format (2022) and Stolicki, Szufa and Talmon, "Pabulib" (2020).
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePath

from workshops.methods.results import Item, Score

ORDERS = ("soc", "soi", "toc", "toi")
KINDS = (*ORDERS, "cat", "pb")
MOST_LINES = 2_000_000
PIECE = re.compile(r"\{([^{}]*)\}|([^,{}]+)")


class Unreadable(ValueError):  # noqa: N818 (it is said to people)
    """A file that cannot be read, with the line where and why; line 0 is the file as a whole."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line, self.reason = line, reason


@dataclass
class Ballots:
    """What a file holds: the things by number or code with their names, and how many people gave each ballot.

    A ballot is a list of sets of things, the best first, unless `worth` says what each thing got from it.
    """

    kind: str
    names: dict[Item, str] = field(default_factory=dict)
    tiers: list[tuple[tuple[tuple[Item, ...], ...], int]] = field(default_factory=list)
    worth: list[tuple[dict[Item, Score], int]] = field(default_factory=list)
    costs: dict[Item, Score] = field(default_factory=dict)
    budget: Score | None = None
    categories: int = 0
    vote_type: str = ""
    apart: bool = False  # whether each ballot is one vote on one thing, and nothing says which are the same person's
    voters: list[str] = field(default_factory=list)  # by name where the file names them; else they are numbered from 1

    @property
    def people(self) -> int:
        """How many voted."""
        return sum(people for _ballot, people in (*self.tiers, *self.worth))

    def by_group(self, groups: Mapping[str, str]) -> dict[str, "Ballots"]:
        """The ballots of each group, by the name or the number of each voter; whoever is in no group is left out.

        Raises `Unreadable` when a voter is named that is not in the file.
        """
        found = {name: replace(self, tiers=[], worth=[], voters=[]) for name in sorted(set(groups.values()))}
        names = iter(self.voters or map(str, range(1, self.people + 1)))
        known = set()
        for kept, ballots in (("tiers", self.tiers), ("worth", self.worth)):
            for ballot, people in ballots:
                for _person in range(people):
                    voter = next(names)
                    known.add(voter)
                    if voter in groups:
                        getattr(found[groups[voter]], kept).append((ballot, 1))
        missing = [voter for voter in groups if voter not in known]
        if missing:
            raise Unreadable(0, f"there is no voter “{missing[0][:40]}” in it")
        return found

    def rankings(self) -> list[tuple[tuple[tuple[Item, ...], ...], int]]:
        """The ballots as rankings. Raises `Unreadable` when they are not."""
        if self.worth:
            by_points = [(_by_points(given), people) for given, people in self.worth]
            if self.vote_type == "approval":
                raise Unreadable(0, "these ballots approve, they do not rank; use approval, score or equal-shares-budget")
            return by_points
        if self.kind == "cat":
            return [(tuple(tier for tier in ballot if tier), people) for ballot, people in self.tiers]
        return self.tiers

    def approvals(self) -> list[tuple[tuple[Item, ...], int]]:
        """What each ballot approves: the first category; all that is named where not everything is; the first set of two."""
        if self.worth:
            return [(tuple(item for item, value in given.items() if value > 0), people) for given, people in self.worth]
        if self.kind == "soc":
            raise Unreadable(0, "these ballots rank everything and approve of nothing in particular; use borda, irv, stv or schulze")
        if self.kind == "cat":
            return [(ballot[0] if ballot else (), people) for ballot, people in self.tiers]
        return [(_named(ballot, len(self.names)), people) for ballot, people in self.tiers]

    def scores(self) -> list[tuple[Mapping[Item, Score], int]]:
        """What each ballot gives each thing: its points, or how many categories are below the one it is in."""
        if self.worth:
            return list(self.worth)
        if self.kind != "cat":
            raise Unreadable(0, "these ballots rank and give no scores; use borda, irv, stv or schulze")
        most = max(self.categories, 1) - 1
        return [({item: most - at for at, tier in enumerate(ballot) for item in tier}, people) for ballot, people in self.tiers]


def _by_points(given: Mapping[Item, Score]) -> tuple[tuple[Item, ...], ...]:
    levels = sorted(set(given.values()), reverse=True)
    return tuple(tuple(item for item, value in given.items() if value == level) for level in levels)


def _named(ballot: Collection[tuple[Item, ...]], items: int) -> tuple[Item, ...]:
    tiers = list(ballot)
    if len(tiers) > 1 and sum(map(len, tiers)) == items:
        tiers = tiers[:-1]  # where everything is named, the last set is what is not approved
    return tuple(item for tier in tiers for item in tier)


def read(text: str, name: str) -> Ballots:
    """The ballots in a file, by the ending of its name. Raises `Unreadable` with the line and the reason."""
    kind = PurePath(name).suffix.lstrip(".").lower()
    if kind not in KINDS:
        raise Unreadable(0, f"the name must end in one of: {' '.join('.' + known for known in (*KINDS, 'zip'))}")
    if text.count("\n") > MOST_LINES:
        raise Unreadable(0, f"it has more than {MOST_LINES} lines")
    return _Pabulib(text).read() if kind == "pb" else _preflib(text, kind)


def read_groups(text: str) -> dict[str, str]:
    """Which voter is in which group: rows of a voter's name or number and a group. Raises `Unreadable`."""
    groups: dict[str, str] = {}
    rows = csv.reader(text.lstrip("\ufeff").splitlines(), strict=True)
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells) or (rows.line_num == 1 and [cell.lower() for cell in cells] == ["voter", "group"]):
                continue
            if len(cells) != 2 or not all(cells):
                raise Unreadable(rows.line_num, "a row is a voter and a group, such as “12,citizens”")
            if cells[0] in groups:
                raise Unreadable(rows.line_num, f"voter “{cells[0][:40]}” is there twice")
            groups[cells[0]] = cells[1]
    except csv.Error as wrong:
        raise Unreadable(rows.line_num, f"cannot be read: {wrong}") from wrong
    return groups


# PrefLib


def _preflib(text: str, kind: str) -> Ballots:
    ballots, said = Ballots(kind), dict[str, int]()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip().lstrip("\ufeff")
        if line.startswith("#"):
            _heading(line.lstrip("# "), number, ballots, said)
        elif line:
            ballots.tiers.append(_order(line, number, ballots))
    if not ballots.names:
        raise Unreadable(0, "it names no alternatives (a line such as “# ALTERNATIVE NAME 1: …”)")
    if "ALTERNATIVES" in said and said["ALTERNATIVES"] != len(ballots.names):
        raise Unreadable(0, f"it says {said['ALTERNATIVES']} alternatives and names {len(ballots.names)}")
    if "VOTERS" in said and said["VOTERS"] != ballots.people:
        raise Unreadable(0, f"it says {said['VOTERS']} voters and has ballots of {ballots.people}")
    ballots.categories = said.get("CATEGORIES", max((len(ballot) for ballot, _people in ballots.tiers), default=0))
    return ballots


def _heading(line: str, number: int, ballots: Ballots, said: dict[str, int]) -> None:
    key, _colon, value = line.partition(":")
    key, value = key.strip().upper(), value.strip()
    if key == "DATA TYPE" and value.lower() != ballots.kind:
        raise Unreadable(number, f"it says its data are “{value[:20]}”, and its name ends in .{ballots.kind}")
    if named := re.fullmatch(r"ALTERNATIVE NAME (\d{1,9})", key):
        item = int(named[1])
        if item in ballots.names:
            raise Unreadable(number, f"alternative {item} is named twice")
        ballots.names[item] = value
    if counted := re.fullmatch(r"NUMBER (ALTERNATIVES|VOTERS|CATEGORIES)", key):
        said[counted[1]] = _whole(value, number)


def _order(line: str, number: int, ballots: Ballots) -> tuple[tuple[tuple[Item, ...], ...], int]:
    people, colon, order = line.partition(":")
    if not colon:
        raise Unreadable(number, "a ballot is a number of people, a colon and an order, such as “3: 1,2,{3,4}”")
    n = _whole(people.strip(), number)
    if n < 1:
        raise Unreadable(number, "nobody gave this ballot; leave the line out")
    tiers, seen = list[tuple[Item, ...]](), set[Item]()
    for tier in _tiers(order.strip(), number):
        items = tuple(_whole(piece.strip(), number) for piece in tier.split(",")) if tier.strip() else ()
        for item in items:
            if item not in ballots.names:
                raise Unreadable(number, f"there is no alternative {item}")
            if item in seen:
                raise Unreadable(number, f"alternative {item} is there twice")
            seen.add(item)
        tiers.append(items)
    _fits(tuple(tiers), seen, number, ballots)
    return tuple(tiers), n


def _tiers(order: str, number: int) -> Iterator[str]:
    at = 0
    while at < len(order):
        piece = PIECE.match(order, at)
        if piece is None or (piece.end() < len(order) and order[piece.end()] != ","):
            raise Unreadable(number, f"cannot be read from character {at + 1} of the order: “{order[at : at + 20]}”")
        yield piece[1] if piece[1] is not None else piece[2]
        at = piece.end() + 1
        if at == len(order):
            raise Unreadable(number, "the order ends in a comma")


def _fits(tiers: tuple[tuple[Item, ...], ...], seen: set[Item], number: int, ballots: Ballots) -> None:
    if ballots.kind in ORDERS:
        if not all(tiers):
            raise Unreadable(number, "an order has an empty set")
        if ballots.kind[0] == "s" and any(len(tier) > 1 for tier in tiers):
            raise Unreadable(number, f"a .{ballots.kind} order is strict and has no sets of several")
        if ballots.kind[2] == "c" and len(seen) != len(ballots.names):
            raise Unreadable(number, f"a .{ballots.kind} order names all {len(ballots.names)} alternatives; this one names {len(seen)}")


def _whole(text: str, number: int) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise Unreadable(number, f"“{text[:20]}” is not a whole number")
    return int(text)


# Pabulib


class _Pabulib:
    """One .pb file: three sections of semicolon-separated rows."""

    NEEDED = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}

    def __init__(self, text: str) -> None:
        self.rows = csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=";", strict=True)
        self.meta: dict[str, tuple[str, int]] = {}
        self.ballots = Ballots("pb")
        self.voters: set[str] = set()

    def read(self) -> Ballots:
        section, columns = "", list[str]()
        for row in self._rows():
            if len(row) == 1 and row[0].strip().upper() in self.NEEDED:
                section, columns = row[0].strip().upper(), []
                if section == "VOTES":
                    self._settle()
            elif not section:
                raise Unreadable(self.rows.line_num, "the first line must be META")
            elif not columns:
                columns = self._columns(section, row)
            else:
                cells = dict(zip(columns, (cell.strip() for cell in row), strict=False))
                getattr(self, f"_{section.lower()}")(cells)
        if section != "VOTES":
            raise Unreadable(0, "it has no VOTES")
        return self.ballots

    def _rows(self) -> Iterator[list[str]]:
        while True:
            try:
                row = next(self.rows, None)
            except csv.Error as wrong:
                raise Unreadable(self.rows.line_num, f"cannot be read: {wrong}") from wrong
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield row

    def _columns(self, section: str, row: list[str]) -> list[str]:
        columns = [cell.strip().lower() for cell in row]
        missing = [name for name in self.NEEDED[section] if name not in columns]
        if missing:
            raise Unreadable(self.rows.line_num, f"{section} has no column “{missing[0]}”")
        return columns

    def _meta(self, cells: dict[str, str]) -> None:
        self.meta[cells.get("key", "")] = (cells.get("value", ""), self.rows.line_num)

    def _projects(self, cells: dict[str, str]) -> None:
        code = cells.get("project_id", "")
        if not code or code in self.ballots.costs:
            raise Unreadable(self.rows.line_num, f"project “{code}” is there twice" if code else "a project has no project_id")
        self.ballots.costs[code] = self._money(cells.get("cost", ""))
        self.ballots.names[code] = cells.get("name", "") or code

    def _settle(self) -> None:
        if not self.ballots.costs:
            raise Unreadable(self.rows.line_num, "VOTES come before any PROJECTS")
        if "budget" not in self.meta:
            raise Unreadable(0, "META has no budget")
        self.ballots.budget = self._money(*self.meta["budget"])
        kind, line = self.meta.get("vote_type", ("approval", 0))
        if kind not in ("approval", "ordinal", "cumulative", "scoring", "choose-1"):
            raise Unreadable(line, f"vote_type “{kind[:20]}” is not known here")
        self.ballots.vote_type = "approval" if kind == "choose-1" else kind

    def _votes(self, cells: dict[str, str]) -> None:
        line, voter = self.rows.line_num, cells.get("voter_id", "")
        if not voter or voter in self.voters:
            raise Unreadable(line, f"voter “{voter}” is there twice" if voter else "a ballot has no voter_id")
        self.voters.add(voter)
        self.ballots.voters.append(voter)
        chosen = [code.strip() for code in cells.get("vote", "").split(",") if code.strip()]
        for code in chosen:
            if code not in self.ballots.costs:
                raise Unreadable(line, f"there is no project “{code}”")
        if len(set(chosen)) != len(chosen):
            raise Unreadable(line, "a project is there twice")
        if self.ballots.vote_type == "ordinal":
            self.ballots.tiers.append((tuple((code,) for code in chosen), 1))
        else:
            self.ballots.worth.append((dict(zip(chosen, self._points(cells, chosen), strict=True)), 1))

    def _points(self, cells: dict[str, str], chosen: list[str]) -> list[Score]:
        if self.ballots.vote_type == "approval":
            return [1] * len(chosen)
        given = [self._money(points.strip()) for points in cells.get("points", "").split(",") if points.strip()]
        if len(given) != len(chosen):
            raise Unreadable(self.rows.line_num, f"{len(chosen)} projects and {len(given)} numbers of points")
        return given

    def _money(self, text: str, line: int = 0) -> Score:
        if not re.fullmatch(r"\d{1,15}([.,]\d{1,6})?", text):
            raise Unreadable(line or self.rows.line_num, f"“{text[:20]}” is not a number from 0 up")
        exact = Fraction(text.replace(",", "."))
        return exact.numerator if exact.denominator == 1 else exact
