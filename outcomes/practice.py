"""The eight principles and the seven shifts as they are carried: dated data, in our own words, with where they come from."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from commissioning.sentences import Sentence

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Principle:
    """One principle of good commissioning; `consider` where thinking about it and saying no is a full answer."""

    code: str
    title: Sentence
    line: Sentence
    consider: bool = False


@dataclass(frozen=True)
class Shift:
    """One shift: from where, to where, and the question behind it."""

    code: str
    start: Sentence
    end: Sentence
    asks: Sentence


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def principles() -> dict[str, Principle]:
    """The eight principles by their code."""
    rows = _file("principles.toml")["principles"]
    made = (Principle(r["code"], Sentence(r["title"]), Sentence(r["line"]), r.get("consider", False)) for r in rows)
    return {one.code: one for one in made}


@cache
def shifts() -> dict[str, Shift]:
    """The seven shifts by their code."""
    rows = _file("shifts.toml")["shifts"]
    return {r["code"]: Shift(r["code"], Sentence(r["from"]), Sentence(r["to"]), Sentence(r["asks"])) for r in rows}


def source_of(name: str) -> Sentence:
    """Where "principles" or "shifts" come from."""
    return Sentence(_file(f"{name}.toml")["source"])


def minimum_days(on: date) -> int:
    """How long before the signed-off specification possible providers must have met, by the rule in force on a day."""
    rows = [row for row in _file("principles.toml")["local_minimum"] if row["since"] <= on]
    return int(max(rows, key=lambda row: row["since"])["days"])
