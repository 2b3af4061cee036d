"""Hiding small groups in what is published, also from whoever subtracts. Pure: counts in, what may be shown out."""

from collections.abc import Mapping

SMALLEST = 5  # people: a group with fewer is not shown in numbers


def shown(counts: Mapping[str, int], smallest: int = SMALLEST) -> dict[str, int]:
    """The groups whose counts may be shown: those of `smallest` people or more, and those with nobody in them."""
    return {group: n for group, n in counts.items() if n == 0 or n >= smallest}


def total(counts: Mapping[str, int], smallest: int = SMALLEST) -> int | None:
    """All together, or None where it would give a hidden group away.

    Beside the groups that are shown, a total tells what is hidden. It may stand when nothing is hidden, or when what is
    hidden is at least two groups that are together no small group.
    """
    hidden = [n for n in counts.values() if 0 < n < smallest]
    if hidden and (len(hidden) == 1 or sum(hidden) < smallest):
        return None
    return sum(counts.values())
