"""Checklists that stay with whoever uses them: what to prepare, as data in plain words (VS-07, VS-08). Pure."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commissioning.sentences import Sentence as _


@dataclass(frozen=True)
class Checklist:
    """One checklist: how things go, step by step, and what to prepare."""

    code: str
    title: _
    line: _
    steps: tuple[_, ...]
    items: dict[str, _]


@cache
def all_checklists() -> dict[str, Checklist]:
    """Every checklist by its code. Raises `KeyError` for a file that is not one."""
    kept = tomllib.loads(Path(__file__).with_name("checklists.toml").read_text(encoding="utf-8"))
    return {c["code"]: _read(c) for c in kept["checklists"]}


def _read(kept: dict[str, object]) -> Checklist:
    steps, items = kept["steps"], kept["items"]
    assert isinstance(steps, list)  # noqa: S101 (tells the type checker what the file holds)
    assert isinstance(items, list)  # noqa: S101 (the same)
    title, line = _(str(kept["title"])), _(str(kept["line"]))
    return Checklist(str(kept["code"]), title, line, tuple(_(str(s)) for s in steps), {i["code"]: _(i["text"]) for i in items})
