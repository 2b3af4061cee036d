"""The report of a workshop in plain words: who was here, what was said, agreed, contested and promised, and what happens next.

Everybody of the cycle reads the same: small groups are hidden, also from subtraction, and words are quoted only where
their author agreed to that. Nothing in it is by name, except a promise, which its owner took on openly.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from commissioning import quoting, roles, small_groups
from commissioning.models import Contribution
from commissioning.sentences import Sentence
from commissioning.sentences import Sentence as _
from workshops import charts, promised, pulse, pulsing, regions, rules, tally
from workshops.models import Action, Agreement, Attendance, Cast, Closing, Comment, SecretVote, Workshop

SAID_FIRST = 6  # of each group, before "show the rest"
OTHERS = ""  # the group of those whose group is too small to name


@dataclass
class Here:
    """Who came: people by group where that may be shown, and organisations, counted apart. `people` is None where a total
    would give a small group away; `at_least` then says how many the groups shown are together."""

    people: int | None
    at_least: int
    organisations: int
    groups: list[tuple[Any, int]]
    some_hidden: bool
    ran_it: int
    commissioner_came: bool


@dataclass
class Said:
    """What one group said: the first few, and the rest."""

    group: str
    first: list[Contribution]
    rest: list[Contribution]

    @property
    def title(self) -> Any:
        """Whose words these are."""
        return tally.GROUPS[self.group] if self.group else _("Said in the room, by groups too small to name")


@dataclass
class Result:
    """One thing that was put to the room, with what was recorded and every reason against it."""

    card: regions.Card
    state: str
    chart: charts.Chart | None
    dissent: list[tuple[Any, str]]
    reason: str = ""
    leans: list[Sentence] = field(default_factory=list)

    @property
    def state_words(self) -> Sentence:
        """What was recorded, in words."""
        return rules.STATES[self.state]


@dataclass
class Report:
    """A whole report."""

    workshop: Workshop
    draft: bool
    here: Here
    said: list[Said]
    voices: charts.Chart | None
    agreed: list[Result]
    contested: list[Result]
    not_settled: list[regions.Card]
    actions: list[Action]
    closing: Closing | None
    pulse: pulsing.PulseReport
    at: datetime
    taken: list[Action] = field(default_factory=list)
    open: list[Action] = field(default_factory=list)


def report_of(workshop: Workshop, *, now: datetime) -> Report:
    """The report as it is now; a draft while the workshop is open. A fixed number of queries."""
    here, came, seen = _who_came(workshop)
    said, voices = _what_was_said(workshop, came, seen)
    agreed, contested, open_still = _results(workshop)
    actions = list(promised.actions_of(workshop).select_related("carried_to"))
    left = promised.untaken(actions)
    closing = workshop.closings.select_related("follow_up").order_by("-number").first() if workshop.closed_at else None
    return Report(
        workshop=workshop,
        draft=workshop.closed_at is None,
        here=here,
        said=said,
        voices=voices,
        agreed=agreed,
        contested=contested,
        not_settled=open_still,
        actions=actions,
        closing=closing,
        pulse=pulsing.report(workshop, came, timezone.localdate(now)),
        at=now,
        taken=[a for a in actions if a not in left],
        open=left,
    )


def _who_came(workshop: Workshop) -> tuple[Here, dict[str, int], dict[str, int]]:
    """Who came, all counts by group, and those that may be shown."""
    no_side = [role.code for role in roles.ROLES.values() if not role.votes]
    rows = Attendance.objects.filter(workshop=workshop)
    sides = rows.exclude(participant__roles__code__in=no_side)
    counted = dict(sides.values_list("participant__group").annotate(n=Count("pk")).order_by("participant__group"))
    organisations = sides.exclude(participant__organisation=None).aggregate(n=Count("participant__organisation", distinct=True))["n"]
    by_group = {g: counted.get(g, 0) for g in tally.GROUPS}
    seen, ran_it = small_groups.shown(by_group), rows.count() - sum(counted.values())
    groups = [(label, seen[code]) for code, label in tally.GROUPS.items() if code in seen]
    hidden, at_least = len(seen) < len(tally.GROUPS), sum(seen.values())
    people = small_groups.total(by_group)
    here = Here(people, at_least, organisations, groups, hidden, ran_it, bool(counted.get("commissioner")))
    return here, counted, seen


def _what_was_said(workshop: Workshop, came: dict[str, int], seen: dict[str, int]) -> tuple[list[Said], charts.Chart | None]:
    spoken = Contribution.objects.shown().filter(cycle=workshop.cycle_id, place=workshop.slug)
    own_words = spoken.exclude(kind__in=(Contribution.Kind.AMENDMENT, Contribution.Kind.RESERVATION))
    listed = quoting.as_agreed(own_words.select_related("participant").order_by("pk"))
    by_group: dict[str, list[Contribution]] = defaultdict(list)
    for one in listed:
        by_group[one.group if seen.get(one.group) else OTHERS].append(one)
    said = [Said(g, by_group[g][:SAID_FIRST], by_group[g][SAID_FIRST:]) for g in (*tally.GROUPS, OTHERS) if by_group[g]]
    counted = Counter(one.group for one in listed)
    shown = {g: counted[g] for g in tally.GROUPS if seen.get(g)}
    return said, charts.voices(shown, came, hidden=OTHERS in by_group)


def _results(workshop: Workshop) -> tuple[list[Result], list[Result], list[regions.Card]]:
    """What is agreed, what is not, and what was never settled."""
    cards = regions.cards(workshop)
    quiet = _not_to_quote([c.agreement for c in cards if c.agreement])
    agreed: list[Result] = []
    contested: list[Result] = []
    left: list[regions.Card] = []
    for card in cards:
        if card.agreement is None:
            left.append(card)
            continue
        result = _result(card, card.agreement, quiet)
        (agreed if card.agreement.holds else contested).append(result)
    return agreed, contested, left


def _result(card: regions.Card, agreement: Agreement, quiet: set[str]) -> Result:
    rows = {row["group"]: row for row in agreement.counts}
    # Both who could vote and who did: either, if small, would let somebody work out a single vote.
    voices = {g: min(row["entitled"], sum(row[c] for c in tally.CHOICES)) for g, row in rows.items()}
    present = {g: n or row_is_there for g, n in voices.items() if (row_is_there := 1 if rows[g]["entitled"] else 0)}
    seen = small_groups.shown(present)
    published = [rows[g] for g in tally.GROUPS if g in seen]
    chart = charts.result(f"result-{agreement.pk}", published, hidden=len(seen) < len(present))
    dissent = [
        (tally.GROUPS[item["group"]] if item["group"] in seen else "", item["reason"])
        for item in agreement.dissent
        if item["reason"] not in quiet
    ]
    leans = next((look.leans for look in card.rounds if look.ballot.pk == agreement.ballot_id and look.leans), None)
    return Result(card, agreement.state, chart, dissent, agreement.reason, leans.published if leans else [])


def _not_to_quote(agreements: Iterable[Agreement]) -> set[str]:
    """The reasons and reservations of people who did not agree to the use of their words."""
    listed = list(agreements)
    against = Cast.objects.filter(ballot__in=[a.ballot_id for a in listed]).exclude(reason="").values_list("by", "reason")
    reserved = Contribution.objects.filter(
        kind=Contribution.Kind.RESERVATION, pk__in=_comments_on([a.proposal_id for a in listed])
    ).values_list("participant", "text")
    words = [*against, *reserved]
    agreed = quoting.who_agreed({person for person, __ in words})
    # Nobody knows whose a reason in a secret vote is, and so not whether they agreed either.
    secret = SecretVote.objects.filter(ballot__in=[a.ballot_id for a in listed]).exclude(reason="").values_list("reason", flat=True)
    return {text for person, text in words if person not in agreed} | set(secret)


def _comments_on(proposals: list[int]) -> Any:
    return Comment.objects.filter(proposal__in=proposals).values("contribution")


def spread_words(finding: pulse.Finding, line: pulse.GroupLine) -> str:
    """How one group's answers spread, in words: "4 more, 2 the same"."""
    words = pulse.CHOICES[finding.question.scale]
    return ", ".join(
        f"{n} × {words[value]}" if finding.question.scale == pulse.SCALE else f"{n}: {words[value]}" for value, n in line.spread if n
    )
