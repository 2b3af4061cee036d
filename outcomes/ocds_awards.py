"""Awards in open contracting data: who was given a lot, for which days, and what was promised. Pure. No price is known here (DO-11)."""

from collections.abc import Callable
from datetime import time
from typing import Any

from outcomes.ocds_documents import day_of, moment_of
from outcomes.public_facts import AwardFacts, CommitmentFacts


def award(facts: AwardFacts, party_id: Callable[[str, str, str], str]) -> dict[str, Any]:
    """One award; its promises are agreed metrics, one for each, with the target of each measure."""
    return {
        "id": facts.key,
        "title": facts.title,
        "status": "cancelled" if facts.ended else "active",
        "date": moment_of(facts.at),
        "suppliers": [{"id": party_id(one.scheme, one.identifier, one.key), "name": one.name} for one in facts.suppliers],
        "contractPeriod": {"startDate": day_of(facts.starts, time(0)), "endDate": day_of(facts.ends, time(23, 59, 59))},
        "relatedLots": [facts.lot],
        "agreedMetrics": [_metric(one) for one in facts.commitments],
    }


def _metric(commitment: CommitmentFacts) -> dict[str, Any]:
    looked_at = "; ".join(text for __, text, __target in commitment.measures)
    return {
        "id": commitment.key,
        "title": commitment.promise,
        "description": looked_at,
        "observations": [{"id": key, "measure": target} for key, __, target in commitment.measures if target],
    }
