"""Sharing the evaluation score between price, quality and social value, in the open and in versions."""

from datetime import datetime

from django.db import transaction

from commissioning import minutes
from commissioning import policy as ground
from commissioning.contributing import printable
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.roles import CONVENE
from commissioning.sentences import Sentence as _
from commissioning.sentences import require
from outcomes import policy
from outcomes.models import Weighting


def propose(cycle: Cycle, *, price: int, quality: int, social_value: int, reason: str = "", by: Participant, now: datetime) -> Weighting:
    """Put down how the score is shared, as the next version; the same again changes nothing.

    Raises `Refused` when the shares do not come to a hundred, or social value counts for nothing and no reason is given (LG-07).
    """
    require(ground.why_not(CONVENE, held_by(by)))
    words = printable(reason).strip()[:600]
    require(policy.why_not_weigh(price, quality, social_value, words))
    shares = {"price": price, "quality": quality, "social_value": social_value, "reason": words}
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(ground.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        last = Weighting.objects.filter(cycle=cycle).first()
        if last is not None and all(getattr(last, name) == value for name, value in shares.items()):
            return last
        made = Weighting.objects.create(cycle=cycle, number=last.number + 1 if last else 1, by=by, at=now, **shares)
        text = _("Share of the evaluation score: price {p}%, quality {q}%, social value {s}%", p=price, q=quality, s=social_value)
        minutes.record(cycle, "weighting", text, by=by, now=now, why=words)
    return made
