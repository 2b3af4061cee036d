"""The thread after the specification: criteria, commitments, measures, readings and findings, and the need a finding became.

What is not settled or not sent yet is no part of it: a withdrawn criterion, a return being filled in, a draft of a finding.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from commissioning.models import Cycle, Need, Origin
from outcomes.models import Commitment, Criterion, Finding, Measure, Outcome, Reading, Return

Links = set[tuple[str, str]]


@dataclass
class Onward:
    """What came of some outcomes, clauses and needs, in order."""

    criteria: list[Criterion] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    carried: list[Need] = field(default_factory=list)


NAMES = tuple(Onward.__dataclass_fields__)


@dataclass
class Everything:
    """The later thread of some cycles, with what each piece cites; a fixed number of queries however much there is."""

    criteria: list[Criterion]
    commitments: list[Commitment]
    measures: list[Measure]
    readings: list[Reading]
    findings: list[Finding]
    shown_in: dict[int, list[int]]  # finding: the readings it rests on
    told_in: dict[int, list[int]]  # finding: what people said that it rests on
    needs: list[Need]  # those a criterion was made of
    latest: frozenset[int]  # the returns that no later version took the place of

    def after(
        self, *, outcomes: Collection[int], clauses: Collection[int], needs: Collection[int], proposals: Collection[int] = ()
    ) -> Onward:
        """What came of these outcomes, clauses, needs and cards."""
        made = Onward()
        asked = self.criteria
        made.criteria = [c for c in asked if c.outcome_id in outcomes or c.need_id in needs or c.proposal_id in proposals]
        ids = {c.pk for c in made.criteria}
        made.commitments = [k for k in self.commitments if k.criterion_id in ids or (k.clause_id in clauses and k.criterion_id is None)]
        promised = {k.pk for k in made.commitments}
        made.measures = [
            m
            for m in self.measures
            if m.commitment_id in promised or m.criterion_id in ids or (m.indicator is not None and m.indicator.outcome_id in outcomes)
        ]
        looked_at = {m.pk for m in made.measures}
        made.readings = [r for r in self.readings if r.measure_id in looked_at]
        shown = {r.pk for r in made.readings}
        made.findings = [f for f in self.findings if f.outcome_id in outcomes or shown & set(self.shown_in[f.pk])]
        made.carried = [f.carried_to for f in made.findings if f.carried_to is not None]
        return made


def everything(cycles: Collection[int]) -> Everything:
    """The later thread of these cycles, as far as it is settled."""
    criteria = list(Criterion.objects.filter(cycle__in=cycles).exclude(state=Criterion.State.WITHDRAWN).order_by("number"))
    commitments = Commitment.objects.filter(award__lot__cycle__in=cycles).select_related("award__provider").order_by("number")
    measures = Measure.objects.filter(cycle__in=cycles).select_related("indicator").order_by("number")
    settled = Finding.objects.filter(review__cycle__in=cycles).exclude(state=Finding.State.DRAFT)
    findings = list(settled.select_related("review", "carried_to__cycle").order_by("number"))
    returns = Return.objects.filter(award__lot__cycle__in=cycles).exclude(state=Return.State.DRAFT).order_by("version")
    newest = {(award, quarter): pk for award, quarter, pk in returns.values_list("award", "quarter", "pk")}
    latest = frozenset(newest.values())
    readings = (
        Reading.objects.filter(Q(returned__in=latest) | Q(returned__in=returns, findings__in=findings))
        .distinct()  # a finding goes on resting on what it was shown, also when the return was changed since
        .select_related("returned", "measure")
        .order_by("returned__quarter", "pk")
    )
    shown: dict[int, list[int]] = defaultdict(list)
    for finding, reading in Finding.readings.through.objects.filter(finding__in=findings).values_list("finding", "reading"):
        shown[finding].append(reading)
    told: dict[int, list[int]] = defaultdict(list)
    for finding, said in Finding.voices.through.objects.filter(finding__in=findings).values_list("finding", "contribution"):
        told[finding].append(said)
    asked = Need.objects.filter(pk__in={c.need_id for c in criteria if c.need_id}).prefetch_related("evidence").order_by("pk")
    return Everything(criteria, list(commitments), list(measures), list(readings), findings, shown, told, list(asked), latest)


def needs_of(contributions: Collection[int]) -> dict[int, set[int]]:
    """For each contribution, the needs made of it and what these were joined into."""
    found: dict[int, set[int]] = defaultdict(set)
    for said, need, into in Origin.objects.filter(contribution__in=contributions, need__isnull=False).values_list(
        "contribution", "need", "need__merged_into"
    ):
        found[said] |= {one for one in (need, into) if one}
    return found


def voices_behind(needs: Collection[int]) -> set[int]:
    """The contributions these needs were made of, and those joined into them."""
    made = Origin.objects.filter(Q(need__in=needs) | Q(need__merged_into__in=needs))
    return {pk for pk in made.values_list("contribution", flat=True) if pk}


# As data


def nodes(found: Everything) -> list[dict[str, Any]]:
    """The later thread as nodes, without a person's name in it."""
    listed: list[dict[str, Any]] = [
        {"id": f"criterion-{c.pk}", "type": "criterion", "code": c.code, "text": c.question, "share": str(c.share)} for c in found.criteria
    ]
    listed += [
        {"id": f"need-{n.pk}", "type": "need", "number": n.number, "text": n.statement, "sources": [e.source for e in n.evidence.all()]}
        for n in found.needs
    ]
    listed += [
        {
            "id": f"commitment-{k.pk}",
            "type": "commitment",
            "code": k.code,
            "text": k.promise,
            "provider": k.award.provider.name,
            "state": k.state,
        }
        for k in found.commitments
    ]
    listed += [{"id": f"measure-{m.pk}", "type": "measure", "code": m.code, "text": m.text, "form": m.form} for m in found.measures]
    listed += [{"id": f"reading-{r.pk}", "type": "reading", "quarter": r.returned.quarter, "standing": r.standing} for r in found.readings]
    listed += [
        {
            "id": f"finding-{f.pk}",
            "type": "finding",
            "code": f.code,
            "text": f.text,
            "decided": f.decided,
            "carried_to": {"cycle": f.carried_to.cycle.slug, "need": f.carried_to.number} if f.carried_to else None,
        }
        for f in found.findings
    ]
    return listed


