"""Reading the bundle of a workshop's votes, as `bundling.py` makes it, so that they can be counted in other ways. Pure.

A seat has another code on every statement, so that nothing says which votes are the same person's. Each vote is therefore a
ballot of its own on one statement. Votes of groups of fewer than five are not in a bundle; how many seats those are is kept
in mind. Where a statement was voted on again, each round is a statement of its own: its words may be others.
"""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workshops import record, tally, verify
from workshops.ballot_files import MOST_LINES, Ballots, Unreadable
from workshops.methods.results import Item

ABOUT, ENTRIES, RESULTS = "about.json", "record.jsonl", "results.json"


@dataclass(frozen=True)
class Bundle:
    """The statements whose voting is closed, with their words, and what was counted on them.

    `cast` has the group, the statement and the choice of each seat, with an empty choice where nobody voted; `kept_back`
    says of how many seats of a statement that is not in the bundle, whether anybody voted from them or not.
    """

    words: Mapping[Item, str]
    cast: tuple[tuple[str, str, str], ...]
    kept_back: Mapping[str, int]

    @property
    def groups(self) -> list[str]:
        """The groups of which votes are in the bundle."""
        here = {group for group, _statement, _choice in self.cast}
        return [group for group in tally.GROUPS if group in here]

    def ballots(self, group: str = "") -> Ballots:
        """The votes, or those of one group, in three categories: support, change, cannot; who abstains is in none.

        A statement of which nothing is published is left out: nobody can tell that it has no support.
        """
        votes = Counter((statement, choice) for of, statement, choice in self.cast if group in ("", of))
        here = {statement for statement, _choice in votes}
        names: dict[Item, str] = {item: words for item, words in self.words.items() if item in here}
        tiers = [(_categories(*vote), people) for vote, people in votes.items()]
        return Ballots("cat", names, tiers, categories=len(tally.VIEWS), apart=True)


def _categories(statement: Item, choice: str) -> tuple[tuple[Item, ...], ...]:
    return tuple((statement,) if choice == view else () for view in tally.VIEWS)


def read(data: bytes) -> Bundle:
    """The votes in the bytes of a bundle. Raises `Unreadable` with the line of record.jsonl, where it is one, and the reason.

    What reads well is checked as `verify.py` checks it, since a bundle that was changed is not to be counted.
    """
    files = _files(data)
    if (made := _loaded(files, ABOUT, dict).get("format")) != record.FORMAT:
        raise Unreadable(0, f"{ABOUT} says its format is “{str(made)[:40]}”, and “{record.FORMAT}” is known here")
    results = [row for row in _loaded(files, RESULTS, list) if isinstance(row, dict) and isinstance(row.get("ballot"), str)]
    bundle = _bundle(_text(files, ENTRIES), {row["ballot"]: row.get("statement") for row in results})
    try:
        verify.verify(data)
    except Exception as wrong:
        raise Unreadable(0, str(wrong) if isinstance(wrong, verify.Mismatch) else f"it does not match: {wrong!r}") from wrong
    return bundle


# The files in it


def _files(data: bytes) -> dict[str, bytes]:
    """The files that are read, by name; the limit is that of `verify.py`: a bundle is not compressed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            if sum(info.file_size for info in bundle.infolist()) > len(data):
                raise Unreadable(0, "it says it holds more than it is long")
            missing = [name for name in (ABOUT, ENTRIES, RESULTS) if name not in bundle.namelist()]
            if missing:
                raise Unreadable(0, f"it is no bundle of votes: there is no {missing[0]} in it")
            return {name: bundle.read(name) for name in (ABOUT, ENTRIES, RESULTS)}
    except Unreadable:
        raise
    except Exception as wrong:
        raise Unreadable(0, f"it is not a whole zip file: {wrong}") from wrong


def _text(files: Mapping[str, bytes], name: str) -> str:
    try:
        return files[name].decode()
    except UnicodeDecodeError as wrong:
        line = files[name][: wrong.start].count(b"\n") + 1
        raise Unreadable(line if name == ENTRIES else 0, f"{name} is not text in UTF-8") from wrong


def _loaded(files: Mapping[str, bytes], name: str, kind: type) -> Any:
    return _json(_text(files, name), kind, 0, name)


def _json(text: str, kind: type, line: int, name: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable(line, f"{name} is not JSON here: {wrong}") from wrong
    if not isinstance(value, kind):
        raise Unreadable(line, f"{name} has something else here than a bundle has")
    return value


# The record


def _bundle(text: str, words: Mapping[str, Any]) -> Bundle:
    """What was counted on every ballot that is closed. Other kinds of entries are none of this."""
    closed, cast, kept_back = list[str](), list[tuple[str, str, str]](), Counter[str]()
    for line, kind, ballot, says in _entries(text):
        if kind == "close":
            closed.append(ballot)
        elif kind == "counted" and says is not None:
            cast.append(_counted(_json(says, dict, line, ENTRIES), ballot, line))
        elif kind == "counted":
            kept_back[ballot] += 1
    return Bundle({ballot: str(words.get(ballot) or ballot) for ballot in closed}, tuple(cast), kept_back)


def _entries(text: str) -> Iterator[tuple[int, str, str, str | None]]:
    """The line of each entry, its kind, its ballot and its text, if it is not kept back."""
    lines = text.removesuffix("\n").split("\n") if text else []
    if len(lines) > MOST_LINES:
        raise Unreadable(0, f"{ENTRIES} has more than {MOST_LINES} lines")
    for line, raw in enumerate(lines, 1):
        row = _json(raw, dict, line, ENTRIES)
        kind, ballot, says = (row.get(name) for name in ("kind", "ballot", "text"))
        if not isinstance(kind, str) or not isinstance(says, str | None):
            raise Unreadable(line, f"an entry of {ENTRIES} has a kind, and a text that may be null")
        if kind in ("counted", "close") and not (isinstance(ballot, str) and re.fullmatch(r"[0-9]{1,18}\.[0-9]{1,9}", ballot)):
            raise Unreadable(line, "a ballot is called by its proposal and its round, such as “12.1”")
        yield line, kind, str(ballot), says


def _counted(entry: Mapping[str, Any], ballot: str, line: int) -> tuple[str, str, str]:
    group, choice = entry.get("group"), entry.get("choice")
    if group not in list(tally.GROUPS):
        raise Unreadable(line, f"there is no group “{str(group)[:40]}”")
    if choice not in ["", *tally.CHOICES]:
        raise Unreadable(line, f"nobody can choose “{str(choice)[:40]}”")
    return str(group), ballot, str(choice)
