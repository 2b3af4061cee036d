"""A Polis conversation as files: checked before anything is kept, a broken row named by its file, line and column."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from commissioning.sentences import Refused, Sentence
from commissioning.sentences import Sentence as _

COMMENTS, VOTES, PEOPLE, SUMMARY = "comments.csv", "votes.csv", "participants-votes.csv", "summary.csv"
NEEDED = {
    COMMENTS: ("timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"),
    VOTES: ("timestamp", "comment-id", "voter-id", "vote"),
    PEOPLE: ("participant",),
}
Row = dict[str, str]

LARGEST_FILE = 200_000_000  # bytes: a whole conversation is held in memory
LONGEST_BODY = 2000  # characters, as for every contribution
# Written one way only, so that it comes back as it was; as milliseconds it reaches to the year 5138.
NUMBER = re.compile(r"0|[1-9][0-9]{0,13}")
# Null bytes, and what is left of bytes that are not UTF-8.
UNREADABLE = re.compile("[\0\ud800-\udfff]")


def shown(cell: str) -> str:
    """The start of a cell, fit to stand in a sentence on one line."""
    return "".join(c if c.isprintable() else " " for c in cell[:40])


class BrokenConversation(Refused):
    """Files that are no conversation."""


@dataclass(frozen=True)
class Table:
    """One file: its columns, and its rows with the line each starts on."""

    name: str
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, Row]] = field(default_factory=list)

    def broken(self, line: int, column: str, why: Sentence) -> BrokenConversation:
        """The sentence about one cell."""
        place = {"file": self.name, "line": line, "column": shown(column)}
        return BrokenConversation(_("{file}, line {line}, column {column}: {why}", **place, why=why))

    def cells(self) -> list[Row]:
        """The rows by themselves."""
        return [row for __, row in self.rows]

    def numbered_columns(self) -> list[str]:
        """The columns that each stand for a comment."""
        return [c for c in self.columns if NUMBER.fullmatch(c)]


@dataclass(frozen=True)
class Conversation:
    """A conversation that has passed every check."""

    comments: Table
    votes: Table
    people: Table
    summary: list[list[str]]
    name: str

    @property
    def topic(self) -> str:
        """What it is about, in the words of whoever held it."""
        return " ".join(self.said("topic").split()) or self.name

    def said(self, what: str) -> str:
        """A line of the summary, or nothing."""
        return next((row[1] for row in self.summary if len(row) > 1 and row[0] == what), "")

    @property
    def digest(self) -> str:
        """Which conversation this is: its comments and votes, whatever their line ends and byte-order mark."""
        content = [(t.columns, [list(row.values()) for row in t.cells()]) for t in (self.comments, self.votes)]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def read_conversation(folder: Path) -> Conversation:
    """Read and check the files of a folder. Raises `BrokenConversation`."""
    if not folder.is_dir():
        raise BrokenConversation(_("There is no folder {folder}.", folder=folder))
    comments, votes = _table(folder, COMMENTS), _table(folder, VOTES)
    people = _table(folder, PEOPLE) if (folder / PEOPLE).exists() else Table(PEOPLE)
    summary = [cells for __, cells in _rows(folder, SUMMARY)] if (folder / SUMMARY).exists() else []
    _check_comments(comments)
    known = {row["comment-id"] for row in comments.cells()}
    _check_votes(votes, known)
    _check_people(people, known)
    return Conversation(comments, votes, people, summary, folder.resolve().name)


def _text(folder: Path, name: str) -> str:
    path = folder / name
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BrokenConversation(_("{file} is larger than {n} bytes.", file=name, n=LARGEST_FILE))
        text = path.read_bytes().decode("utf-8-sig", errors="surrogateescape")
    except FileNotFoundError as missing:
        raise BrokenConversation(_("{file} is missing from {folder}.", file=name, folder=folder)) from missing
    except OSError as wrong:
        raise BrokenConversation(_("{file} cannot be read: {why}.", file=name, why=wrong.strerror)) from wrong
    # A file whose every line end was rewritten says the same as before, also inside its quotes.
    return text.replace("\r\n", "\n") if text.count("\r\n") == text.count("\n") else text


def _rows(folder: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file that are not blank, with the line each starts on."""
    text = _text(folder, name)
    # So that a huge cell is refused by its column, like any other.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    start = 1
    try:
        for cells in reader:
            columns = columns or cells
            for at, cell in enumerate(cells):
                if UNREADABLE.search(cell):
                    raise Table(name).broken(start, _column(columns, at), _("a null byte, or text that is not UTF-8."))
            if cells:
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as wrong:
        # Read leniently, an unclosed quote swallows the rest: the row's last cell is the one that is broken.
        lines = list(io.StringIO(text, newline=""))[start - 1 : reader.line_num]
        at = len(next(csv.reader(lines), [""])) - 1
        raise Table(name).broken(start, _column(columns, at), _("the quotes do not match.")) from wrong


