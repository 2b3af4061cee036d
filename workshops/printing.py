"""Ballot papers and blank cards as a sheet to print: a tagged PDF, or the same page for the browser when none can be made here.

Sixty ballot papers take well under two seconds, so they are made while somebody waits, with no job and no file kept.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from workshops import rules, tally
from workshops.models import Ballot, Paper, Workshop

STYLE = "static:/paper.css"  # the one address a paper may name


class NoPdf(Exception):  # noqa: N818 (nothing is wrong with the paper: this machine lacks what makes a PDF)
    """The libraries that draw a PDF are not on this machine."""


def sheet(workshop: Workshop, ballot: Ballot | None, papers: Sequence[Paper], *, large: bool, style: str = STYLE, note: str = "") -> str:
    """The papers as one HTML page: of a ballot, or blank cards when there is none. No name is on any of them."""
    context: dict[str, Any] = {
        "workshop": workshop,
        "ballot": ballot,
        "papers": papers,
        "large": large,
        "style": style,
        "note": note,
        "title": f"{_('Ballot papers') if ballot else _('Cards')}: {workshop.title}",
        "choices": list(tally.CHOICES.items()),
        "rule": rules.Rule.of(ballot.rule).explain() if ballot else [],
    }
    return render_to_string("workshops/paper/sheet.html", context)


def as_pdf(html: str) -> bytes:
    """The page as a PDF with tags (PDF/UA). Reads our own style sheet and nothing else, neither file nor network.

    Raises `NoPdf` when the system libraries WeasyPrint stands on are missing.
    """
    return bytes(_document(html).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True))


def _document(html: str) -> Any:
    try:
        # They load slowly, and only a machine that prints needs them.
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError) as missing:
        raise NoPdf from missing

    class OurStyleOnly(URLFetcher):  # type: ignore[misc]
        """Whatever a paper names, only our style sheet is read: WeasyPrint's own fetcher would read any file of the machine."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url != STYLE:
                raise ValueError("not ours")
            return super().fetch((Path(settings.BASE_DIR) / "static" / "paper.css").as_uri(), headers)

    return HTML(string=html, url_fetcher=OurStyleOnly(allowed_protocols=["file"], allow_redirects=False))
