"""Drawing results: a bar for each group, and words for what the rule says."""

from typing import Any

from django import template

from workshops import rules, tally

register = template.Library()


@register.inclusion_tag("workshops/bar.html")
def bar(count: tally.Count) -> dict[str, Any]:
    """One group's votes as a bar, in whole-group shares; what is not voted stays empty."""
    parts, x = [], 0.0
    for choice in tally.CHOICES:
        n = getattr(count, choice)
        width = 100 * n / count.entitled if count.entitled else 0
        if n:
            parts.append({"choice": choice, "x": round(x, 2), "width": round(max(width - 0.6, 0.4), 2)})
        x += width
    return {
        "parts": parts,
        "count": count,
        "numbers": [(label, getattr(count, choice)) for choice, label in tally.CHOICES.items()],
    }


@register.filter
def state_words(code: str) -> str:
    """What an agreement state is called."""
    return str(rules.STATES[code])


@register.filter
def choice_words(code: str) -> str:
    """What a choice is called."""
    return str(tally.CHOICES.get(code, code)).lower()


@register.filter
def group_words(code: str) -> str:
    """What a group is called."""
    return str(tally.GROUPS[code])


@register.filter
def receipt(code: str) -> str:
    """A receipt in two halves, as people read it: CDFH-JKMN."""
    return f"{code[:4]}-{code[4:]}"
