"""Words with their meaning in place: a link to the glossary that opens as a small note where there is JavaScript."""

import re
from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from commissioning import glossary

register = template.Library()


@register.simple_tag
def term(code: str, shown: str = "") -> SafeString:
    """A word with its meaning: `{% term "indicator" %}`, or with other words to show. An unknown code is a fault of the page."""
    known = glossary.TERMS[code]
    return _link(known, shown or _within_a_sentence(str(known.name)))


@register.simple_tag
def level_term(level: int, shown: str) -> SafeString:
    """The name of a level of engagement, 0 to 6, with what it means."""
    return _link(glossary.TERMS[glossary.OF_LEVEL[level]], shown)


@register.inclusion_tag("ui/words.html")
def words_here(*codes: str) -> dict[str, list[SafeString]]:
    """The words of a page that stand there only in buttons, labels and links, where no link can be: listed with their meanings."""
    return {"links": [term(code) for code in codes]}


@register.filter
def explained(text: object) -> SafeString:
    """A sentence whose words of the field, the first time each stands in it, lead to their meaning."""
    words = str(conditional_escape(text if isinstance(text, str) else str(text)))
    seen: set[str] = set()

    def link(found: re.Match[str]) -> str:
        known = _by_form(get_language() or "")[found.group().casefold()]
        if known in seen:
            return found.group()
        seen.add(known)
        return _link(glossary.TERMS[known], found.group())

    return mark_safe(_pattern(get_language() or "").sub(link, words))  # noqa: S308 (escaped above; the links escape their own)


def _within_a_sentence(name: str) -> str:
    return name[:1].lower() + name[1:]


def _link(known: glossary.Term, shown: str) -> SafeString:
    return format_html('<a class="tl-term" href="{}#{}" title="{}">{}</a>', reverse("words"), known.code, str(known.meaning), shown)


@cache
def _by_form(language: str) -> dict[str, str]:
    """The word forms of one language that lead to a term."""
    return {form.casefold(): code for code, known in glossary.TERMS.items() if not known.everyday for form in glossary.forms_of(known)}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    forms = sorted(_by_form(language), key=len, reverse=True)
    return re.compile(r"(?<![\w&#-])(?:" + "|".join(map(re.escape, forms)) + r")(?![\w-])", re.IGNORECASE)
