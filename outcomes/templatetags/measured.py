"""Figures of measures in pages, as people read them."""

from decimal import Decimal
from typing import Any

from django import template

from outcomes import standings
from outcomes.models import Measure, Reading

register = template.Library()


@register.filter
def mark(value: Decimal | None, measure: Measure) -> str:
    """A baseline or a target of a measure: "80%" of a share, "4 evenings" of a count."""
    if value is None:
        return ""
    unit = "%" if measure.form == "share" else measure.unit
    return standings.printed(value, None, None, unit)


@register.filter
def shown(reading: Reading) -> str:
    """A reading as people read it: "48 of 68, 71%"."""
    return standings.printed(reading.value, reading.part, reading.whole, reading.measure.unit)


@register.filter
def sign(code: str) -> str:
    """The mark that stands beside the words of a standing."""
    return standings.MARKS.get(code, "")


@register.filter
def plain(value: Any) -> str:
    """A number without needless places."""
    return standings.rounded(value, 2) if value is not None else ""


@register.filter
def travelled(reading: Reading) -> str:
    """How far the same people have come on a scale or a star: "+1.5", in its own points."""
    if reading.measure.form not in ("scale", "star"):
        return ""
    figure = standings.figure_of(reading.value, None, None)
    began = reading.start if reading.start is not None else reading.measure.baseline
    far = standings.distance(figure, standings.figure_of(began, None, None))
    return f"{'+' if far > 0 else ''}{standings.rounded(far, 2)}" if far is not None else ""
