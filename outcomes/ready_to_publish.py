"""What of the criteria, their shares and the monitoring plan stands in the way of signing the specification off."""

from commissioning.models import Cycle
from commissioning.sentences import Sentence as _
from outcomes import criteria, criterion_rules, measure_rules, monitoring


def why_not_publish(cycle: Cycle) -> _ | None:
    """The first thing in the way, in words; None when criteria, shares and plan can go out."""
    return criteria.why_not_publish(cycle) or monitoring.why_not_publish(cycle)


def counts(cycle: Cycle) -> dict[str, int]:
    """The same as numbers, by the names of `policy.why_not_sign_off`."""
    facts = criteria.facts_of(criteria.standing(cycle))
    ceiling, hours = monitoring.ceiling_of(cycle), monitoring.busiest(cycle)
    over = bool(monitoring.waiting_for(cycle, ceiling, hours))
    return {
        "criteria_incomplete": len(criterion_rules.incomplete(facts)),
        "criteria_unmeasured": len(criterion_rules.unmeasured(facts)),
        "over_ceiling": int(measure_rules.over(hours, ceiling.hours if ceiling else None) and over),
    }
