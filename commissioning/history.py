"""What a group brings from before: said once among themselves, shared when all who wrote agree, heard, and moved on from (TR-04).

No minute, export, feed or log ever holds the words: the minutes say only that something was shared, heard or moved on from.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from commissioning import minutes, people, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Group, HistoryEntry, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

RUNS_IT = frozenset({roles.CONVENE, roles.DECIDE, roles.ANSWER, roles.SPECIFY, roles.FACILITATE, roles.KEEP_NOTES, roles.WRITE_FOR})


def is_inside(person: Participant | None, group: str) -> bool:
    """Whether somebody belongs to a group's own space: of that group, with a voice in it, and not running the cycle for others.

    Whoever runs a room or leads for the authority reads nobody's space but, on the commissioner side, their own side's.
    """
    if person is None or person.group != group or person.voice or person.withdrawn_at is not None:
        return False
    return roles.has_counted_voice(people.role_codes(person)) and (group == Group.COMMISSIONER or not held_by(person) & RUNS_IT)


def _same_voice(entry: HistoryEntry, by: Participant) -> bool:
    """Whether it is theirs to agree to: they wrote it, or it was written for their organisation by somebody who has left.

    A colleague alone is not enough: anybody who knows a join code can say that they are one.
    """
    if entry.by_id == by.pk:
        return True
    return entry.by.withdrawn_at is not None and entry.organisation_id is not None and entry.organisation_id == by.organisation_id


def _hold(cycle: Cycle, by: Participant, *, says: bool = False) -> Cycle:
    """The cycle, held; where something new is said, also not while open talk is over (DO-01, INV-23)."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    withdrawn = by.withdrawn_at is not None or by.cycle_id != cycle.pk
    require(policy.why_not_take_part(withdrawn=withdrawn, cycle_closed=cycle.state == Cycle.State.CLOSED))
    require(cycle.quiet if says else None)
    return cycle


def _mine(entry: HistoryEntry, by: Participant) -> HistoryEntry:
    entry = HistoryEntry.objects.select_for_update(of=("self",), no_key=True).select_related("cycle", "by").get(pk=entry.pk)
    if not is_inside(by, entry.group) or not _same_voice(entry, by):
        raise Refused(_("Only those who wrote this can do that."))
    return entry


def write(cycle: Cycle, *, text: str, by: Participant, now: datetime) -> HistoryEntry:
    """Say something from before, once. Only one's own group reads it until all who wrote agree to share."""
    if not is_inside(by, by.group):
        raise Refused(_("This space is for the people of a group, not for those who run the cycle."))
    words = clean_words(text, 1000)
    with transaction.atomic():
        cycle = _hold(cycle, by, says=True)
        if HistoryEntry.objects.filter(cycle=cycle, group=by.group, text__iexact=words).exists():
            raise Refused(_("This is here already. It is said once, and it stays."))
        return HistoryEntry.objects.create(cycle=cycle, group=by.group, by=by, organisation=by.organisation, text=words, at=now)


def withdraw(entry: HistoryEntry, *, by: Participant, now: datetime) -> None:
    """Take back what was not shared yet: nothing of it is kept. If all the others had agreed, theirs is shared now."""
    with transaction.atomic():
        cycle = _hold(entry.cycle, by)
        entry = _mine(entry, by)
        if entry.shared_at is not None:
            raise Refused(_("It is shared already, so it cannot be taken back."))
        group = entry.group
        entry.delete()
        _share_if_all_agree(cycle, group, now)


def agree_to_share(entry: HistoryEntry, *, yes: bool, by: Participant, now: datetime) -> None:
    """Whoever wrote it agrees to share it, or takes that back. When all who wrote agree, everything is shared at once."""
    with transaction.atomic():
        cycle = _hold(entry.cycle, by, says=yes)
        entry = _mine(entry, by)
        if entry.shared_at is not None:
            raise Refused(_("It is shared already, so it cannot be taken back."))
        entry.agreed_at = now if yes else None
        entry.save(update_fields=["agreed_at"])
        _share_if_all_agree(cycle, entry.group, now)


