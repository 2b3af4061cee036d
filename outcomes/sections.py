"""The sections of a specification and where too much "how" begins: dated data. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from commissioning.sentences import Sentence
from commissioning.sentences import Sentence as _

REQUIREMENTS, STANDARDS = "requirements", "standards"


@dataclass(frozen=True)
class Section:
    """One section a council expects; `holds` names what the page draws from what is there already."""

    key: str
    letter: str
    title: Sentence
    belongs: Sentence
    holds: str


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "sections.toml").read_text(encoding="utf-8"))


@cache
def all_sections() -> dict[str, Section]:
    """The sections by their key, in the order they are printed; lettered, since numbers belong to clauses."""
    rows = _file()["section"]
    return {r["key"]: Section(r["key"], chr(65 + n), _(r["title"]), _(r["belongs"]), r["holds"]) for n, r in enumerate(rows)}


def most_method(on: date) -> int:
    """The share of clauses about how, in per cent, above which the page warns, by the rule in force on a day (PL-12)."""
    rows = [row for row in _file()["most_method"] if row["since"] <= on]
    return int(max(rows, key=lambda row: row["since"])["percent"]) if rows else 100


def usual_section(*, kind: str) -> str:
    """Where a clause goes unless somebody says otherwise."""
    return STANDARDS if kind == "standard" else REQUIREMENTS


def why_not_refer(links: Mapping[int, Iterable[int]], start: int, to: int) -> _ | None:
    """Whether one clause may say "see also" another: never itself, and never so that the way leads back to it."""
    if start == to:
        return _("A clause cannot refer to itself.")
    seen, waiting = set(), [to]
    while waiting:
        here = waiting.pop()
        if here == start:
            return _("The other clause leads back to this one already. References that go in a circle explain nothing.")
        if here not in seen:
            seen.add(here)
            waiting += links.get(here, ())
    return None
