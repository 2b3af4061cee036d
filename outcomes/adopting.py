"""Answering agreed items for the authority; adopted ones become outcomes; freezing and reopening the framework."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from commissioning import convening, minutes
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import composing, policy
from outcomes.models import Decision, Framework, FrameworkVersion, Indicator, Outcome, Specification, Theme
from workshops import rules, tally
from workshops.models import Agreement, Proposal


def agreed_in(cycle: Cycle) -> QuerySet[Agreement]:
    """Every agreement of a cycle that holds now and is owed an answer: indicators travel with their outcome."""
    return (
        Agreement.objects.filter(proposal__workshop__cycle=cycle, superseded_at=None, state__in=(rules.AGREED, rules.RESERVED))
        .exclude(proposal__for_outcome__isnull=False)
        .select_related("proposal__contribution__participant__organisation", "proposal__workshop", "version__contribution", "ballot")
        .order_by("pk")
    )


def unanswered_in(cycle: Cycle) -> QuerySet[Agreement]:
    """The agreed items the authority has not answered (PS-03)."""
    return agreed_in(cycle).filter(~Exists(_answers_to(OuterRef("proposal"), OuterRef("version"))))


def _answers_to(proposal: Any, version: Any) -> QuerySet[Decision]:
    """The answers to one wording: a reservation added later supersedes the agreement, and needs no second answer."""
    return Decision.objects.filter(agreement__proposal=proposal, agreement__version=version)


def reopened_in(framework: Framework) -> QuerySet[Outcome]:
    """Adopted outcomes whose wording is no longer agreed: somebody changed the words after the answer (PS-07)."""
    still = Agreement.objects.filter(
        proposal=OuterRef("decision__agreement__proposal"),
        version=OuterRef("decision__agreement__version"),
        superseded_at=None,
        state__in=(rules.AGREED, rules.RESERVED),
    )
    return Outcome.objects.filter(theme__framework=framework).filter(~Exists(still))


def framework_of(cycle: Cycle) -> Framework:
    """The framework of a cycle, started when it is first needed."""
    return Framework.objects.get_or_create(cycle=cycle)[0]


@dataclass(frozen=True)
class Placing:
    """Where an adopted item goes in the framework, and what kind of change it is."""

    theme: str
    for_whom: str
    horizon: str = "medium"
    dimensions: Sequence[str] = ("social",)
    statement: str = ""  # other words than those agreed, when adopted in part
    language: str = "en"  # of those other words
    forms: dict[int, dict[str, Any]] = field(default_factory=dict)  # by indicator proposal: form, source, collector, …


def decide(
    agreement: Agreement,
    *,
    answer: str,
    reason: str,
    decider_role: str,
    by: Participant,
    now: datetime,
    kind: str = "officer",
    placing: Placing | None = None,
) -> Decision:
    """Answer an agreed item for the authority. Adopted, wholly or in part, it becomes an outcome with its indicators.

    Raises `Refused` without the decider's permission, a reason, a role, or a place for what is adopted; or when answered already.
    """
    if answer not in Decision.Answer.values or kind not in Decision.Kind.values:
        raise Refused(_("Choose an answer: adopted, adopted in part, or not adopted."))
    words, role = clean_words(reason, 1000), clean_words(decider_role, 120)
    with transaction.atomic():
        agreement = (
            Agreement.objects.select_for_update(of=("self",), no_key=True).select_related("proposal__workshop__cycle").get(pk=agreement.pk)
        )
        cycle = agreement.proposal.workshop.cycle
        answered = _answers_to(agreement.proposal_id, agreement.version_id).exists()
        held = held_by(by) if by.cycle_id == cycle.pk else frozenset()
        require(policy.why_not_decide(held, answered=answered, holds=agreement.holds))
        framework = Framework.objects.select_for_update(no_key=True).get(pk=framework_of(cycle).pk)
        if answer != Decision.Answer.NOT and framework.state == Framework.State.FROZEN:
            raise Refused(_("The framework is frozen. Reopen it first, with a reason that everybody sees."))
        decision = Decision.objects.create(agreement=agreement, answer=answer, kind=kind, reason=words, decider_role=role, by=by, at=now)
        if answer != Decision.Answer.NOT:
            _place(framework, decision, placing)
        what = _("Proposal {n}: {answer}", n=agreement.proposal_id, answer=Decision.Answer(answer).label)
        minutes.record(cycle, "decide", what, by=by, now=now, why=f"{words} ({role})")
    return decision


def _place(framework: Framework, decision: Decision, placing: Placing | None) -> Outcome:
    if placing is None or not placing.theme.strip() or not placing.for_whom.strip():
        raise Refused(_("Say which theme it belongs to and for whom it is."))
    if not set(placing.dimensions) or set(placing.dimensions) - {"social", "economic", "environmental"}:
        raise Refused(_("Say whether it is social, economic or environmental."))
    proposal = decision.agreement.proposal
    if decision.answer == Decision.Answer.PART and not placing.statement.strip():
        raise Refused(_("Adopted in part: write the words that are adopted."))
    is_standard = proposal.kind != Proposal.Kind.OUTCOME
    placed = Outcome.objects.filter(theme__framework=framework, decision__agreement__proposal=proposal).first()
    before = Outcome.objects.filter(theme__framework=framework, is_standard=is_standard).count()
    outcome = placed or Outcome(number=before + 1, is_standard=is_standard)
    adopted = dict(
        theme=Theme.objects.get_or_create(framework=framework, title=clean_words(placing.theme, 120))[0],
        statement=clean_words(placing.statement) if decision.answer == Decision.Answer.PART else decision.agreement.version.text,
        language=placing.language if decision.answer == Decision.Answer.PART else decision.agreement.version.language,
        for_whom=clean_words(placing.for_whom, 200),
        horizon=placing.horizon,
        decision=decision,
        **{name: name in placing.dimensions for name in ("social", "economic", "environmental")},
    )
    for name, value in adopted.items():
        setattr(outcome, name, value)
    outcome.save()
    _bring_indicators(framework, outcome, placing)
    return outcome


def _bring_indicators(framework: Framework, outcome: Outcome, placing: Placing) -> None:
    """The signs the room gave an outcome come with it; those it brought before keep their number."""
    last = Indicator.objects.filter(outcome__theme__framework=framework).aggregate(last=Max("number"))["last"] or 0
    for sign in Proposal.objects.filter(for_outcome=outcome.decision.agreement.proposal).select_related("contribution"):
        words = {
            "outcome": outcome,
            "text": sign.text,
            "language": sign.language,
            "chosen_by": sign.contribution.group,
            **placing.forms.get(sign.pk, {}),
        }
        __, new = Indicator.objects.update_or_create(proposal=sign, defaults=words, create_defaults={**words, "number": last + 1})
        last += new


def describe_indicator(indicator: Indicator, words: dict[str, Any], *, by: Participant, now: datetime) -> None:
    """Say how an indicator is collected: form, source, collector, frequency, hours, target. Refused once frozen."""
    with transaction.atomic():
        framework = Framework.objects.select_for_update(no_key=True).select_related("cycle").get(themes__outcomes=indicator.outcome_id)
        require(policy.why_not_edit(held_by(by), frozen=framework.state == Framework.State.FROZEN))
        Indicator.objects.filter(pk=indicator.pk).update(**words)
        minutes.record(framework.cycle, "indicator", _("Indicator I{n}: how it is collected", n=indicator.number), by=by, now=now)


def freeze(framework: Framework, *, by: Participant, now: datetime) -> FrameworkVersion:
    """Freeze the framework as a numbered version with a content hash. Raises `Refused` with what is missing."""
    with transaction.atomic():
        framework = Framework.objects.select_for_update(no_key=True).select_related("cycle").get(pk=framework.pk)
        require(policy.why_not_edit(held_by(by), frozen=False))
        outcomes = Outcome.objects.filter(theme__framework=framework).annotate(signs=Count("indicators"))
        require(
            policy.why_not_freeze(
                frozen=framework.state == Framework.State.FROZEN,
                unanswered=unanswered_in(framework.cycle).count(),
                outcomes=len(outcomes),
                without_indicator=sum(1 for o in outcomes if not o.is_standard and not o.signs),
                reopened=reopened_in(framework).count(),
            )
        )
        content = on_record(lambda: content_of(framework))
        version = FrameworkVersion.objects.create(
            framework=framework,
            number=framework.versions.count() + 1,
            content=content,
            content_hash=composing.content_hash(content),
            by=by,
            at=now,
        )
        framework.state = Framework.State.FROZEN
        framework.save(update_fields=["state"])
        what = _("The framework was frozen as version {n}", n=version.number)
        minutes.record(framework.cycle, "freeze", what, by=by, now=now, why=version.content_hash)
        convening.meet_milestone(framework.cycle, "framework_frozen", now=now)
    return version


def reopen(framework: Framework, *, reason: str, by: Participant, now: datetime) -> None:
    """Reopen a frozen framework as a recorded act; a signed-off specification is open again with it (PL-21)."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        framework = Framework.objects.select_for_update(no_key=True).select_related("cycle").get(pk=framework.pk)
        require(policy.why_not_edit(held_by(by), frozen=False))
        if framework.state != Framework.State.FROZEN:
            raise Refused(_("The framework is open already."))
        framework.state = Framework.State.DRAFT
        framework.save(update_fields=["state"])
        Specification.objects.filter(cycle=framework.cycle).update(state=Specification.State.DRAFT)
        convening.withdraw_milestones(framework.cycle, ("framework_frozen", "specification_signed_off"))
        minutes.record(framework.cycle, "reopen framework", _("The framework was reopened"), by=by, now=now, why=words)


