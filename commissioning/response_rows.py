"""Judging one row of a file of answers: what each column means, dates as people write them, what is wrong. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.utils import parseaddr

from commissioning.sentences import Sentence as _

ANSWER, DATE, AREA, GROUP, MAIL, CONTACT, REFERENCE, NOTHING = "answer", "date", "area", "group", "mail", "contact", "reference", ""
MEANINGS: dict[str, _] = {
    NOTHING: _("Leave it out"),
    ANSWER: _("An answer, to the question at the top of the column"),
    DATE: _("The date of the answer"),
    AREA: _("Area or ward"),
    GROUP: _("Age or group"),
    MAIL: _("E-mail address, to send the summary to"),
    CONTACT: _("Another way to reach the person"),
    REFERENCE: _("Your own reference of this person or answer"),
}
ONCE = (DATE, AREA, GROUP, MAIL, CONTACT, REFERENCE)  # each may be one column only
SECRET = (MAIL, CONTACT)  # what stands in these is never shown, listed or logged
LONGEST = {ANSWER: 10_000, AREA: 120, GROUP: 80, CONTACT: 254, MAIL: 254, REFERENCE: 80}
FIRST_DAY = date(1990, 1, 1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_SLASHES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: .*)?")
_WORDS = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})(?: .*)?", re.IGNORECASE)
_EXCEL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
_STARTS = frozenset("=+-@|\t\r\n\uff1d\uff0b\uff0d\uff20")  # also the wide forms of the first four
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")

_GUESSES = (
    (MAIL, ("email", "e-mail", "mail address")),
    (DATE, ("date", "submitted", "completed", "received", "timestamp", "when")),
    (REFERENCE, ("reference", "ref", "response id", "respondent id", "id", "number", "no")),
    (AREA, ("ward", "area", "postcode", "neighbourhood", "district", "where do you live")),
    (GROUP, ("age", "group", "who are you", "i am")),
    (CONTACT, ("phone", "telephone", "contact", "mobile", "address")),
)


def guessed(columns: Sequence[str]) -> list[str]:
    """What each column probably is, for the person to put right; a long heading that fits nothing is a question."""
    found: list[str] = []
    for column in columns:
        words = " ".join(re.findall(r"[a-z-]+", column.lower()))
        short = len(words.split()) <= 4
        fits = (m for m, signs in _GUESSES if any(re.search(rf"\b{re.escape(s)}\b", words) for s in signs))
        meaning = next((m for m in fits if m not in found), NOTHING) if short else NOTHING
        asks = not meaning and (
            not short or column.strip().endswith("?") or re.search(r"\b(comment|answer|response|feedback|why|what)", words)
        )
        found.append(ANSWER if asks else meaning)
    return found


def why_not_these(columns: Sequence[str], meanings: Sequence[str]) -> _ | None:
    """Whether the columns can be read like this."""
    if len(meanings) != len(columns) or any(m not in MEANINGS for m in meanings):
        return _("Say what each column is.")
    if ANSWER not in meanings:
        return _("Say which column holds the answers. At least one must.")
    for once in ONCE:
        if list(meanings).count(once) > 1:
            return _("Only one column can be this: {what}", what=MEANINGS[once])
    questions = [c.strip() for c, m in zip(columns, meanings, strict=True) if m == ANSWER]
    if any(not q for q in questions) or len({q.lower() for q in questions}) < len(questions):
        return _("Each column of answers needs a heading of its own: it is shown as the question.")
    return None


@dataclass(frozen=True)
class Fault:
    """Something wrong in one cell; `found` is empty where it could tell who somebody is."""

    column: str
    what: _
    found: str = ""


@dataclass
class Reading:
    """One row as it is understood."""

    answers: dict[int, str] = field(default_factory=dict)
    said_on: date | None = None
    area: str = ""
    group: str = ""
    mail: str = ""
    contact: str = ""
    reference: str = ""
    faults: list[Fault] = field(default_factory=list)


def read(row: Sequence[str | date], columns: Sequence[str], meanings: Sequence[str], today: date) -> Reading:
    """One row, with everything that is wrong with it at once."""
    reading = Reading()
    for at, (column, meaning) in enumerate(zip(columns, meanings, strict=True)):
        value = row[at] if at < len(row) else ""
        if not meaning or value == "":
            continue
        if meaning == DATE:
            _read_date(reading, column, value, today)
        else:
            _read_words(reading, at, column, meaning, _as_words(value))
    if not reading.answers and not any(m == ANSWER for m in _at_fault(reading, columns, meanings)):
        first = columns[list(meanings).index(ANSWER)]
        reading.faults.append(Fault(first, _("There is no answer in this row.")))
    return reading


def _at_fault(reading: Reading, columns: Sequence[str], meanings: Sequence[str]) -> list[str]:
    named = {fault.column for fault in reading.faults}
    return [m for c, m in zip(columns, meanings, strict=True) if c in named]


def _as_words(value: str | date) -> str:
    return f"{value.day}/{value.month:02}/{value.year}" if isinstance(value, date) else value


def _read_words(reading: Reading, at: int, column: str, meaning: str, words: str) -> None:
    if len(words) > LONGEST[meaning]:
        what = _("This has {n} characters; the most is {most}.", n=f"{len(words):,}", most=f"{LONGEST[meaning]:,}")
        reading.faults.append(Fault(column, what))
    elif meaning == ANSWER:
        reading.answers[at] = words
    elif meaning == MAIL and not is_mail(words):
        reading.faults.append(Fault(column, _("This is not an e-mail address. Mend it, or leave the cell empty.")))
    else:
        setattr(reading, meaning, words)


def is_mail(words: str) -> bool:
    """Whether a letter could go there."""
    return bool(_MAIL.fullmatch(words)) and words.isascii() and parseaddr(words)[1] == words


def veiled(cell: str | date, meaning: str) -> str | date:
    """A cell for a preview, where nobody's address is shown."""
    secret = bool(cell) and (meaning in SECRET or (isinstance(cell, str) and is_mail(cell)))
    return str(_("(an address, not shown)")) if secret else cell


def _read_date(reading: Reading, column: str, value: str | date, today: date) -> None:
    day = value if isinstance(value, date) else day_in(value)
    if day is None:
        what = _("This is not a date we can read. Write 04/03/2026 (the day first) or 4 March 2026.")
    elif day > today + timedelta(days=1):
        what = _("This date is still to come.")
    elif day < FIRST_DAY:
        what = _("This date is before 1990.")
    else:
        reading.said_on = day
        return
    reading.faults.append(Fault(column, what, str(value)[:80]))


def day_in(words: str) -> date | None:
    """The day somebody wrote: 2026-03-04, 04/03/2026 with the day first as here, 4 March 2026, or Excel's own number."""
    words = words.strip()
    try:
        if match := _ISO.fullmatch(words):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _SLASHES.fullmatch(words):
            year = int(match[3])
            return date(year + 2000 if year < 100 else year, int(match[2]), int(match[1]))
        if match := _WORDS.fullmatch(words):
            return date(int(match[3]), _MONTHS.index(match[2][:3].lower()) + 1, int(match[1]))
        if _EXCEL.fullmatch(words):
            return date(1899, 12, 30) + timedelta(days=int(float(words)))
    except ValueError:
        return None
    return None


def harmless(cell: object) -> str:
    """A cell for a file that a spreadsheet will open: what could start a formula is made plain text."""
    words = str(cell)
    starts = (words[:1], words.lstrip()[:1])
    return f"'{words}" if any(start in _STARTS for start in starts) else words
