"""What of the criteria, their shares and the monitoring plan stands in the way of signing the specification off."""

from commissioning.models import Cycle
from commissioning.sentences import Sentence as _
from outcomes import criteria, monitoring


def why_not_publish(cycle: Cycle) -> _ | None:
    """The first thing in the way, in words; None when criteria, shares and plan can go out."""
    return criteria.why_not_publish(cycle) or monitoring.why_not_publish(cycle)
