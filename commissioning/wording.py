"""What changed between two wordings, word by word: pieces that were kept, removed or added."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

KEPT, REMOVED, ADDED = "kept", "removed", "added"
_WORD = re.compile(r"\s*\S+|\s+$")


@dataclass(frozen=True)
class Piece:
    """Some words in a row that have the same fate, with the spaces before them."""

    fate: str
    text: str


def words_of(text: str) -> list[str]:
    """The words of a text, each with the white space before it; joined they are the text again."""
    return _WORD.findall(text)


def compare(old: str, new: str) -> list[Piece]:
    """The pieces that lead from `old` to `new`: kept and removed ones are the old words, kept and added ones the new text."""
    before, after = words_of(old), words_of(new)
    # Words are compared without the white space around them: a line broken elsewhere is not another word.
    match = SequenceMatcher(None, [w.strip() for w in before], [w.strip() for w in after], autojunk=False)
    pieces: list[Piece] = []
    for how, a, b, c, d in match.get_opcodes():
        if how == "equal":
            pieces += _together(KEPT, [_apart(was, now) for was, now in zip(before[a:b], after[c:d], strict=True)])
            continue
        pieces += _together(REMOVED, before[a:b])
        pieces += _together(ADDED, after[c:d])
    return pieces


def _apart(was: str, now: str) -> str:
    """A kept word with the space before it that either text had, so that it never runs into a removed one."""
    return now if now[0].isspace() or not was[0].isspace() else was


def _together(fate: str, words: list[str]) -> list[Piece]:
    return [Piece(fate, "".join(words))] if words else []


def changed(pieces: list[Piece]) -> bool:
    """Whether anything was removed or added."""
    return any(piece.fate != KEPT for piece in pieces)
