"""Papers: made with a code each, typed in when they come back, confirmed by a second person, and only then counted."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from commissioning import minutes
from commissioning.contributing import clean_words
from commissioning.models import Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, Sentence, require
from commissioning.sentences import Sentence as _
from workshops import channels, papercodes, policy, seating, tally, voting
from workshops.announcing import announce
from workshops.models import Ballot, HandsCount, Paper, PaperEntry, Seat, Standing, Workshop

MOST_CARDS = 200  # blank cards printed at once


@dataclass(frozen=True)
class Entered:
    """What became of one typed line, in a sentence for who typed it."""

    said: Sentence
    entry: PaperEntry | None = None


def make_papers(ballot: Ballot, *, everybody: bool = False, by: Participant, now: datetime) -> list[Paper]:
    """The ballot papers of an open ballot: for people without a device, or for every seat. A seat keeps the paper it has."""
    require(policy.why_not_write_for(held_by(by)))
    with transaction.atomic():
        ballot = Ballot.objects.select_for_update(of=("self",), no_key=True).select_related("workshop__cycle").get(pk=ballot.pk)
        if not ballot.is_open or ballot.method != Ballot.Method.SIGNAL:
            raise Refused(_("Voting on this is closed, so there are no more papers for it."))
        require(policy.why_not_hand_count(secret=ballot.is_secret))
        seats = Seat.objects.order_by("pk") if everybody else seating.seats_without_device(ballot.workshop_id)
        seats = seats.filter(ballot=ballot)
        new = list(seats.filter(paper=None))
        _make(ballot.workshop, [(ballot, seat) for seat in new], by, now)
        what = _("{n} papers were made for “{text}”, round {round}", n=len(new), text=ballot.proposal, round=ballot.round)
        if new:
            minutes.record(ballot.workshop.cycle, "print", what, by=by, now=now, place=ballot.workshop.slug)
        return list(Paper.objects.filter(seat__in=seats.values("pk")))


def make_cards(workshop: Workshop, number: int, *, by: Participant, now: datetime) -> list[Paper]:
    """Blank cards to write on, each with a code. Raises `Refused` for none or too many."""
    require(policy.why_not_write_for(held_by(by)))
    if not 1 <= number <= MOST_CARDS:
        raise Refused(_("Print from 1 to {most} cards at once.", most=MOST_CARDS))
    with transaction.atomic():
        return _make(workshop, [(None, None)] * number, by, now)


def _make(workshop: Workshop, wanted: list[tuple[Ballot, Seat]] | list[tuple[None, None]], by: Participant, now: datetime) -> list[Paper]:
    codes: set[str] = set()
    while len(codes) < len(wanted):
        codes |= {papercodes.new_code(secrets.choice) for __ in range(len(wanted) - len(codes))}
        codes -= set(Paper.objects.filter(code__in=codes).values_list("code", flat=True))
    made = [
        Paper(workshop=workshop, ballot=ballot, seat=seat, code=code, made_by=by, at=now)
        for (ballot, seat), code in zip(wanted, codes, strict=True)
    ]
    return Paper.objects.bulk_create(made)


def enter(workshop: Workshop, typed: str, *, by: Participant, now: datetime) -> Entered:
    """Take one typed line: a code and a choice, or a wish to take the last entry back.

    A second person who reads the same makes it count; one who reads otherwise leaves a difference, shown to both, until two agree.
    Raises `Refused` with a sentence, and writes nothing, for a code that is wrong, unknown, counted or of a closed ballot. What
    was written in time may be typed in after the stated window, until voting is closed.
    """
    require(policy.why_not_write_for(held_by(by)))
    line = papercodes.read_line(typed)
    if not isinstance(line, papercodes.Line):
        raise Refused(line)
    if line.undo:
        return Entered(_("Taken back: {code}.", code=papercodes.printed(undo_last(workshop, by=by).paper.code)))
    with transaction.atomic():
        require(workshop.cycle.quiet)
        paper = _paper(workshop, line.code)
        seat = Seat.objects.select_for_update(of=("self",), no_key=True).get(paper=paper)
        standing = list(paper.entries.filter(standing__in=(Standing.WAITING, Standing.COUNTED)).select_related("by"))
        if any(entry.standing == Standing.COUNTED for entry in standing):
            raise Refused(_("This paper is counted already."))
        taken = channels.present(seat.choice, seat.channel)
        if channels.is_set_aside(channels.PAPER, taken):
            return _set_aside(paper, line, by, now)
        require(channels.why_not(channels.PAPER, taken))
        _require_new(standing, line, by)
        entry = PaperEntry.objects.create(paper=paper, choice=line.choice, by=by, at=now)
        others = [other for other in standing if other.by_id != by.pk]
        same = next((other for other in others if other.choice == line.choice), None)
        if same is not None:
            return _count(paper, seat, same, entry, now)
        code = papercodes.printed(paper.code)
        if others:
            return Entered(_("{code}: somebody else read another choice. Look at the paper together.", code=code), entry)
        return Entered(_("{code} is kept. It waits for a second person.", code=code), entry)


def _paper(workshop: Workshop, code: str) -> Paper:
    """The ballot paper of this code, held, with its ballot held open."""
    paper = Paper.objects.select_for_update(of=("self",), no_key=True).select_related("ballot").filter(workshop=workshop, code=code).first()
    if paper is None:
        raise Refused(_("There is no paper with this code in this workshop."))
    if paper.ballot is None:
        raise Refused(_("This is the code of a card to write on, not of a ballot paper."))
    if not voting.hold_open(paper.ballot):
        raise Refused(_("Voting on this is closed. The paper is not counted."))
    return paper


def _require_new(standing: list[PaperEntry], line: papercodes.Line, by: Participant) -> None:
    """One entry for each person and paper; who differs from another may correct their own by typing it again."""
    mine = next((entry for entry in standing if entry.by_id == by.pk), None)
    if mine is None:
        return
    if len(standing) == 1 or mine.choice == line.choice:
        raise Refused(
            _(
                "You entered this paper already, as “{choice}”. Somebody else must confirm it. To change it, take it back first.",
                choice=tally.CHOICES[mine.choice],
            )
        )
    mine.standing = Standing.REPLACED
    mine.save(update_fields=["standing"])


def _count(paper: Paper, seat: Seat, first: PaperEntry, second: PaperEntry, now: datetime) -> Entered:
    require(policy.why_not_confirm(first.by_id, second.by_id))
    paper.entries.filter(standing=Standing.WAITING).exclude(pk__in=(first.pk, second.pk)).update(standing=Standing.REPLACED)
    paper.entries.filter(pk__in=(first.pk, second.pk)).update(standing=Standing.COUNTED)
    assert paper.ballot is not None  # noqa: S101 (`_paper` has refused cards; this tells the type checker)
    way = voting.Way(channels.PAPER, entered_by=first.by, confirmed_by=second.by)
    voice = seating.voices(paper.workshop_id, [seat])[seat.pk]
    voting.put_down(seat, paper.ballot, (first.choice, ""), by=voice, key=f"paper-{paper.pk}", now=now, way=way)
    return Entered(_("{code} is counted: two people read the same.", code=papercodes.printed(paper.code)), second)


def _set_aside(paper: Paper, line: papercodes.Line, by: Participant, now: datetime) -> Entered:
    """Keep a paper aside whose person has voted on line; the record says so, and not what was on it."""
    note = str(channels.HAS_VOTED_ON_LINE)
    waiting = paper.entries.filter(standing=Standing.WAITING)
    waiting.update(standing=Standing.ASIDE, note=note)
    entry = paper.entries.filter(by=by, standing=Standing.ASIDE).last()
    if entry is None:
        entry = PaperEntry.objects.create(paper=paper, choice=line.choice, by=by, at=now, standing=Standing.ASIDE, note=note)
        workshop = paper.workshop
        minutes.record(workshop.cycle, "paper set aside", channels.HAS_VOTED_ON_LINE, by=by, now=now, place=workshop.slug)
    return Entered(channels.HAS_VOTED_ON_LINE, entry)


def undo(entry: PaperEntry, *, by: Participant) -> PaperEntry:
    """Take back one's own entry, while it waits. Raises `Refused` for somebody else's, and once it is counted."""
    require(policy.why_not_write_for(held_by(by)))
    mine = PaperEntry.objects.filter(pk=entry.pk, by=by, standing=Standing.WAITING)
    if not mine.update(standing=Standing.UNDONE):
        raise Refused(_("Only what you entered yourself, and what still waits, can be taken back."))
    return entry


def undo_last(workshop: Workshop, *, by: Participant) -> PaperEntry:
    """Take back the last waiting entry of one's own. Raises `Refused` when there is none."""
    last = mine(workshop, by).filter(standing=Standing.WAITING).first()
    if last is None:
        raise Refused(_("You have no entry that still waits."))
    return undo(last, by=by)


