"""Words that leave a text for good: which parts, what stands in their place, and why not. Pure: text in, text or a sentence out."""

import re
from collections.abc import Collection

from commissioning.sentences import Sentence as _

REMOVED = "[removed]"  # stands where words were taken out; the same in every language, and known to a database trigger
SHORTEST = 2  # characters of a part that is taken out: one letter would take out half the text


def parts_in(typed: str) -> list[str]:
    """The parts somebody wants taken out, one a line, the longest first so that a part inside another is no trouble."""
    return sorted({line.strip() for line in typed.splitlines() if line.strip()}, key=lambda part: (-len(part), part))


def why_not_take_out(text: str, parts: Collection[str], note: str) -> _ | None:
    """Whether these parts can be taken out of a text, with this note."""
    if not parts:
        return _("Write the words to take out, one part on each line.")
    if not note.strip():
        return _("Write why, without the words themselves.")
    if any(len(part) < SHORTEST for part in parts):
        return _("Each part must have at least {n} characters.", n=SHORTEST)
    if any(not _any_of([part]).search(text) for part in parts):
        return _("One of these parts is not in the text. Copy each exactly as it is written.")
    if _any_of(parts).search(note):
        return _("Your note repeats the words you take out. Write it without them.")
    return None


def _any_of(parts: Collection[str]) -> re.Pattern[str]:
    """Any of the parts, the longest first, whatever its capitals; in one pass, so that no mark is cut up by a later part."""
    return re.compile("|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True)), re.IGNORECASE)


def without(text: str, parts: Collection[str], longest: int = 2000) -> str:
    """The text with a mark where each part was, whatever its capitals; neighbouring marks become one."""
    text = _any_of(parts).sub(REMOVED, text)
    text = re.sub(rf"{re.escape(REMOVED)}(?:\s*{re.escape(REMOVED)})+", REMOVED, text)
    if len(text) > longest:  # the mark is longer than a short part: cut, and end with a whole mark
        text = text[: longest - len(REMOVED)] + REMOVED
    return text
