"""How a supplier gets what is released: an officer registers it, or whoever takes part for it chooses."""

from datetime import datetime

from django.db import transaction

from commissioning import minutes, policy, registering, release_rules, roles
from commissioning.contributing import printable
from commissioning.models import Cycle, Organisation, Participant, Reach, Recipient
from commissioning.people import held_by, speaks_for_organisation
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def register(cycle: Cycle, organisation: Organisation, *, channel: str, where: str = "", by: Participant, now: datetime) -> Recipient:
    """Register a supplier and how it gets releases, or change how. It sees at once everything that was released before.

    Officers register anybody; whoever takes part chooses for their own organisation. Raises `Refused` for a way nobody can use.
    """
    if by.organisation_id != organisation.pk or by.cycle_id != cycle.pk:
        require(policy.why_not(roles.CONVENE, held_by(by)))
    elif roles.CONVENE not in held_by(by) and not speaks_for_organisation(by):
        raise Refused(_("Somebody else speaks for your organisation. Do this together with them."))
    where = "" if channel == Reach.SCREEN else " ".join(printable(where).split())[:300]
    require(release_rules.why_not_channel(channel, where))
    if organisation.authority_id != cycle.authority_id:
        raise Refused(_("There is no such organisation in the register."))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
        row, new = Recipient.objects.get_or_create(
            cycle=cycle, organisation=organisation, defaults={"channel": channel, "where": where, "by": by, "at": now}
        )
        if not new:
            row.channel, row.where = channel, where
            row.save(update_fields=["channel", "where"])
        # The minutes say how, never at which address.
        what = _("{who} gets releases: {how}", who=organisation, how=Reach(channel).label)
        minutes.record(cycle, "recipient", what, by=by, now=now)
        registering.catch_up(cycle, now=now)
    return row
