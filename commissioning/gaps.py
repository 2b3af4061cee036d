"""The gap list: needs that nobody provides for, no outcome answers, or no money is set aside for (AN-15). Pure: facts in, lines out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from commissioning.sentences import Sentence as _

PROVIDER, OUTCOME, FUNDING = "provider", "outcome", "funding"
LACKS: dict[str, _] = {
    PROVIDER: _("Nobody provides for it"),
    OUTCOME: _("No outcome answers it"),
    FUNDING: _("No money is set aside for it"),
}
HEADS: dict[str, _] = {PROVIDER: _("Who provides for it"), OUTCOME: _("Which outcome answers it"), FUNDING: _("Which money there is")}


@dataclass(frozen=True)
class Gap:
    """One line of the list: a need, by its key, and what it lacks."""

    need: int
    lacks: str


def gaps(
    needs: Iterable[int], *, with_provider: Collection[int], with_outcome: Collection[int], with_funding: Collection[int]
) -> list[Gap]:
    """Every gap, need by need, from who has what."""
    having = {PROVIDER: with_provider, OUTCOME: with_outcome, FUNDING: with_funding}
    return [Gap(need, lacks) for need in needs for lacks, those in having.items() if need not in those]


def summary(found: Collection[Gap], needs: int) -> list[tuple[str, _]]:
    """How many needs lack what, one sentence each, for the top of the page."""
    counts = {lacks: sum(1 for gap in found if gap.lacks == lacks) for lacks in LACKS}
    said = {
        PROVIDER: _("{n} of {all} needs: nobody provides for them", n=counts[PROVIDER], all=needs),
        OUTCOME: _("{n} of {all} needs: no outcome answers them", n=counts[OUTCOME], all=needs),
        FUNDING: _("{n} of {all} needs: no money is set aside", n=counts[FUNDING], all=needs),
    }
    return list(said.items())
