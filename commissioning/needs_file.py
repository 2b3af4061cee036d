"""Reading needs and assets from a table somebody brings: every row is looked at before any is kept. Pure.

Cells are text and nothing else: one that begins like a formula stays the words it is.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from commissioning.sentences import Sentence as _

MOST_BYTES = 2_000_000
MOST_ROWS = 1_000
LONGEST = {"statement": 600, "who": 200, "where": 200, "source": 300, "says": 600, "how": 500}
COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("kind", "type", "need or asset"),
    "statement": ("statement", "need", "words", "what"),
    "who": ("who", "whose", "for whom"),
    "where": ("where", "area", "place"),
    "evidence": ("evidence", "how we know", "evidence type"),
    "source": ("source", "evidence source"),
    "says": ("says", "what it says"),
    "date": ("date", "dated"),
    "how": ("how", "how it may help", "how it helps"),
}
EVIDENCE: dict[str, tuple[str, ...]] = {
    "data": ("data", "council data", "statistics"),
    "lived_experience": ("lived experience", "lived_experience", "experience"),
    "consultation": ("consultation", "survey"),
    "research": ("research", "study"),
}
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%d-%m-%Y")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Row:
    """One row as it will be kept."""

    line: int
    is_asset: bool
    statement: str
    who: str = ""
    where: str = ""
    evidence: str = ""
    source: str = ""
    says: str = ""
    dated: date | None = None
    how: str = ""

    @property
    def key(self) -> str:
        """The same for the same need or asset, so that a file brought twice adds nothing."""
        told = "\0".join((str(self.is_asset), *(" ".join(words.split()).casefold() for words in (self.statement, self.who, self.where))))
        return "file-" + hashlib.sha256(told.encode()).hexdigest()[:56]


@dataclass
class Sheet:
    """What a file holds: its rows, or everything that is wrong with it, by line."""

    rows: list[Row] = field(default_factory=list)
    wrong: list[tuple[int, _]] = field(default_factory=list)


def read(data: bytes, today: date) -> Sheet:
    """The rows of a file of comma-separated values, in UTF-8 or in the encoding of older Windows programs."""
    sheet = Sheet()
    if len(data) > MOST_BYTES:
        sheet.wrong.append((0, _("The file is too large. Bring {n} megabytes or less at once.", n=MOST_BYTES // 1_000_000)))
        return sheet
    text = decoded(data)
    if text is None:
        sheet.wrong.append((0, _("This is not a file of comma-separated values. Save the table as “CSV” and bring that.")))
        return sheet
    try:
        _read_rows(text, today, sheet)
    except csv.Error as wrong:
        sheet.wrong.append((0, _("The file cannot be read: {why}", why=str(wrong))))
    if not sheet.rows and not sheet.wrong:
        sheet.wrong.append((0, _("The file has no row with words in it.")))
    return sheet


def decoded(data: bytes) -> str | None:
    """The text of a file, or None where it is none: a picture, a workbook, an archive."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data or data.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _read_rows(text: str, today: date, sheet: Sheet) -> None:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    head = [_tidy(cell).casefold().lstrip("\ufeff") for cell in next(reader, [])]
    places = {name: next((head.index(word) for word in words if word in head), None) for name, words in COLUMNS.items()}
    if places["statement"] is None:
        sheet.wrong.append((1, _("The first line must name the columns, and one of them must be “statement”.")))
        return
    for line, cells in _filled(reader):
        if len(sheet.rows) >= MOST_ROWS:
            sheet.wrong.append((line, _("There are more than {n} rows. Bring the rest in a second file.", n=MOST_ROWS)))
            return
        said = {name: _tidy(cells[at]) if at is not None and at < len(cells) else "" for name, at in places.items()}
        _look_at(line, said, today, sheet)


def _filled(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(reader, 2):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _tidy(cell: str) -> str:
    return " ".join(_UNSEEN.sub("", cell).split())


def _look_at(line: int, said: dict[str, str], today: date, sheet: Sheet) -> None:
    before = len(sheet.wrong)
    kind = said["kind"].casefold()
    if kind not in ("", "need", "asset"):
        sheet.wrong.append((line, _("“{kind}” is neither “need” nor “asset”.", kind=said["kind"][:30])))
    if not said["statement"]:
        sheet.wrong.append((line, _("There are no words in the column “statement”.")))
    sheet.wrong += [
        (line, _("The column “{name}” has {n} characters. {most} is the most.", name=name, n=len(said[name]), most=most))
        for name, most in LONGEST.items()
        if len(said[name]) > most
    ]
    evidence = next((code for code, words in EVIDENCE.items() if said["evidence"].casefold() in words), "")
    if said["evidence"] and not evidence:
        sheet.wrong.append(
            (
                line,
                _(
                    "“{kind}” is not a kind of evidence. Write data, lived experience, consultation or research.",
                    kind=said["evidence"][:30],
                ),
            )
        )
    if kind != "asset" and bool(said["evidence"]) != bool(said["source"]):
        sheet.wrong.append((line, _("Say both the kind of evidence and its source, or neither.")))
    dated = as_date(said["date"])
    if said["date"] and dated is None:
        sheet.wrong.append((line, _("“{date}” is not a date. Write it like 31/03/2026.", date=said["date"][:30])))
    if dated is not None and dated > today:
        sheet.wrong.append((line, _("The date {date} is still to come.", date=said["date"])))
    if len(sheet.wrong) == before:
        words = {name: said[name] for name in ("statement", "who", "where", "source", "says", "how")}
        sheet.rows.append(Row(line, kind == "asset", evidence=evidence, dated=dated, **words))


def as_date(text: str) -> date | None:
    """A date written in one of the usual ways, the day before the month; None when it is none."""
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
    return None
