"""How the codes of papers are shown."""

from django import template

from workshops import papercodes

register = template.Library()


@register.filter
def printed_code(code: str) -> str:
    """A code in two halves, as printed: CDF-HJD."""
    return papercodes.printed(code)
