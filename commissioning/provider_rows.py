"""Reading a list of organisations out of a file: every row, everything that is wrong with it, and names that are alike. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from commissioning import register_numbers
from commissioning.sentences import Sentence as _

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2000
AKIN = 70  # of 100: a number whose names have less in common is taken for a slip of the pen
ALIKE = 88  # of 100: from here on two names are shown to a person, who says whether they are one organisation

HEADS: dict[str, tuple[str, ...]] = {
    "name": ("name", "organisation", "organisation name", "provider"),
    "size": ("size", "size band"),
    "kind": ("kind", "what it is"),
    "scheme": ("register", "scheme", "identifier scheme"),
    "number": ("number", "register number", "identifier", "registration number"),
    "charity": ("charity number", "charity no", "charity commission number", "registered charity number"),
    "company": ("company number", "company no", "companies house number"),
    "sector": ("sector", "sectors", "field"),
    "group": ("groups", "group", "groups reached", "group reached", "who they reach"),
    "area": ("areas", "area", "where"),
    "offers": ("offers", "could contribute", "what it could contribute", "contribution"),
    "expertise": ("own words", "expertise", "in their own words"),
    "channel": ("wants to hear by", "channel", "hear by", "preferred contact"),
    "reach_at": ("contact", "where to reach it", "address", "email", "e-mail"),
}
SIZES = {
    "small": "small",
    "micro": "small",
    "medium": "medium",
    "large": "large",
    "": "unknown",
    "not said": "unknown",
    "unknown": "unknown",
}
CHANNELS = {"": "", "e-mail": "email", "letter": "post", "telephone": "phone", "call": "phone"} | {c: c for c in ("email", "post", "phone")}
KINDS = {
    **dict.fromkeys(("vso", "voluntary", "voluntary sector organisation", "voluntary organisation"), "vso"),
    **dict.fromkeys(("council", "local authority"), "local_authority"),
    **dict.fromkeys(("cvs", "infrastructure", "infrastructure organisation"), "infrastructure"),
    **dict.fromkeys(("nhs", "nhs body"), "nhs"),
    **dict.fromkeys(("other", "business", "company", "social enterprise"), "other"),
    "": "",
}
LONGEST = {"name": 200, "offers": 600, "expertise": 600, "reach_at": 300}
_NOISE = frozenset({"the", "ltd", "limited", "cic", "cio", "and", "of", "a"})


@dataclass
class Row:
    """One organisation as the file gives it; `line` is its line in the file."""

    line: int
    name: str
    size: str = "unknown"
    kind: str = ""  # kept in the register for notices; the map neither shows it nor sorts by it
    scheme: str = ""
    number: str = ""
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offers: str = ""
    expertise: str = ""
    channel: str = ""
    reach_at: str = ""
    notes: list[_] = field(default_factory=list)


@dataclass
class Read:
    """What was read: the rows that are right, everything that is wrong by line, and the columns nobody knows."""

    rows: list[Row] = field(default_factory=list)
    errors: list[tuple[int, _]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def decoded(data: bytes) -> tuple[str, _ | None]:
    """The text of a file, whichever program saved it; or why it is none."""
    if len(data) > MOST_BYTES:
        return "", _("This file is larger than {n} MB. Split it and bring the parts one by one.", n=MOST_BYTES // 1024 // 1024)
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        return "", _("This is a spreadsheet file. Open it, choose “Save as”, then CSV, and bring that file.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _through(data, ("utf-16",))
    if b"\0" in data[:4096]:
        return "", _("This is no table in CSV. Save the list as CSV and bring that file.")
    return _through(data, ("utf-8-sig", "cp1252", "latin-1"))


def _through(data: bytes, encodings: Iterable[str]) -> tuple[str, _ | None]:
    for encoding in encodings:
        try:
            return data.decode(encoding), None
        except UnicodeDecodeError:
            continue
    return "", _("This file cannot be read. Save the list as CSV and bring that file.")


def read(text: str, patterns: Mapping[str, str], forms: Mapping[str, object]) -> Read:
    """Every row of the table, and every fault of every row at once. Nothing is guessed."""
    found = Read()
    try:
        lines = _table(text)
    except csv.Error:
        found.errors.append((0, _("This is no table in CSV. Save the list as CSV and bring that file.")))
        return found
    if not lines:
        found.errors.append((0, _("The file is empty.")))
        return found
    columns = [_column(head) for head in lines[0][1]]
    found.unknown = [head.strip()[:60] for head, column in zip(lines[0][1], columns, strict=True) if column is None and head.strip()]
    if "name" not in columns:
        found.errors.append((lines[0][0], _("The first line must name the columns, and one of them must be “name”.")))
        return found
    if len(lines) - 1 > MOST_ROWS:
        found.errors.append((0, _("This file has {n} rows. Bring at most {most} at once.", n=len(lines) - 1, most=MOST_ROWS)))
        return found
    for line, cells in lines[1:]:
        faults, row = _row(line, _by_column(columns, cells), patterns, forms)
        found.errors += [(line, fault) for fault in faults]
        found.rows += [row] if not faults else []
    found.errors += _twice(found.rows)
    found.errors.sort(key=lambda one: one[0])
    return found


def _table(text: str) -> list[tuple[int, list[str]]]:
    """The lines that hold something, each with its number in the file; the separator is what the first line uses most."""
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader, lines, at = csv.reader(io.StringIO(text, newline=""), delimiter=separator), [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            lines.append((at, cells))
        at = reader.line_num + 1
    return lines


def _column(head: str) -> str | None:
    plain = " ".join(head.replace("_", " ").lower().split()).strip(".:")
    return next((column for column, names in HEADS.items() if plain in names), None)


def _by_column(columns: list[str | None], cells: list[str]) -> dict[str, str]:
    """The cells by their column, in one line each and without what cannot be printed; of two for one column the first that is filled."""
    kept: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        plain = "".join(c for c in cell if c.isspace() or unicodedata.category(c)[0] != "C")
        if column and not kept.get(column):
            kept[column] = " ".join(plain.split())
    return kept


def _row(line: int, cells: dict[str, str], patterns: Mapping[str, str], forms: Mapping[str, object]) -> tuple[list[_], Row]:
    row, faults = Row(line, cells.get("name", "")), []
    if not row.name:
        faults.append(_("There is no name."))
    for column, most in LONGEST.items():
        if len(cells.get(column, "")) > most:
            faults.append(_("“{column}” has more than {n} characters.", column=column.replace("reach_at", "contact"), n=most))
    row.offers, row.expertise, row.reach_at = (cells.get(c, "") for c in ("offers", "expertise", "reach_at"))
    size = cells.get("size", "").lower()
    if size not in SIZES:
        faults.append(_("“{size}” is no size. Write small, medium or large, or leave it empty.", size=cells["size"][:40]))
    row.size = SIZES.get(size, "unknown")
    if cells.get("kind", "").lower() not in KINDS:
        faults.append(_("“{kind}” is not known. Write VSO, council, CVS, NHS or other, or leave it empty.", kind=cells["kind"][:40]))
    row.kind = KINDS.get(cells.get("kind", "").lower(), "")
    for kind in ("sector", "group", "area"):
        row.labels[kind] = tuple(dict.fromkeys(part.strip() for part in re.split(r"[;|]", cells.get(kind, "")) if part.strip()))
        if any(len(part) > 120 for part in row.labels[kind]):
            faults.append(_("A sector, group or area is longer than 120 characters. Put ; between several."))
    return faults + _contact_of(row, cells) + _number_of(row, cells, patterns, forms), row


def _contact_of(row: Row, cells: dict[str, str]) -> list[_]:
    channel = cells.get("channel", "").lower()
    if channel not in CHANNELS:
        return [_("“{channel}” is no way to hear. Write e-mail, post or phone, or leave it empty.", channel=cells["channel"][:40])]
    row.channel = CHANNELS[channel]
    wrong = why_not_reached(row.channel, row.reach_at)
    return [wrong] if wrong else []


def why_not_reached(channel: str, reach_at: str) -> _ | None:
    """Whether an organisation could be reached like this; nothing said is nothing wrong."""
    if channel and not reach_at:
        return _("It says how they want to hear, and not where to reach them.")
    if channel == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", reach_at):
        return _("“{address}” is no e-mail address.", address=reach_at[:60])
    if channel == "phone" and len(re.sub(r"\D", "", reach_at)) < 7:
        return _("“{number}” is no phone number.", number=reach_at[:60])
    return None


def _number_of(row: Row, cells: dict[str, str], patterns: Mapping[str, str], forms: Mapping[str, object]) -> list[_]:
    given = [("GB-CHC", cells.get("charity", "")), ("GB-COH", cells.get("company", ""))]
    words = cells.get("scheme", "")
    scheme = register_numbers.scheme_called(words)
    if words and (scheme is None or scheme not in patterns):
        return [_("Nobody knows the register “{words}”. Write charity, company, Scottish charity, council or NHS.", words=words[:60])]
    if bool(scheme) != bool(cells.get("number")):
        return [_("Give both the register and the number, or neither.")]
    given = [(code, register_numbers.tidy(number)) for code, number in ((scheme or "", cells.get("number", "")), *given) if number]
    faults = [w for code, n in given if (w := register_numbers.why_wrong(code, n, patterns, forms.get(code, ""))) is not None]
    if given:
        row.scheme, row.number = given[0]
        row.notes += [
            _("One number is kept for each organisation: {number} is left out.", number=n) for __, n in given[1:] if n != row.number
        ]
    return faults


def _twice(rows: Iterable[Row]) -> list[tuple[int, _]]:
    """Organisations that stand in the file twice, by name or by number."""
    first: dict[tuple[str, str], int] = {}
    wrong = []
    for row in rows:
        for known in [("", row.name.casefold()), *([(row.scheme, row.number)] if row.number else [])]:
            if known in first:
                wrong.append((row.line, _("This organisation is in the file already, on line {line}.", line=first[known])))
                break
            first[known] = row.line
    return wrong


def plain_name(name: str) -> str:
    """A name as it is compared: letters and digits, small, without the words most names share, in the order of the alphabet."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name.casefold().replace("&", " and ")) if not unicodedata.combining(c))
    words = re.sub(r"[^\w\s]", "", letters.replace("-", " ")).split()
    return " ".join(sorted(w for w in words if w not in _NOISE)) or letters.strip()


def akin(one: str, other: str) -> bool:
    """Whether two names with one number may well be one organisation, such as "Debt Step" and "Debt Step Trust"."""
    return fuzz.token_set_ratio(plain_name(one), plain_name(other)) >= AKIN


def alike(name: str, known: Mapping[int, str], most: int = 3) -> list[int]:
    """The keys of the known names that may be the same organisation, the likest first; `known` holds plain names."""
    found = process.extract(plain_name(name), known, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=most)
    return [match[2] for match in found]
