"""What is public of a tender once its day has come: whether it is open, its lots, and how offers are scored, from the record."""

from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from commissioning import gate
from commissioning.models import Cycle, ProcurementGate
from outcomes.models import Weighting
from outcomes.public_facts import CriterionFacts, CycleFacts, LotFacts, TenderFacts

_STATUS = {"": "active", ProcurementGate.Ending.CALLED_OFF: "cancelled", ProcurementGate.Ending.DONE: "complete"}


def with_tender(facts: CycleFacts, cycle: Cycle) -> CycleFacts:
    """The facts of a cycle with those of its tender; the same before the day of procurement: until then the shape is still talked about."""
    set_day = gate.gates_of(cycle).exclude(ending=ProcurementGate.Ending.MOVED).first()
    if set_day is None or set_day.starts_on > timezone.localdate(set_day.ended_at):
        return facts
    shape = cycle.shapes.first()
    tender = TenderFacts(_STATUS[set_day.ending], set_day.starts_on, shape.days if shape else None, set_day.questions_until)
    return replace(facts, tender=tender, lots=_lots(facts.title, shape.lots if shape else 0, _criteria(cycle)))


def _criteria(cycle: Cycle) -> tuple[CriterionFacts, ...]:
    split = Weighting.objects.filter(cycle=cycle).first()
    if split is None:
        return ()
    shares = (("price", "Price", split.price), ("quality", "Quality", split.quality), ("quality", "Social value", split.social_value))
    return tuple(CriterionFacts(kind, name, Decimal(percent)) for kind, name, percent in shares if percent)


def _lots(title: str, n: int, criteria: tuple[CriterionFacts, ...]) -> tuple[LotFacts, ...]:
    if n == 1:
        return (LotFacts("lot-1", title, criteria=criteria),)
    return tuple(LotFacts(f"lot-{lot}", f"Lot {lot} of {n}", criteria=criteria) for lot in range(1, n + 1))
