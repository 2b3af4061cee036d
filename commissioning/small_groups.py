"""Hiding small groups in what is published, also from whoever subtracts. Pure: counts in, what may be shown out."""

from collections.abc import Mapping

SMALLEST = 5  # people: a group with fewer is not shown in numbers


def shown(counts: Mapping[str, int], smallest: int = SMALLEST) -> dict[str, int]:
    """The groups whose counts may stand beside their total.

    A group under `smallest` is hidden. Were it the only one hidden, or were all that is hidden together still under
    `smallest`, the total less the others would give it away: then the smallest of those shown is hidden with it.
    Groups with nobody in them hide nothing and are shown as they are.
    """
    hidden = {group for group, n in counts.items() if 0 < n < smallest}
    seen = sorted((n, group) for group, n in counts.items() if n >= smallest)
    while hidden and seen and (len(hidden) == 1 or sum(counts[g] for g in hidden) < smallest):
        hidden.add(seen.pop(0)[1])
    return {group: n for group, n in counts.items() if group not in hidden}