def links(found: Everything) -> Links:
    """Who cites whom; a need leads to the contributions behind it, its own and those of the needs joined into it."""
    made = {(f"criterion-{c.pk}", f"outcome-{c.outcome_id}") for c in found.criteria if c.outcome_id}
    made |= {(f"criterion-{c.pk}", f"need-{c.need_id}") for c in found.criteria if c.need_id}
    wanted = {n.pk for n in found.needs}
    if wanted:
        behind = needs_of(list(voices_behind(wanted)))
        made |= {(f"need-{need}", f"contribution-{said}") for said, needs in behind.items() for need in needs & wanted}
    made |= {(f"criterion-{c.pk}", f"proposal-{c.proposal_id}") for c in found.criteria if c.proposal_id}
    made |= {(f"commitment-{k.pk}", f"criterion-{k.criterion_id}") for k in found.commitments if k.criterion_id}
    made |= {(f"commitment-{k.pk}", f"clause-{k.clause_id}") for k in found.commitments if k.clause_id}
    for m in found.measures:
        cited = {"commitment": m.commitment_id, "criterion": m.criterion_id, "indicator": m.indicator_id}
        made |= {(f"measure-{m.pk}", f"{kind}-{pk}") for kind, pk in cited.items() if pk}
    made |= {(f"reading-{r.pk}", f"measure-{r.measure_id}") for r in found.readings}
    made |= {(f"finding-{f.pk}", f"reading-{pk}") for f in found.findings for pk in found.shown_in[f.pk]}
    made |= {(f"finding-{f.pk}", f"contribution-{pk}") for f in found.findings for pk in found.told_in[f.pk]}
    return made | {(f"finding-{f.pk}", f"outcome-{f.outcome_id}") for f in found.findings if f.outcome_id}


def of_cycle(cycle: Cycle) -> Everything:
    """The later thread of one cycle."""
    return everything([cycle.pk])


def of_outcome(cycle: Cycle, outcome: Outcome | None, clauses: Collection[int]) -> Onward:
    """What came of one outcome and its clauses."""
    return of_cycle(cycle).after(outcomes={outcome.pk} if outcome else set(), clauses=clauses, needs=set())
