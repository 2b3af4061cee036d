"""The words in the files people share, to look for prices in before everybody gets them (FS-06). Pure.

Office files are packed XML: only the parts that hold words are read, each up to a limit, and the marks between words are thrown
away, so that nothing in a file is ever run, followed or unpacked whole. A PDF or a picture is not read.
"""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

PLAIN = frozenset({"txt", "csv", "html", "htm", "svg", "md"})
_PARTS = {
    "docx": re.compile(r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml"),
    "pptx": re.compile(r"ppt/(?:slides|notesSlides)/\w+\.xml"),
    "xlsx": re.compile(r"xl/sharedStrings\.xml|xl/worksheets/\w+\.xml|xl/comments\d*\.xml"),
    **dict.fromkeys(("odt", "ods", "odp"), re.compile(r"content\.xml")),
}
MOST_PLAIN = 200_000  # bytes of plain text
MOST_OF_A_PART, MOST_UNPACKED = 1_000_000, 4_000_000  # letters; a price stands in the first of them, or somebody hides it
_ENDS = re.compile(r"</(?:w:p|w:tr|a:p|text:p|text:h|si|row|c|text|table:table-cell)>|<(?:w:br|w:tab|a:br|text:line-break|text:tab)\s*/>")
_MARKS = re.compile(r"<[^<>]*>")
# Each of these looks only so far: a part may be made to have them look for ever.
_CELL = re.compile(r'<c\b[^<>]{0,60}?\bs="(\d{1,5})"[^<>]{0,60}>(?:<f\b[^<>]{0,60}>[^<>]{0,500}</f>)?<v>(-?[\d.]{1,30})</v>')
_FORMAT = re.compile(r'<numFmt\b[^<>]{0,60}?numFmtId="(\d{1,5})"[^<>]{0,60}?formatCode="([^"<>]{0,200})"')
_USED = re.compile(r'<xf\b[^<>]{0,100}?numFmtId="(\d{1,5})"')
_MONEY_FORMATS = frozenset({5, 6, 7, 8, 42, 44})  # built into every spreadsheet


def kind_of(name: str) -> str:
    """The kind of a file by the end of its name."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def words_in(name: str, content: bytes) -> str | None:
    """The words of a file, as many as are looked at; None for a kind that is not read, and for a file that is damaged or locked."""
    kind = kind_of(name)
    if kind in PLAIN:
        return content[:MOST_PLAIN].decode("utf-8", errors="replace")
    if kind not in _PARTS:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "\n".join(_unpacked(packed, kind))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        return None


def _unpacked(packed: zipfile.ZipFile, kind: str) -> Iterator[str]:
    money = _money_styles(_part(packed, "xl/styles.xml")) if kind == "xlsx" and "xl/styles.xml" in packed.namelist() else {}
    left = MOST_UNPACKED
    for name in filter(_PARTS[kind].fullmatch, packed.namelist()):
        marked = _part(packed, name)[:left]
        left -= len(marked)
        yield html.unescape(_MARKS.sub("", _ENDS.sub("\n", marked)))
        # A price in a cell is a bare number, shown as money by the style of the cell.
        yield from (f"{money[int(style)]}{number}" for style, number in _CELL.findall(marked) if int(style) in money)


def _part(packed: zipfile.ZipFile, name: str) -> str:
    with packed.open(name) as part:
        return part.read(MOST_OF_A_PART).decode("utf-8", errors="replace")


def _money_styles(styles: str) -> dict[int, str]:
    """Which styles of cells show money, and its sign."""
    own = {int(n): html.unescape(code) for n, code in _FORMAT.findall(styles)}
    begin, end = styles.find("<cellXfs"), styles.find("</cellXfs>")
    used = _USED.findall(styles[begin:end]) if 0 <= begin < end else []
    signs = {}
    for place, number in enumerate(map(int, used)):
        code = own.get(number, "£" if number in _MONEY_FORMATS else "")
        sign = next((sign for sign in ("£", "€", "GBP ", "EUR ") if sign.strip() in code), "")
        if sign:
            signs[place] = sign
    return signs
