"""Each scored promise becomes a commitment with an owner, its quarters and its measures; a change keeps what stood before (DO-04)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from commissioning import minutes
from commissioning.contributing import clean_words, printable
from commissioning.holding import held_open
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import award_rules, awarding, quarters
from outcomes.models import Award, Clause, Commitment, CommitmentChange, Criterion, Indicator, Measure

S = Commitment.State


@dataclass(frozen=True)
class Promise:
    """What was promised, who sees to it, and in which quarters of the contract it is shown."""

    promise: str
    owner: str
    first_quarter: int = 1
    last_quarter: int | None = None

    def cleaned(self) -> "Promise":
        """The same with clean words. Raises `Refused` when something is missing."""
        return Promise(clean_words(self.promise, 1000), clean_words(self.owner, 120), self.first_quarter, self.last_quarter)


@dataclass(frozen=True)
class NewMeasure:
    """How a promise is looked at: what, which kind of sign, by whom, how often, and the hours it takes."""

    text: str
    form: str
    owner: str
    hours: Decimal
    every: int = Measure.Every.QUARTER
    first_quarter: int = 1
    target: Decimal | None = None
    unit: str = ""


def commit(
    award: Award,
    said: Promise,
    *,
    criterion: Criterion | None = None,
    clause: Clause | None = None,
    measures: Collection[Measure] = (),
    key: str,
    by: Participant,
    now: datetime,
) -> Commitment:
    """Make a promise part of the contract; the same `key` twice gives the first back.

    Raises `Refused` without a criterion or a clause of this cycle behind it, and for a quarter outside the contract.
    """
    said = said.cleaned()
    with transaction.atomic():
        cycle = held_open(award.lot.cycle, by)
        award = awarding.held(award)
        already = Commitment.objects.filter(award=award, key=key).first() if key else None
        if already is not None:
            return already
        _require_standing(award)
        _require_origin(cycle, criterion, clause)
        _require_quarters(award, said)
        number = 1 + (Commitment.objects.filter(award__lot__cycle=cycle).aggregate(last=Max("number"))["last"] or 0)
        made = Commitment.objects.create(
            award=award, criterion=criterion, clause=clause, number=number, key=key[:64], by=by, at=now, **vars(said)
        )
        CommitmentChange.objects.create(commitment=made, number=1, by=by, at=now, **vars(said))
        for measure in measures:
            _attach(made, measure)
        who = award.provider.name
        minutes.record(cycle, "commitment", _("{who} is committed to {code}", who=who, code=made.code), by=by, now=now, why=said.promise)
    return made


def _require_standing(award: Award) -> None:
    if award.ended_at is not None:
        raise Refused(_("This award has ended. Nothing new is promised under it."))


def _require_origin(cycle: Cycle, criterion: Criterion | None, clause: Clause | None) -> None:
    if criterion is None and clause is None:
        raise Refused(_("Say where the promise comes from: a criterion or a clause."))
    if criterion is not None and (criterion.cycle_id != cycle.pk or criterion.state == Criterion.State.WITHDRAWN):
        raise Refused(_("That criterion does not stand in this cycle."))
    if clause is not None and clause.specification.cycle_id != cycle.pk:
        raise Refused(_("That clause belongs to another cycle."))


def _require_quarters(award: Award, said: Promise) -> None:
    whole = quarters.how_many(award.starts, award.ends)
    require(award_rules.why_not_quarters(said.first_quarter, said.last_quarter, whole))


def _attach(commitment: Commitment, measure: Measure) -> None:
    if measure.cycle_id != commitment.award.lot.cycle_id or measure.retired_at is not None:
        raise Refused(_("That measure does not stand in this cycle."))
    if measure.lot_id not in (None, commitment.award.lot_id):
        raise Refused(_("{code} is a measure of another lot.", code=measure.code))
    if measure.commitment_id not in (None, commitment.pk):
        raise Refused(_("{code} shows another promise already.", code=measure.code))
    measure.commitment = commitment
    measure.save(update_fields=["commitment"])


def _held(commitment: Commitment, by: Participant) -> tuple[Cycle, Commitment]:
    """The cycle and the commitment, locked in this order, when `by` may change it."""
    cycle = held_open(commitment.award.lot.cycle, by)
    found = Commitment.objects.select_for_update(of=("self",), no_key=True).select_related("award__lot__cycle", "award__provider")
    return cycle, found.get(pk=commitment.pk)


def attach(commitment: Commitment, measure: Measure, *, by: Participant, now: datetime) -> None:
    """Let a measure of the monitoring plan show this promise. Doing it twice changes nothing."""
    with transaction.atomic():
        cycle, commitment = _held(commitment, by)
        measure = Measure.objects.select_for_update(of=("self",), no_key=True).get(pk=measure.pk)
        if measure.commitment_id == commitment.pk:
            return
        _attach(commitment, measure)
        minutes.record(cycle, "measure", _("{m} shows {code}", m=measure.code, code=commitment.code), by=by, now=now)


def add_measure(commitment: Commitment, new: NewMeasure, *, by: Participant, now: datetime) -> Measure:
    """Add a line to the monitoring plan that shows this promise. The same words twice are kept once."""
    text, owner = clean_words(new.text, 600), clean_words(new.owner, 120)
    if new.form not in Indicator.Form.values or new.every not in Measure.Every.values or not 0 <= new.hours <= 999:
        raise Refused(_("Choose what kind of sign it is, how often, and how many hours it takes."))
    with transaction.atomic():
        cycle, commitment = _held(commitment, by)
        same = Measure.objects.filter(commitment=commitment, text=text, retired_at=None).first()
        if same is not None:
            return same
        award = commitment.award
        whole = quarters.how_many(award.starts, award.ends)
        require(award_rules.why_not_quarters(new.first_quarter, None, whole))
        number = 1 + (Measure.objects.filter(cycle=cycle).aggregate(last=Max("number"))["last"] or 0)
        values = vars(new) | {"text": text, "owner": owner, "unit": printable(new.unit).strip()[:60]}
        made = Measure.objects.create(
            cycle=cycle, number=number, commitment=commitment, criterion=commitment.criterion, lot=award.lot, by=by, at=now, **values
        )
        minutes.record(cycle, "measure", _("{m} shows {code}", m=made.code, code=commitment.code), by=by, now=now, why=text)
    return made


def vary(commitment: Commitment, said: Promise, *, because: str, seen: int = 0, by: Participant, now: datetime) -> Commitment:
    """Change a promise, with a reason; what stood before stays to be read. The same again changes nothing.

    `seen` is the number of the wording the writer saw: raises `Refused` when somebody changed it meanwhile.
    """
    said, words = said.cleaned(), clean_words(because, 600)
    with transaction.atomic():
        cycle, commitment = _held(commitment, by)
        if commitment.state == S.ENDED:
            raise Refused(_("This commitment has ended. Nothing in it changes any more."))
        if Promise(commitment.promise, commitment.owner, commitment.first_quarter, commitment.last_quarter) == said:
            return commitment
        last = commitment.changes.aggregate(last=Max("number"))["last"] or 0
        if seen and seen != last:
            raise Refused(_("Somebody changed this commitment while you were writing. Your words are below; look at the new ones first."))
        _require_quarters(commitment.award, said)
        if not last:  # made before wordings were kept
            first = Promise(commitment.promise, commitment.owner, commitment.first_quarter, commitment.last_quarter)
            CommitmentChange.objects.create(commitment=commitment, number=1, by=commitment.by, at=commitment.at, **vars(first))
            last = 1
        CommitmentChange.objects.create(commitment=commitment, number=last + 1, because=words, by=by, at=now, **vars(said))
        for name, value in vars(said).items():
            setattr(commitment, name, value)
        commitment.state, commitment.state_because = S.VARIED, words
        commitment.save()
        minutes.record(cycle, "commitment", _("{code} has changed", code=commitment.code), by=by, now=now, why=words)
    return commitment


def end(commitment: Commitment, *, because: str, by: Participant, now: datetime) -> Commitment:
    """End a promise with a reason; it stays on record. Ending it again changes nothing."""
    words = clean_words(because, 600)
    with transaction.atomic():
        cycle, commitment = _held(commitment, by)
        if commitment.state == S.ENDED:
            return commitment
        commitment.state, commitment.state_because, commitment.ended_at = S.ENDED, words, now
        commitment.save(update_fields=["state", "state_because", "ended_at"])
        minutes.record(cycle, "commitment", _("{code} has ended", code=commitment.code), by=by, now=now, why=words)
    return commitment


# Looks


def of(cycle: Cycle) -> QuerySet[Commitment]:
    """Every commitment of a cycle, by lot."""
    found = Commitment.objects.filter(award__lot__cycle=cycle).order_by("award__lot__number", "number")
    return found.select_related("award__lot__cycle", "award__provider", "criterion", "clause")


def measures_among(listed: Collection[Commitment], cycle: Cycle) -> dict[int, list[Measure]]:
    """The measures that show each commitment: those that name it, and those of its criterion that name none, for its lot or for all."""
    criteria = {c.criterion_id for c in listed if c.criterion_id}
    asked = Q(commitment__in=[c.pk for c in listed]) | Q(commitment=None, criterion__in=criteria)
    found = list(Measure.objects.filter(asked, cycle=cycle, retired_at=None).order_by("number"))
    return {
        c.pk: [
            m
            for m in found
            if m.commitment_id == c.pk
            or (m.commitment_id is None and m.criterion_id == c.criterion_id and m.lot_id in (None, c.award.lot_id))
        ]
        for c in listed
    }


def criteria_of(cycle: Cycle) -> QuerySet[Criterion]:
    """The criteria that stand: each must become a commitment once something is awarded."""
    return Criterion.objects.filter(cycle=cycle).exclude(state=Criterion.State.WITHDRAWN).select_related("outcome", "need")


def criteria_without(cycle: Cycle) -> list[Criterion]:
    """The criteria nobody is committed to, under an award that stands."""
    kept = Commitment.objects.filter(award__lot__cycle=cycle, award__ended_at=None).exclude(state=S.ENDED)
    return list(criteria_of(cycle).exclude(pk__in=kept.filter(criterion__isnull=False).values("criterion")))
