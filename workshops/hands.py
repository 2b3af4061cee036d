"""A show of hands, group by group: counted by one person, again by a second, and put in the seats of people without a device."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from commissioning import minutes
from commissioning.models import Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import channels, phases, policy, seating, tally
from workshops.announcing import announce
from workshops.models import Ballot, Cast, HandsCount, PaperEntry, Seat, Standing, Workshop

MOST = 100_000  # hands: more is a slip of the finger


@dataclass(frozen=True)
class Show:
    """What somebody counted in one group: hands by choice, without the seats of those who vote in another way."""

    group: str
    counts: Mapping[str, int]
    without: Collection[int] = ()

    @property
    def kept(self) -> dict[str, int]:
        """The counts as stored: every choice, in order."""
        return {choice: self.counts.get(choice, 0) for choice in tally.CHOICES}


def seats_for(ballot: Ballot) -> QuerySet[Seat]:
    """The seats hands may fill: people without a device, no vote of another channel, and no paper that waits for a second person."""
    free = seating.seats_without_device(ballot.workshop_id).filter(Q(choice="") | Q(channel=channels.HANDS), ballot=ballot)
    papers = PaperEntry.objects.filter(paper__ballot=ballot, standing=Standing.WAITING).values("paper__seat")
    return free.exclude(pk__in=papers)


def count(ballot: Ballot, show: Show, *, by: Participant, now: datetime) -> HandsCount:
    """Enter the hands counted in a group. When somebody else counted the same, it stands, and replaces an earlier count.

    Raises `Refused`, and writes nothing, when voting is closed or it is more hands than there are seats for.
    """
    require(policy.why_not_write_for(held_by(by)))
    _require_sensible(show)
    with transaction.atomic():
        Workshop.objects.select_for_update(no_key=True).get(pk=ballot.workshop_id)  # first, as moving the workshop does
        # The ballot's own row, not a share of it: no vote may come between counting the free seats and filling them.
        ballot = Ballot.objects.select_for_update(of=("self",), no_key=True).select_related("workshop__cycle").get(pk=ballot.pk)
        if not ballot.is_open or ballot.method != Ballot.Method.SIGNAL:
            raise Refused(_("Voting on this is closed. The hands were not counted."))
        require(policy.why_not_hand_count(secret=ballot.is_secret))
        require(ballot.workshop.cycle.quiet)
        require(ballot.workshop.window.why_not_now(now))
        require(phases.why_not_now(ballot.workshop.phase, phases.VOTE))
        without = sorted(
            set(show.without) & set(seating.seats_without_device(ballot.workshop_id).filter(ballot=ballot).values_list("pk", flat=True))
        )
        seats = list(seats_for(ballot).filter(group=show.group).exclude(pk__in=without))
        require(channels.why_not_hands(sum(show.kept.values()), len(seats)))
        of_group = HandsCount.objects.filter(ballot=ballot, group=show.group)
        of_group.filter(by=by, standing=Standing.WAITING).update(standing=Standing.REPLACED)
        others = of_group.filter(standing=Standing.WAITING).select_related("by")
        first = next((o for o in others if (o.counts, o.without) == (show.kept, without)), None)
        if first is None:
            return HandsCount.objects.create(ballot=ballot, group=show.group, counts=show.kept, without=without, by=by, at=now)
        require(policy.why_not_confirm(first.by_id, by.pk))
        return _stand(ballot, first, seats, by, now)


def _require_sensible(show: Show) -> None:
    if show.group not in tally.GROUPS:
        raise Refused(_("Choose the group whose hands were counted."))
    if set(show.counts) - set(tally.CHOICES) or not all(0 <= n <= MOST for n in show.counts.values()):
        raise Refused(_("Write a whole number of hands for each choice; 0 when there was none."))


def _stand(ballot: Ballot, first: HandsCount, seats: list[Seat], by: Participant, now: datetime) -> HandsCount:
    of_group = HandsCount.objects.filter(ballot=ballot, group=first.group)
    again = of_group.filter(standing=Standing.COUNTED).update(standing=Standing.REPLACED)
    of_group.filter(standing=Standing.WAITING).exclude(pk=first.pk).update(standing=Standing.REPLACED)
    first.standing, first.confirmed_by = Standing.COUNTED, by
    first.save(update_fields=["standing", "confirmed_by"])
    # Whatever an earlier count held is let go first: this one says it all anew.
    Seat.objects.filter(ballot=ballot, group=first.group, channel=channels.HANDS).update(choice="", reason="", channel=channels.ONLINE)
    _fill(ballot, first, seats, now)
    what = _("Hands were counted on “{text}”, round {n}: {group}", text=ballot.proposal, n=ballot.round, group=tally.GROUPS[first.group])
    why = str(_("A recount: the earlier count no longer stands.")) if again else ""
    minutes.record(ballot.workshop.cycle, "hands", what, by=by, now=now, why=why, place=ballot.workshop.slug)
    announce(ballot.workshop_id, f"ballot-{ballot.pk}", f"desk-{ballot.workshop_id}")
    return first


def _fill(ballot: Ballot, shown: HandsCount, seats: list[Seat], now: datetime) -> None:
    """Give the hands their seats, and hold the rest: nobody knows whose hand was up, so none of them may vote again."""
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(channel=channels.HANDS)
    voice, casts, start = seating.voices(ballot.workshop_id, seats), [], 0
    for choice, n in shown.counts.items():
        filled, start = seats[start : start + n], start + n
        Seat.objects.filter(pk__in=[seat.pk for seat in filled]).update(choice=choice)
        casts += [
            Cast(
                workshop_id=ballot.workshop_id,
                ballot=ballot,
                seat=seat,
                by=voice[seat.pk],
                choice=choice,
                key=f"hands-{shown.pk}-{seat.pk}",
                at=now,
                channel=channels.HANDS,
                entered_by=shown.by,
                confirmed_by=shown.confirmed_by,
            )
            for seat in filled
        ]
    Cast.objects.bulk_create(casts)
