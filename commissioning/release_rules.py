"""The rules of giving things to suppliers: which files, whose names, which step is next, which hours. Values in, a sentence or None out."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from commissioning.sentences import Sentence as _
from commissioning.words_in_files import PLAIN as PLAIN_TEXT
from commissioning.words_in_files import kind_of

LONGEST_NAME = 100  # characters of a file's name
PLAIN = "application/octet-stream"  # what a browser is told of everything it must not open by itself
SIGNATURES = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), (b"PK\x03\x04",)),
}
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Limits:
    """What holds on a day: the sizes and kinds of files, and how soon a contact is to be logged."""

    since: date
    most_bytes: int
    most_files: int
    kinds: frozenset[str]
    contact_days: int
    source: str


def _read() -> tuple[Limits, ...]:
    listed = tomllib.loads((Path(__file__).parent / "release_rules.toml").read_text(encoding="utf-8"))["limits"]
    return tuple(Limits(**{**row, "kinds": frozenset(row["kinds"])}) for row in sorted(listed, key=lambda row: row["since"]))


ALL_LIMITS = _read()


def limits_on(day: date) -> Limits:
    """The limits that hold on a day: the newest that had begun."""
    begun = [limits for limits in ALL_LIMITS if limits.since <= day]
    return begun[-1] if begun else ALL_LIMITS[0]


def safe_name(given: str) -> str:
    """A file's name as kept and handed out: no path, nothing that turns reading order or cannot be printed, not too long."""
    last = re.split(r"[/\\]", given)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C" and c not in _TURNING)
    kept = re.sub(r'[<>:"|?*;]', "_", " ".join(kept.split())).strip(". ")
    stem, dot, kind = kept.rpartition(".")
    if not dot:
        return kept[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(kind) - 1].strip('. ') or 'file'}.{kind.lower()[:10]}"


def why_not_file(name: str, content: bytes, limits: Limits) -> _ | None:
    """Whether a file may be kept: not empty, not too large, of a kind people can open, and what its name says it is."""
    kind = kind_of(name)
    if not content:
        return _("“{name}” is empty. Choose it again.", name=name)
    if len(content) > limits.most_bytes:
        return why_not_size(name, len(content), limits)
    if kind not in limits.kinds:
        return _("“{name}” is not a kind of file we can share. Use one of: {kinds}.", name=name, kinds=", ".join(sorted(limits.kinds)))
    if kind in SIGNATURES and not content.startswith(SIGNATURES[kind]):
        return _("“{name}” is not what its name says. Save it again from the program it was made with.", name=name)
    if kind in PLAIN_TEXT and b"\0" in content[:100_000]:
        return _("“{name}” is not what its name says. Save it again from the program it was made with.", name=name)
    return None


def why_not_size(name: str, size: int, limits: Limits) -> _ | None:
    """The same for the size alone, asked before anything is read."""
    if size <= limits.most_bytes:
        return None
    return _("“{name}” is too large. The most is {most} megabytes.", name=name, most=limits.most_bytes // 1_048_576)


@dataclass(frozen=True)
class Standing:
    """Where a release stands, as the rules see it."""

    state: str
    turn: int
    has_content: bool


def why_not_change(state: str) -> _ | None:
    """Whether a release may still be changed: only before it is out."""
    return None if state == "draft" else _("This was released or taken back already, so it cannot change. Make a new release.")


def why_not_send(now: Standing, seen: int) -> _ | None:
    """Whether a release may go out: it has something in it, and it is what the officer looked at."""
    if now.state == "dropped":
        return _("This was taken back, so it cannot be released.")
    if now.state == "withdrawn":
        return _("This was withdrawn, so it cannot be released again. Make a new release.")
    if not now.has_content:
        return _("Write some words or add a file first. An empty release helps nobody.")
    if seen != now.turn:
        return _("Somebody changed this since you opened it. Look at it again before you release it.")
    return None


def why_not_end(state: str, reason: str) -> _ | None:
    """Whether a release may be taken back: everybody who got it reads the reason."""
    if state in ("withdrawn", "dropped"):
        return _("This was taken back already.")
    if not reason.strip():
        return _("Say why, without the words you take back. Everybody who got it reads this.")
    return None


def why_not_channel(channel: str, where: str) -> _ | None:
    """Whether a supplier can be reached like this."""
    if channel not in ("screen", "email", "post", "phone"):
        return _("Choose how they get releases.")
    if channel == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", where):
        return _("Write an e-mail address, such as name@example.org.")
    if channel in ("post", "phone") and not where.strip():
        return _("Write the postal address or the phone number.")
    return None


def why_not_happened(happened: datetime, now: datetime, opened: datetime) -> _ | None:
    """Whether something can have happened then: not in the future, not ten years before anybody asked."""
    if happened > now:
        return _("That is in the future. Log it when it has happened.")
    if (opened - happened).days > 3650:
        return _("That is very long ago. Check the year.")
    return None
