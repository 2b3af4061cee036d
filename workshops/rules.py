"""The rule of agreement: fixed before voting, shown in words made from the very object that is applied. Pure.

In every group enough people must support the proposal, and enough must give a view. A pooled majority never makes an
agreement (INV-06): every group that is present must signal, whatever the rule.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Any

from commissioning.sentences import Sentence as _
from workshops.tally import GROUPS, Count

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

VIEWS, PRESENT, ENTITLED = "views", "present", "entitled"
BASES: dict[str, _] = {
    VIEWS: _("those who give a view"),
    PRESENT: _("everybody present, whether they vote or not"),
    ENTITLED: _("everybody who may vote, whether they do or not"),
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

    def for_each_group(self) -> _:
        """The rule in one sentence, where it is the same for every group."""
        if self.least == 1:
            return _("Agreed when {share} of each group support it, and at least one person in each group gives a view.", share=self.words)
        return _(
            "Agreed when {share} of each group support it, and at least {n} people in each group give a view.",
            share=self.words,
            n=self.least,
        )


@dataclass(frozen=True)
class Rule:
    """The rule of agreement of one ballot.

    `base` is what a share is of; `needed` how many groups must reach theirs, 0 for every one; with `veto` one reasoned
    "cannot support" stops it; without `reservations` so does one reasoned "change it first".
    """

    groups: Mapping[str, GroupRule]
    base: str = VIEWS
    needed: int = 0
    veto: bool = False
    reservations: bool = True

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Rule":
        """The rule from its kept form. Raises `ValueError` when it is not a rule."""
        try:
            groups = {code: GroupRule(int(row["percent"]), int(row["least"])) for code, row in kept["groups"].items()}
            base, needed = str(kept.get("base", VIEWS)), int(kept.get("needed", 0))
            veto, reservations = kept.get("veto", False), kept.get("reservations", True)
        except (KeyError, TypeError, AttributeError, ValueError) as wrong:
            raise ValueError("not a rule of agreement") from wrong
        right = base in BASES and 0 <= needed <= len(GROUPS) and isinstance(veto, bool) and isinstance(reservations, bool)
        if set(groups) - set(GROUPS) or not all(1 <= g.percent <= 100 and 0 <= g.least <= 100_000 for g in groups.values()) or not right:
            raise ValueError("not a rule of agreement")
        return cls(groups, base, needed, veto, reservations)

    @classmethod
    def same_for_all(cls, percent: int = 67, least: int = 2, **more: Any) -> "Rule":
        """One threshold and one minimum for every group."""
        return cls({code: GroupRule(percent, least) for code in GROUPS}, **more)

    @property
    def kept(self) -> dict[str, Any]:
        """The rule as stored with its ballot; what is usual is left out, so that a rule has one form."""
        groups = {code: {"percent": g.percent, "least": g.least} for code, g in self.groups.items()}
        usual = {"base": VIEWS, "needed": 0, "veto": False, "reservations": True}
        return {"groups": groups} | {name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value}

    def explain(self) -> list[_]:
        """The rule in sentences, shown before voting; made from the very object that is applied."""
        lines: list[_] = []
        kinds = set(self.groups.values())
        if len(kinds) == 1 and set(self.groups) == set(GROUPS) and not self.needed:
            lines.append(kinds.pop().for_each_group())
        else:
            lines += [
                _("{group}: {share} support it, and at least {n} give a view.", group=GROUPS[c], share=r.words, n=r.least)
                for c, r in self.groups.items()
            ]
        return lines + self._besides()

    def _besides(self) -> list[_]:
        lines: list[_] = []
        if self.needed:
            lines.append(_("{n} of the groups must reach their share, and every group that is here must give its view.", n=self.needed))
        if self.base != VIEWS:
            lines.append(_("The share is of {base}.", base=BASES[self.base]))
        if self.veto:
            lines.append(_("If anybody cannot support it and says why, it is not agreed yet: their reason is talked over first."))
        if not self.reservations:
            lines.append(_("If anybody wants a change first and says which, it is not agreed yet."))
        lines.append(_("Abstaining never counts as support. A majority of everybody together is not enough."))
        return lines


@dataclass(frozen=True)
class Preset:
    """A rule that is ready to use, with the reason to choose it."""

    title: _
    why: _
    rule: Rule


PRESETS: dict[str, Preset] = {
    "two-thirds": Preset(
        _("Two thirds of each group"), _("The usual one: most people of every group stand behind it."), Rule.same_for_all(67, 2)
    ),
    "three-quarters": Preset(
        _("Three quarters of each group"), _("For what is hard to undo. Delphi studies most often use it."), Rule.same_for_all(75, 2)
    ),
    "half-of-those-here": Preset(
        _("Half of everybody present in each group"),
        _("So that a few votes cannot carry it while most look on."),
        Rule.same_for_all(50, 2, base=PRESENT),
    ),
    "consent": Preset(
        _("Consent: nobody has a reasoned objection"),
        _("For working together: good enough for now, safe enough to try."),
        Rule.same_for_all(50, 1, veto=True),
    ),
}


@dataclass(frozen=True)
class Finding:
    """What the rule says of one group: how many support it, of how many."""

    count: Count
    rule: GroupRule
    of: int
    enough: bool
    reached: bool
    hidden: bool = False  # whether its numbers are shown to nobody: a secret ballot, and so few that they would say who it was

    @property
    def line(self) -> _:
        """The group in one sentence."""
        group = GROUPS[self.count.group]
        if self.hidden:
            return _("{group}: {words}", group=group, words=self.hidden_words)
        if not self.enough:
            return _("{group}: {n} gave a view, {least} are needed.", group=group, n=self.count.views, least=self.rule.least)
        return _("{group}: {a} of {b} support it.", group=group, a=self.count.support, b=self.of)

    @property
    def hidden_words(self) -> _:
        """What is said of a group whose numbers are shown to nobody."""
        if not self.enough:
            return _("Too few of them gave a view. Few people in a secret vote: their numbers are not shown.")
        if self.reached:
            return _("They reached their share. Few people in a secret vote: their numbers are not shown.")
        return _("They are short of their share. Few people in a secret vote: their numbers are not shown.")

    @property
    def from_turning(self) -> int:
        """How many voices would have to change for this group to come out the other way; 0 when none could."""
        wanted = ceil(self.rule.share * self.of)
        turn = self.count.support - wanted + 1 if self.reached else wanted - self.count.support
        return turn if self.of else 0


@dataclass(frozen=True)
class Result:
    """What the rule says of a closed ballot; a suggestion to the room, not yet an agreement."""

    findings: tuple[Finding, ...]
    met: bool
    suggested: str
    missing: tuple[str, ...]
    stopped: tuple[_, ...] = field(default=())

    def explain(self) -> list[_]:
        """Why, in a sentence for everybody and one for each group."""
        lines = [f.line for f in self.findings]
        if self.missing:
            return [_("Not enough voices from: {groups}.", groups=_names(self.missing)), *lines]
        if self.met:
            return [_("The rule is met: every group reached its share.") if self._all else _("The rule is met."), *lines]
        if self.stopped:
            return [*self.stopped, *lines]
        return [
            _("The rule is not met. Short of it: {groups}.", groups=_names(f.count.group for f in self.findings if not f.reached)),
            *lines,
        ]

    @property
    def _all(self) -> bool:
        return all(f.reached for f in self.findings)


def _names(groups: Iterable[str]) -> str:
    return ", ".join(str(GROUPS[group]).lower() for group in groups)


@dataclass(frozen=True)
class Reasons:
    """How many gave a reason with "change it first", and how many with "cannot support"."""

    change: int = 0
    cannot: int = 0

    @property
    def all(self) -> int:
        """Reasons against it, of either kind."""
        return self.change + self.cannot


def apply(rule: Rule, counts: Iterable[Count], reasons: Reasons = Reasons(), hidden: Collection[str] = ()) -> Result:
    """Apply a rule to counts and to the number of stated reasons; `hidden` are the groups whose numbers are shown to nobody."""
    by_group = {c.group: c for c in counts}
    findings = tuple(
        replace(_finding(by_group.get(code, Count(code, 0)), rule.groups.get(code, GroupRule(50, 1)), rule.base), hidden=code in hidden)
        for code in GROUPS
        if code in rule.groups or code in by_group
    )
    missing = tuple(f.count.group for f in findings if not f.enough)
    reached = sum(f.reached for f in findings)
    enough_groups = reached >= (min(rule.needed, len(findings)) or len(findings))
    stopped = _stopped(rule, reasons) if enough_groups else ()
    met = not missing and enough_groups and not stopped and any(f.count.views for f in findings)
    dissent = reasons.all or any(c.cannot for c in by_group.values()) or reached < len(findings)
    if missing:
        suggested = TOO_FEW
    elif met:
        suggested = RESERVED if dissent else AGREED
    else:
        suggested = CONTESTED if any(f.reached for f in findings) else DECLINED
    return Result(findings, met, suggested, missing, stopped)


def _stopped(rule: Rule, reasons: Reasons) -> tuple[_, ...]:
    lines: list[_] = []
    if rule.veto and reasons.cannot:
        lines.append(_("Not agreed yet: {n} cannot support it and said why. Talk over their reasons first.", n=reasons.cannot))
    if not rule.reservations and reasons.change:
        lines.append(_("Not agreed yet: {n} want a change first and said which.", n=reasons.change))
    return tuple(lines)


def _finding(counted: Count, rule: GroupRule, base: str) -> Finding:
    # A group that is present must signal, whatever minimum was set (INV-06); one that is absent by rule needs nothing.
    least = max(rule.least, 1) if counted.entitled else rule.least
    enough = counted.views >= least
    # Somebody who voted and had left by the close is counted with those present: their voice is in the result.
    of = {VIEWS: counted.views, PRESENT: max(counted.present, counted.voted), ENTITLED: counted.entitled}[base]
    reached = enough and (of == 0 or Fraction(counted.support, of) >= rule.share)
    return Finding(counted, rule, of, enough, reached)


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
