"""Picking one of many by its number, in a page."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def pick(many: Mapping[object, object], which: object) -> object:
    """The one of this number, or nothing."""
    return many.get(which, "")
