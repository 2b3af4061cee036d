"""What may be said of a measured figure: hidden, marked or compared, always with the numbers behind it (M-01 to M-38). Pure.

Two kinds of figures. What people were *asked* has a response rate, is hidden under five answers and marked under fifty.
What the *record* counts has no response rate: nobody was asked. Groups stand side by side; nothing here adds them up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from commissioning import small_groups
from commissioning.sentences import Sentence as _
from workshops import pulse
from workshops.pulse import Share, Target

BELOW, REACHED = "below", "reached"
NOBODY = _("Nobody has answered yet.")


@dataclass(frozen=True)
class Line:
    """One figure of one group: as printed, the numbers behind it, and where it stands against a target."""

    who: Any
    figure: str = ""
    words: Any = ""
    part: int | None = None
    whole: int | None = None
    asked: int | None = None
    response: str = ""
    standing: str = ""
    against: Any = ""
    few: bool = False
    hidden: bool = False

    @property
    def state(self) -> _ | None:
        """Against the target, in words: colour is never the only sign."""
        return {BELOW: _("Below target"), REACHED: _("Reaches the target")}.get(self.standing)


@dataclass
class Measure:
    """One measure: its number, its name in plain words, its figures, and the page it comes from."""

    code: str
    name: Any
    lines: list[Line] = field(default_factory=list)
    page: tuple[Any, ...] = ()  # the name of an address with what it needs after the cycle
    note: Any = ""
    shown: bool = True  # whether its reader may open that page


@dataclass
class Part:
    """Measures that stand under one heading."""

    key: str
    title: Any
    measures: list[Measure]


def standing(share: Share, target: Target) -> str:
    """Below or not, from the unrounded share."""
    return BELOW if share.exact < Fraction(target.percent, 100) else REACHED


def asked(who: Any, good: int, answered: int, invited: int, target: Target | None = None) -> Line:
    """What people answered; nothing of a group in which fewer than five did, and that nobody did is said as such."""
    if answered == 0:
        return Line(who, words=NOBODY)
    if answered < small_groups.SMALLEST:
        return Line(who, hidden=True)
    share = Share(good, answered, max(invited, answered))
    return Line(
        who,
        share.percent,
        share.words,
        good,
        answered,
        share.invited,
        share.response,
        standing(share, target) if target else "",
        pulse.compare(share, target) if target else "",
        few=answered < pulse.FEW,
    )


def of_record(who: Any, part: int, whole: int, target: Target | None = None) -> Line:
    """What the record counts: so many of so many. With nothing to count there is no percentage."""
    if whole <= 0:
        return Line(who, "–", _("nothing to count yet"), 0, 0)
    share = Share(part, whole, whole)
    return Line(
        who,
        share.percent,
        _("{n} of {of}", n=part, of=whole),
        part,
        whole,
        standing=standing(share, target) if target else "",
        against=pulse.compare(share, target) if target else "",
    )


def yes_or_no(who: Any, *, yes: bool, target: Target | None = None) -> Line:
    """A fact of the record, against a target where one is set."""
    share = Share(int(yes), 1, 1)
    words = _("Yes") if yes else _("No")
    return Line(who, str(words), standing=standing(share, target) if target else "", against=pulse.compare(share, target) if target else "")


def number(who: Any, figure: Any, words: Any = "") -> Line:
    """A figure that is no share: a count, days, hours."""
    return Line(who, str(figure), words)


def as_rows(parts: Iterable[Part], heads: list[Any]) -> Iterator[list[Any]]:
    """The same as a table to take away: a row for each figure, a hidden one without any number."""
    yield heads
    for part in parts:
        for measure in part.measures:
            for line in measure.lines:
                about = [str(part.title), measure.code, str(measure.name), str(line.who)]
                if line.hidden:
                    yield [*about, "", "", "", "", "", "", str(_("Fewer than five, so not shown"))]
                    continue
                counts = ["" if n is None else n for n in (line.part, line.whole, line.asked)]
                few = str(_("Too few to draw conclusions")) if line.few else ""
                yield [*about, line.figure, *counts, line.response, str(line.against), few or str(line.words)]
