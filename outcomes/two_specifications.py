"""What changed between two specifications, section by section and clause by clause, word by word. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commissioning import wording
from commissioning.sentences import Sentence as _

ADDED, TAKEN_OUT, CHANGED, MOVED = "added", "taken_out", "changed", "moved"
FATES = {ADDED: _("New"), TAKEN_OUT: _("Taken out"), CHANGED: _("Other words"), MOVED: _("In another section")}


@dataclass(frozen=True)
class Line:
    """One clause or section text that is not the same in both."""

    title: _ | str
    fate: str
    pieces: list[wording.Piece]

    @property
    def fate_words(self) -> _:
        """What became of it, in words."""
        return FATES[self.fate]


@dataclass(frozen=True)
class Difference:
    """Everything that differs, and how many clauses are the same in both."""

    lines: list[Line]
    same: int


def between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What leads from one frozen content to another. Older versions have no sections; nothing is made up for them."""
    return Difference([*_sections(old, new), *_clauses(old, new)], _same(old, new))


def _sections(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Line]:
    before = {s["key"]: s["text"] for s in old.get("sections", [])}
    found = []
    for section in new.get("sections", []):
        was = before.get(section["key"], "")
        if was != section["text"]:
            fate = CHANGED if was and section["text"] else ADDED if section["text"] else TAKEN_OUT
            found.append(Line(section["title"], fate, wording.compare(was, section["text"])))
    return found


def _clauses(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Line]:
    before, after = ({c["id"]: c for c in one["clauses"]} for one in (old, new))
    found = []
    for pk, clause in after.items():
        title = _("Clause {n}", n=clause["number"])
        was = before.get(pk)
        if was is None:
            found.append(Line(title, ADDED, wording.compare("", clause["text"])))
        elif was["text"] != clause["text"]:
            found.append(Line(title, CHANGED, wording.compare(was["text"], clause["text"])))
        elif _moved(was, clause):
            found.append(Line(title, MOVED, wording.compare(clause["text"], clause["text"])))
    gone = [c for pk, c in before.items() if pk not in after]
    return found + [Line(_("Clause {n}", n=c["number"]), TAKEN_OUT, wording.compare(c["text"], "")) for c in gone]


def _moved(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a clause stands in another section; nothing is known of versions from before there were sections."""
    return "section" in was and "section" in now and was["section"] != now["section"]


def _same(old: Mapping[str, Any], new: Mapping[str, Any]) -> int:
    before = {c["id"]: c for c in old["clauses"]}
    return sum(1 for c in new["clauses"] if (w := before.get(c["id"])) and w["text"] == c["text"] and not _moved(w, c))
