"""Sentences that rules hand to people: one text, its values, translated only when somebody reads it.

Pure modules may not import Django, yet what they say must reach people in their language. They return a
`Sentence`; the application plugs gettext in once, at start-up.
"""

from collections.abc import Callable
from typing import Any

_translate: Callable[[str], str] = str


def speak_through(translate: Callable[[str], str]) -> None:
    """Use `translate` (gettext) for every sentence from now on."""
    global _translate
    _translate = translate


class Sentence:
    """A text with named gaps, filled and translated when it is turned into a string."""

    def __init__(self, text: str, /, **values: Any) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return _translate(self.text).format(**self.values)

    def __repr__(self) -> str:
        return f"Sentence({self.text!r}, {self.values!r})"


class Refused(Exception):  # noqa: N818 (in the field's words an act is refused, it is not an error)
    """An act that a rule does not allow; `str()` of it is the sentence a person reads."""

    def __init__(self, why: Sentence | str) -> None:
        super().__init__(str(why))
        self.why = why


def require(why_not: Sentence | None) -> None:
    """Stop an act that a rule refuses. Raises `Refused` with the rule's sentence."""
    if why_not is not None:
        raise Refused(why_not)
