"""Answering agreed items for the authority; adopted ones become outcomes; freezing and reopening the framework."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from commissioning import convening, minutes
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import aiming, composing, policy, seen
from outcomes.framework_content import content_of as content_of  # (also found here by its callers)
from outcomes.framework_content import published_count as published_count
from outcomes.framework_content import published_dissent as published_dissent
from outcomes.framework_content import standing_agreement as standing_agreement
from outcomes.models import Decision, Framework, FrameworkVersion, Indicator, Outcome, Specification, Theme
from workshops import letters, rules, teaching
from workshops.models import Agreement, Letter, Proposal, ProposalVersion


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
    recorded = Agreement.objects.filter(proposal=OuterRef("proposal"), version=OuterRef("version"), ballot=OuterRef("ballot"))
    listed = agreed_in(cycle).annotate(recorded_at=Subquery(recorded.order_by("at").values("at")[:1]))
    return listed.filter(~Exists(_answers_to(OuterRef("proposal"), OuterRef("version"), OuterRef(OuterRef("recorded_at")))))


def _answers_to(proposal: Any, version: Any, recorded_at: Any) -> QuerySet[Decision]:
    """The answers to one wording: a reservation added later supersedes the agreement, and needs no second answer.

    Signs that the room agreed after an answer, new ones or new words of old ones, need another (PS-07).
    """
    later = ProposalVersion.objects.filter(
        proposal__for_outcome=OuterRef("agreement__proposal"), at__gt=OuterRef("at"), at__lte=recorded_at
    )
    return Decision.objects.filter(agreement__proposal=proposal, agreement__version=version).filter(~Exists(later))


def recorded_at(agreement: Agreement) -> datetime:
    """When the room came to this agreement: a reservation added later copies it and changes nothing about what was agreed."""
    same = Agreement.objects.filter(proposal=agreement.proposal_id, version=agreement.version_id, ballot=agreement.ballot_id)
    return min([agreement.at, *same.values_list("at", flat=True)])


def reopened_in(framework: Framework) -> QuerySet[Outcome]:
    """Adopted outcomes whose wording is no longer agreed: somebody changed the words after the answer (PS-07)."""
    still = Agreement.objects.filter(
        proposal=OuterRef("decision__agreement__proposal"),
        version=OuterRef("decision__agreement__version"),
        superseded_at=None,
        state__in=(rules.AGREED, rules.RESERVED),
    )
    return Outcome.objects.standing().filter(theme__framework=framework).filter(~Exists(still))


def uncollected_in(framework: Framework) -> QuerySet[Indicator]:
    """Indicators that nobody collects yet, or of which nobody said how many hours that takes (ME-08)."""
    standing = Indicator.objects.filter(outcome__theme__framework=framework, outcome__retired_at=None)
    return standing.filter(Q(collector="") | Q(hours=None))


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
        answered = _answers_to(agreement.proposal_id, agreement.version_id, recorded_at(agreement)).exists()
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
    said = placing.statement if decision.answer == Decision.Answer.PART else decision.agreement.version.text
    if not is_standard and (counts := teaching.looks_like_output(said)):
        raise Refused(counts)  # INV-03: in a room it teaches; in the framework it does not stand
    outcome = placed or Outcome(number=before + 1, is_standard=is_standard)
    adopted = dict(
        theme=Theme.objects.get_or_create(framework=framework, title=clean_words(placing.theme, 120))[0],
        statement=clean_words(said),
        language=placing.language if decision.answer == Decision.Answer.PART else decision.agreement.version.language,
        for_whom=clean_words(placing.for_whom, 200),
        horizon=placing.horizon,
        decision=decision,
        retired_at=None,  # agreed and adopted again, it is back
        retired_because="",
        **{name: name in placing.dimensions for name in ("social", "economic", "environmental")},
    )
    for name, value in adopted.items():
        setattr(outcome, name, value)
    outcome.save()
    _bring_indicators(framework, outcome, placing)
    return outcome


def _bring_indicators(framework: Framework, outcome: Outcome, placing: Placing) -> None:
    """The signs the room agreed with an outcome come with it; those it brought before keep their number.

    One that was proposed after the room agreed stays a proposal: nobody agreed to it yet.
    """
    agreed = recorded_at(outcome.decision.agreement)
    last = Indicator.objects.filter(outcome__theme__framework=framework).aggregate(last=Max("number"))["last"] or 0
    for sign in Proposal.objects.filter(for_outcome=outcome.decision.agreement.proposal, at__lte=agreed).select_related("contribution"):
        words = {
            "outcome": outcome,
            "text": sign.text,
            "language": sign.language,
            "chosen_by": sign.contribution.group,
            **placing.forms.get(sign.pk, {}),
        }
        __, new = Indicator.objects.update_or_create(proposal=sign, defaults=words, create_defaults={**words, "number": last + 1})
        last += new


# What may be said of an indicator without asking the room again; never its words, which are agreed (PS-07).
COLLECTED = frozenset(
    {"form", "source", "collector", "frequency", "hours", "target", "unit", "scale_from", "scale_to", "shown_by", "own_horizon"}
    | {"baseline", "baseline_on", "aim", "aim_on", "direction"}
)


def collected(indicator: Indicator) -> dict[str, Any]:
    """How an indicator is collected and what it aims at, as it stands."""
    return {name: getattr(indicator, name) for name in COLLECTED}


def describe_indicator(indicator: Indicator, words: dict[str, Any], *, by: Participant, now: datetime, saw: str = "") -> None:
    """Say how an indicator is collected and what it aims at. The same again changes nothing.

    `saw` is the mark of what the writer saw: raises `SomebodyElseSaved` when another officer saved meanwhile.
    Raises `Refused` once frozen, for figures that cannot be, and for anything of it that is agreed: its words go back to the room.
    """
    if words.keys() - COLLECTED:
        raise Refused(_("The words of an indicator are agreed. To change them, propose new words in the room; that opens it again."))
    with transaction.atomic():
        framework = held(Framework.objects.get(themes__outcomes=indicator.outcome_id), by)
        indicator = Indicator.objects.select_for_update(no_key=True, of=("self",)).get(pk=indicator.pk)
        stands = collected(indicator)
        if all(stands[name] == value for name, value in words.items()):
            return
        seen.check(saw, stands)
        for name, value in words.items():
            setattr(indicator, name, value)
        require(aiming.why_not(aim_of(indicator)))
        indicator.save(update_fields=list(words))
        minutes.record(framework.cycle, "indicator", _("Indicator I{n}: how it is collected", n=indicator.number), by=by, now=now)


def aim_of(indicator: Indicator) -> aiming.Aim:
    """The figures of an indicator, for the rules about them."""
    return aiming.Aim(**{name: getattr(indicator, name) for name in aiming.Aim.__dataclass_fields__})


def held(framework: Framework, by: Participant, *, frozen_too: bool = False) -> Framework:
    """The framework, locked after its cycle, when `by` may write in it; else raises `Refused`."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=framework.cycle_id)
    locked = Framework.objects.select_for_update(no_key=True, of=("self",)).select_related("cycle").get(pk=framework.pk)
    permissions = held_by(by) if by.cycle_id == cycle.pk else frozenset()
    require(policy.why_not_edit(permissions, frozen=locked.state == Framework.State.FROZEN and not frozen_too))
    return locked


