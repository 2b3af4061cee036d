"""The specification as a Word document: real headings that number themselves, a filled table of contents, tables with header rows.

The body is written as XML in one go: python-docx looks a table's cells up again for every cell, which is quadratic.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from lxml import etree

from commissioning.contributing import printable
from outcomes import laying_out, word_styles
from outcomes.data_pack import Pack
from outcomes.laying_out import Block, Heading, Line, Paragraph, Table, Words
from outcomes.packing import steady

W = word_styles.W
STYLES = {
    "body": "BodyText",
    "lede": "Lede",
    "label": "Label",
    "clause": "Clause",
    "origin": "Origin",
    "note": "Note",
    "bullet": "ListBullet",
}
WIDTH = 9638  # twentieths of a point between the margins of a sheet of A4
Tell = Callable[[], None]


def as_docx(pack: Pack, tell: Tell = lambda: None) -> bytes:
    """The pack as a Word document; the same pack always gives the same bytes."""
    document = Document()
    word_styles.prepare(document, pack)
    blocks = laying_out.blocks_of(pack)
    tell()
    body = document.element.body
    last = body[-1]  # the section's own settings stay last
    for element in _everything(pack, blocks):
        last.addprevious(element)
    tell()
    out = io.BytesIO()
    document.save(out)
    return steady(out.getvalue())


def _everything(pack: Pack, blocks: list[Block]) -> Iterable[Any]:
    marks = _Marks()
    front = laying_out.front_of(pack)
    yield _paragraph("Subtitle", line=laying_out.line(front.authority))
    yield _paragraph("Title", line=laying_out.line(front.title))
    yield _paragraph("Subtitle", line=laying_out.line(front.kind))
    if front.note:
        yield _paragraph("Note", line=laying_out.line(front.note))
    rows = tuple((laying_out.line(label), laying_out.line(words)) for label, words in front.facts)
    yield from _table(Table(_("About this specification"), (_("About"), _("This specification")), rows, (32, 68)), captioned=False)
    yield from _contents(laying_out.contents_of(blocks))
    for block in blocks:
        if isinstance(block, Heading):
            yield _paragraph(f"Heading{block.level}", line=block.line, place=block.place, mark=marks.next(), fresh=block.fresh)
        elif isinstance(block, Paragraph):
            yield _paragraph(STYLES[block.style], line=block.line, place=block.place, mark=marks.next() if block.place else 0)
        else:
            yield from _table(block)
    yield _paragraph("Origin", line=laying_out.line(f"{_('Content hash (SHA-256)')}: {pack.content_hash}"))


class _Marks:
    """Numbers for bookmarks; each is used once."""

    def __init__(self) -> None:
        self.n = 0

    def next(self) -> int:
        self.n += 1
        return self.n


def _el(tag: str, **attributes: str) -> Any:
    return etree.Element(f"{W}{tag}", {f"{W}{name}": value for name, value in attributes.items()})


def _within(parent: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{W}{tag}", {f"{W}{name}": value for name, value in attributes.items()})


def place_name(place: str) -> str:
    """A bookmark's name: letters, digits and low lines, at most forty."""
    return place.replace("-", "_")[:40]


def _paragraph(style: str, *, line: Line, place: str = "", mark: int = 0, fresh: bool = False) -> Any:
    paragraph = _el("p")
    looks = _within(paragraph, "pPr")
    _within(looks, "pStyle", val=style)
    if fresh:
        _within(looks, "pageBreakBefore")
    if place:
        _within(paragraph, "bookmarkStart", id=str(mark), name=place_name(place))
    _words(paragraph, line)
    if place:
        _within(paragraph, "bookmarkEnd", id=str(mark))
    return paragraph


def _words(paragraph: Any, line: Line) -> None:
    for part in line:
        parent = paragraph
        if part.to:
            parent = _within(paragraph, "hyperlink", anchor=place_name(part.to), history="1")
        _run(parent, part)