def mine(workshop: Workshop, by: Participant) -> QuerySet[PaperEntry]:
    """What somebody has typed in this workshop's open ballots, newest first: all that anybody sees of it, and only they."""
    entries = PaperEntry.objects.filter(paper__workshop=workshop, paper__ballot__closed_at=None, by=by)
    return entries.select_related("paper").order_by("-pk")


def differing(entries: list[PaperEntry]) -> dict[int, list[PaperEntry]]:
    """For each of somebody's own waiting entries, those by others that differ from it."""
    waiting = {entry.paper_id: entry for entry in entries if entry.standing == Standing.WAITING}
    found: dict[int, list[PaperEntry]] = {}
    for other in PaperEntry.objects.filter(paper__in=waiting, standing=Standing.WAITING).select_related("by"):
        own = waiting[other.paper_id]
        if other.by_id != own.by_id and other.choice != own.choice:
            found.setdefault(own.pk, []).append(other)
    return found


def to_confirm(workshop: Workshop, by: Participant) -> QuerySet[Paper]:
    """The papers others have typed and this person has not: their codes, never what was read."""
    waiting = PaperEntry.objects.filter(paper=OuterRef("pk"), standing=Standing.WAITING)
    papers = Paper.objects.filter(workshop=workshop, ballot__closed_at=None)
    return papers.filter(Exists(waiting.exclude(by=by)), ~Exists(waiting.filter(by=by))).order_by("code")


