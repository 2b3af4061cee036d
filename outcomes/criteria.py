"""Writing social value criteria: each tied to an outcome or a need, each with a “how” question, all wordings kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from commissioning import minutes
from commissioning import policy as ground
from commissioning.contributing import clean_words, printable, words_if_any
from commissioning.models import Contribution, Cycle, Need, Participant
from commissioning.needs import next_number
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import answering_needs, criterion_rules, policy
from outcomes.models import Criterion, CriterionVersion, Outcome, Specification
from outcomes.models.weighting import Weighting
from workshops import rules
from workshops.models import Agreement, Proposal

KEPT = ("question", "how_question", "good", "outcome", "need", "share", "first_return")
LIVE = Q(retired_at=None)


@dataclass(frozen=True)
class Words:
    """A criterion as an officer writes it."""

    question: str
    how_question: str = ""
    good: str = ""
    outcome: Outcome | None = None
    need: Need | None = None
    share: Decimal = Decimal(0)
    first_return: int | None = None
    no_local_need: bool = False


class SomebodyElseSaved(Refused):
    """Another officer saved this criterion first: both are shown, neither is lost."""

    def __init__(self, current: Criterion, yours: Words) -> None:
        super().__init__(_("Somebody else saved this criterion while you were writing. Both are shown; nothing is lost."))
        self.current = current
        self.yours = yours


def held_for_writing(cycle: Cycle, by: Participant) -> Cycle:
    """The cycle, held until this transaction ends, once `by` may write what is bought; refused once that is signed off (INV-11)."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    held = held_by(by) if by.cycle_id == cycle.pk else frozenset()
    require(ground.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    state = Specification.objects.select_for_update(no_key=True).filter(cycle=cycle).values_list("state", flat=True).first()
    require(policy.why_not_edit(held, frozen=state == Specification.State.SIGNED_OFF))
    return cycle


def quarters_of(cycle: Cycle) -> int | None:
    """How many quarters the contract has as it is shaped now; None while nobody has said."""
    shape = cycle.shapes.first()
    return -(-shape.months // 3) if shape else None


def _clean(cycle: Cycle, words: Words) -> Words:
    """The words as kept. Raises `Refused` for what bidders may not be asked, and for another cycle's outcome or need."""
    question = clean_words(words.question, 1000)
    require(criterion_rules.why_not_ask(question))
    require(criterion_rules.why_no_criterion_share(words.share))
    require(criterion_rules.why_no_quarter(words.first_return, quarters_of(cycle)))
    if words.outcome is not None and words.outcome.theme.framework.cycle_id != cycle.pk:
        raise Refused(_("That outcome belongs to another cycle."))
    if words.need is not None and (words.need.cycle_id != cycle.pk or words.need.state in (Need.State.MERGED, Need.State.PARKED)):
        raise Refused(_("Choose a need that is on the list of this cycle."))
    how, good = printable(words.how_question).strip(), printable(words.good).strip()
    kept = replace(words, question=question, how_question=how and clean_words(how, 1000), good=good and clean_words(good, 2000))
    asked = f"{kept.question} {kept.how_question} {kept.good}"
    require(criterion_rules.asks_which_need(asked, need=words.need is not None, said_none=words.no_local_need))
    return replace(kept, no_local_need=words.no_local_need and words.need is None)


def write(
    cycle: Cycle,
    words: Words,
    *,
    proposal: Proposal | None = None,
    because: str = "",
    key: str = "",
    by: Participant,
    now: datetime,
) -> Criterion:
    """Put a criterion down; the same `key` twice gives the first back.

    With `proposal` it is made of what a room put forward, and the thread leads from what was said to it. Raises `Refused` for a
    question that leaves social value to bidders, and for a promise of any contract until it is said which need it meets.
    """
    with transaction.atomic():
        cycle = held_for_writing(cycle, by)
        already = Criterion.objects.filter(cycle=cycle, key=key).first() if key else None
        if already is not None:
            return already
        if proposal is not None and not may_take_up(cycle).filter(pk=proposal.pk).exists():
            raise Refused(_("That card cannot be taken up: it belongs to another cycle, or it is a criterion already."))
        kept = _clean(cycle, words)
        made = Criterion.objects.create(
            cycle=cycle,
            number=next_number(Criterion.objects.filter(cycle=cycle)),
            no_local_need=kept.no_local_need,
            proposal=proposal,
            because=words_if_any(because, 500),
            key=key,
            by=by,
            at=now,
            **{name: getattr(kept, name) for name in KEPT},
        )
        _keep_version(made, by, now)
        minutes.record(cycle, "criterion", _("Criterion {code} was written", code=made.code), by=by, now=now, why=made.question)
    return made


def _keep_version(criterion: Criterion, by: Participant, now: datetime) -> None:
    said = {name: getattr(criterion, name) for name in KEPT}
    CriterionVersion.objects.create(criterion=criterion, number=criterion.version, by=by, at=now, **said)


def rewrite(criterion: Criterion, words: Words, *, seen_version: int, by: Participant, now: datetime) -> Criterion:
    """Give a criterion other words; its earlier ones stay. Raises `SomebodyElseSaved` when it changed meanwhile."""
    with transaction.atomic():
        cycle = held_for_writing(criterion.cycle, by)
        criterion = _locked(criterion)
        if criterion.version != seen_version:
            raise SomebodyElseSaved(criterion, words)
        kept = _clean(cycle, words)
        if all(getattr(criterion, name) == getattr(kept, name) for name in (*KEPT, "no_local_need")):
            return criterion
        for name in (*KEPT, "no_local_need"):
            setattr(criterion, name, getattr(kept, name))
        criterion.version, criterion.state = criterion.version + 1, Criterion.State.DRAFT
        criterion.save()
        _keep_version(criterion, by, now)
        minutes.record(cycle, "criterion", _("Criterion {code} has new words", code=criterion.code), by=by, now=now, why=criterion.question)
    return criterion


def _locked(criterion: Criterion) -> Criterion:
    found = Criterion.objects.select_for_update(of=("self",), no_key=True).get(pk=criterion.pk)
    if found.state == Criterion.State.WITHDRAWN:
        raise Refused(_("This criterion was withdrawn. Write a new one."))
    return found


def withdraw(criterion: Criterion, *, reason: str, by: Participant, now: datetime) -> None:
    """Take a criterion back, with a reason that everybody reads; its number and words stay."""
    words = clean_words(reason, 500)
    with transaction.atomic():
        cycle = held_for_writing(criterion.cycle, by)
        criterion = _locked(criterion)
        if criterion.measures.filter(LIVE).exists():
            raise Refused(_("The monitoring plan still measures this criterion. Take that measure out of the plan first."))
        criterion.state, criterion.withdrawn_because = Criterion.State.WITHDRAWN, words
        criterion.save(update_fields=["state", "withdrawn_because"])
        minutes.record(cycle, "criterion", _("Criterion {code} was withdrawn", code=criterion.code), by=by, now=now, why=words)


def publish(cycle: Cycle) -> None:
    """The criteria of a specification that was signed off are what bidders are asked; called by signing off."""
    Criterion.objects.filter(cycle=cycle, state=Criterion.State.DRAFT).update(state=Criterion.State.PUBLISHED)


# Looks


def standing(cycle: Cycle) -> QuerySet[Criterion]:
    """The criteria that were not withdrawn."""
    return Criterion.objects.filter(cycle=cycle).exclude(state=Criterion.State.WITHDRAWN)


def facts_of(criteria: Iterable[Criterion]) -> list[criterion_rules.Facts]:
    """What the judgement needs to know of each; their live measures are counted in one query."""
    listed = list(criteria)
    counted = Criterion.objects.filter(pk__in=[c.pk for c in listed]).annotate(n=Count("measures", filter=Q(measures__retired_at=None)))
    measures = dict(counted.values_list("pk", "n"))
    return [
        criterion_rules.Facts(
            code=c.code,
            share=c.share,
            how_question=bool(c.how_question),
            linked=c.outcome_id is not None or c.need_id is not None,
            first_return=c.first_return is not None,
            measures=measures[c.pk],
        )
        for c in listed
    ]


def adopted_share(cycle: Cycle) -> int | None:
    """The share of the evaluation score that social value has, once it is adopted."""
    found = Weighting.objects.filter(cycle=cycle, kind=Weighting.Kind.ADOPTED).order_by("-number").values_list("social_value", flat=True)
    return found.first()


def why_not_publish(cycle: Cycle) -> _ | None:
    """Whether the criteria of a cycle may go out to bidders (PL-13, PL-14, INV-09, SW-05)."""
    return criterion_rules.why_not_publish(facts_of(standing(cycle)), adopted=adopted_share(cycle))


@dataclass
class Row:
    """A criterion as the list shows it: what it lacks, and whether it meets a need of the place."""

    criterion: Criterion
    lacks: list[_]
    local: bool
    boilerplate: str


def rows(cycle: Cycle) -> list[Row]:
    """The criteria with what each lacks; a fixed number of queries however many there are."""
    listed = list(standing(cycle).select_related("cycle", "outcome", "need", "proposal__workshop"))
    local, facts = _local(listed), facts_of(listed)
    return [
        Row(c, criterion_rules.lacks(f), c.pk in local, criterion_rules.boilerplate_in(f"{c.question} {c.how_question} {c.good}"))
        for c, f in zip(listed, facts, strict=True)
    ]


def _local(listed: list[Criterion]) -> set[int]:
    """Those that meet a need of the place: one somebody named, or one that their outcome answers. A promise of any contract names its own."""
    by_outcome = [c for c in listed if c.outcome_id and not c.need_id and not c.no_local_need]
    behind = answering_needs.trace(by_outcome[0].cycle).needs if by_outcome else {}
    return {c.pk for c in listed if c.need_id} | {c.pk for c in by_outcome if behind.get(c.outcome_id or 0)}


def may_take_up(cycle: Cycle) -> QuerySet[Proposal]:
    """What rooms put forward, recorded and may be made a criterion: agreed or not, for what is contested may still be worth asking (P6)."""
    taken = Criterion.objects.filter(cycle=cycle).exclude(state=Criterion.State.WITHDRAWN).exclude(proposal=None)
    recorded = Agreement.objects.filter(superseded_at=None, proposal__workshop__cycle=cycle).exclude(state=rules.DEFERRED)
    return (
        Proposal.objects.on_board()
        .filter(workshop__cycle=cycle, for_outcome=None, pk__in=recorded.values("proposal"))
        .filter(contribution__in=Contribution.objects.open_to_all())
        .exclude(pk__in=taken.values("proposal"))
        .select_related("workshop")
        .order_by("pk")
    )


def as_content(cycle: Cycle) -> list[dict[str, Any]]:
    """The criteria as plain data in a fixed order, as frozen and exported."""
    listed = list(standing(cycle).select_related("cycle", "need"))
    local = _local(listed)
    return [
        {
            "id": c.pk,
            "code": c.code,
            "question": c.question,
            "how_question": c.how_question,
            "good": c.good,
            "outcome": c.outcome_id,
            "need": c.need_id,
            "need_words": c.need.statement if c.need else "",
            "share": f"{c.share:.2f}",
            "first_return": c.first_return,
            "linked_to_local_need": c.pk in local,
        }
        for c in listed
    ]
