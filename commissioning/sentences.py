"""Sentences that rules hand to people: one text, its values, translated only when somebody reads it.

Pure modules may not import Django, yet what they say must reach people in their language. They return a
`Sentence`; the application plugs gettext in once, at start-up.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

_translate: Callable[[str], str] = str
_record_language: Callable[[], AbstractContextManager[Any]] = nullcontext

Said = TypeVar("Said")


def speak_through(translate: Callable[[str], str], record_language: Callable[[], AbstractContextManager[Any]] = nullcontext) -> None:
    """Use `translate` (gettext) for every sentence from now on; `record_language` holds the language of the authority's records."""
    global _translate, _record_language
    _translate, _record_language = translate, record_language


def on_record(say: Callable[[], Said]) -> Said:
    """What `say` returns, said in the language of the records, whoever acts.

    Minutes, drafted clauses and frozen versions are read by everybody for years: they must not depend on which language
    the person who pressed the button happened to read.
    """
    with _record_language():
        return say()


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
