"""Which outcome answers which need, and what that leaves open (INV-01, AN-15)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commissioning import gaps, minutes, needs, needs_rules
from commissioning.models import Contribution, Cycle, Need, Origin, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes.models import NeedAnswered, Outcome
from outcomes.threading_back import roots_of


def link(outcome: Outcome, need: Need, *, by: Participant, now: datetime) -> None:
    """Say that an outcome answers a need. Saying it twice changes nothing."""
    require(needs_rules.why_not_run(held_by(by)))
    with transaction.atomic():
        cycle = needs.held(need.cycle, by)
        if outcome.theme.framework.cycle_id != cycle.pk:
            raise Refused(_("You are not part of this cycle."))
        __, new = NeedAnswered.objects.get_or_create(outcome=outcome, need=need, defaults={"by": by, "at": now})
        if new:
            minutes.record(cycle, "need", _("{outcome} answers need {n}", outcome=outcome.code, n=need.number), by=by, now=now)


@dataclass
class Traced:
    """What stands behind the outcomes of a cycle: which needs, by key, and whether anybody outside the commissioning team."""

    outcomes: list[Outcome]
    needs: dict[int, set[int]]
    heard_outside: set[int]

    @property
    def without_need(self) -> list[Outcome]:
        """The outcomes that answer no need anybody raised."""
        return [o for o in self.outcomes if not self.needs[o.pk]]

    @property
    def without_voice(self) -> list[Outcome]:
        """The outcomes behind which nobody outside the commissioning team said anything."""
        return [o for o in self.outcomes if o.pk not in self.heard_outside]

    def by_need(self) -> dict[int, list[Outcome]]:
        """The outcomes that answer each need."""
        found: dict[int, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            for need in self.needs[outcome.pk]:
                found[need].append(outcome)
        return dict(found)


def trace(cycle: Cycle) -> Traced:
    """Which needs stand behind each outcome: those somebody named, and those made of the same words as the outcome.

    A need that was joined with another counts as that one. A fixed number of queries, however many there are.
    """
    listed = list(
        Outcome.objects.standing()
        .filter(theme__framework__cycle=cycle)
        .select_related("decision__agreement__proposal")
        .order_by("is_standard", "number")
    )
    proposals = {o.pk: o.decision.agreement.proposal for o in listed}
    roots = roots_of(list(proposals.values())) if listed else {}
    outside = set(Contribution.objects.filter(cycle=cycle).exclude(group="commissioner").values_list("pk", flat=True))
    made = dict(Origin.objects.filter(need__cycle=cycle).values_list("contribution", "need"))
    tops = _tops(cycle)
    found: dict[int, set[int]] = {}
    for outcome in listed:
        behind = roots[proposals[outcome.pk].pk]
        found[outcome.pk] = {tops[made[c] or 0] for c in behind if c in made}
    for outcome_pk, need in NeedAnswered.objects.filter(outcome__in=listed).values_list("outcome", "need"):
        found[outcome_pk].add(tops[need])
    heard = {o.pk for o in listed if roots[proposals[o.pk].pk] & outside}
    return Traced(listed, found, heard)


def _tops(cycle: Cycle) -> dict[int, int]:
    """For each need the one that stands for it now: itself, or what it was joined with in the end."""
    into = dict(Need.objects.filter(cycle=cycle).values_list("pk", "merged_into"))
    tops = {}
    for pk in into:
        top, seen = pk, {pk}
        while (above := into.get(top)) is not None and above not in seen:
            top = above
            seen.add(top)
        tops[pk] = top
    return tops


def gaps_of(cycle: Cycle, listed: Collection[Need], traced: Traced, with_provider: Collection[int] = ()) -> list[gaps.Gap]:
    """The gap list of these needs; `with_provider` adds those that the map of providers knows somebody for."""
    provided = {need.pk for need in listed if need.provided_by} | set(with_provider)
    paid = {need.pk for need in listed if need.paid_by}
    return gaps.gaps([need.pk for need in listed], with_provider=provided, with_outcome=traced.by_need(), with_funding=paid)
