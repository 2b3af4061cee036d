"""What is public of a tender once its day has come, from the record: its state, its lots, how offers are scored, who was given what."""

from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from commissioning import gate
from commissioning.models import Cycle, ProcurementGate
from outcomes.models import Award, Commitment, Lot, Measure, Specification, SpecificationVersion, Weighting
from outcomes.naming_parties import as_facts
from outcomes.public_facts import AwardFacts, CommitmentFacts, CriterionFacts, CycleFacts, LotFacts, TenderFacts

_STATUS = {"": "active", ProcurementGate.Ending.CALLED_OFF: "cancelled", ProcurementGate.Ending.DONE: "complete"}


def with_tender(facts: CycleFacts, cycle: Cycle) -> CycleFacts:
    """The facts of a cycle with those of its tender; the same before the day of procurement: until then the shape is still talked about."""
    awards = awards_of(cycle)
    facts = replace(facts, awards=awards, lots=_lots(cycle, 0, ()) if awards else ())  # what an award names must be there
    set_day = gate.gates_of(cycle).exclude(ending=ProcurementGate.Ending.MOVED).first()
    if set_day is None or set_day.starts_on > timezone.localdate(set_day.ended_at):
        return facts
    shape = cycle.shapes.first()
    tender = TenderFacts(_STATUS[set_day.ending], set_day.starts_on, shape.days if shape else None, set_day.questions_until)
    return replace(facts, tender=tender, lots=_lots(cycle, shape.lots if shape else 0, _criteria(cycle)))


def _criteria(cycle: Cycle) -> tuple[CriterionFacts, ...]:
    """Price, quality, and each question about social value with its own share where the signed specification has them."""
    split = Weighting.objects.filter(cycle=cycle, kind=Weighting.Kind.ADOPTED).first()  # what is only proposed may still change
    if split is None:
        return ()
    asked = [one for one in _signed_criteria(cycle) if Decimal(one["share"] or 0)]
    shares = [("price", "Price", Decimal(split.price)), ("quality", "Quality", Decimal(split.quality))]
    if sum(Decimal(one["share"]) for one in asked) == split.social_value:
        shares += [("quality", f"Social value, {one['code']}: {one['question']}", Decimal(one["share"])) for one in asked]
    else:
        shares.append(("quality", "Social value", Decimal(split.social_value)))
    return tuple(CriterionFacts(kind, name, percent) for kind, name, percent in shares if percent)


def _signed_criteria(cycle: Cycle) -> list[dict[str, str]]:
    standing = SpecificationVersion.objects.filter(specification__cycle=cycle, specification__state=Specification.State.SIGNED_OFF)
    version = standing.order_by("-number").first()
    listed: list[dict[str, str]] = version.content.get("criteria", []) if version else []
    return listed


def _lots(cycle: Cycle, n: int, criteria: tuple[CriterionFacts, ...]) -> tuple[LotFacts, ...]:
    """The lots by name, once they are named; else by number."""
    if named := Lot.objects.filter(cycle=cycle):
        return tuple(LotFacts(f"lot-{lot.number}", lot.title, lot.about, criteria) for lot in named)
    if n == 1:
        return (LotFacts("lot-1", cycle.title, criteria=criteria),)
    return tuple(LotFacts(f"lot-{lot}", f"Lot {lot} of {n}", criteria=criteria) for lot in range(1, n + 1))


def awards_of(cycle: Cycle) -> tuple[AwardFacts, ...]:
    """Who was given which lot: public from the moment it is on record."""
    awards = Award.objects.filter(lot__cycle=cycle).select_related("lot", "provider").order_by("pk")
    promises = "commitments__measures"
    return tuple(_award(award) for award in awards.prefetch_related("parties__organisation", promises))


def _award(award: Award) -> AwardFacts:
    beside = [party.organisation for party in award.parties.all() if party.standing == party.Standing.PARTNER]
    return AwardFacts(
        key=f"award-{award.pk}",
        title=award.lot.title,
        lot=f"lot-{award.lot.number}",
        at=award.at,
        starts=award.starts,
        ends=award.ends,
        suppliers=tuple(as_facts(one) for one in (award.provider, *beside)),
        ended=award.ended_at is not None,
        commitments=tuple(_promise(one) for one in award.commitments.all()),
    )


def _promise(commitment: Commitment) -> CommitmentFacts:
    lines = tuple((f"measure-{one.pk}", one.text, _target(one)) for one in commitment.measures.all() if one.retired_at is None)
    return CommitmentFacts(f"commitment-{commitment.pk}", commitment.promise, lines)


def _target(measure: Measure) -> str:
    if measure.target is None:
        return measure.get_direction_display() if measure.direction else ""
    return f"{measure.target.normalize():f} {measure.unit}".strip()
