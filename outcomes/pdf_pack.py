"""The specification as a tagged PDF (PDF/UA-1): headings in order, tables with header cells, links, bookmarks, title and language.

It reads our own style sheet and letters and nothing else, neither file nor network.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from commissioning.contributing import printable
from outcomes import laying_out, pdf_tags
from outcomes.data_pack import Pack
from outcomes.laying_out import Block, Heading, Line, Paragraph, Table
from workshops.printing import NoPdf

Tell = Callable[[], None]
OURS = {f"https://pack.invalid/fonts/{name}": f"fonts/{name}" for name in ("ahn-latin.woff2", "ahn-latin-ext.woff2")}
BASE = "https://pack.invalid/"  # an address that is nowhere
FACE = 'font: 400 8.5pt "Pack", "Pack Wider", sans-serif; color: #4a5955;'


def as_pdf(pack: Pack, tell: Tell = lambda: None) -> bytes:
    """The pack as a PDF; the same pack always gives the same bytes. Raises `NoPdf` where this machine cannot make one."""
    blocks = laying_out.blocks_of(pack)
    page = "".join(_page(pack, blocks))
    tell()
    with _heard(tell):
        return _drawn(page, _sheet(pack), pack.content_hash, laying_out.places_of(pack.content, blocks))


def _drawn(page: str, sheet: str, mark: str, words_of: dict[str, str]) -> bytes:
    try:
        # They load slowly, and only a machine that makes a PDF needs them.
        from weasyprint import CSS, HTML  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError) as missing:
        raise NoPdf from missing

    os.environ.setdefault("SOURCE_DATE_EPOCH", "315532800")  # what fontTools writes as the moment letters were cut; a fixed one

    class OursOnly(URLFetcher):  # type: ignore[misc]
        """Whatever the words name, only our own style sheet and letters are read."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in OURS:
                raise ValueError("not ours")
            return super().fetch((Path(settings.BASE_DIR) / "static" / OURS[url]).as_uri(), headers)

    fetcher = OursOnly(allowed_protocols=["file"], allow_redirects=False)
    fonts = FontConfiguration()
    plain = (Path(settings.BASE_DIR) / "static" / "pack.css").read_text(encoding="utf-8")
    style = CSS(string=plain + sheet, base_url=BASE, url_fetcher=fetcher, font_config=fonts)
    whole = HTML(string=page, base_url=BASE, url_fetcher=fetcher)
    made = whole.write_pdf(
        finisher=lambda _document, pdf: pdf_tags.mend(pdf, words_of),
        stylesheets=[style],
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_tags=True,
        pdf_identifier=bytes.fromhex(mark)[:16],
    )
    return bytes(made)


