"""What those who enter papers and hands are shown: never what somebody else entered, unless it differs from their own."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from commissioning.models import Participant
from commissioning.sentences import Sentence
from workshops import channels, papercodes, papers, seating, tally
from workshops.models import Ballot, HandsCount, Paper, PaperEntry, Standing, Workshop

LISTED = 30  # entries in the running list


@dataclass
class GroupHands:
    """The hands of one group in one ballot, as one person sees them."""

    group: str
    seats: int = 0
    people: list[tuple[int, str, bool]] = field(default_factory=list)
    mine: HandsCount | None = None
    other: HandsCount | None = None
    stands: HandsCount | None = None

    @property
    def differs(self) -> bool:
        """Whether both have counted, and not the same."""
        return self.mine is not None and self.other is not None

    @property
    def inputs(self) -> list[tuple[str, Sentence, int | str]]:
        """The choices with what this person counted, if anything."""
        return [(code, label, self.mine.counts[code] if self.mine else "") for code, label in tally.CHOICES.items()]

    @property
    def theirs(self) -> list[tuple[Sentence, int]]:
        """What the other person counted: for showing only when it differs."""
        return [(label, self.other.counts[code]) for code, label in tally.CHOICES.items()] if self.other else []


@dataclass
class OpenBallot:
    """An open ballot with its papers and its hands."""

    ballot: Ballot
    groups: dict[str, GroupHands] = field(default_factory=dict)
    handed: list[tuple[str, str]] = field(default_factory=list)
    waiting: int = 0

    @property
    def hands_wait(self) -> int:
        """How many groups' hands wait for a second person."""
        return sum(1 for one in self.groups.values() if one.mine or one.other)


def open_ballots(workshop: Workshop, me: Participant) -> list[OpenBallot]:
    """The open ballots of a workshop as one person sees them; seven queries however many."""
    ballots = Ballot.objects.filter(workshop=workshop, closed_at=None, method=Ballot.Method.SIGNAL).select_related("version")
    found = {ballot.pk: OpenBallot(ballot) for ballot in ballots}
    made = list(Paper.objects.filter(ballot__in=found).select_related("seat").order_by("code"))
    waiting = _waiting(found)
    apart = _add_hands(found, me)
    seats = list(seating.seats_without_device(workshop.pk).filter(ballot__in=found))
    voice = seating.voices(workshop.pk, {seat.pk: seat for seat in [*seats, *(p.seat for p in made if p.seat)]}.values())
    for paper in made:
        found[paper.ballot_id].handed.append((paper.code, str(voice[paper.seat_id].signature)))  # type: ignore[index]
    for seat in seats:
        one = found[seat.ballot_id].groups.setdefault(seat.group, GroupHands(seat.group))
        if seat.pk in waiting or channels.present(seat.choice, seat.channel) not in ("", channels.HANDS):
            continue
        one.seats += 1
        one.people.append((seat.pk, voice[seat.pk].signature, seat.pk in apart))
    for look in found.values():
        look.groups = {code: look.groups[code] for code in tally.GROUPS if code in look.groups}
    return list(found.values())


def _waiting(found: dict[int, OpenBallot]) -> set[int]:
    seats: set[int] = set()
    entries = PaperEntry.objects.filter(paper__ballot__in=found, standing=Standing.WAITING)
    for ballot, seat in set(entries.values_list("paper__ballot", "paper__seat")):
        found[ballot].waiting += 1
        seats.add(seat)
    return seats


def _add_hands(found: dict[int, OpenBallot], me: Participant) -> set[int]:
    """Put the counts beside their groups; returns the seats some count leaves out."""
    apart: set[int] = set()
    shown = HandsCount.objects.filter(ballot__in=found, standing__in=(Standing.WAITING, Standing.COUNTED))
    for counted in shown.select_related("by", "confirmed_by"):
        one = found[counted.ballot_id].groups.setdefault(counted.group, GroupHands(counted.group))
        apart |= set(counted.without)
        if counted.standing == Standing.COUNTED:
            one.stands = counted
        elif counted.by_id == me.pk:
            one.mine = counted
        else:
            one.other = counted
    return apart


def put_aside(workshop: Workshop) -> QuerySet[PaperEntry]:
    """The record of papers that were not counted in closed ballots, with why; what was on them stays unsaid."""
    aside = PaperEntry.objects.filter(paper__workshop=workshop, standing=Standing.ASIDE).exclude(paper__ballot__closed_at=None)
    return aside.select_related("paper__ballot__version").order_by("paper__ballot", "paper__code", "pk")


def recounts(workshop: Workshop) -> QuerySet[HandsCount]:
    """The record of hands in closed ballots that were counted and no longer stand, or never stood."""
    counted = HandsCount.objects.filter(ballot__workshop=workshop, standing__in=(Standing.REPLACED, Standing.ASIDE))
    return counted.exclude(ballot__closed_at=None).select_related("ballot__version", "by").order_by("ballot", "pk")


@dataclass
class Row:
    """One line of the running list: one's own entry, and another's that differs."""

    entry: PaperEntry
    others: list[PaperEntry]

    @property
    def code(self) -> str:
        """The paper's code as printed."""
        return papercodes.printed(self.entry.paper.code)


def entering(workshop: Workshop, me: Participant) -> dict[str, Any]:
    """What the page for quick entry shows; a fixed number of queries."""
    entries = list(papers.mine(workshop, me)[:LISTED])
    differ = papers.differing(entries)
    return {
        "rows": [Row(entry, differ.get(entry.pk, [])) for entry in entries],
        "to_confirm": [papercodes.printed(paper.code) for paper in papers.to_confirm(workshop, me)],
        "keys": list(zip("1234", "scxa", tally.CHOICES.values(), strict=True)),
    }
