"""The thread: from any clause back to what people said, and from anything said forward to what it became."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from commissioning.models import Contribution, Cycle, Feedback
from commissioning.quoting import as_agreed
from commissioning.sentences import on_record
from outcomes import adopting, thread_onward
from outcomes.adopting import published_count, published_dissent
from outcomes.models import (
    Clause,
    Commitment,
    Decision,
    Indicator,
    Outcome,
)
from outcomes.thread_onward import Everything, Onward
from workshops import moderating, origins
from workshops.models import Agreement, Comment, Objection, Proposal, ProposalVersion, Step


@dataclass
class Journey:
    """How far one contribution travelled, in order."""

    contribution: Contribution
    feedback: Feedback | None = None
    step: Step | None = None  # what the facilitator did about it, with the reason
    proposals: list[Proposal] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    onward: Onward = field(default_factory=Onward)  # criteria, commitments, measures, readings, findings, needs carried on
    later: Everything | None = None  # what it was read from, for whoever walks farther


def roots_of(proposals: Collection[Proposal]) -> dict[int, set[int]]:
    """For each proposal, the contributions behind it: its first words, its sources, its changes and its comments.

    What is behind a card that was merged into it is behind it too, and so is what somebody said against the merge.
    """
    parts = origins.cards_in(p.workshop_id for p in proposals)
    asked = {p.pk: parts.get(p.pk, set()) | {p.pk} for p in proposals}
    own = _own_roots(set().union(*asked.values()) if asked else set())
    return {pk: set().union(*(own[part] for part in group)) for pk, group in asked.items()}


def _own_roots(ids: Collection[int]) -> dict[int, set[int]]:
    """For each of these proposals, what was said for it, of it and about it alone."""
    found: dict[int, set[int]] = {pk: set() for pk in ids}
    cited = Proposal.sources.through.objects.filter(proposal__in=ids, proposal__set_aside_at=None)
    for proposal, contribution in cited.values_list("proposal", "contribution"):
        found[proposal].add(contribution)
    for proposal, first, contribution in Proposal.objects.filter(pk__in=ids).values_list("pk", "contribution", "versions__contribution"):
        found[proposal] |= {first, contribution}
    for proposal, contribution in Objection.objects.filter(merge__merged__in=ids).values_list("merge__merged", "contribution"):
        found[proposal].add(contribution)
    for proposal, contribution in Comment.objects.filter(proposal__in=ids).values_list("proposal", "contribution"):
        found[proposal].add(contribution)
    for parent, contribution in Proposal.objects.filter(for_outcome__in=ids).values_list("for_outcome", "contribution"):
        found[parent or 0].add(contribution)
    return found


def journeys(contributions: Iterable[Contribution], later: Everything | None = None) -> list[Journey]:
    """Where each of these contributions went; a fixed number of queries however many there are.

    `later` is the thread after the specification, when somebody read it already.
    """
    found = {c.pk: Journey(c) for c in contributions}
    ids = list(found)
    for answer in Feedback.objects.filter(contribution__in=ids).order_by("pk"):
        found[answer.contribution_id].feedback = answer
    for pk, step in moderating.last_steps(ids).items():
        found[pk].step = step
    touching = (
        Q(contribution__in=ids)
        | Q(sources__in=ids, set_aside_at=None)  # a merge that was undone leads nowhere: what was said is back where it was
        | Q(versions__contribution__in=ids)
        | Q(comments__contribution__in=ids)
        | Q(indicators__contribution__in=ids)
        | Q(merge__objections__contribution__in=ids)
    )
    touched = set(Proposal.objects.filter(touching).values_list("pk", flat=True))
    wanted = touched | origins.became(touched, Contribution.objects.filter(pk__in=ids))
    readable = Proposal.objects.filter(pk__in=wanted, contribution__in=Contribution.objects.shown())
    proposals = {p.pk: p for p in readable.select_related("workshop")}
    contributors: dict[int, set[int]] = roots_of(list(proposals.values()))
    after = _after(proposals)
    for pk, proposal in proposals.items():
        for contribution in contributors[pk] & found.keys():
            journey = found[contribution]
            journey.proposals.append(proposal)
            for name, items in after[pk].items():
                listed = getattr(journey, name)
                listed += [item for item in items if item not in listed]  # a sign and its outcome lead to the same agreement
    _go_on(found, later)
    return list(found.values())


def _go_on(found: dict[int, Journey], later: Everything | None) -> None:
    """Walk each journey on: from its cards, its outcomes, its clauses, and the needs made of its words."""
    later = later or thread_onward.everything({journey.contribution.cycle_id for journey in found.values()})
    for journey in found.values():
        journey.later = later
    if not later.criteria and not later.commitments and not later.findings and not later.measures:
        return
    needs = thread_onward.needs_of(list(found))
    for pk, journey in found.items():
        outcomes, clauses = {o.pk for o in journey.outcomes}, {c.pk for c in journey.clauses}
        cards = {p.pk for p in journey.proposals} | {p.for_outcome_id for p in journey.proposals if p.for_outcome_id}
        journey.onward = later.after(outcomes=outcomes, clauses=clauses, needs=needs[pk], proposals=cards)


def _after(proposals: dict[int, Proposal]) -> dict[int, dict[str, list[Any]]]:
    """For each proposal: its current agreement, the decision on it, the outcome, the clauses."""
    after: dict[int, dict[str, list[Any]]] = defaultdict(lambda: {"agreements": [], "decisions": [], "outcomes": [], "clauses": []})
    parents = {p.pk: p.for_outcome_id or p.pk for p in proposals.values()}
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in parents.items():
        children[parent].append(child)
    for agreement in Agreement.objects.filter(proposal__in=list(children), superseded_at=None):
        for child in children[agreement.proposal_id]:
            after[child]["agreements"].append(agreement)
    decisions = Decision.objects.filter(agreement__proposal__in=list(children)).select_related("agreement")
    for decision in decisions:
        for child in children[decision.agreement.proposal_id]:
            after[child]["decisions"].append(decision)
    outcomes = Outcome.objects.filter(decision__in=decisions).select_related("decision__agreement", "theme").prefetch_related("clauses")
    for outcome in outcomes:
        for child in children[outcome.decision.agreement.proposal_id]:
            after[child]["outcomes"].append(outcome)
            after[child]["clauses"].extend(outcome.clauses.all())
    return after


@dataclass
class Backwards:
    """The walk back from one clause, or from a criterion without one."""

    clause: Clause | None
    outcome: Outcome | None
    agreement: Agreement | None
    proposal: Proposal | None
    contributions: list[Contribution]

    @property
    def counts(self) -> list[dict[str, Any]]:
        """How each group voted on the agreement, as it may be published."""
        return [published_count(row) for row in self.agreement.counts] if self.agreement else []


def readable_versions(proposal: Proposal | None) -> list[ProposalVersion]:
    """The wordings of a proposal that people may read."""
    if proposal is None:
        return []
    return list(proposal.versions.filter(contribution__in=Contribution.objects.shown()).select_related("by__organisation", "contribution"))


def walk_back(clause: Clause) -> Backwards:
    """From a clause to its outcome, the agreement behind it, the proposal with its versions, and every contribution."""
    return _walk_back(clause, clause.outcome)


def _walk_back(clause: Clause | None, outcome: Outcome | None, more: Collection[int] = ()) -> Backwards:
    proposal = outcome.decision.agreement.proposal if outcome else None
    roots = roots_of([proposal])[proposal.pk] if proposal else set()
    if not roots and not more:
        return Backwards(clause, outcome, None, proposal, [])
    said = Contribution.objects.open_to_all().filter(pk__in=roots | set(more))
    contributions = as_agreed(said.select_related("participant__organisation").order_by("pk"))
    return Backwards(clause, outcome, adopting.standing_agreement(outcome) if outcome else None, proposal, contributions)


def walk_back_from_commitment(commitment: Commitment) -> Backwards:
    """From a commitment through its criterion or its clause back to the outcome, the need and what people said."""
    criterion, clause = commitment.criterion, commitment.clause
    if criterion is None:
        return _walk_back(clause, clause.outcome if clause else None)
    needs = [criterion.need_id] if criterion.need_id else []
    outcome = criterion.outcome or (clause.outcome if clause else None)
    return _walk_back(clause, outcome, thread_onward.voices_behind(needs) if needs else ())


def thread_of(cycle: Cycle) -> dict[str, Any]:
    """The whole thread of a cycle as nodes and links, without a name in it. Every link ends at a node that is there."""
    said = Contribution.objects.open_to_all().filter(cycle=cycle).select_related("participant")
    contributions = on_record(lambda: as_agreed(said))
    open_words = Contribution.objects.open_to_all().filter(cycle=cycle)
    proposals = list(Proposal.objects.filter(workshop__cycle=cycle, contribution__in=open_words).select_related("workshop"))
    agreements = list(Agreement.objects.filter(proposal__workshop__cycle=cycle))
    decisions = list(Decision.objects.filter(agreement__proposal__workshop__cycle=cycle))
    outcomes = list(Outcome.objects.filter(theme__framework__cycle=cycle).select_related("theme"))
    indicators = list(Indicator.objects.filter(outcome__theme__framework__cycle=cycle))
    clauses = list(Clause.objects.filter(specification__cycle=cycle))
    answers = {f.contribution_id: f for f in Feedback.objects.filter(contribution__cycle=cycle).order_by("pk")}
    nodes = [_contribution_node(c, answers.get(c.pk)) for c in contributions]
    nodes += [
        {
            "id": f"proposal-{p.pk}",
            "type": "proposal",
            "kind": p.kind,
            "text": p.text,
            "language": p.language,
            "version": p.version,
            "workshop": p.workshop.slug,
        }
        for p in proposals
    ]
    nodes += [_agreement_node(a) for a in agreements]
    nodes += [_decision_node(d) for d in decisions]
    nodes += [
        {"id": f"outcome-{o.pk}", "type": "outcome", "code": o.code, "text": o.statement, "language": o.language, "theme": o.theme.title}
        for o in outcomes
    ]
    nodes += [{"id": f"indicator-{i.pk}", "type": "indicator", "text": i.text, "language": i.language, "form": i.form} for i in indicators]
    nodes += [{"id": f"clause-{c.pk}", "type": "clause", "number": c.label, "text": c.text, "requirement": c.requirement} for c in clauses]
    later = thread_onward.of_cycle(cycle)
    nodes += thread_onward.nodes(later)
    links = _links(proposals, agreements, decisions, outcomes, indicators, clauses) | thread_onward.links(later)
    known = {node["id"] for node in nodes}
    kept = sorted((a, b) for a, b in links if a in known and b in known)
    return {"cycle": cycle.slug, "nodes": nodes, "links": [{"from": a, "cites": b} for a, b in kept]}


def _links(
    proposals: list[Proposal],
    agreements: list[Agreement],
    decisions: list[Decision],
    outcomes: list[Outcome],
    indicators: list[Indicator],
    clauses: list[Clause],
) -> set[tuple[str, str]]:
    """Who cites whom."""
    links = {(f"proposal-{p}", f"contribution-{c}") for p, said in roots_of(proposals).items() for c in said if c}
    links |= {(f"proposal-{p.pk}", f"proposal-{p.for_outcome_id}") for p in proposals if p.for_outcome_id}
    links |= {(f"proposal-{p.merged_into_id}", f"proposal-{p.pk}") for p in proposals if p.merged_into_id}
    links |= {(f"agreement-{a.pk}", f"proposal-{a.proposal_id}") for a in agreements}
    links |= {(f"decision-{d.pk}", f"agreement-{d.agreement_id}") for d in decisions}
    links |= {(f"outcome-{o.pk}", f"decision-{o.decision_id}") for o in outcomes}
    links |= {(f"indicator-{i.pk}", f"outcome-{i.outcome_id}") for i in indicators}
    links |= {(f"indicator-{i.pk}", f"proposal-{i.proposal_id}") for i in indicators}
    links |= {(f"clause-{c.pk}", f"outcome-{c.outcome_id}") for c in clauses if c.outcome_id}
    return links


def _decision_node(decision: Decision) -> dict[str, Any]:
    names = ("answer", "reason", "decider_role")
    return {"id": f"decision-{decision.pk}", "type": "decision"} | {name: getattr(decision, name) for name in names}


def _contribution_node(said: Contribution, answer: Feedback | None) -> dict[str, Any]:
    status = {"status": answer.status, "reason": answer.reason} if answer else None
    return {
        "id": f"contribution-{said.pk}",
        "type": "contribution",
        "kind": said.kind,
        "group": said.group,
        "text": said.text,
        "language": said.language,
        "answer": status,
    }


def _agreement_node(agreement: Agreement) -> dict[str, Any]:
    return {
        "id": f"agreement-{agreement.pk}",
        "type": "agreement",
        "state": agreement.state,
        "current": agreement.superseded_at is None,
        "counts": [published_count(row) for row in agreement.counts],
        "dissent": published_dissent(agreement),
        "reason": agreement.reason,
    }