class _heard:  # noqa: N801 (used like a function)
    """While a PDF is drawn, every page that is laid out is a sign of life."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.log = tell, logging.getLogger("weasyprint.progress")

    def __enter__(self) -> None:
        self.handler = logging.Handler()
        self.handler.emit = lambda record: self.tell()  # type: ignore[method-assign]
        self.before = (self.log.level, self.log.propagate)
        self.log.addHandler(self.handler)
        self.log.setLevel(logging.INFO)
        self.log.propagate = False

    def __exit__(self, *_raised: object) -> None:
        self.log.removeHandler(self.handler)
        self.log.setLevel(self.before[0])
        self.log.propagate = self.before[1]


def _sheet(pack: Pack) -> str:
    """What stands at the head and foot of every page but the first."""
    before, after = (_("Page %(n)s of %(m)s") % {"n": "\0", "m": "\1"}).split("\0", 1)
    between, after = after.split("\1", 1)
    page = f"{_string(before)} counter(page) {_string(between)} counter(pages) {_string(after)}"
    title = _string(f"{pack.title} · {_('service specification')}")
    mark = _string(laying_out.footer_of(pack))
    foot = f"@bottom-left {{ content: {mark}; width: 75%; {FACE} }} @bottom-right {{ content: {page}; width: 25%; {FACE} }}"
    return f'@page {{ @top-left {{ content: {title}; width: 100%; {FACE} }} {foot} }} @page front {{ @top-left {{ content: ""; }} }}'


def _string(words: str) -> str:
    """Words as a string of a style sheet: every letter that could end it is written by its number."""
    plain = printable(words).replace("\n", " ")
    return '"' + "".join(f"\\{ord(c):06x}" if c in '"\\<>{}' else c for c in plain) + '"'


# The page


def _page(pack: Pack, blocks: list[Block]) -> Iterator[str]:
    front = laying_out.front_of(pack)
    title, about = escape(f"{printable(front.title)}: {_('service specification')}"), escape(printable(front.authority))
    yield f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title><meta name="author" content="{about}">'
    yield f'<meta name="dcterms.created" content="{pack.at:%Y-%m-%dT%H:%M:%SZ}"><meta name="dcterms.modified" content="{pack.at:%Y-%m-%dT%H:%M:%SZ}">'
    yield f'<meta name="generator" content="Throughline"></head><body><section class="front"><p class="who">{about}</p>'
    yield f'<h1>{escape(printable(front.title))}</h1><p class="kind">{escape(front.kind)}</p>'
    if front.note:
        yield f'<p class="note invented">{escape(front.note)}</p>'
    rows = tuple((laying_out.line(label), laying_out.line(words)) for label, words in front.facts)
    yield from _table(Table(_("About this specification"), (_("About"), _("This specification")), rows, (32, 68)))
    yield "</section>"
    yield from _contents(laying_out.contents_of(blocks))
    for bullets, group in groupby(blocks, lambda block: isinstance(block, Paragraph) and block.style == "bullet"):
        if bullets:
            yield f"<ul>{''.join(f'<li>{_words(block.line)}</li>' for block in group if isinstance(block, Paragraph))}</ul>"
        else:
            for block in group:
                yield from _block(block)
    yield f'<p class="hash">{escape(_("Content hash (SHA-256)"))}: {pack.content_hash}</p></body></html>'


def _block(block: Block) -> Iterable[str]:
    if isinstance(block, Heading):
        level = block.level
        fresh = ' class="fresh"' if block.fresh else ""
        return [f'<h{level} id="{block.place}"{fresh}><span class="n">{block.number}</span> {_words(block.line)}</h{level}>']
    if isinstance(block, Paragraph):
        place = f' id="{block.place}"' if block.place else ""
        return [f'<p class="{block.style}"{place}>{_words(block.line)}</p>']
    return _table(block)


def _words(line: Line) -> str:
    out = []
    for part in line:
        words = str(escape(printable(part.text))).replace("\t", " ").replace("\n", "<br>")
        if part.to:  # the innermost, since whatever stands within a link becomes a link of its own
            words = f'<a href="#{part.to}">{words}</a>'
        if part.strong:
            words = f"<strong>{words}</strong>"
        if part.language:
            words = f'<span lang="{escape(part.language)}">{words}</span>'
        if part.quiet:
            words = f'<span class="quiet">{words}</span>'
        out.append(words)
    return "".join(out)


def _table(table: Table) -> Iterator[str]:
    whole = sum(table.widths)
    heads = "".join(
        f'<th scope="col" class="w{100 * w // whole}">{escape(head)}</th>' for head, w in zip(table.heads, table.widths, strict=True)
    )
    kept = ' class="short"' if table.short else ""
    yield f"<table{kept}><caption>{escape(table.caption)}</caption><thead><tr>{heads}</tr></thead><tbody>"
    for first, *others in table.rows:
        head = f'<th scope="row">{_words(first)}</th>' if table.row_heads else f"<td>{_words(first)}</td>"
        yield f"<tr>{head}{''.join(f'<td>{_words(cell)}</td>' for cell in others)}</tr>"
    yield "</tbody></table>"


def _contents(headings: list[Heading]) -> Iterator[str]:
    yield f'<section class="contents"><h1>{escape(_("Contents"))}</h1><ol>'
    within = False
    for n, heading in enumerate(headings):
        if heading.level == 1:
            yield "</ol>" if within else ""
            yield "</li>" if n else ""
            within = False
        elif not within:
            yield "<ol>"
            within = True
        yield f'<li><p><span class="n">{heading.number}</span><a href="#{heading.place}">{escape(printable(heading.text))}</a> '
        yield f'<span class="page" data-to="#{heading.place}"></span></p>'
        yield "</li>" if heading.level == 2 else ""
    yield "</ol>" if within else ""
    yield "</li></ol></section>"
