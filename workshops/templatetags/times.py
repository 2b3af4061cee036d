"""Moments as people say them."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from workshops.terms import plain_number

register = template.Library()


@register.filter
def plain(n: Decimal) -> str:
    """A number without needless noughts: 2.5, 3."""
    return plain_number(Decimal(n))


@register.filter
def moment(at: datetime) -> str:
    """A day and an hour in the time of the place: Tuesday 6 July 2027, 6.30pm."""
    here = timezone.localtime(at)
    minutes = f".{here:%M}" if here.minute else ""
    return f"{date_format(here, 'l j F Y')}, {here.hour % 12 or 12}{minutes}{'am' if here.hour < 12 else 'pm'}"
