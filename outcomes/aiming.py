"""What an indicator aims at, and when that cannot be: figures of the wrong kind or sign, a start beyond the target. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commissioning.sentences import Sentence as _

COUNT, SHARE, SCALE, STAR = "count", "share", "scale", "star"
WORDS_ONLY = ("story", "observation")  # signs that need no figure, and have none (ME-01)
UP, DOWN, STEADY = "up", "down", "steady"
MOST_HOURS = Decimal("9999")
FIGURES = ("baseline", "aim")


@dataclass(frozen=True)
class Aim:
    """The figures of one indicator as somebody wrote them; None is "not said"."""

    form: str
    baseline: Decimal | None = None
    aim: Decimal | None = None
    direction: str = ""
    scale_from: Decimal | None = None
    scale_to: Decimal | None = None
    baseline_on: date | None = None
    aim_on: date | None = None
    hours: Decimal | None = None


def problems(of: Aim) -> dict[str, _]:
    """Everything that cannot be, by the field it belongs to: a sentence each; empty when all is well."""
    found = _scale_problems(of)
    for name in FIGURES:
        figure = getattr(of, name)
        if figure is not None and name not in found and (wrong := _why_no_figure(of, figure)):
            found[name] = wrong
    if of.hours is not None and of.hours < 0:
        found["hours"] = _("Hours cannot be less than zero.")
    if of.baseline_on and of.aim_on and of.baseline_on > of.aim_on:
        found["baseline_on"] = _("The day of the figure now is after the day the target is to be reached.")
    if not found and (wrong := _why_not_reached(of)):
        found["baseline"] = wrong
    return found


def why_not(of: Aim) -> _ | None:
    """The first thing that cannot be, for whoever comes without a form."""
    return next(iter(problems(of).values()), None)


def _scale_problems(of: Aim) -> dict[str, _]:
    if of.form != SCALE:
        return {}
    if (of.scale_from is None) != (of.scale_to is None):
        missing = "scale_from" if of.scale_from is None else "scale_to"
        return {missing: _("A scale has two ends. Say the lowest and the highest point.")}
    if of.scale_from is not None and of.scale_to is not None and of.scale_from >= of.scale_to:
        return {"scale_to": _("The highest point of the scale must be above the lowest.")}
    if of.scale_from is None and (of.baseline is not None or of.aim is not None):
        return {"scale_from": _("Say where the scale begins and ends, so that the figures can be read.")}
    return {}


def _why_no_figure(of: Aim, figure: Decimal) -> _ | None:
    """Why this figure is none of this kind of sign."""
    if of.form in WORDS_ONLY:
        return _("A story or an observation has no figure. Say the target in words, or say which way is better.")
    if not figure.is_finite():
        return _("Write a number, such as 12 or 4.5.")
    low, high = _ends(of)
    if high is not None and not low <= figure <= high:
        if of.form == SHARE:
            return _("A share is between 0 and 100 per cent.")
        return _("This lies outside the scale, which goes from {low} to {high}.", low=plain(low), high=plain(high))
    if figure < 0:
        return _("A count cannot be less than zero.")
    if of.form == COUNT and figure != figure.to_integral_value():
        return _("A count is a whole number.")
    return None


def _ends(of: Aim) -> tuple[Decimal, Decimal | None]:
    """Between what the figures of this kind of sign lie."""
    if of.form == SHARE:
        return Decimal(0), Decimal(100)
    if of.form == STAR:
        return Decimal(1), Decimal(5)
    if of.form == SCALE and of.scale_from is not None and of.scale_to is not None:
        return of.scale_from, of.scale_to
    return Decimal(0), None


def _why_not_reached(of: Aim) -> _ | None:
    """Why nobody can walk from the start to the target in that direction."""
    if of.baseline is None or of.aim is None or not of.direction:
        return None
    if of.direction == UP and of.baseline > of.aim:
        return _("More is better, yet it stands above the target already. Look at both figures, or at which way is better.")
    if of.direction == DOWN and of.baseline < of.aim:
        return _("Less is better, yet it stands below the target already. Look at both figures, or at which way is better.")
    if of.direction == STEADY and of.baseline != of.aim:
        return _("It is to stay as it is, yet the target is another figure. Look at both, or at which way is better.")
    return None


def plain(figure: Decimal | str) -> str:
    """A figure as people write it: 12, not 12.0000."""
    text = format(Decimal(figure), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def target_words(sign: Mapping[str, str | None]) -> str:
    """A frozen indicator's target in one line, whichever way it was said; nothing when it was not."""
    figure, unit = sign.get("aim"), sign.get("unit") or ""
    if figure is None:
        return sign.get("target") or ""
    said = plain(figure) + ("%" if sign.get("form") == SHARE else "")
    return f"{said} {unit}".strip() if not sign.get("target") else f"{said} {unit}".strip() + f" ({sign['target']})"
