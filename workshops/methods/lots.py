"""A public draw that anybody can repeat: the order follows from a word that everybody knew, and from nothing else. Pure."""

from collections.abc import Iterable
from hashlib import sha256

from workshops.methods.results import Item


def drawn(word: str, items: Iterable[Item]) -> list[Item]:
    """The order in which level things come: by the SHA-256 of the word, a colon and the thing's number or code.

    The word must be one that nobody could choose to suit them, such as a lottery's numbers of a day named beforehand.
    """
    return sorted(items, key=lambda item: (sha256(f"{word}:{item}".encode()).hexdigest(), item))
