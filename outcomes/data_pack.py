"""The pack as data: one JSON file that says what it is, carries its hashes, and is read back to the same bytes. Pure.

`package_hash` is over everything but itself, `content_hash` over the frozen content alone: what was altered by hand is found
wherever it was altered. Keys are sorted and the spacing is fixed, so that the same version always gives the same bytes.
"""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commissioning.sentences import Sentence as _
from outcomes.composing import content_hash

KIND, NEWEST = "throughline-specification", 2
LARGEST = 20_000_000  # bytes; a thousand clauses with everything behind them are about two million
DEEPEST = 40  # levels; ours have nine
TITLE = 300


class NotOurs(Exception):  # noqa: N818 (nothing is wrong with the program: the file is)
    """A file that is refused as a pack, with the reason; both hashes where they are what does not fit."""

    def __init__(self, sentence: _, *, said: str = "", found: str = "") -> None:
        super().__init__(str(sentence))
        self.sentence, self.said, self.found = sentence, said, found


@dataclass(frozen=True)
class Pack:
    """One signed-off version with everything that every form of it is made from."""

    number: int
    signed_off: str  # as ISO date and time
    content: dict[str, Any]
    content_hash: str
    record: dict[str, Any] | None  # who was asked and what was said for it; versions before it was kept have none
    record_hash: str = ""

    @property
    def at(self) -> datetime:
        """When it was signed off."""
        return datetime.fromisoformat(self.signed_off)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.content["cycle"]["title"])


def written(pack: Pack) -> bytes:
    """The pack as a file."""
    package: dict[str, Any] = {
        "format": f"{KIND}/{NEWEST if pack.record is not None else 1}",
        "version": pack.number,
        "signed_off": pack.signed_off,
        "content_hash": pack.content_hash,
        "content": pack.content,
    }
    if pack.record is not None:
        package |= {"record": pack.record, "record_hash": pack.record_hash}
        package["package_hash"] = content_hash(package)
    return json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True).encode()


def read(data: bytes) -> Pack:
    """The pack in a file. Raises `NotOurs` with a plain reason for anything that is no whole, unaltered pack."""
    package = _as_json(data)
    if not isinstance(package, dict):
        raise NotOurs(_("This file is no pack: it does not hold what a pack holds."))
    _check_format(package.get("format"))
    _check_parts(package)
    _check_hash(package["content"], package["content_hash"])
    if package["format"] != f"{KIND}/1":
        _check_hash(package["record"], package["record_hash"])
        _check_hash({key: value for key, value in package.items() if key != "package_hash"}, package["package_hash"])
    return Pack(
        package["version"],
        package["signed_off"],
        package["content"],
        package["content_hash"],
        package.get("record"),
        package.get("record_hash", ""),
    )


def _as_json(data: bytes) -> Any:
    if len(data) > LARGEST:
        raise NotOurs(_("This file is too large for a pack. A pack has at most {n} megabytes.", n=LARGEST // 1_000_000))
    try:
        package = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except NotOurs:
        raise
    except UnicodeDecodeError as wrong:
        raise NotOurs(_("This file is no pack: it is not text in UTF-8. Choose the file that ends in .json.")) from wrong
    except RecursionError as wrong:
        raise NotOurs(_("This file is nested too deeply for a pack.")) from wrong
    except ValueError as wrong:
        raise NotOurs(_("This file is no pack, or it was cut off: it cannot be read as JSON.")) from wrong
    _check_plain(package)
    return package


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotOurs(_("This file says the same thing twice in one place, so nobody can tell which holds. A pack never does."))
    return found


def _no_number(_name: str) -> Any:
    raise NotOurs(_("This file holds a number that is no number. A pack never does."))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotOurs(_("This file holds a number that is no number. A pack never does."))
    return number


def _check_plain(package: Any) -> None:
    """No deeper than a pack goes, and no letters that cannot be stored."""
    level = [package]
    for _depth in range(DEEPEST):
        within: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                within += [*one, *one.values()]
            elif isinstance(one, list):
                within += one
            elif isinstance(one, str) and not _is_text(one):
                raise NotOurs(_("This file holds letters that are no letters. A pack never does."))
        level = within
        if not level:
            return
    raise NotOurs(_("This file is nested too deeply for a pack."))


def _is_text(text: str) -> bool:
    """Whether every letter can be stored: half a pair and the nought letter cannot."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _check_format(said: Any) -> None:
    kind, _slash, number = said.partition("/") if isinstance(said, str) else ("", "", "")
    if kind != KIND or not (number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number)):
        raise NotOurs(_("This file is no pack: it does not say that it is one."))
    if int(number) > NEWEST:
        words = _(
            "This pack was made by a newer version of this program: its format is {theirs}, and this program reads up to {ours}. "
            "Bring this program up to date, then try again.",
            theirs=int(number),
            ours=NEWEST,
        )
        raise NotOurs(words)


_PARTS: dict[str, type] = {"version": int, "signed_off": str, "content_hash": str, "content": dict}
_NEWER: dict[str, type] = {"record": dict, "record_hash": str, "package_hash": str}
_FRAME: dict[str, type] = {"cycle": dict, "framework": dict, "clauses": list}


def _check_parts(package: dict[str, Any]) -> None:
    parts = _PARTS if package["format"] == f"{KIND}/1" else _PARTS | _NEWER
    if set(package) != {"format", *parts} or not _fit(package, parts) or not _fit(package["content"], _FRAME):
        raise NotOurs(_("This file is no whole pack: something is missing in it, is too much, or is of another kind."))
    about = package["content"]["cycle"]
    if not (isinstance(about.get("slug"), str) and isinstance(about.get("title"), str) and 0 < package["version"] < 100_000):
        raise NotOurs(_("This file is no whole pack: something is missing in it, is too much, or is of another kind."))
    try:
        moment = datetime.fromisoformat(package["signed_off"])
    except ValueError as wrong:
        raise NotOurs(_("This pack does not say when it was signed off.")) from wrong
    if moment.tzinfo is None or not 1900 < moment.year < 9000:
        raise NotOurs(_("This pack does not say when it was signed off."))


def _fit(package: dict[str, Any], parts: dict[str, type]) -> bool:
    return all(isinstance(package.get(name), kind) and not isinstance(package[name], bool) for name, kind in parts.items())


def _check_hash(part: Any, said: str) -> None:
    found = content_hash(part)
    if found != said:
        words = _("This pack was altered after it was signed off: its content does not give the hash it carries. It is refused.")
        raise NotOurs(words, said=said, found=found)
