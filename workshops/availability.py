"""Who could come on which date, group by group, and who would be missing (WS-07). Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from commissioning.sentences import Sentence as _
from workshops import tally

YES, IF_NEEDED, NO = "yes", "maybe", "no"
ANSWERS: dict[str, _] = {YES: _("Yes"), IF_NEEDED: _("If need be"), NO: _("No")}
MISSING: dict[str, _] = {
    "commissioner": _("Nobody from the commissioner side can come."),
    "vso": _("Nobody from the voluntary sector can come."),
    "citizen": _("No citizen can come."),
}
UNSAID: dict[str, _] = {
    "commissioner": _("Nobody from the commissioner side has said yet that they can come."),
    "vso": _("Nobody from the voluntary sector has said yet that they can come."),
    "citizen": _("No citizen has said yet that they can come."),
}
MOST_DATES = 12  # proposed for one workshop


@dataclass(frozen=True)
class GroupOnDate:
    """One group on one date, in numbers of people."""

    group: str
    yes: int
    if_needed: int
    no: int
    waiting: int

    @property
    def can(self) -> int:
        """How many could come."""
        return self.yes + self.if_needed


@dataclass(frozen=True)
class OnDate:
    """One date as the facilitator sees it."""

    groups: tuple[GroupOnDate, ...]

    @property
    def missing(self) -> list[_]:
        """A plain sentence for each group of which nobody could come, or nobody has said so yet."""
        return [(UNSAID if row.waiting else MISSING)[row.group] for row in self.groups if not row.can]

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorts the best date first: fewest groups missing, then most people who can, then most who said a plain yes."""
        return len(self.missing), -sum(row.can for row in self.groups), -sum(row.yes for row in self.groups)


def on_date(people: Mapping[int, str], answers: Mapping[int, str]) -> OnDate:
    """What one date means: `people` gives each person's group, `answers` what those who have answered said."""
    rows = []
    for group in tally.GROUPS:
        members = [pk for pk, side in people.items() if side == group]
        said = [answers.get(pk) for pk in members]
        rows.append(GroupOnDate(group, said.count(YES), said.count(IF_NEEDED), said.count(NO), said.count(None)))
    return OnDate(tuple(rows))


def why_not_propose(*, past: bool, already: bool, count: int, workshop_closed: bool) -> _ | None:
    """Whether a date may be proposed."""
    if workshop_closed:
        return _("This workshop is over, so there is no date to find.")
    if past:
        return _("Choose a date that is still to come.")
    if already:
        return _("That date is proposed already.")
    if count >= MOST_DATES:
        return _("{n} dates are enough. Take one back before you add another.", n=MOST_DATES)
    return None


def why_not_answer(given: Mapping[int, str], offered: Collection[int]) -> _ | None:
    """Whether these answers are about dates that are offered, and are answers at all."""
    if not given:
        return _("Answer at least one date.")
    if set(given) - set(offered):
        return _("One of these dates is no longer offered. Load the page again.")
    if set(given.values()) - set(ANSWERS):
        return _("Answer each date with yes, if need be, or no.")
    return None
