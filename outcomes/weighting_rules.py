"""Shares of the evaluation score: whole numbers, bands, the authority's minimum, and what low shares meant to others. Pure."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from commissioning.sentences import Sentence as _

WHOLE = 100  # what the three shares come to
_FIGURES = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Band:
    """One share that is offered: a single value, or everything from one value up."""

    code: str
    least: int
    most: int
    name: _

    @property
    def value(self) -> int | None:
        """The share it stands for; None where the number has to be written."""
        return self.least if self.least == self.most else None


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("weighting.toml").read_text(encoding="utf-8"))


def bands() -> tuple[Band, ...]:
    """The shares offered, the smallest first (SW-01)."""
    return tuple(Band(row["code"], row["least"], row["most"], _(row["name"])) for row in _data()["bands"])


def note_on(share: int) -> _ | None:
    """What voluntary organisations said of so low a share; it explains and never blocks (SW-04)."""
    fitting = [row for row in _data()["notes"] if 0 < share <= row["up_to"]]
    return _(min(fitting, key=lambda row: int(row["up_to"]))["text"]) if fitting else None


def why_no_share(text: str) -> _ | None:
    """Why what somebody wrote is not a share in whole per cent, said so that they can mend it; None when it is one."""
    said = text.strip().removesuffix("%").strip()
    if not said:
        return _("Write a number from 0 to 100.")
    if not _FIGURES.fullmatch(said):
        return _("Write a number from 0 to 100, in figures.")
    number = Decimal(said)
    if number < 0:
        return _("A share cannot be below 0.")
    if number > WHOLE:
        return _("A share cannot be above 100.")
    if number != number.to_integral_value():
        return _("Use whole numbers. Three times 33.33 does not come to 100; 33, 33 and 34 does.")
    return None


def share_of(text: str) -> int:
    """The share somebody wrote, once `why_no_share` has nothing against it."""
    return int(Decimal(text.strip().removesuffix("%").strip()))


def why_not_below(social_value: int, minimum: int | None, *, excepted: bool, draft_only: bool) -> _ | None:
    """Below the authority's minimum: raise it, record an exception, or keep it as a draft that cannot be adopted (SW-02)."""
    if minimum is None or social_value >= minimum or excepted or draft_only:
        return None
    return _(
        "The authority’s minimum for social value is {least}% of the evaluation score, and this is {share}%. "
        "Raise it, or record an exception: why, who allowed it, and when.",
        least=minimum,
        share=social_value,
    )


def why_not_adopt(reason: str, *, outcomes: int, known: int, social_value: int) -> _ | None:
    """An adopted share has a reason, and names the outcomes it is about where there are any (SW-02)."""
    if not reason.strip():
        return _("Say why the score is shared like this. Everybody can read the reason.")
    if social_value and known and not outcomes:
        return _("Say which outcomes this reason is about.")
    return None


def why_not_advise(*, open_now: bool, has_voice: bool, withdrawn: bool) -> _ | None:
    """Whether somebody may advise a share."""
    if withdrawn:
        return _("You have left this cycle, so you cannot add to it.")
    if not open_now:
        return _("Nobody is asked for advice on the share at the moment.")
    if not has_voice:
        return _("Whoever runs a room or only watches has no counted voice.")
    return None


def middle(shares: Sequence[int]) -> Fraction:
    """The middle one of these shares, or half way between the two in the middle."""
    return Fraction(median(Fraction(share) for share in shares))


@dataclass(frozen=True)
class Bar:
    """One line of the chart: who, which share, and of how many voices."""

    label: _
    share: Fraction
    words: _
    n: int | None = None
    fill: str = "group"

    @property
    def width(self) -> float:
        """Of the drawing."""
        return float(self.share)

    @property
    def percent(self) -> str:
        """The share as it is printed: without a decimal where it needs none."""
        return f"{float(self.share):g}"


def bars(proposed: int | None, advised: Iterable[tuple[_, Fraction, int]], adopted: int | None) -> list[Bar]:
    """What was proposed, what each group advised, and what was adopted, side by side and never pooled."""
    lines = [Bar(_("Proposed"), Fraction(proposed), _("on the table"), None, "proposed")] if proposed is not None else []
    for label, share, n in advised:
        lines.append(Bar(label, share, _("advised: the middle of {n} answers", n=n), n))
    if adopted is not None:
        lines.append(Bar(_("Adopted"), Fraction(adopted), _("decided by the authority"), None, "adopted"))
    return lines
