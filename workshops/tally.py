"""Counting votes by group and applying the rule of agreement. Pure: values in, a result with its reasons out.

The rule: in every group at least `threshold` of those who took a view support the proposal, and at least `least`
people of the group took one. A pooled majority never makes an agreement (INV-06). Abstentions are counted and shown,
and are never support.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from commissioning.sentences import Sentence as _

SUPPORT, CHANGE, CANNOT, ABSTAIN = "support", "change", "cannot", "abstain"
CHOICES: dict[str, _] = {
    SUPPORT: _("Support"),
    CHANGE: _("Change it first"),
    CANNOT: _("Cannot support"),
    ABSTAIN: _("Abstain"),
}
VIEWS = (SUPPORT, CHANGE, CANNOT)
GROUPS: dict[str, _] = {"commissioner": _("Commissioner side"), "vso": _("Voluntary sector"), "citizen": _("Citizens")}

AGREED, RESERVED, CONTESTED, DEFERRED, DECLINED, TOO_FEW = (
    "agreed",
    "reserved",
    "contested",
    "deferred",
    "declined",
    "too_few",
)
STATES: dict[str, _] = {
    AGREED: _("Agreed"),
    RESERVED: _("Agreed with reservations"),
    CONTESTED: _("Contested"),
    DEFERRED: _("Deferred"),
    DECLINED: _("Declined"),
    TOO_FEW: _("Not enough voices"),
}


@dataclass(frozen=True)
class GroupRule:
    """For one group: the share that must support, as a whole percentage, and the fewest views that count."""

    percent: int
    least: int

    @property
    def share(self) -> Fraction:
        """The threshold as an exact share. 67 and 33 stand for two thirds and one third, as people mean them."""
        return {67: Fraction(2, 3), 33: Fraction(1, 3)}.get(self.percent, Fraction(self.percent, 100))

    @property
    def words(self) -> str:
        """The threshold as people say it."""
        return str({67: _("two thirds"), 50: _("half"), 75: _("three quarters"), 100: _("everybody")}.get(self.percent, f"{self.percent}%"))


@dataclass(frozen=True)
class Rule:
    """The rule of agreement of one ballot, fixed before it opens."""

    groups: Mapping[str, GroupRule]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Rule":
        """The rule from its kept form. Raises `ValueError` when it is not a rule."""
        try:
            groups = {code: GroupRule(int(row["percent"]), int(row["least"])) for code, row in kept["groups"].items()}
        except (KeyError, TypeError, AttributeError) as wrong:
            raise ValueError("not a rule of agreement") from wrong
        if set(groups) - set(GROUPS) or not all(1 <= g.percent <= 100 and 0 <= g.least <= 100_000 for g in groups.values()):
            raise ValueError("not a rule of agreement")
        return cls(groups)

    @classmethod
    def same_for_all(cls, percent: int = 67, least: int = 2) -> "Rule":
        """One threshold and one minimum for every group."""
        return cls({code: GroupRule(percent, least) for code in GROUPS})

    @property
    def kept(self) -> dict[str, Any]:
        """The rule as stored with its ballot."""
        return {"groups": {code: {"percent": g.percent, "least": g.least} for code, g in self.groups.items()}}

    def explain(self) -> list[_]:
        """The rule in sentences, shown before voting; made from the very object that is applied."""
        lines: list[_] = []
        kinds = set(self.groups.values())
        if len(kinds) == 1 and set(self.groups) == set(GROUPS):
            rule = kinds.pop()
            lines.append(
                _(
                    "Agreed when {share} of each group support it, and at least {n} people in each group give a view.",
                    share=rule.words,
                    n=rule.least,
                )
            )
        else:
            lines += [
                _(
                    "{group}: {share} support it, and at least {n} give a view.",
                    group=GROUPS[c],
                    share=r.words,
                    n=r.least,
                )
                for c, r in self.groups.items()
            ]
        lines.append(_("Abstaining never counts as support. A majority of everybody together is not enough."))
        return lines


@dataclass(frozen=True)
class Count:
    """How one group voted."""

    group: str
    entitled: int
    support: int = 0
    change: int = 0
    cannot: int = 0
    abstain: int = 0

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


@dataclass(frozen=True)
class Finding:
    """What the rule says of one group."""

    count: Count
    rule: GroupRule
    enough: bool
    reached: bool

    @property
    def line(self) -> _:
        """The group in one sentence."""
        group = GROUPS[self.count.group]
        if not self.enough:
            return _("{group}: {n} gave a view, {least} are needed.", group=group, n=self.count.views, least=self.rule.least)
        return _("{group}: {a} of {b} support it.", group=group, a=self.count.support, b=self.count.views)


@dataclass(frozen=True)
class Result:
    """What the rule says of a closed ballot; a suggestion to the room, not yet an agreement."""

    findings: tuple[Finding, ...]
    met: bool
    suggested: str
    missing: tuple[str, ...]

    def explain(self) -> list[_]:
        """Why, in a sentence for everybody and one for each group."""
        lines = [f.line for f in self.findings]
        if self.missing:
            return [
                _("Not enough voices from: {groups}.", groups=", ".join(str(GROUPS[g]).lower() for g in self.missing)),
                *lines,
            ]
        if self.met:
            return [_("The rule is met: every group reached its share."), *lines]
        short = ", ".join(str(GROUPS[f.count.group]).lower() for f in self.findings if not f.reached)
        return [_("The rule is not met. Short of it: {groups}.", groups=short), *lines]


def apply(rule: Rule, counts: Iterable[Count], reservations: int = 0) -> Result:
    """Apply a rule to counts. `reservations` is how many stated a reason with "change" or "cannot"."""
    by_group = {c.group: c for c in counts}
    findings = tuple(
        _finding(by_group.get(code, Count(code, 0)), rule.groups.get(code, GroupRule(50, 1)))
        for code in GROUPS
        if code in rule.groups or code in by_group
    )
    missing = tuple(f.count.group for f in findings if not f.enough)
    met = not missing and all(f.reached for f in findings) and any(f.count.views for f in findings)
    dissent = reservations or any(c.cannot for c in by_group.values())
    if missing:
        suggested = TOO_FEW
    elif met:
        suggested = RESERVED if dissent else AGREED
    else:
        suggested = CONTESTED if any(f.reached for f in findings) else DECLINED
    return Result(findings, met, suggested, missing)


def _finding(counted: Count, rule: GroupRule) -> Finding:
    # A group that is present must signal, whatever minimum was set (INV-06); one that is absent by rule needs nothing.
    least = max(rule.least, 1) if counted.entitled else rule.least
    enough = counted.views >= least
    reached = enough and (counted.views == 0 or Fraction(counted.support, counted.views) >= rule.share)
    return Finding(counted, rule, enough, reached)


def why_not_record(state: str, result: Result | None, reason: str, indicators: int, kind: str) -> _ | None:
    """Why the room cannot record this state for a proposal.

    "Agreed" needs the rule met by a closed ballot, and an outcome also needs an indicator (PL-08). Anything other than
    what the rule suggests needs a reason.
    """
    if state not in STATES:
        return _("Choose what the room agreed.")
    agreed = state in (AGREED, RESERVED)
    if agreed and result is None:
        return _("This has not been voted on, so it cannot be recorded as agreed.")
    if agreed and result is not None and not result.met:
        return _("The rule was not met, so this cannot be recorded as agreed. {why}", why=result.explain()[0])
    if agreed and kind == "outcome" and not indicators:
        return _("This outcome has no indicator yet. Add a sign that would show it is happening. It need not be a number.")
    if result is not None and state != result.suggested and not reason.strip():
        return _(
            "The rule suggests “{suggested}”. Say why the room recorded something else.",
            suggested=STATES[result.suggested],
        )
    return None
