"""Opening the next cycle from the review of this one, with what goes forward (CY-4)."""

from datetime import datetime

from django.db import transaction

from commissioning import convening, minutes, policy, roles, starting
from commissioning.contributing import clean_words
from commissioning.models import Cycle, ExitAnswer, Participant, Role
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def open_next(cycle: Cycle, *, title: str, by: Participant, now: datetime) -> Cycle:
    """Open the cycle that follows this one: same service, areas and promises; what goes forward stands in its starting point.

    Raises `Refused` before the question what goes forward is answered, and for somebody with no account of the authority.
    The same title twice opens one cycle.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    if by.user is None:
        raise Refused(_("Only an officer of the authority can open a cycle for it."))
    words = clean_words(title, 160)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        already = cycle.followed_by.filter(title=words).first()
        if already is not None:
            return already
        answered = ExitAnswer.objects.filter(stage__cycle=cycle, question="carried_forward").first()
        if answered is None:
            raise Refused(_("Say first what goes forward to the next cycle: it is the last question of this stage."))
        areas, scope = tuple(cycle.areas.values_list("name", flat=True)), tuple(cycle.scope.values_list("kind", "text"))
        same = {name: getattr(cycle, name) for name in SAME}
        plan = convening.CyclePlan(title=words, service=cycle.service.name, areas=areas, scope=scope, kind=Cycle.Kind.RECOMMISSION, **same)
        made = convening.open_cycle(plan, authority=cycle.authority, by=by.user, now=now)
        Cycle.objects.filter(pk=made.pk).update(follows=cycle)
        lead = Role.objects.select_related("participant").get(participant__cycle=made, code="lead").participant
        starting.write(made, "promises", words=answered.words, unknown=False, by=lead, now=now)
        minutes.record(cycle, "forward", _("The next cycle was opened: {title}", title=words), by=by, now=now, why=answered.words)
    return made


SAME = (
    "purpose",
    "level",
    "payment_line",
    "who_proposes",
    "who_votes",
    "who_decides",
    "authority_keeps",
    "bidding_rule",
    "contact",
    "invented",
)