def set_waiting_aside(ballot: Ballot, *, reason: str, by: Participant, now: datetime) -> int:
    """Set aside what no second person has confirmed, with a reason in the minutes, so that voting can close; returns how many."""
    require(policy.why_not_facilitate(held_by(by)))
    why = clean_words(reason, 500)
    with transaction.atomic():
        Workshop.objects.select_for_update(no_key=True).get(pk=ballot.workshop_id)  # first, as moving the workshop does
        ballot = Ballot.objects.select_for_update(of=("self",), no_key=True).select_related("workshop__cycle").get(pk=ballot.pk)
        papers, hands = voting.waiting_in(ballot)
        if not ballot.is_open or not papers + hands:
            raise Refused(_("Nothing waits for a second person here."))
        waiting = Q(standing=Standing.WAITING)
        PaperEntry.objects.filter(waiting, paper__ballot=ballot).update(standing=Standing.ASIDE, note=why)
        HandsCount.objects.filter(waiting, ballot=ballot).update(standing=Standing.ASIDE, note=why)
        what = _(
            "On “{text}”, round {n}: {papers} papers and the hands of {hands} groups were set aside without a second person",
            text=ballot.proposal,
            n=ballot.round,
            papers=papers,
            hands=hands,
        )
        minutes.record(ballot.workshop.cycle, "set aside", what, by=by, now=now, why=why, place=ballot.workshop.slug)
        announce(ballot.workshop_id, f"desk-{ballot.workshop_id}")
    return papers + hands