def content_of(framework: Framework) -> dict[str, Any]:
    """The whole framework as plain data, in a fixed order; what is hashed, frozen and exported."""
    themes = framework.themes.prefetch_related("outcomes__indicators", "outcomes__decision__agreement__proposal__agreements")
    return {
        "themes": [
            {"id": theme.pk, "title": theme.title, "outcomes": [_outcome_as_data(o) for o in theme.outcomes.all()]} for theme in themes
        ]
    }


def _outcome_as_data(outcome: Outcome) -> dict[str, Any]:
    agreement = standing_agreement(outcome)
    return {
        "id": outcome.pk,
        "code": outcome.code,
        "statement": outcome.statement,
        "language": outcome.language,
        "for_whom": outcome.for_whom,
        "dimensions": [name for name in ("social", "economic", "environmental") if getattr(outcome, name)],
        "horizon": outcome.horizon,
        "standard": outcome.is_standard,
        "agreement": {
            "id": agreement.pk,
            "proposal": agreement.proposal_id,
            "state": agreement.state,
            "dissent": published_dissent(agreement),
            "counts": [published_count(row) for row in agreement.counts],
        },
        "decision": {
            "answer": outcome.decision.answer,
            "reason": outcome.decision.reason,
            "decider_role": outcome.decision.decider_role,
        },
        "indicators": [
            {
                "id": sign.pk,
                "code": f"I{sign.number}",
                "text": sign.text,
                "language": sign.language,
                "form": sign.form,
                "source": sign.source,
                "collector": sign.collector,
                "frequency": sign.frequency,
                "hours": str(sign.hours) if sign.hours is not None else None,
                "target": sign.target,
                "chosen_by": sign.chosen_by,
            }
            for sign in outcome.indicators.all()
        ],
    }


def standing_agreement(outcome: Outcome) -> Agreement:
    """The agreement an outcome stands on now: the one answered, or the same wording with a reservation added since."""
    answered = outcome.decision.agreement
    same = answered.proposal.agreements.all()
    return next((a for a in same if a.superseded_at is None and a.version_id == answered.version_id), answered)


SMALLEST_GROUP = 5  # people; a published breakdown below it is hidden (INV-19)


def published_count(row: dict[str, Any]) -> dict[str, Any]:
    """One group's counts as they may be published: a group under five keeps only its name and that it is small."""
    voted = sum(row[choice] for choice in tally.CHOICES)
    if min(row["entitled"], voted) < SMALLEST_GROUP:
        return {"group": row["group"], "fewer_than": SMALLEST_GROUP}
    return dict(row)


def published_dissent(agreement: Agreement) -> list[dict[str, Any]]:
    """The reasons kept with an agreement; one from a small group is published without the group it came from."""
    small = {row["group"] for row in map(published_count, agreement.counts) if "fewer_than" in row}
    hidden = ("group", "choice")
    return [{k: v for k, v in item.items() if item["group"] not in small or k not in hidden} for item in agreement.dissent]
