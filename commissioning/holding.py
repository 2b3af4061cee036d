"""Holding a cycle while an officer changes what stands about it."""

from commissioning import policy, roles
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def held_open(cycle: Cycle, by: Participant) -> Cycle:
    """The cycle, locked, when `by` may convene it and it is open. Raises `Refused` otherwise. Call it inside a transaction."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    locked = Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("basis").get(pk=cycle.pk)
    if by.cycle_id != locked.pk:
        raise Refused(_("You are not a participant of this cycle, so you can look but not act."))
    require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=locked.state == Cycle.State.CLOSED))
    return locked
