"""The five things each side is asked to expect, and where the sides differ (TR-06). Pure: answers in, what may be shown out."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from commissioning import small_groups
from commissioning.sentences import Sentence as _

CITIZENS = "citizen"
SIDES = ("commissioner", "vso", CITIZENS)


@dataclass(frozen=True)
class Item:
    """One thing to expect, with the answers one can give."""

    code: str
    ask: _
    choices: dict[str, _]


@cache
def items() -> dict[str, Item]:
    """The five items by code. Raises `KeyError` for a file that is not one."""
    kept = tomllib.loads(Path(__file__).with_name("expectations.toml").read_text(encoding="utf-8"))
    return {i["code"]: Item(i["code"], _(i["ask"]), {c["code"]: _(c["text"]) for c in i["choices"]}) for i in kept["items"]}


@dataclass(frozen=True)
class Answer:
    """One voice's answer to one item: an officer's, an organisation's or a citizen's."""

    side: str
    item: str
    choice: str
    words: str = ""
    official: bool = False  # the lead commissioner's, who answers for the authority


@dataclass
class SideLook:
    """What one side expects of one item: the answers given with how many gave them, or that they are too few to show."""

    side: str
    hidden: bool = False
    rows: list[tuple[_, _]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    most: frozenset[str] = frozenset()


@dataclass
class ItemLook:
    """One item, side by side. `differ` says whether two sides that are shown expect different things."""

    item: Item
    sides: list[SideLook]
    differ: bool


def compare(answers: Iterable[Answer], own: Mapping[str, Answer] | None = None) -> list[ItemLook]:
    """Every item with what each side expects.

    Of any side fewer than five are hidden, with what they wrote: in a cycle with two organisations "without names" names both.
    More are told roughly, so that nobody who looks twice can work out the answer that came in between. Only the lead
    commissioner's answer stands for the authority, openly. Whoever reads is set beside the others by their `own` answers, by
    item, however few their side is.
    """
    listed, mine = list(answers), own or {}
    looks = items().values()
    return [_look(item, [a for a in listed if a.item == item.code and a.choice in item.choices], mine.get(item.code)) for item in looks]


def _look(item: Item, given: list[Answer], own: Answer | None) -> ItemLook:
    sides = [_side(item, side, [a for a in given if a.side == side]) for side in SIDES]
    shown = [side.most for side in sides if side.most]
    differ = any(one != other for one in shown for other in shown)
    if own is not None:
        differ = differ or any(own.choice not in side.most for side in sides if side.most and side.side != own.side)
    return ItemLook(item, sides, differ)


def _side(item: Item, side: str, given: list[Answer]) -> SideLook:
    if 0 < len(given) < small_groups.SMALLEST:
        given = [a for a in given if a.official]
        if not given:
            return SideLook(side, hidden=True)
    counts = {code: sum(1 for a in given if a.choice == code) for code in item.choices}
    top = max(counts.values(), default=0)
    most = frozenset(code for code, n in counts.items() if n and n == top)
    few = len(given) < small_groups.SMALLEST
    how = {code: _("as the lead commissioner sees it") if few else roughly(n, len(given)) for code, n in counts.items() if n}
    said = [(item.choices[code], words) for code, words in how.items()]
    return SideLook(side, False, said, [a.words for a in given if a.words] if side != CITIZENS else [], most)


def roughly(n: int, of: int) -> _:
    """How many of a side, in words that one more answer seldom changes."""
    share = n / of
    if share > 0.75:
        return _("nearly all")
    if share > 0.5:
        return _("most")
    return _("about half") if share > 0.35 else _("some")


def why_not_answer(given: Mapping[str, str]) -> _ | None:
    """Whether these answers can be kept: all five, each one of its choices."""
    missing = [item for code, item in items().items() if given.get(code) not in item.choices]
    return _("Answer all five. Then you see what the others expect. Still to answer: {what}", what=missing[0].ask) if missing else None
