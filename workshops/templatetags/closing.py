"""Words for the pulse in the report: moments, spreads and posts."""

from django import template

from commissioning.sentences import Sentence as _
from workshops import pulse, reporting

register = template.Library()


@register.filter
def moment_words(code: str) -> str:
    """What a moment is called."""
    return str(pulse.MOMENTS[code])


@register.filter
def spread(finding: pulse.Finding, line: pulse.GroupLine) -> str:
    """How one group's answers spread, in words."""
    return reporting.spread_words(finding, line)


@register.filter
def post_words(code: str) -> str:
    """Still in the role, or moved on."""
    return str({"still": _("still in the same role:"), "moved": _("moved on:")}[code])
