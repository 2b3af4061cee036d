"""Equal ballots put together, with how many people gave each. Pure.

Many people say the same. What a method then looks at is each different ballot once, so that what a count costs grows with
what people said, and hardly with how many they are.
"""

from collections.abc import Hashable, Iterable
from typing import TypeVar

Said = TypeVar("Said", bound=Hashable)


def gathered(ballots: Iterable[tuple[Said, int]]) -> dict[Said, int]:
    """How many people gave each ballot, in the order in which the ballots first came."""
    people: dict[Said, int] = {}
    for ballot, n in ballots:
        people[ballot] = people.get(ballot, 0) + n
    return people
