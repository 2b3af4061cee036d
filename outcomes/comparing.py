"""What differs between two frozen frameworks, or the draft and the last one: outcomes, indicators and fields, word by word. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commissioning import wording
from commissioning.sentences import Sentence as _

OUTCOME_FIELDS = {
    "statement": _("What changes"),
    "theme": _("Theme"),
    "for_whom": _("For whom"),
    "benefits_beyond": _("Who else benefits"),
    "dimensions": _("What it improves"),
    "horizon": _("When it can show"),
    "prevents": _("Prevents a later need"),
    "prevents_what": _("Which later need"),
    "co_delivered": _("What people do themselves"),
    "consequences": _("What else may follow"),
}
SIGN_FIELDS = {
    "text": _("The sign"),
    "form": _("What kind of sign"),
    "unit": _("Counted in"),
    "scale": _("Scale"),
    "baseline": _("Where it stands now"),
    "baseline_on": _("Day of that figure"),
    "aim": _("Target"),
    "aim_on": _("To be reached by"),
    "target": _("Target in words"),
    "direction": _("Which way is better"),
    "horizon": _("When it can show"),
    "source": _("Where it comes from"),
    "collector": _("Who collects it"),
    "frequency": _("How often"),
    "hours": _("Hours each time"),
    "shown_by": _("By which groups it is shown"),
    "chosen_by": _("Who chose it"),
}
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class FieldChange:
    """One field that differs: its name, and the pieces that lead from the old words to the new."""

    name: str
    label: _
    pieces: list[wording.Piece]


@dataclass(frozen=True)
class Change:
    """An outcome or an indicator that was added, removed or changed."""

    fate: str
    code: str
    text: str
    language: str
    fields: list[FieldChange] = field(default_factory=list)
    signs: list["Change"] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """All that differs, and how much of each kind."""

    outcomes: list[Change]

    def count(self, fate: str) -> int:
        """How many outcomes were added, removed or changed."""
        return sum(1 for one in self.outcomes if one.fate == fate)

    @property
    def counts(self) -> dict[str, int]:
        """The same for all three."""
        return {fate: self.count(fate) for fate in (ADDED, REMOVED, CHANGED)}


def compare(old: Mapping[str, Any], new: Mapping[str, Any], words: Mapping[str, Mapping[str, str]] | None = None) -> Comparison:
    """What differs between two contents. `words` says in plain words what a code of a field means, field by field."""
    said = words or {}
    before, after = _outcomes(old), _outcomes(new)
    listed = [_outcome_change(before.get(pk), after.get(pk), said) for pk in _in_order(before, after)]
    return Comparison([one for one in listed if one])


def _outcomes(content: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    return {o["id"]: o | {"theme": theme["title"]} for theme in content.get("themes", []) for o in theme["outcomes"]}


def _in_order(before: Mapping[int, Any], after: Mapping[int, Any]) -> Iterable[int]:
    """Those of the newer content in its order, then those that left."""
    return [*after, *(pk for pk in before if pk not in after)]


def _outcome_change(old: dict[str, Any] | None, new: dict[str, Any] | None, words: Mapping[str, Mapping[str, str]]) -> Change | None:
    now = new or old or {}
    code, text, language = now["code"], now["statement"], now.get("language", "en")
    if old is None or new is None:
        return Change(ADDED if old is None else REMOVED, code, text, language)
    before, after = _signs(old), _signs(new)
    signs = [_sign_change(before.get(pk), after.get(pk), words) for pk in _in_order(before, after)]
    fields = _fields(old, new, OUTCOME_FIELDS, words)
    differing = [one for one in signs if one]
    return Change(CHANGED, code, text, language, fields, differing) if fields or differing else None


def _signs(outcome: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    return {sign["id"]: sign for sign in outcome.get("indicators", [])}


def _sign_change(old: dict[str, Any] | None, new: dict[str, Any] | None, words: Mapping[str, Mapping[str, str]]) -> Change | None:
    now = new or old or {}
    if old is None or new is None:
        return Change(ADDED if old is None else REMOVED, now["code"], now["text"], now.get("language", "en"))
    fields = _fields(old, new, SIGN_FIELDS, words)
    return Change(CHANGED, now["code"], now["text"], now.get("language", "en"), fields) if fields else None


def _fields(
    old: Mapping[str, Any], new: Mapping[str, Any], names: Mapping[str, _], words: Mapping[str, Mapping[str, str]]
) -> list[FieldChange]:
    found = []
    for name, label in names.items():
        was, now = (as_words(one.get(name), words.get(name, {})) for one in (old, new))
        if was != now:
            found.append(FieldChange(name, label, wording.compare(was, now)))
    return found


def as_words(value: Any, words: Mapping[str, str]) -> str:
    """A value of the content as somebody reads it; what an older version does not know is nothing."""
    if value is None or value is False or value == "":
        return ""
    if value is True:
        return words.get("true", "true")
    if isinstance(value, list):
        return "; ".join(as_words(one, words) for one in value)
    if isinstance(value, dict):
        return ": ".join(as_words(one, words) for name, one in value.items() if name != "id")
    return words.get(str(value), str(value))
