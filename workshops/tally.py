"""Counting signals by group. Pure: values in, counts out.

What the counts come to is said by the rule of agreement (`rules.py`). Abstentions are counted and shown, and are never support.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commissioning.sentences import Sentence as _

SUPPORT, CHANGE, CANNOT, ABSTAIN = "support", "change", "cannot", "abstain"
CHOICES: dict[str, _] = {
    SUPPORT: _("Support"),
    CHANGE: _("Change it first"),
    CANNOT: _("Cannot support"),
    ABSTAIN: _("Abstain"),
}
NONE = "none"  # somebody takes their vote back: their seat has none then
VIEWS = (SUPPORT, CHANGE, CANNOT)
GROUPS: dict[str, _] = {"commissioner": _("Commissioner side"), "vso": _("Voluntary sector"), "citizen": _("Citizens")}


@dataclass(frozen=True)
class Count:
    """How one group voted."""

    group: str
    entitled: int
    support: int = 0
    change: int = 0
    cannot: int = 0
    abstain: int = 0
    present: int = 0

    @property
    def views(self) -> int:
        """How many took a view: abstentions are not one."""
        return self.support + self.change + self.cannot

    @property
    def voted(self) -> int:
        """How many voted, abstentions included."""
        return self.views + self.abstain


def count(seats: Iterable[tuple[str, str]]) -> list[Count]:
    """Count (group, choice) pairs, an empty choice being somebody entitled who has not voted."""
    tallies: dict[str, dict[str, int]] = {}
    for group, choice in seats:
        row = tallies.setdefault(group, dict.fromkeys((*CHOICES, ""), 0))
        row[choice] += 1
    return [from_row(code, tallies[code]) for code in GROUPS if code in tallies]


def from_row(group: str, row: Mapping[str, int]) -> Count:
    """One group's count from its number of seats by choice."""
    return Count(group, sum(row.values()), *(row.get(choice, 0) for choice in CHOICES))