def _share_if_all_agree(cycle: Cycle, group: str, now: datetime) -> None:
    waiting = _still_here(HistoryEntry.objects.filter(cycle=cycle, group=group, shared_at=None))
    if not waiting.exists() or waiting.filter(agreed_at=None).exists():
        return
    n = HistoryEntry.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(shared_at=now)
    what = _("{group} shared what it brings from before ({n})", group=Group(group).label, n=n)
    minutes.record(cycle, "history", what, by=None, now=now)


def _still_here(entries: "QuerySet[HistoryEntry]") -> "QuerySet[HistoryEntry]":
    """Without the words of somebody who wrote for themselves alone and left before they were shared: they left with them."""
    return entries.exclude(organisation=None, shared_at=None, by__withdrawn_at__isnull=False)


def may_hear(person: Participant | None, group: str) -> bool:
    """Who can say "we heard this": the authority to the other groups; to the commissioner side anybody of the others."""
    if person is None:
        return False
    if group == Group.COMMISSIONER:
        return person.group != Group.COMMISSIONER and is_inside(person, person.group)
    return person.group == Group.COMMISSIONER and bool(held_by(person) & {roles.CONVENE, roles.DECIDE})


def hear(entry: HistoryEntry, *, words: str, role: str, by: Participant, now: datetime) -> HistoryEntry:
    """The other side says it heard this, in its own words and in which role. It is an acknowledgement, not a debate: once."""
    said, post = clean_words(words, 600), clean_words(role, 120)
    with transaction.atomic():
        cycle = _hold(entry.cycle, by, says=True)
        entry = HistoryEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        if entry.cycle_id != by.cycle_id or not may_hear(by, entry.group) or entry.shared_at is None:
            raise Refused(_("Only the side this was shared with can answer it."))
        if entry.heard_at is not None:
            raise Refused(_("This was answered already."))
        entry.heard_words, entry.heard_role, entry.heard_by, entry.heard_at = said, post, by, now
        entry.save(update_fields=["heard_words", "heard_role", "heard_by", "heard_at"])
        what = _("{role} said that something from before was heard", role=post)
        minutes.record(cycle, "history heard", what, by=by, now=now)
    return entry


def move_on(entry: HistoryEntry, *, by: Participant, now: datetime) -> None:
    """Those who wrote it say that it was heard and that they move on; it is kept, and closed."""
    with transaction.atomic():
        cycle = _hold(entry.cycle, by)
        entry = _mine(entry, by)
        if entry.heard_at is None:
            raise Refused(_("Nobody has said yet that this was heard."))
        if entry.moved_on_at is None:
            entry.moved_on_at = now
            entry.save(update_fields=["moved_on_at"])
            what = _("Something from before was heard and moved on from: {group}", group=Group(entry.group).label)
            minutes.record(cycle, "history moved on", what, by=None, now=now)


# Looks


@dataclass(frozen=True)
class Line:
    """One entry as somebody sees it, and what they can do with it."""

    entry: HistoryEntry
    mine: bool
    can_hear: bool


def visible_to(cycle: Cycle, person: Participant | None) -> QuerySet[HistoryEntry]:
    """What somebody may read: what is shared, and what their own group wrote. The only way to entries for any page."""
    entries = HistoryEntry.objects.filter(cycle=cycle)
    shared = entries.filter(shared_at__isnull=False)
    if person is not None and person.cycle_id == cycle.pk and is_inside(person, person.group):
        shared = shared | entries.filter(group=person.group)
    return _still_here(shared).select_related("by__organisation", "organisation", "heard_by")


def readers(cycle: Cycle, group: str) -> list[Participant]:
    """Who is in a group's own space, so that whoever writes there knows who reads it; two queries."""
    people_here = Participant.objects.filter(cycle=cycle, group=group, withdrawn_at=None, voice=False).prefetch_related("roles")
    return [p for p in people_here.select_related("organisation").order_by("shown_name", "pk") if is_inside(p, group)]


def board(cycle: Cycle, person: Participant | None) -> tuple[list[Line], list[Line]]:
    """What is still within one's own group, and what is shared, with what one can do. One query."""
    lines = [
        Line(
            e,
            person is not None and is_inside(person, e.group) and _same_voice(e, person),
            e.shared_at is not None and may_hear(person, e.group),
        )
        for e in visible_to(cycle, person)
    ]
    return [line for line in lines if line.entry.shared_at is None], [line for line in lines if line.entry.shared_at is not None]
