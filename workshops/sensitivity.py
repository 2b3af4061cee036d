"""Whether a result would still hold if some voices were left out, and how close each group was. Pure.

It stands beside every result, and changes none: a room that knows what its agreement hangs on can talk about that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from commissioning.sentences import Sentence as _
from workshops.rules import Reasons, Result, Rule, apply
from workshops.tally import CANNOT, CHANGE, GROUPS, from_row

BIDDERS, PROVIDER, BROKERS = "potential_bidder", "current_provider", "broker"
DECLARED = (BIDDERS, PROVIDER)  # interests that people declare; the role of broker is given
WITHOUT: dict[str, _] = {
    BIDDERS: _("organisations that may bid"),
    PROVIDER: _("the current provider"),
    BROKERS: _("those who speak for others"),
}


@dataclass(frozen=True)
class Voice:
    """A kind of counted voice, without a name: its group, its choice, whether it gave a reason, and its interests."""

    group: str
    choice: str
    reasoned: bool = False
    interests: frozenset[str] = frozenset()


Voices = Mapping[Voice, int]  # how many of each kind


@dataclass(frozen=True)
class Sensitivity:
    """What a result hangs on. `without` says for each interest whether the result is the same without it; None when nobody
    here has that interest."""

    result: Result
    without: dict[str, bool | None]
    one_voice: tuple[str, ...]  # the groups of which one single voice left out would change the result

    @property
    def published(self) -> list[_]:
        """The sentences that name no group: in print a small one could be worked out from how close it was."""
        if not self.one_voice:
            return [*self._without, _("It does not hang on any one person or organisation.")]
        return [*self._without, _("It hangs on one voice: with one person or organisation fewer it could come out differently.")]

    @property
    def _without(self) -> list[_]:
        return [
            _("Without {who} it would come out the same.", who=WITHOUT[code])
            if same
            else _("Without {who} it would come out differently.", who=WITHOUT[code])
            for code, same in self.without.items()
            if same is not None
        ]

    @property
    def lines(self) -> list[_]:
        """The same in sentences."""
        said = list(self._without)
        if self.one_voice:
            groups = ", ".join(str(GROUPS[group]).lower() for group in self.one_voice)
            said.append(
                _("It hangs on one voice: with one person or organisation fewer it could come out differently ({groups}).", groups=groups)
            )
        else:
            said.append(_("It does not hang on any one person or organisation."))
        for finding in self.result.findings:
            n = finding.from_turning
            if n and finding.enough:
                group = GROUPS[finding.count.group]
                said.append(_("{group}: {n} would have to change their mind to turn it.", group=group, n=n))
        return said


def of(rule: Rule, voices: Voices, present: Mapping[str, int] = MappingProxyType({})) -> Sensitivity:
    """How a result depends on who was there; whoever is left out is taken to have been present."""
    result = counted(rule, voices, present)
    without: dict[str, bool | None] = {}
    for code in WITHOUT:
        others = {voice: n for voice, n in voices.items() if code not in voice.interests}
        left_out = [voice for voice in voices if voice not in others]
        fewer = {group: n - sum(voices[voice] for voice in left_out if voice.group == group) for group, n in present.items()}
        without[code] = counted(rule, others, fewer).suggested == result.suggested if left_out else None
    return Sensitivity(result, without, _hangs_on(rule, voices, present, result))


def counted(rule: Rule, voices: Voices, present: Mapping[str, int] = MappingProxyType({})) -> Result:
    """Apply the rule to these voices."""
    rows: dict[str, dict[str, int]] = {}
    reasons = {CHANGE: 0, CANNOT: 0}
    for voice, n in voices.items():
        row = rows.setdefault(voice.group, {})
        row[voice.choice] = row.get(voice.choice, 0) + n
        if voice.reasoned and voice.choice in reasons:
            reasons[voice.choice] += n
    counts = [replace(from_row(code, rows[code]), present=present.get(code, 0)) for code in GROUPS if code in rows]
    return apply(rule, counts, Reasons(reasons[CHANGE], reasons[CANNOT]))


def _hangs_on(rule: Rule, voices: Voices, present: Mapping[str, int], result: Result) -> tuple[str, ...]:
    """Voices of one kind change it alike, so one of each kind is left out."""
    groups: set[str] = set()
    for kind, n in voices.items():
        rest = {voice: m for voice, m in voices.items() if voice != kind} | ({kind: n - 1} if n > 1 else {})
        fewer = {group: m - (group == kind.group) for group, m in present.items()}
        if kind.group not in groups and counted(rule, rest, fewer).suggested != result.suggested:
            groups.add(kind.group)
    return tuple(code for code in GROUPS if code in groups)
