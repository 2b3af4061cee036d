"""The short code on a paper: six characters somebody can type, of which the last checks the others. Pure.

Twenty-three characters, no vowel and nothing that looks like another. The sum of the characters, each times its place, is nothing
modulo 23; as 23 is prime and there are six places, one wrong character and any two that changed places always show.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commissioning.sentences import Sentence as _
from workshops import tally

LETTERS = "CDFHJKMNPQRTWXY23456789"
LENGTH = 6  # characters, the check included
KEYS = {key: choice for choice, keys in zip(tally.CHOICES, ("1S", "2C", "3X", "4A"), strict=True) for key in keys}
UNDO = ("U", "UNDO")


@dataclass(frozen=True)
class Line:
    """One line somebody typed: a paper's code and what was crossed on it, or a wish to take the last one back."""

    code: str = ""
    choice: str = ""
    undo: bool = False


def check(body: str) -> str:
    """The character that makes the weighted sum of a body of five nothing."""
    total = sum(place * LETTERS.index(letter) for place, letter in enumerate(body, start=1))
    # The last place weighs six: divide by it, modulo 23.
    return LETTERS[-total * pow(LENGTH, -1, len(LETTERS)) % len(LETTERS)]


def is_code(text: str) -> bool:
    """Whether this is a code as kept, its check character being right."""
    return len(text) == LENGTH and set(text) <= set(LETTERS) and check(text[:-1]) == text[-1]


def new_code(choose: Callable[[Sequence[str]], str]) -> str:
    """A fresh code; `choose` picks one of a sequence at random."""
    body = "".join(choose(LETTERS) for __ in range(LENGTH - 1))
    return body + check(body)


def printed(code: str) -> str:
    """The code in two halves, as printed: CDF-HJD."""
    return f"{code[:3]}-{code[3:]}"


def tidy(typed: str) -> str:
    """What was typed, as kept: no dashes, no spaces, capitals."""
    return re.sub(r"[^A-Z0-9]", "", typed[:200].upper())


def why_not_code(code: str) -> _ | None:
    """Why this cannot be the code of any paper."""
    wrong = next((letter for letter in code if letter not in LETTERS), None)
    if len(code) != LENGTH:
        return _("A code has {n} characters. Look at the paper again.", n=LENGTH)
    if wrong is not None:
        return _("“{letter}” is never in a code. Look at the paper again.", letter=wrong)
    if not is_code(code):
        return _("One character is wrong, or two have changed places. Look at the paper again.")
    return None


def read_line(typed: str) -> Line | _:
    """What one typed line says, or the sentence that tells what is wrong with it."""
    text = tidy(typed)
    if text in UNDO:
        return Line(undo=True)
    code, key = text[:LENGTH], text[LENGTH:]
    wrong = why_not_code(code)
    if wrong is not None:
        return wrong
    if key not in KEYS:
        return _("After the code type 1, 2, 3 or 4, or s, c, x or a.")
    return Line(code, KEYS[key])
