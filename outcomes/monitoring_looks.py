"""What the page of the monitoring plan shows: its lines, its hours in each quarter, who agreed, and what else may follow."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commissioning.models import Cycle
from commissioning.quoting import as_agreed
from outcomes import consequences, measure_rules, monitoring
from outcomes.criteria import quarters_of
from outcomes.models import Consequence, Measure, MonitoringCeiling, MonitoringConsent
from workshops import tally

SHOWN = 12  # quarters in the chart: three years


@dataclass(frozen=True)
class Line:
    """One measure with how much work it is a quarter, and a warning where it takes much."""

    measure: Measure
    a_quarter: Decimal
    note: Any


@dataclass(frozen=True)
class Bar:
    """One quarter: its hours, how wide that is in the drawing, and whether it is over what was agreed."""

    quarter: int
    hours: Decimal
    width: float
    over: bool


@dataclass(frozen=True)
class GroupSaid:
    """One group: whether it agrees, and who of it said what, as each allows to be named."""

    code: str
    agrees: bool
    said: list[MonitoringConsent]


def lines_of(cycle: Cycle) -> list[Line]:
    """The plan, measure by measure; what a provider promised stands below the rest."""
    listed = Measure.objects.filter(cycle=cycle, retired_at=None).select_related("indicator__outcome", "criterion", "commitment", "lot")
    rows = [Line(m, monitoring.work_of(m).a_quarter, measure_rules.effort_of_money(m.text)) for m in listed]
    return sorted(rows, key=lambda row: (row.measure.commitment_id is not None, row.measure.number))


def bars(lines: list[Line], ceiling: MonitoringCeiling | None, quarters: int | None) -> list[Bar]:
    """The hours of each quarter, as many as the contract has or three years."""
    plan = [monitoring.work_of(line.measure) for line in lines if line.measure.commitment_id is None]
    if not plan:
        return []
    hours = {q: measure_rules.hours_in(q, plan) for q in range(1, min(quarters or SHOWN, SHOWN) + 1)}
    limit = ceiling.hours if ceiling else None
    most = max(*hours.values(), limit or Decimal(0), Decimal("0.1"))
    return [Bar(q, n, round(float(100 * n / most), 2), measure_rules.over(n, limit)) for q, n in hours.items()]


def said_of(cycle: Cycle, ceiling: MonitoringCeiling | None, hours: Decimal) -> list[GroupSaid]:
    """What every group that takes part says of a plan over the ceiling; nothing while it is within it."""
    if ceiling is None or not measure_rules.over(hours, ceiling.hours):
        return []
    listed = list(ceiling.consents.select_related("by__organisation"))
    counted = {g: [c for c in listed if c.group == g and (c.hours >= hours or not c.agrees)] for g in tally.GROUPS}
    agreeing = {g: measure_rules.Said(sum(c.agrees for c in of), sum(not c.agrees for c in of)).agrees for g, of in counted.items()}
    return [GroupSaid(group, agreeing[group], counted[group]) for group in monitoring.groups_here(cycle)]


def consequences_of(cycle: Cycle) -> list[Consequence]:
    """What else may follow from the outcomes, as people said it and where they allow it: the plan watches these too (PL-10)."""
    listed = list(consequences.to_look_at(cycle))
    as_agreed(row.contribution for row in listed)
    return listed


def look(cycle: Cycle) -> dict[str, Any]:
    """Everything the page shows that does not depend on who looks; the same few queries however long the plan is."""
    lines, ceiling, quarters = lines_of(cycle), monitoring.ceiling_of(cycle), quarters_of(cycle)
    plan = [monitoring.work_of(line.measure) for line in lines if line.measure.commitment_id is None]
    hours = measure_rules.busiest(plan, quarters)
    groups = said_of(cycle, ceiling, hours)
    names = [str(tally.GROUPS[g.code]) for g in groups if not g.agrees]
    return {
        "lines": lines,
        "ceiling": ceiling,
        "busiest": hours,
        "together": sum((work.a_quarter for work in plan), Decimal(0)),
        "over": measure_rules.over(hours, ceiling.hours if ceiling else None),
        "why_not": measure_rules.why_over(hours, ceiling.hours if ceiling else None, names),
        "groups": groups,
        "bars": bars(lines, ceiling, quarters),
        "quarters": quarters,
        "consequences": consequences_of(cycle),
        "retired": list(Measure.objects.filter(cycle=cycle, retired_at__isnull=False)),
    }
