"""A drawn map of opinion as people see it: statements by their words, the groups that formed by letters, nobody by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from commissioning.models import Contribution
from commissioning.sentences import Sentence as _
from workshops import tally
from workshops.models import OpinionMap

LETTERS = "ABCDEFGH"

Words = Mapping[int, Contribution]


@dataclass(frozen=True)
class Typical:
    """Something a group says more than the others do."""

    said: Contribution
    agrees: bool
    percent: int
    others: int

    @property
    def line(self) -> _:
        """How many say it, here and elsewhere."""
        if self.others < 0:
            return _("agree: {n}%", n=self.percent) if self.agrees else _("disagree: {n}%", n=self.percent)
        if self.agrees:
            return _("agree: {n}% here, {m}% of the others", n=self.percent, m=self.others)
        return _("disagree: {n}% here, {m}% of the others", n=self.percent, m=self.others)


@dataclass(frozen=True)
class Circle:
    """A group that formed: its letter, where it is drawn, how many it is, and what is typical of it."""

    letter: str
    x: float
    y: float
    r: float
    people: int
    typical: list[Typical]
    mixed: list[tuple[str, int]]


@dataclass(frozen=True)
class Share:
    """How many of one group agree with a statement, in percent; None where too few answered."""

    label: str
    percent: int | None
    voices: int
    group: str = ""


@dataclass(frozen=True)
class Row:
    """A statement with every group's share."""

    said: Contribution
    shares: list[Share]


@dataclass(frozen=True)
class Between:
    """What was found between one kind of groups."""

    unites: list[Row] = field(default_factory=list)
    rejected: list[Row] = field(default_factory=list)
    divides: list[Row] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.unites or self.rejected or self.divides)


@dataclass(frozen=True)
class Look:
    """Everything a map shows."""

    people: int
    placed: int
    votes: int
    statements: int
    too_small: int
    circles: list[Circle]
    formed: Between
    declared: Between
    needs: list[tuple[Contribution, int]]


def drawn(kept: OpinionMap) -> dict[str, Any]:
    """A map with its look, once it was drawn; one query for the words."""
    if kept.found is None:
        return {"map": kept}
    found = kept.found
    named = {s["statement"] for part in ("formed", "declared") for s in _statements_in(found[part])} | {s for s, __ in found["needs"]}
    words = {c.pk: c for c in Contribution.objects.shown().filter(pk__in=named)}
    return {"map": kept, "look": _look(found, words)}


def _statements_in(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    typical = [one for listed in part["typical"].values() for one in listed]
    return [*typical, *part["unites"], *part["rejected"], *part["divides"]]


def _look(found: Mapping[str, Any], words: Words) -> Look:
    letters = {region["group"]: LETTERS[at] for at, region in enumerate(found["regions"])}
    circles = [_circle(region, letters[region["group"]], found, words) for region in found["regions"]]
    of_formed = [(str(_("Group {letter}", letter=letters[group])), "") for group in found["formed"]["groups"]]
    of_declared = [(str(tally.GROUPS[code]), code) for code in found["codes"]]
    return Look(
        **{name: found[name] for name in ("people", "placed", "votes", "statements", "too_small")},
        circles=circles,
        formed=_between(found["formed"], of_formed, words) if len(of_formed) > 1 else Between(),
        declared=_between(found["declared"], of_declared, words),
        needs=[(words[statement], n) for statement, n in found["needs"] if statement in words],
    )


def _circle(region: Mapping[str, Any], letter: str, found: Mapping[str, Any], words: Words) -> Circle:
    typical = found["formed"]["typical"].get(str(region["group"]), [])
    mixed = found["mixed"].get(str(region["group"]), {})
    return Circle(
        letter,
        region["x"],
        region["y"],
        region["r"],
        region["people"],
        [Typical(words[t["statement"]], t["agrees"], t["percent"], t["others"]) for t in typical if t["statement"] in words],
        list(mixed.items()) if len(mixed) > 1 else [],
    )


def _between(part: Mapping[str, Any], labels: list[tuple[str, str]], words: Words) -> Between:
    def rows(name: str) -> list[Row]:
        return [
            Row(
                words[said["statement"]],
                [Share(label, percent, n, code) for (label, code), percent, n in zip(labels, said["shares"], said["voices"], strict=True)],
            )
            for said in part[name]
            if said["statement"] in words
        ]

    return Between(rows("unites"), rows("rejected"), rows("divides"))
