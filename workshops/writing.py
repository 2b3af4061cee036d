"""The words of every letter: short sentences, what to do, and one link."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops import promised, pulsing, reporting
from workshops.models import Letter


def address(name: str, *arguments: Any) -> str:
    """The full address of a page, for a letter."""
    return f"{settings.SITE_ADDRESS.rstrip('/')}{reverse(name, args=arguments)}"


def of_letter(letter: Letter) -> tuple[str, str]:
    """Subject and plain text of a letter."""
    return {"summary": _summary, "later": _later, "promise": _promise}[letter.kind](letter)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _written(template: str, context: dict[str, Any]) -> str:
    """A text template, with no more than one empty line between paragraphs."""
    lines = render_to_string(f"workshops/letters/{template}.txt", context).splitlines()
    kept = [line.rstrip() for i, line in enumerate(lines) if line.strip() or (i and lines[i - 1].strip())]
    return "\n".join(kept).strip() + "\n"


def _summary(letter: Letter) -> tuple[str, str]:
    report = reporting.report_of(letter.workshop, now=timezone.now())
    context = {
        "report": report,
        "workshop": letter.workshop,
        "cycle": letter.workshop.cycle,
        "again": bool(letter.closing and letter.closing.number > 1),
        "report_link": address("report", letter.workshop.slug),
        "pulse_link": _pulse_link(letter),
        "mine_link": address("mine_here", letter.workshop.cycle.slug),
    }
    return _one_line(_("What happened at %(workshop)s") % {"workshop": letter.workshop}), _written("summary", context)


def _pulse_link(letter: Letter) -> str:
    assert letter.participant is not None  # noqa: S101 (a letter to nobody is not written; this tells the type checker)
    return address("pulse_link", pulsing.link_token(letter.workshop, letter.participant))


def _later(letter: Letter) -> tuple[str, str]:
    context = {
        "workshop": letter.workshop,
        "cycle": letter.workshop.cycle,
        "pulse_link": _pulse_link(letter),
        "report_link": address("report", letter.workshop.slug),
    }
    return _one_line(_("Six months on: what has changed since %(workshop)s?") % {"workshop": letter.workshop}), _written("later", context)


def _promise(letter: Letter) -> tuple[str, str]:
    assert letter.action is not None  # noqa: S101 (the same)
    context = {
        "action": letter.action,
        "workshop": letter.workshop,
        "cycle": letter.workshop.cycle,
        "link": address("promise", promised.link_token(letter.action)),
    }
    return _one_line(_("Will you do this? %(action)s") % {"action": letter.action})[:200], _written("promise", context)
