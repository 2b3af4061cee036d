"""Approval, and dots: everybody names what they could live with, or places some dots; the most named come first. Pure.

Approval: Brams and Fishburn, "Approval Voting" (1978). Dots are the same with several on one thing.
"""

from collections.abc import Collection, Iterable, Mapping

from commissioning.sentences import Sentence as _
from workshops.methods.results import Item, Order, Result, Step, the_most


def approval(
    ballots: Iterable[tuple[Collection[Item], int]], items: Collection[Item], places: int | None = None, order: Order | None = None
) -> Result:
    """Count ballots that each name some things, with how many people cast each. Names that do not stand count for nothing."""
    scores: dict[Item, int] = dict.fromkeys(items, 0)
    for named, people in ballots:
        for item in named:
            if item in scores:
                scores[item] += people
    return _most_named("approval", scores, places, order)


def dots(ballots: Iterable[Mapping[Item, int]], items: Collection[Item], places: int | None = None, order: Order | None = None) -> Result:
    """Count dots, several of which may be on one thing; how many each person has is held where they are placed."""
    scores: dict[Item, int] = dict.fromkeys(items, 0)
    for placed in ballots:
        for item, n in placed.items():
            if item in scores:
                scores[item] += n
    return _most_named("dots", scores, places, order)


def _most_named(method: str, scores: Mapping[Item, int], places: int | None, order: Order | None) -> Result:
    step = Step(_("Everybody who named a thing was counted for it; those named most often come first."), scores)
    return the_most(method, scores, places, order, [step])
