"""Reading a file of answers, row by row: CSV in any encoding, or XLSX. Pure: a path in, rows of text out, in bounded memory.

Nothing in a file is ever worked out: the cell of a formula is read as its text. A file that is more than a file of answers
can be is refused before it is opened.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _

MOST_BYTES = 25 * 1024 * 1024  # of a file as it is sent
MOST_ROWS = 200_000
MOST_COLUMNS = 60
LAST_ROW = 1_048_576  # of a sheet in Excel
MOST_CELL = 20_000  # characters; an answer may have fewer, see `response_rows`
MOST_UNPACKED = 300 * 1024 * 1024  # bytes of everything in an XLSX: the sheet is read as a stream …
MOST_AT_ONCE = 48 * 1024 * 1024  # … but its shared words and styles are held in memory
MOST_PARTS = 500  # files in an XLSX
SAMPLE = 256 * 1024  # bytes looked at to guess an encoding
SEPARATORS = (",", ";", "\t", "|")
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": _("Windows (Western European)")}
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"

FAR_TOO_LARGE = _("Unpacked, this spreadsheet would be far too large. Save the one sheet with the answers as CSV, and send that.")

Cell = str | date
Row = list[Cell]


@dataclass(frozen=True)
class Shape:
    """What a file is: a spreadsheet, or text in this encoding with this separator."""

    spreadsheet: bool
    encoding: str = ""
    separator: str = ""


def shape_of(path: Path) -> Shape:
    """Find out what a file is. Raises `Refused` with a sentence for anything that is no file of answers."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Refused(_("The file has {n} MB, and the most is {most} MB. Send it in two parts.", n=size >> 20, most=MOST_BYTES >> 20))
    if not size:
        raise Refused(_("The file is empty."))
    with path.open("rb") as file:
        start = file.read(4)
    if start == OLD_EXCEL:
        raise Refused(_("This is an old Excel file, or one with a password. Save it as XLSX or CSV, without a password, and send that."))
    if start == ZIP:
        _require_modest(path)
        return Shape(spreadsheet=True)
    encoding = encoding_of(path)
    return Shape(False, encoding, _separator(path, encoding))


def _require_modest(path: Path) -> None:
    """Refuse a spreadsheet that would unpack to more than it says, or to more than any file of answers needs.

    Nothing is unpacked for that: the sizes stand in its list of parts, and reading stops there, whatever the parts hold.
    """
    try:
        with zipfile.ZipFile(path) as parts:
            listed = parts.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as wrong:
        raise Refused(_("The file is damaged. Save it again and send that.")) from wrong
    held = [p.file_size for p in listed if "/worksheets/" not in p.filename]
    if len(listed) > MOST_PARTS or sum(p.file_size for p in listed) > MOST_UNPACKED or sum(held) > MOST_AT_ONCE:
        raise Refused(FAR_TOO_LARGE)
    names = {p.filename for p in listed}
    if "xl/workbook.xml" not in names:
        raise Refused(_("This is not a spreadsheet we can read. Save it as XLSX or CSV, and send that."))


def encoding_of(path: Path) -> str:
    """The encoding of a text: by its mark, else UTF-8 where all of it is, else the best guess, else Windows."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) > len(sample) // 4 and min(first, second) < max(first, second) // 20:
        return "utf-16-le" if second > first else "utf-16-be"
    if first or second:
        raise Refused(_("This is not a file of text. Save it as XLSX or CSV, and send that."))
    return "utf-8-sig" if _is_utf8(path) else _guessed(sample)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(sample: bytes) -> str:
    """What `charset-normalizer` makes of it. In this country a single-byte Latin text is Windows' own, whatever its cousins."""
    import charset_normalizer  # noqa: PLC0415 (only a file that is not UTF-8 needs it)

    best = charset_normalizer.from_bytes(sample[:65536]).best()
    wide = ("utf_16", "utf_16_le", "utf_16_be", "utf_32", "big5", "gb18030", "shift_jis", "euc_jp", "euc_kr")
    return best.encoding if best is not None and best.encoding in wide else "cp1252"


def _separator(path: Path, encoding: str) -> str:
    """The separator that gives most columns, the same number in most of the first rows."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        start = file.read(32_768)
    best, most = ",", (0, 1)
    for mark in SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(start, newline=""), delimiter=mark) if row][:20]
        except csv.Error:
            continue
        usual = widths[0] if widths else 1
        agree = sum(1 for width in widths if width == usual) if usual > 1 else 0
        best, most = (mark, (agree, usual)) if (agree, usual) > most else (best, most)
    return best


@contextmanager
def rows_of(path: Path, shape: Shape) -> Iterator[Iterator[tuple[int, Row]]]:
    """The rows of a file with their numbers as a spreadsheet shows them; rows without words are left out.

    Raises `Refused` when the file cannot be read on, or has more rows than may be.
    """
    if shape.spreadsheet:
        with _sheet(path) as rows:
            yield _within(_sheet_rows(rows))
    else:
        with path.open(encoding=shape.encoding or "utf-8-sig", errors="replace", newline="") as file:
            yield _within(_text_rows(file, shape.separator or ","))


def _within(rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    count = 0
    for number, row in rows:
        if not any(row):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused(_("The file has more than {most} rows. Send it in several parts.", most=f"{MOST_ROWS:,}"))
        yield number, row


def _text_rows(file: Any, separator: str) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(file, delimiter=separator)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            raise Refused(_("Row {n} never ends: a quotation mark is opened there and not closed.", n=f"{number:,}")) from wrong
        yield number, [cell[:MOST_CELL].strip() for cell in row[:MOST_COLUMNS]]


@contextmanager
def _sheet(path: Path) -> Iterator[Any]:
    """The first sheet, opened as a stream. Formulas stay text; XML that defines entities of its own is refused."""
    from commissioning import sheet_rows  # noqa: PLC0415 (costs a tenth of a second: only spreadsheets pay it)

    with path.open("rb") as file:
        try:
            sheet = sheet_rows.opened(file)
        except Exception as wrong:
            raise Refused(_("This spreadsheet cannot be read. Save the sheet with the answers as CSV, and send that.")) from wrong
        if sheet is None:
            raise Refused(_("This spreadsheet has no sheet with rows."))
        yield sheet_rows.rows_in(sheet, MOST_COLUMNS)


def _sheet_rows(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, Row]]:
    number = 0
    while True:
        try:
            number, row = next(rows)
        except StopIteration:
            return
        except Exception as wrong:
            raise Refused(_("The spreadsheet is damaged after row {n}. Save it again and send that.", n=f"{number:,}")) from wrong
        if number > LAST_ROW:
            raise Refused(_("The spreadsheet is damaged after row {n}. Save it again and send that.", n=f"{LAST_ROW:,}"))
        yield number, [_cell(value) for value in row]


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | bool):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(getattr(value, "text", None) or value)[:MOST_CELL].strip()


def rows_about(path: Path, shape: Shape) -> int:
    """How many rows a file has, counted without reading them: enough for a bar that moves."""
    mark, count = b"\n", 0
    if not shape.spreadsheet:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                count += block.count(mark)
        return max(1, count)
    mark = b"</row>"
    with zipfile.ZipFile(path) as parts:
        sheets = sorted(n for n in parts.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml"))
        if not sheets:
            return 1
        with parts.open(sheets[0]) as file:
            while block := file.read(1 << 20):
                count += block.count(mark)
    return max(1, count)
