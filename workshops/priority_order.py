"""Orders of needs: places with what is level, how one order differs from another, and what adopting one asks for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commissioning.sentences import Sentence as _

FEWEST = 5  # rankings in all, before an order that is counted from them may be shown
MOST_NEEDS, MOST_CRITERIA = 40, 10
ROW, WIDTH, LEFT, RIGHT = 30, 320, 104, 216  # of the chart, in its own units

Tiers = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Place:
    """A place in an order, and how many share it."""

    at: int
    level: int = 1

    def holds(self, place: int) -> bool:
        """Whether a place in another order is the same as this one: level things may come in any order among themselves."""
        return self.at <= place < self.at + self.level

    def moved(self, place: int) -> int:
        """How many places up another order puts it; down is below nothing."""
        if self.holds(place):
            return 0
        return self.at - place if place < self.at else self.at + self.level - 1 - place


def tiers_by_score(scores: Mapping[int, object]) -> list[list[int]]:
    """Things in the order of their scores, the highest first; equal scores are level."""
    levels = sorted(set(scores.values()), reverse=True)  # type: ignore[type-var]
    return [sorted(item for item, score in scores.items() if score == level) for level in levels]


def places(tiers: Tiers) -> dict[int, Place]:
    """The place of each thing in an order."""
    found, at = dict[int, Place](), 1
    for tier in tiers:
        found |= {item: Place(at, len(tier)) for item in tier}
        at += len(tier)
    return found


def tiers_given(marks: Mapping[int, int]) -> list[list[int]]:
    """The ranking somebody gave by writing numbers: the same number is level, and what has none is not named."""
    return [sorted(item for item, mark in marks.items() if mark == number) for number in sorted(set(marks.values()))]


def words_of(up: int) -> _:
    """A movement in words."""
    if not up:
        return _("Same place")
    if abs(up) == 1:
        return _("Up 1 place") if up > 0 else _("Down 1 place")
    return _("Up {n} places", n=up) if up > 0 else _("Down {n} places", n=-up)


def why_not_open(criteria: Sequence[str], needs: int, *, is_open: bool) -> _ | None:
    """Whether people can be asked to put needs in order."""
    if is_open:
        return _("People are ranking already. Close that ranking first.")
    if not criteria:
        return _("Write what people should think of when they rank. It cannot change afterwards.")
    if len(criteria) > MOST_CRITERIA:
        return _("{n} things to think of are too many. Write {most} or fewer.", n=len(criteria), most=MOST_CRITERIA)
    if needs < 2:
        return _("Choose at least two needs to put in order.")
    if needs > MOST_NEEDS:
        return _("{n} needs are too many to put in order. Choose {most} or fewer.", n=needs, most=MOST_NEEDS)
    return None


def why_not_rank(*, has_voice: bool, withdrawn: bool, closed: bool) -> _ | None:
    """Whether somebody's ranking counts now."""
    if withdrawn:
        return _("You have left this cycle, so you cannot add to it.")
    if not has_voice:
        return _("Those who run the work, keep the notes or watch do not rank.")
    if closed:
        return _("This ranking is closed. The result is on the page.")
    return None


def why_not_close(rankings: int, *, closed: bool) -> _ | None:
    """Whether a ranking can be closed and counted."""
    if closed:
        return _("This ranking is closed already.")
    if rankings < FEWEST:
        return _("Only {n} rankings are in. With fewer than {least} the result would show who ranked what.", n=rankings, least=FEWEST)
    return None


@dataclass(frozen=True)
class Adopted:
    """The place somebody adopts for a need, and where that differs: why, and whether officers or politicians decided."""

    place: int
    kind: str = ""
    reason: str = ""


def why_not_adopt(
    ranked: Mapping[int, Place], adopted: Mapping[int, Adopted], numbers: Mapping[int, int], kinds: Sequence[str]
) -> _ | None:
    """Whether this order can be adopted: each need in one place, and a typed reason for every one that moved (AN-10, PS-09)."""
    if set(adopted) != set(ranked) or sorted(a.place for a in adopted.values()) != list(range(1, len(ranked) + 1)):
        return _("Give each need a place of its own, from 1 to {n}.", n=len(ranked))
    for item, wanted in sorted(adopted.items(), key=lambda row: row[1].place):
        if ranked[item].holds(wanted.place):
            continue
        told = {"n": numbers[item], "moved": str(words_of(ranked[item].moved(wanted.place))).lower()}
        if not wanted.reason.strip():
            return _("Need {n} is not where people put it ({moved}). Say why.", **told)
        if wanted.kind not in kinds:
            return _("Need {n} is not where people put it ({moved}). Say whether officers or politicians decided that.", **told)
    return None


@dataclass(frozen=True)
class Line:
    """One need in the chart of two orders: where its line starts and ends, in the drawing's units."""

    number: int
    ranked: int
    place: int
    y1: int
    y2: int
    moved: bool
    words: _


@dataclass(frozen=True)
class Slope:
    """Two orders side by side, joined by lines; its title says what was found."""

    title: _
    height: int
    lines: list[Line]
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT


def slope(rows: Sequence[tuple[int, Place, int]]) -> Slope:
    """The chart of needs: for each its number, its place among the participants and its adopted place."""
    by_people = sorted(rows, key=lambda row: (row[1].at, row[2]))
    lines = []
    for at, (number, ranked, place) in enumerate(by_people):
        y1, y2 = 50 + ROW * at, 50 + ROW * (place - 1)
        lines.append(Line(number, ranked.at, place, y1, y2, not ranked.holds(place), words_of(ranked.moved(place))))
    moved = sum(line.moved for line in lines)
    if not moved:
        title = _("The adopted order is the one people chose")
    elif moved == 1:
        title = _("One need of {all} is not where people put it", all=len(lines))
    else:
        title = _("{n} needs of {all} are not where people put them", n=moved, all=len(lines))
    return Slope(title, 50 + ROW * len(lines), lines)
