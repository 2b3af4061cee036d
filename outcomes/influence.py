"""Whose words the final text comes from: clauses, outcomes and indicators by the group they began with and by every group behind them (PS-10)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commissioning.models import Contribution, Cycle, Group, Organisation
from outcomes.models import Clause, Indicator, Outcome
from outcomes.threading_back import roots_of
from workshops.models import Proposal

KINDS = ("outcomes", "indicators", "clauses")


@dataclass
class Share:
    """One group: how many items of each kind began with it, and behind how many it has words."""

    group: str
    began: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    behind: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))


@dataclass
class Influence:
    """The whole page: a share for each group, sizes of organisations behind clauses, and how many items there are."""

    shares: list[Share]
    sizes: list[tuple[str, int]]
    totals: dict[str, int]
    required: int

    def percent(self, n: int, kind: str) -> int:
        """How wide a bar is; the words beside it carry the numbers."""
        return round(100 * n / self.totals[kind]) if self.totals[kind] else 0

    @property
    def rows(self) -> list[tuple[Share, int, int]]:
        """For the drawing: each group with the widths of "began" and "behind" among the clauses."""
        return [(s, self.percent(s.began["clauses"], "clauses"), self.percent(s.behind["clauses"], "clauses")) for s in self.shares]


def of(cycle: Cycle) -> Influence:
    """Count whose words are in the final text of a cycle; a fixed number of queries however much there is."""
    outcomes = list(Outcome.objects.filter(theme__framework__cycle=cycle).select_related("decision__agreement__proposal"))
    indicators = list(Indicator.objects.filter(outcome__theme__framework__cycle=cycle).select_related("proposal"))
    clauses = list(Clause.objects.filter(specification__cycle=cycle))
    proposals = {o.decision.agreement.proposal_id: o.decision.agreement.proposal for o in outcomes}
    proposals |= {i.proposal_id: i.proposal for i in indicators if i.proposal}
    roots = roots_of(list(proposals.values()))
    said = _said(set().union(*roots.values()) if roots else set())
    shares = {group: Share(group) for group in Group.values}
    sizes: dict[str, int] = dict.fromkeys(Organisation.Size.values, 0)
    of_outcome = {o.pk: o.decision.agreement.proposal_id for o in outcomes}
    for kind, listed in (
        ("outcomes", [of_outcome[o.pk] for o in outcomes]),
        ("indicators", [i.proposal_id for i in indicators if i.proposal]),
        ("clauses", [of_outcome.get(c.outcome_id or 0) for c in clauses]),
    ):
        for proposal in listed:
            if proposal is not None:
                _count(kind, proposals[proposal], roots[proposal], said, shares, sizes)
    totals = {"outcomes": len(outcomes), "indicators": len(indicators), "clauses": len(clauses)}
    required = sum(1 for clause in clauses if clause.outcome_id is None)
    return Influence(list(shares.values()), [(size, n) for size, n in sizes.items() if n], totals, required)


def _said(ids: set[int]) -> dict[int, tuple[str, str]]:
    rows = Contribution.objects.filter(pk__in=ids, withdrawn_at=None).values_list("pk", "group", "participant__organisation__size")
    return {pk: (group, size or "") for pk, group, size in rows}


def _count(
    kind: str, proposal: Proposal, roots: set[int], said: Mapping[int, tuple[str, str]], shares: dict[str, Share], sizes: dict[str, int]
) -> None:
    """Add one item: it began with whoever spoke first of all that is behind it, and everybody behind it has a part."""
    known = sorted(pk for pk in roots if pk in said)
    if not known:
        return
    shares[said[known[0]][0]].began[kind] += 1
    for group in {said[pk][0] for pk in known}:
        shares[group].behind[kind] += 1
    if kind == "clauses":
        for size in {said[pk][1] for pk in known if said[pk][0] == Group.VSO and said[pk][1]}:
            sizes[size] += 1
