"""The rows of a spreadsheet's first sheet, read once and as a stream.

`openpyxl` reads a sheet that does not say its size once more from end to end when it opens it, and for safety reads it by a parser
that is written in Python. Here no sheet is asked for its size, and the parser is the one written in C; what that other parser
is there for, XML that defines entities of its own, is refused before.
"""

from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import INLINE_STRING, ROW_TAG, WorkSheetParser

PROLOG = 256 * 1024  # bytes in which a sheet has to begin
_PLAIN = f"{INLINE_STRING}/{INLINE_STRING.removesuffix('is')}t"


class _Sheet(ReadOnlyWorksheet):  # type: ignore[misc]
    def _get_size(self) -> None:
        """Not asked: what a file says of its own size is not to be trusted, and where it says nothing all of it would be read."""


class _Reader(ExcelReader):  # type: ignore[misc]
    def read_worksheets(self) -> None:
        for sheet, part in self.parser.find_sheets():
            if part.target in self.valid_files and "chartsheet" not in part.Type:
                self.wb._sheets.append(_Sheet(self.wb, sheet.name, part.target, self.shared_strings))


class _Rows(WorkSheetParser):  # type: ignore[misc]
    col_counter: int

    def parse(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        for __, element in iterparse(self.source):  # noqa: S314 (see `_require_plain`)
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()

    def parse_cell(self, element: Element) -> dict[str, Any]:
        """A cell that is words and nothing else is read straight; everything else as `openpyxl` does it."""
        plain = element.find(_PLAIN)
        if plain is None or len(element) != 1 or len(element[0]) != 1 or element.get("t") != "inlineStr":
            cell: dict[str, Any] = super().parse_cell(element)
            return cell
        at = element.get("r")
        self.col_counter = coordinate_to_tuple(at)[1] if at else self.col_counter + 1
        return {"column": self.col_counter, "value": plain.text}


def opened(file: IO[bytes]) -> _Sheet | None:
    """The first sheet of a spreadsheet, or None where it has none. Raises whatever comes of a broken one."""
    reader = _Reader(file, read_only=True, data_only=False, keep_links=False)
    reader.read()
    sheet: _Sheet | None = next(iter(reader.wb.worksheets), None)
    if sheet is not None:
        with sheet._get_source() as source:
            _require_plain(source)
    return sheet


class _Begun(Exception):  # noqa: N818 (nothing is wrong: this is how the parser is stopped)
    pass


def _require_plain(source: IO[bytes]) -> None:
    """Entities can only be defined before the first element; the parser that looks for them is the one that reads the rows."""

    def defines(*_given: Any) -> None:
        raise ValueError("a sheet that defines things of its own")

    def begun(*_given: Any) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = defines, begun
    try:
        parser.Parse(source.read(PROLOG))
    except _Begun:
        return
    raise ValueError("a sheet that does not begin")


def rows_in(sheet: _Sheet, most_columns: int) -> Iterator[tuple[int, list[Any]]]:
    """The rows with their numbers, each as far as its last cell with something in it; a row that says it stands further up is left out."""
    book, last = sheet.parent, 0
    with sheet._get_source() as source:
        kinds = {"epoch": book.epoch, "date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
        for number, cells in _Rows(source, sheet._shared_strings, data_only=False, **kinds).parse():
            if number <= last:
                continue
            last = number
            there = {cell["column"]: cell["value"] for cell in cells if cell["value"] is not None and cell["column"] <= most_columns}
            yield number, [there.get(column) for column in range(1, max(there, default=0) + 1)]