def _run(parent: Any, part: Words) -> None:
    run = _within(parent, "r")
    if part.strong or part.to or part.quiet or part.language:
        _looks(_within(run, "rPr"), part)
    for n, piece in enumerate(printable(part.text).split("\n")):
        if n:
            _within(run, "br")
        for m, words in enumerate(piece.split("\t")):
            if m:
                _within(run, "tab")
            text = _within(run, "t")
            text.text = words
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _looks(looks: Any, part: Words) -> None:
    if part.to:
        _within(looks, "rStyle", val="Hyperlink")
    if part.strong:
        _within(looks, "b")
    if part.quiet:
        _within(looks, "color", val="4A5955")
    if part.language:
        _within(looks, "lang", val=f"{part.language}-GB")


# Tables


def _table(table: Table, *, captioned: bool = True) -> Iterable[Any]:
    if captioned:
        yield _paragraph("Caption", line=laying_out.line(table.caption))
    element = _el("tbl")
    looks = _within(element, "tblPr")
    _within(looks, "tblStyle", val="PackTable")
    _within(looks, "tblW", w="5000", type="pct")
    _within(looks, "tblLayout", type="fixed")
    _within(looks, "tblLook", val="04A0", firstRow="1", firstColumn="1" if table.row_heads else "0", noHBand="0", noVBand="1")
    _within(looks, "tblCaption", val=table.caption[:250])
    summary = _("A table with %(n)s rows. Columns: %(heads)s.") % {"n": len(table.rows), "heads": ", ".join(table.heads)}
    _within(looks, "tblDescription", val=summary[:250])
    grid, widths = _within(element, "tblGrid"), _widths(table)
    for width in widths:
        _within(grid, "gridCol", w=width)
    _row(element, [laying_out.line(head) for head in table.heads], widths, head=True)
    for n, row in enumerate(table.rows, 1):
        _row(element, row, widths, kept=table.short and n < len(table.rows))
    yield element
    yield _paragraph("AfterTable", line=())


def _widths(table: Table) -> list[str]:
    whole = sum(table.widths)
    return [str(WIDTH * share // whole) for share in table.widths]


def _row(table: Any, cells: Iterable[Line], widths: list[str], *, head: bool = False, kept: bool = False) -> None:
    row = _within(table, "tr")
    looks = _within(row, "trPr")
    _within(looks, "cantSplit")
    if head:
        _within(looks, "tblHeader")
    for words, width in zip(cells, widths, strict=True):
        cell = _within(row, "tc")
        _within(_within(cell, "tcPr"), "tcW", w=width, type="dxa")
        paragraph = _within(cell, "p")
        shape = _within(paragraph, "pPr")
        _within(shape, "pStyle", val="TableHead" if head else "TableText")
        if kept:
            _within(shape, "keepNext")
        _words(paragraph, words)


# The table of contents


def _contents(headings: list[Heading]) -> Iterable[Any]:
    """A field that Word can update, and already filled, so that it is not empty before anybody does. Its page numbers are
    fields too, and empty until Word or LibreOffice works them out: a wrong one is worse than none. Every line leads to its place."""
    title = _paragraph("ContentsTitle", line=laying_out.line(_("Contents")))
    yield title
    for n, heading in enumerate(headings):
        paragraph = _el("p")
        _within(_within(paragraph, "pPr"), "pStyle", val=f"TOC{heading.level}")
        if n == 0:
            _field(paragraph, f' TOC \\o "1-{max(heading.level for heading in headings)}" \\h \\z \\u ')
        link = _within(paragraph, "hyperlink", anchor=place_name(heading.place), history="1")
        _run(link, Words(f"{heading.number}  {heading.text}\t"))
        _field(link, f" PAGEREF {place_name(heading.place)} \\h ")
        _within(_within(link, "r"), "fldChar", fldCharType="end")
        if n == len(headings) - 1:
            _within(_within(paragraph, "r"), "fldChar", fldCharType="end")
        yield paragraph


def _field(paragraph: Any, code: str) -> None:
    _within(_within(paragraph, "r"), "fldChar", fldCharType="begin")
    text = _within(_within(paragraph, "r"), "instrText")
    text.text = code
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    _within(_within(paragraph, "r"), "fldChar", fldCharType="separate")
