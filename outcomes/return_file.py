"""A quarter's return as a table: the empty one to fill in, and reading it back. Pure; everything wrong is said at once, by line."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from commissioning import response_files
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from outcomes import return_rules

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
MOST_UNPACKED = 40_000_000  # bytes of everything in a workbook; a full one has two million
COLUMNS = ("measure", "what is looked at", "kind", "value", "part", "whole", "start", "words", "standing")
HOURS = "HOURS"
NUMBERS = ("value", "part", "whole", "start")
MACROS = ("vbaproject.bin", "macrosheets/", "xlm", "dialogsheets/")
_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Sheet:
    """What a file holds: what it says of each measure, the hours, or everything that is wrong with it, by line."""

    said: dict[str, dict[str, str]] = field(default_factory=dict)
    hours: Decimal | None = None
    wrong: list[tuple[int, _]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def rows_to_fill(measures: Iterable[Mapping[str, str]], hours: str) -> list[list[str]]:
    """The rows of the table: its heads, one for each measure that is due, and one for the hours."""
    rows = [list(COLUMNS)]
    rows += [[measure.get(name, "") for name in COLUMNS] for measure in measures]
    return [*rows, [HOURS, "Hours spent on this return", "", hours, "", "", "", "", ""]]


def as_xlsx(rows: Sequence[Sequence[str]], title: str) -> bytes:
    """The rows as a workbook in which every cell is text or a number, and none is ever worked out."""
    from openpyxl import Workbook  # noqa: PLC0415 (costs a tenth of a second: only who asks for a workbook pays it)
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 (a new workbook has a sheet)
    sheet.title = title[:31]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = text or None
            if text:
                cell.data_type = "s"  # also what begins with "=": words stay words
            if number == 1:
                cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGHI", (10, 60, 12, 12, 10, 10, 10, 60, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(path: Path, forms: Mapping[str, str]) -> Sheet:
    """Read a filled table; `forms` are the measures that are due, by code. Raises `Refused` for what is no table at all."""
    sheet = Sheet()
    if path.stat().st_size > MOST_BYTES:
        raise Refused(_("The file is too large. Bring {n} megabytes or less at once.", n=MOST_BYTES // 1_000_000))
    shape = response_files.shape_of(path)
    if shape.spreadsheet:
        _require_no_macro(path)
        _read_rows(_cells_of(path, sheet), forms, sheet)
    else:
        with response_files.rows_of(path, shape) as rows:
            _read_rows(((line, [str(cell) for cell in row]) for line, row in rows), forms, sheet)
    if not sheet.said and sheet.hours is None and not sheet.wrong:
        sheet.wrong.append((0, _("The file says nothing about any measure.")))
    sheet.wrong.sort(key=lambda one: one[0])
    return sheet


def _require_no_macro(path: Path) -> None:
    with zipfile.ZipFile(path) as parts:
        names = [name.lower() for name in parts.namelist()]
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise Refused(response_files.FAR_TOO_LARGE)
        try:
            kinds = parts.read("[Content_Types].xml")[:200_000] if "[Content_Types].xml" in parts.namelist() else b""
        except Exception as wrong:  # with a password, packed in a way nobody knows, or damaged
            raise Refused(_("This spreadsheet cannot be read. Save it as CSV and bring that.")) from wrong
    if b"macroenabled" in kinds.lower() or any(mark in name for name in names for mark in MACROS):
        raise Refused(_("This workbook holds a macro: a small program. Save it as a plain workbook (XLSX) or CSV, and bring that."))


def _cells_of(path: Path, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet as text; a cell with a formula is named as wrong, since nothing is ever worked out here."""
    from commissioning import sheet_rows  # noqa: PLC0415 (as above)

    with path.open("rb") as file:
        try:
            opened = sheet_rows.opened(file)
            listed = opened.iter_rows(max_row=MOST_ROWS + 1, max_col=40) if opened is not None else iter(())
            for line, row in enumerate(listed, 1):
                yield line, [_text(cell, line, sheet) for cell in row]
        except Refused:
            raise
        except Exception as wrong:
            raise Refused(_("This spreadsheet cannot be read. Save it as CSV and bring that.")) from wrong


def _text(cell: Any, line: int, sheet: Sheet) -> str:
    value = cell.value
    if getattr(cell, "data_type", "") == "f":
        sheet.wrong.append(
            (line, _("There is a formula in cell {cell}. Put its result there, as a plain number or words.", cell=cell.coordinate))
        )
        return ""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def _read_rows(rows: Iterator[tuple[int, list[str]]], forms: Mapping[str, str], sheet: Sheet) -> None:
    places: dict[str, int] | None = None
    for line, cells in rows:
        if not any(cells):
            continue
        if places is None:
            head = [" ".join(cell.lstrip("\ufeff").split()).casefold() for cell in cells]
            twice = next((name for name in COLUMNS if head.count(name) > 1), None)
            if twice is not None:
                sheet.wrong.append((line, _("The column “{name}” is there twice. Take one of them out.", name=twice)))
                return
            places = {name: head.index(name) for name in COLUMNS if name in head}
            if "measure" not in places:
                sheet.wrong.append((line, _("The first line must name the columns, and one of them must be “measure”.")))
                return
            continue
        if line > MOST_ROWS:
            sheet.wrong.append((line, _("There are more than {n} rows.", n=MOST_ROWS)))
            return
        _look_at(line, {name: cells[at] if at < len(cells) else "" for name, at in places.items()}, forms, sheet)


def _look_at(line: int, said: dict[str, str], forms: Mapping[str, str], sheet: Sheet) -> None:
    code = said["measure"].strip().upper()
    told = {name: _undone(said.get(name, "")) for name in return_rules.FIELDS}
    told["standing"] = told["standing"].strip().casefold().replace(" ", "_")
    formulas = [name for name in NUMBERS if told[name].startswith(("=", "@"))]
    for name in formulas:
        sheet.wrong.append((line, _("The column “{name}” holds a formula. Put its result there, as a plain number.", name=name)))
        told[name] = ""
    if code in sheet.lines:
        sheet.wrong.append((line, _("{code} is there twice: row {n} and this one.", code=code, n=sheet.lines[code])))
        return
    if code == HOURS:
        sheet.lines[code] = line
        hours, wrong = return_rules.read_hours(told["value"])
        if wrong is not None:
            sheet.wrong.append((line, wrong))
        sheet.hours = hours if hours is not None else sheet.hours
        return
    if code not in forms:
        sheet.wrong.append((line, _("“{code}” is no measure that is due in this quarter.", code=said["measure"][:40])))
        return
    sheet.lines[code] = line
    if not any(told.values()):
        return
    found = return_rules.read(forms[code], told)
    sheet.wrong += [(line, _("{code}, “{name}”: {why}", code=code, name=name, why=why)) for name, why in found.wrong.items()]
    sheet.said[code] = told


def _undone(text: str) -> str:
    """Words as they were before our own table made them harmless for a spreadsheet: that mark is no part of them."""
    return text[1:] if text[:1] == "'" and text[1:2] in _STARTS and text[1:2] else text
