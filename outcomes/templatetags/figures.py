"""Figures of indicators as people read them."""

from decimal import Decimal

from django import template

from outcomes import aiming
from outcomes.models import Indicator

register = template.Library()


@register.filter
def figure(value: Decimal | None) -> str:
    """A figure without empty decimals: 12, or 4.5."""
    return "" if value is None else aiming.plain(value)


@register.filter
def now_words(sign: Indicator) -> str:
    """Where an indicator stands now, with what it is counted in."""
    return _with_unit(sign, sign.baseline)


@register.filter
def aim_words(sign: Indicator) -> str:
    """What an indicator is to reach, with what it is counted in."""
    return _with_unit(sign, sign.aim)


def _with_unit(sign: Indicator, value: Decimal | None) -> str:
    if value is None:
        return ""
    said = aiming.plain(value) + ("%" if sign.form == Indicator.Form.SHARE else "")
    return f"{said} {sign.unit}".strip()
