"""How a supplier gets what is released: an officer registers it, or whoever takes part for it chooses."""

from datetime import datetime

from django.db import transaction

from commissioning import minutes, policy, registering, release_rules, roles, tasks
from commissioning.contributing import printable
from commissioning.models import Cycle, Group, Organisation, Participant, Reach, Recipient, SupplierContact
from commissioning.people import held_by, speaks_for_organisation
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def acts_for_supplier(me: Participant | None) -> bool:
    """Whether somebody may see and change what is a supplier's own: its contacts, its letters, its line in the record.

    Where officers dealt with an organisation before somebody came with the open code and named it, only people who are
    invited for it may: a name typed into a form must not open what was said in confidence.
    """
    if me is None or me.organisation_id is None or me.group == Group.COMMISSIONER or not speaks_for_organisation(me):
        return False
    if me.invited:
        return True
    before = {"cycle": me.cycle_id, "organisation": me.organisation_id, "at__lt": me.joined_at}
    dealt_with = [table.objects.filter(**before).exclude(by=me).values("pk") for table in (SupplierContact, Recipient)]
    return not dealt_with[0].union(dealt_with[1]).exists()


def register(cycle: Cycle, organisation: Organisation, *, channel: str, where: str = "", by: Participant, now: datetime) -> Recipient:
    """Register a supplier and how it gets releases, or change how. It sees at once everything that was released before.

    Officers register anybody; whoever takes part chooses for their own organisation. Raises `Refused` for a way nobody can use.
    """
    own = by.organisation_id == organisation.pk and by.cycle_id == cycle.pk and acts_for_supplier(by)
    if not own:
        require(policy.why_not(roles.CONVENE, held_by(by)))
    where = "" if channel == Reach.SCREEN else " ".join(printable(where).split())[:300]
    require(release_rules.why_not_channel(channel, where))
    if organisation.authority_id != cycle.authority_id:
        raise Refused(_("There is no such organisation in the register."))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
        before = registering.way_of(cycle, organisation)
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
        _tell_the_address_before(row, before)
    return row


def _tell_the_address_before(row: Recipient, before: registering.Registered | None) -> None:
    """A letter to where e-mails went until now: whoever reads there would wait for the next release and never hear of it."""
    if before is not None and before.channel == Reach.EMAIL and before.where and (row.channel, row.where) != (Reach.EMAIL, before.where):
        tasks.tell_of_change.delay_on_commit(row.pk, before.where)
