"""What changed between two specifications, word by word: sections, clauses, criteria, shares of the score, measures. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commissioning import wording
from commissioning.sentences import Sentence as _

ADDED, TAKEN_OUT, CHANGED, MOVED = "added", "taken_out", "changed", "moved"
FATES = {ADDED: _("New"), TAKEN_OUT: _("Taken out"), CHANGED: _("Other words"), MOVED: _("In another section")}


@dataclass(frozen=True)
class Line:
    """One text that is not the same in both."""

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


Labels = Mapping[str, Mapping[Any, Any]]  # for a field of a measure, the words of each of its codes


def between(old: Mapping[str, Any], new: Mapping[str, Any], labels: Labels | None = None) -> Difference:
    """What leads from one frozen content to another. Older versions lack parts; nothing is made up for them."""
    lines = [*_sections(old, new), *_clauses(old, new)]
    lines += _pieces(*({one["id"]: _criterion(one) for one in kept.get("criteria") or ()} for kept in (old, new)))
    lines += _weighting(old, new)
    lines += _pieces(*({one["id"]: _measure(one, labels or {}) for one in kept.get("monitoring") or ()} for kept in (old, new)))
    return Difference(lines, _same(old, new))


def _pieces(before: Mapping[int, tuple[_, str]], after: Mapping[int, tuple[_, str]]) -> list[Line]:
    found = []
    for pk, (title, now) in after.items():
        was = before[pk][1] if pk in before else ""
        if was != now:
            found.append(Line(title, CHANGED if pk in before else ADDED, wording.compare(was, now)))
    gone = [kept for pk, kept in before.items() if pk not in after]
    return found + [Line(title, TAKEN_OUT, wording.compare(was, "")) for title, was in gone]


def _criterion(one: Mapping[str, Any]) -> tuple[_, str]:
    share = f"{_('Share of the evaluation score')}: {_number(one.get('share'))}%" if one.get("share") else ""
    words = _joined(one.get("question"), one.get("how_question"), one.get("good"), one.get("need_words"), share)
    return _("Criterion {code}", code=one["code"]), words


def _measure(one: Mapping[str, Any], labels: Labels) -> tuple[_, str]:
    coded = [labels.get(name, {}).get(one.get(name), "") for name in ("form", "every", "direction")]
    figures = [
        f"{title}: {_number(one[name])} {one.get('unit') or ''}".strip()
        for name, title in (("baseline", _("At the start")), ("target", _("Target")))
        if one.get(name) is not None
    ]
    hours = f"{_('Hours each time')}: {_number(one['hours'])}" if one.get("hours") else ""
    first = str(_("Quarter {n}", n=one["first_quarter"])) if one.get("first_quarter") else ""
    words = _joined(one.get("text"), *coded, *figures, one.get("owner"), one.get("paid_by"), hours, first)
    return _("Measure {code}", code=one["code"]), words


def _weighting(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Line]:
    """The adopted shares with their reason."""
    was, now = (_shares(kept.get("weighting") or {}) for kept in (old, new))
    if was == now:
        return []
    return [Line(_("Share of the evaluation score"), CHANGED if was and now else ADDED if now else TAKEN_OUT, wording.compare(was, now))]


def _shares(weighting: Mapping[str, Any]) -> str:
    if weighting.get("social_value") is None:
        return ""
    names = (("price", _("Price")), ("quality", _("Quality")), ("social_value", _("Social value")))
    shares = [f"{title}: {_number(weighting[name])}%" for name, title in names]
    return _joined(*shares, weighting.get("reason"), weighting.get("decider_role"))


def _number(number: Any) -> str:
    """A number as people write it: 10, not 10.00."""
    text = str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


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