def _column(columns: list[str], at: int) -> str:
    return columns[at] if at < len(columns) else str(at + 1)


def _table(folder: Path, name: str) -> Table:
    """A file with a header, every row as long as it."""
    rows = _rows(folder, name)
    __, columns = next(rows, (1, []))
    table = Table(name, columns)
    missing = [c for c in NEEDED[name] if c not in columns]
    if missing:
        raise table.broken(1, missing[0], _("the column is missing."))
    twice = [c for at, c in enumerate(columns) if c in columns[:at]]
    if twice:
        raise table.broken(1, twice[0], _("the column is there twice."))
    for line, cells in rows:
        if len(cells) != len(columns):
            why = _("the row has {n} cells and the header has {m}.", n=len(cells), m=len(columns))
            raise table.broken(line, columns[min(len(cells), len(columns) - 1)], why)
        table.rows.append((line, dict(zip(columns, cells, strict=True))))
    return table


def _check(table: Table, line: int, row: Row, numbers: Iterable[str], one_of: Mapping[str, Collection[str]]) -> None:
    for column in numbers:
        if not NUMBER.fullmatch(row[column]):
            raise table.broken(line, column, _("“{cell}” is not a whole number.", cell=shown(row[column])))
    for column, allowed in one_of.items():
        if row[column] not in allowed:
            why = _("“{cell}” is none of {allowed}.", cell=shown(row[column]), allowed=", ".join(filter(None, allowed)))
            raise table.broken(line, column, why)


def _check_comments(table: Table) -> None:
    if not table.rows:
        raise BrokenConversation(_("{file} has no comments in it, only a header.", file=table.name))
    seen: set[str] = set()
    for line, row in table.rows:
        numbers = ("timestamp", "comment-id", "author-id", "agrees", "disagrees")
        _check(table, line, row, numbers, {"moderated": ("1", "0", "-1")})
        if row["comment-id"] in seen:
            raise table.broken(line, "comment-id", _("comment {id} is there twice.", id=row["comment-id"]))
        seen.add(row["comment-id"])
        if len(row["comment-body"]) > LONGEST_BODY:
            why = _("{n} characters, and {most} is the most.", n=len(row["comment-body"]), most=LONGEST_BODY)
            raise table.broken(line, "comment-body", why)


def _check_votes(table: Table, comments: Collection[str]) -> None:
    for line, row in table.rows:
        _check(table, line, row, ("timestamp", "comment-id", "voter-id"), {"vote": ("1", "0", "-1")})
        if row["comment-id"] not in comments:
            raise table.broken(line, "comment-id", _("there is no comment {id} to vote on.", id=row["comment-id"]))


def _check_people(table: Table, comments: Collection[str]) -> None:
    cells = table.numbered_columns()
    for column in cells:
        if column not in comments:
            raise table.broken(1, column, _("there is no comment {id}.", id=column))
    seen: set[str] = set()
    for line, row in table.rows:
        _check(table, line, row, ("participant",), dict.fromkeys(cells, ("1", "0", "-1", "")))
        if row["participant"] in seen:
            raise table.broken(line, "participant", _("participant {id} is there twice.", id=row["participant"]))
        seen.add(row["participant"])
