"""Whose words the final text comes from: clauses, outcomes and indicators by the group they began with and by every group behind them (PS-10)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from commissioning import small_groups
from commissioning.models import Contribution, Cycle, Group, Organisation
from outcomes.models import Clause, Indicator, Outcome
from outcomes.threading_back import roots_of

KINDS = ("outcomes", "indicators", "clauses")


@dataclass
class Share:
    """One group: how many items of each kind began with it, and behind how many it has words."""

    group: str
    began: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    behind: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))


@dataclass
class SizeShare:
    """Voluntary organisations of one size: how many have words behind the final text, and behind how many items of each kind."""

    size: str
    organisations: set[int] = field(default_factory=set)
    behind: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    @property
    def hidden(self) -> bool:
        """Whether they are so few that a number would tell what one of them said (INV-19)."""
        return not small_groups.shown({self.size: len(self.organisations)})


@dataclass(frozen=True)
class Drawn:
    """One line of a drawing: a group, its two numbers and how wide their bars are."""

    share: Share
    began: int
    behind: int
    began_width: int
    behind_width: int


@dataclass
class Influence:
    """The whole page: a share for each group, sizes of organisations behind the text, and how many items there are."""

    shares: list[Share]
    sizes: list[SizeShare]
    totals: dict[str, int]
    required: int

    def percent(self, n: int, kind: str) -> int:
        """How wide a bar is; the words beside it carry the numbers."""
        return round(100 * n / self.totals[kind]) if self.totals[kind] else 0

    def drawn(self, kind: str) -> list[Drawn]:
        """Each group with its numbers among the items of one kind."""
        rows = [(s, s.began[kind], s.behind[kind]) for s in self.shares]
        return [Drawn(s, a, b, self.percent(a, kind), self.percent(b, kind)) for s, a, b in rows]

    @property
    def drawings(self) -> Iterator[tuple[str, int, list[Drawn]]]:
        """A drawing for each kind of which there is something, the final text first."""
        for kind in reversed(KINDS):
            if self.totals[kind]:
                yield kind, self.totals[kind], self.drawn(kind)


@dataclass(frozen=True)
class Said:
    """Who said something, as far as it is counted here."""

    group: str
    size: str
    organisation: int | None


def of(cycle: Cycle) -> Influence:
    """Count whose words are in the final text of a cycle; a fixed number of queries however much there is."""
    outcomes = list(Outcome.objects.standing().filter(theme__framework__cycle=cycle).select_related("decision__agreement__proposal"))
    standing = Indicator.objects.filter(outcome__theme__framework__cycle=cycle, outcome__retired_at=None)
    indicators = list(standing.select_related("proposal"))
    clauses = list(Clause.objects.filter(specification__cycle=cycle))
    proposals = {o.decision.agreement.proposal_id: o.decision.agreement.proposal for o in outcomes}
    proposals |= {i.proposal_id: i.proposal for i in indicators if i.proposal}
    roots = roots_of(list(proposals.values()))
    said = _said(set().union(*roots.values()) if roots else set())
    shares = {group: Share(group) for group in Group.values}
    sizes = {size: SizeShare(size) for size in Organisation.Size.values}
    of_outcome = {o.pk: o.decision.agreement.proposal_id for o in outcomes}
    for kind, listed in (
        ("outcomes", [of_outcome[o.pk] for o in outcomes]),
        ("indicators", [i.proposal_id for i in indicators if i.proposal]),
        ("clauses", [of_outcome.get(c.outcome_id or 0) for c in clauses]),
    ):
        for proposal in listed:
            if proposal is not None:
                known = [said[pk] for pk in sorted(roots[proposal]) if pk in said]
                _count(kind, known, shares, sizes)
    totals = {"outcomes": len(outcomes), "indicators": len(indicators), "clauses": len(clauses)}
    required = sum(1 for clause in clauses if clause.outcome_id is None)
    return Influence(list(shares.values()), [one for one in sizes.values() if one.organisations], totals, required)


def _said(ids: set[int]) -> dict[int, Said]:
    rows = Contribution.objects.filter(pk__in=ids, withdrawn_at=None)
    listed = rows.values_list("pk", "group", "participant__organisation__size", "participant__organisation")
    return {pk: Said(group, size or "", organisation) for pk, group, size, organisation in listed}


def _count(kind: str, known: list[Said], shares: Mapping[str, Share], sizes: Mapping[str, SizeShare]) -> None:
    """Add one item: it began with whoever spoke first of all that is behind it, and everybody behind it has a part."""
    if not known:
        return
    shares[known[0].group].began[kind] += 1
    for group in {one.group for one in known}:
        shares[group].behind[kind] += 1
    sized = [one for one in known if one.group == Group.VSO and one.size and one.organisation is not None]
    for size in {one.size for one in sized}:
        sizes[size].behind[kind] += 1
    for one in sized:
        sizes[one.size].organisations.add(one.organisation or 0)