def freeze(framework: Framework, *, by: Participant, now: datetime) -> FrameworkVersion:
    """Freeze the framework as a numbered version with a content hash. Raises `Refused` with what is missing."""
    with transaction.atomic():
        framework = held(framework, by, frozen_too=True)
        outcomes = Outcome.objects.standing().filter(theme__framework=framework)
        require(
            policy.why_not_freeze(
                frozen=framework.state == Framework.State.FROZEN,
                unanswered=unanswered_in(framework.cycle).count(),
                outcomes=outcomes.count(),
                without_indicator=outcomes.filter(is_standard=False, indicators=None).count(),
                uncollected=uncollected_in(framework).count(),
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
    """Reopen a frozen framework as a recorded act that every participant is told of (PL-21).

    A signed-off specification is open again with it, since its clauses cite what may change now (PS-07).
    """
    words = clean_words(reason, 500)
    with transaction.atomic():
        framework = held(framework, by, frozen_too=True)
        if framework.state != Framework.State.FROZEN:
            raise Refused(_("The framework is open already."))
        framework.state = Framework.State.DRAFT
        framework.save(update_fields=["state"])
        signed = Specification.objects.filter(cycle=framework.cycle, state=Specification.State.SIGNED_OFF)
        with_it = bool(signed.update(state=Specification.State.DRAFT))
        convening.withdraw_milestones(framework.cycle, ("framework_frozen", "specification_signed_off"))
        line = minutes.record(framework.cycle, "reopen framework", _("The framework was reopened"), by=by, now=now, why=words)
        told = _("The framework is open again. The reason: {why}", why=words)
        if with_it:
            told = _("The specification is open again. The reason: {why}", why=words)
        everybody = framework.cycle.participants.filter(withdrawn_at=None)
        letters.tell(everybody, Letter.Kind.CLAUSES, f"framework:{line.pk}", cycle=framework.cycle, now=now, words=told)
