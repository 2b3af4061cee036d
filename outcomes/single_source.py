"""Which clauses go back to one possible bidder alone (FS-07): found by walking back, judged in `fairness`."""

from commissioning.models import Contribution, Cycle, InterestDeclaration
from commissioning.registering import MAY_SUPPLY
from outcomes import fairness
from outcomes.models import Clause
from outcomes.threading_back import roots_of


def origins(cycle: Cycle, only: Clause | None = None) -> list[fairness.Origin]:
    """For each clause that comes from an outcome, everybody its words go back to."""
    chosen = Clause.objects.filter(specification__cycle=cycle, outcome__isnull=False)
    if only is not None:
        chosen = chosen.filter(pk=only.pk)
    clauses = list(chosen.select_related("outcome__decision__agreement__proposal"))
    proposals = {c.pk: c.outcome.decision.agreement.proposal for c in clauses if c.outcome is not None}
    roots = roots_of(list(proposals.values()))
    wanted = set().union(*roots.values()) if roots else set()
    said = Contribution.objects.filter(pk__in=wanted, withdrawn_at=None).select_related("participant__organisation")
    authors = {one.pk: one.participant for one in said}
    bidders = set(
        InterestDeclaration.objects.filter(participant__cycle=cycle, kind__in=MAY_SUPPLY).values_list(
            "participant", "participant__organisation"
        )
    )
    people, organisations = {p for p, __ in bidders}, {o for __, o in bidders if o is not None}
    found = []
    for clause in clauses:
        parties: dict[str, tuple[str, bool, int | None]] = {}
        for pk in roots[proposals[clause.pk].pk]:
            author = authors.get(pk)
            if author is None:
                continue
            org = author.organisation
            if org is not None:
                parties[f"organisation-{org.pk}"] = (str(org), org.pk in organisations, org.pk)
            else:
                parties[f"person-{author.pk}"] = (author.shown_name, author.pk in people, None)
        bidder = all(may_bid for _name, may_bid, _pk in parties.values())
        suppliers = tuple(org_pk for _name, _may_bid, org_pk in parties.values() if org_pk is not None)
        found.append(fairness.Origin(str(clause.pk), clause.label, tuple(row[0] for row in parties.values()), bidder, suppliers))
    return found


def flag_of(clause: Clause) -> bool:
    """Whether one clause goes back to one possible bidder alone."""
    return any(fairness.is_single_source(one) for one in origins(clause.specification.cycle, clause))
