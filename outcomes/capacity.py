"""What the authority invests in so that organisations can provide, and whether they received it (DO-07)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commissioning import minutes, people, policy
from commissioning.contributing import clean_words, words_if_any
from commissioning.holding import held_open
from commissioning.models import Cycle, Group, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes.models import CapacityAction, CapacityReceived


@dataclass(frozen=True)
class Plan:
    """What is done, for whom, from which budget, and by when."""

    text: str
    for_whom: str
    budget: str
    due: date


@dataclass
class ActionLook:
    """One capacity action with what organisations said of it."""

    action: CapacityAction
    received: list[CapacityReceived]
    mine: CapacityReceived | None
    overdue: bool

    @property
    def yes(self) -> int:
        """How many organisations received it."""
        return sum(1 for one in self.received if one.yes)

    @property
    def done(self) -> bool:
        """Whether somebody received it and nobody who answered did not."""
        return bool(self.received) and self.yes == len(self.received)


def plan(cycle: Cycle, planned: Plan, *, key: str, by: Participant, now: datetime) -> CapacityAction:
    """Put a capacity action on the list, with its budget line; the same `key` twice gives the first back."""
    values = {
        "text": clean_words(planned.text, 300),
        "for_whom": clean_words(planned.for_whom, 200),
        "budget": clean_words(planned.budget, 200),
        "due": planned.due,
    }
    with transaction.atomic():
        cycle = held_open(cycle, by)
        already = CapacityAction.objects.filter(cycle=cycle, key=key).first()
        if already is not None:
            return already
        number = 1 + (CapacityAction.objects.filter(cycle=cycle).aggregate(last=Max("number"))["last"] or 0)
        made = CapacityAction.objects.create(cycle=cycle, number=number, key=key[:64], by=by, at=now, **values)
        what = _("The authority invests in: {what}, for {whom}", what=made.text, whom=made.for_whom)
        minutes.record(cycle, "capacity", what, by=by, now=now, why=made.budget)
    return made


def drop(action: CapacityAction, *, because: str, by: Participant, now: datetime) -> None:
    """Say that an action does not come, with the reason; it stays on the list."""
    words = clean_words(because, 500)
    with transaction.atomic():
        cycle = held_open(action.cycle, by)
        action = CapacityAction.objects.select_for_update(no_key=True).get(pk=action.pk)
        if action.dropped_at is None:
            action.dropped_at, action.dropped_because = now, words
            action.save(update_fields=["dropped_at", "dropped_because"])
            minutes.record(cycle, "capacity", _("It does not come: {what}", what=action.text), by=by, now=now, why=words)


def may_confirm(person: Participant | None) -> bool:
    """Who says whether an organisation received something: whoever speaks for it."""
    if person is None or person.group != Group.VSO or person.organisation_id is None or person.withdrawn_at is not None:
        return False
    return people.speaks_for_organisation(person)


def confirm(action: CapacityAction, *, yes: bool, words: str = "", by: Participant, now: datetime) -> CapacityReceived:
    """Say for one's organisation whether it received what was planned; what it says last stands."""
    said = words_if_any(words, 300)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=action.cycle_id)
        require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        if by.cycle_id != cycle.pk or not may_confirm(by):
            raise Refused(_("Only somebody who takes part for a voluntary organisation can say this for it."))
        action = CapacityAction.objects.get(pk=action.pk)
        if action.dropped_at is not None:
            raise Refused(_("This does not come any more, so there is nothing to confirm."))
        kept, new = CapacityReceived.objects.get_or_create(
            action=action, organisation=by.organisation, defaults={"yes": yes, "words": said, "by": by, "at": now}
        )
        if not new and (kept.yes, kept.words) != (yes, said):
            kept.yes, kept.words, kept.by, kept.at, new = yes, said, by, now, True
            kept.save()
        if new:
            what = _("{who} received it: {what}", who=by.organisation, what=action.text)
            without = _("{who} did not receive it: {what}", who=by.organisation, what=action.text)
            minutes.record(cycle, "capacity", what if yes else without, by=by, now=now, why=said)
    return kept


def looks(cycle: Cycle, me: Participant | None = None, *, today: date | None = None) -> list[ActionLook]:
    """Every capacity action with the answers; two queries however many there are."""
    day = today or timezone.localdate()
    listed = CapacityAction.objects.filter(cycle=cycle).prefetch_related("received__organisation")
    found = []
    for action in listed:
        received = list(action.received.all())
        mine = next((one for one in received if me is not None and one.organisation_id == me.organisation_id), None)
        look = ActionLook(action, received, mine, overdue=False)
        look.overdue = action.dropped_at is None and day > action.due and not look.done
        found.append(look)
    return found
