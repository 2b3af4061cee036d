"""Writing down what somebody without a device says or votes: their words and their vote, with who wrote them down."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from commissioning import minutes
from commissioning.contributing import Manner, printable
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import channels, choosing, papercodes, phases, policy, proposing, seating, statements, tally, voting
from workshops.models import Activity, Ballot, Cast, Choice, Comment, Idea, Paper, Proposal, Seat, Seating, Workshop

_NO_SEAT = _("They have no vote in this round: they came after it opened, or somebody else speaks for their organisation.")


def _require_theirs(place: Seating, workshop_id: int, by: Participant) -> None:
    """Only somebody trusted, and only for somebody who is here without a device."""
    require(policy.why_not_write_for(held_by(by)))
    if place.workshop_id != workshop_id or place.ended_at is not None or by.cycle_id != place.participant.cycle_id:
        raise Refused(_("They are not on the list of people without a device, so they speak for themselves."))


def card_for(place: Seating, *, kind: str, text: str, by: Participant, key: str, now: datetime, code: str = "") -> Idea:
    """Put somebody's words on the board, said to a scribe or written on a printed card of this code.

    Raises `Refused` as `add_idea` does, for a code that is no card of this workshop, and for a card entered already.
    """
    workshop = place.workshop
    _require_theirs(place, workshop.pk, by)
    with transaction.atomic():
        card = _blank_card(workshop, code) if code.strip() else None
        channel = Contribution.Channel.SCRIBE if card is None else Contribution.Channel.PAPER
        key = key if card is None else f"card-{card.code}"
        manner = Manner(channel=channel, entered_by=by)
        idea = proposing.add_idea(workshop, kind=kind, text=text, by=place.participant, key=key, now=now, manner=manner)
        if card is not None:
            Paper.objects.filter(pk=card.pk).update(contribution=idea.contribution)
        _minute(workshop, place, by, now)
    return idea


def _blank_card(workshop: Workshop, typed: str) -> Paper:
    code = papercodes.tidy(typed)
    require(papercodes.why_not_code(code))
    card = Paper.objects.select_for_update(of=("self",), no_key=True).filter(workshop=workshop, code=code, ballot=None).first()
    if card is None:
        raise Refused(_("There is no card with this code in this workshop."))
    if card.contribution_id is not None:
        raise Refused(_("This card is entered already."))
    return card


def comment_for(place: Seating, proposal: Proposal, *, text: str, by: Participant, key: str, now: datetime) -> Comment:
    """Write down what somebody says about a proposal."""
    _require_theirs(place, proposal.workshop_id, by)
    manner = Manner(channel=Contribution.Channel.SCRIBE, entered_by=by)
    with transaction.atomic():
        said = proposing.comment(proposal, text=text, by=place.participant, key=key, now=now, manner=manner)
        _minute(proposal.workshop, place, by, now)
    return said


def _minute(workshop: Workshop, place: Seating, by: Participant, now: datetime) -> None:
    what = _("Written down for {who}", who=place.participant.signature)
    minutes.record(workshop.cycle, "write down", what, by=by, now=now, place=workshop.slug)


def vote_for(place: Seating, ballot: Ballot, *, choice: str, reason: str = "", by: Participant, key: str, now: datetime) -> Cast:
    """Write down somebody's vote, or correct it. Their own vote, on line or on paper, always stands over it.

    Raises `Refused` when voting is closed, they have no seat, or have voted themselves. Votes are in no minutes: the `Cast` says
    whose vote it is and who wrote it down.
    """
    _require_theirs(place, ballot.workshop_id, by)
    reason = printable(reason).strip()[:500]
    try:
        with transaction.atomic():
            _require_open(ballot, now, choice)
            seat = Seat.objects.select_for_update(no_key=True).filter(voting.seat_of(place.participant), ballot=ballot).first()
            if seat is None:
                raise Refused(_NO_SEAT)
            require(channels.why_not(channels.SCRIBE, channels.present(seat.choice, seat.channel)))
            way = voting.Way(channels.SCRIBE, entered_by=by)
            return voting.put_down(seat, ballot, (choice, reason), by=place.participant, key=key, now=now, way=way)
    except IntegrityError:
        return _kept(ballot, place, key, choice, reason)


def _kept(ballot: Ballot, place: Seating, key: str, choice: str, reason: str) -> Cast:
    kept = Cast.objects.get(ballot=ballot, by=place.participant, key=key)
    if not voting.is_same(kept, ballot, choice, reason):
        raise Refused(_("This form was sent already. Load the page again."))
    return kept


def _require_open(ballot: Ballot, now: datetime, *choices: str) -> None:
    if not voting.hold_open(ballot):
        raise Refused(_("Voting on this is closed. The vote was not counted."))
    if ballot.method != Ballot.Method.SIGNAL or set(choices) - set(tally.CHOICES):
        raise Refused(_("That is not one of the choices."))
    require(ballot.workshop.cycle.quiet)
    require(ballot.workshop.window.why_not_now(now))
    require(phases.why_not_now(ballot.workshop.phase, phases.VOTE))


def vote_for_table(place: Seating, ballot: Ballot, *, counts: Mapping[str, int], by: Participant, now: datetime) -> list[Cast]:
    """Write down how many at a table made each choice. Written again, it corrects what was written before.

    Those who voted themselves are not counted again. Raises `Refused` when it is more votes than there are seats at the table, or
    fewer than were written down before.
    """
    _require_theirs(place, ballot.workshop_id, by)
    choices = [choice for choice in tally.CHOICES for __ in range(max(0, counts.get(choice, 0)))]
    with transaction.atomic():
        _require_open(ballot, now, *counts)
        there = Seating.objects.filter(workshop=ballot.workshop_id, table=place.table, ended_at=None).select_related("participant")
        theirs = Q(pk__in=[])
        for one in [place] if not place.table else there:
            theirs |= voting.seat_of(one.participant)
        seats = Seat.objects.select_for_update(of=("self",), no_key=True).filter(theirs, ballot=ballot).order_by("pk")
        allowed = [s for s in seats if channels.why_not(channels.SCRIBE, channels.present(s.choice, s.channel)) is None]
        written = sorted(allowed, key=lambda seat: not seat.choice)  # those written before come first
        _require_whole(len(choices), written)
        voice, way = seating.voices(ballot.workshop_id, written), voting.Way(channels.SCRIBE, entered_by=by)
        return [
            voting.put_down(seat, ballot, (choice, ""), by=voice[seat.pk], key=uuid.uuid4().hex, now=now, way=way)
            for seat, choice in zip(written, choices, strict=False)
        ]


def choose_for(place: Seating, activity: Activity, marks: Mapping[int, int], *, by: Participant, now: datetime) -> Choice:
    """Write down what somebody marks for a short list. What they send themselves stands over it."""
    _require_theirs(place, activity.workshop_id, by)
    return choosing.choose(activity, marks, by=place.participant, now=now, channel=channels.SCRIBE)


def answers_for(place: Seating, activity: Activity, answers: Mapping[int, str], *, by: Participant, now: datetime) -> int:
    """Write down what somebody says to statements, all or none; returns to how many. Raises `Refused` when there is no answer."""
    _require_theirs(place, activity.workshop_id, by)
    if not answers:
        raise Refused(_("Write down at least one answer."))
    with transaction.atomic():
        for card, says in sorted(answers.items()):  # in one order, so that two scribes never wait for each other
            statements.answer(activity, card=card, says=says, by=place.participant, now=now)
    return len(answers)


def _require_whole(total: int, seats: list[Seat]) -> None:
    before = sum(1 for seat in seats if seat.choice)
    if not total:
        raise Refused(_("Say how many at the table made each choice."))
    if total > len(seats):
        raise Refused(_("That is {n} votes, and {seats} people at this table have not voted themselves.", n=total, seats=len(seats)))
    if total < before:
        raise Refused(_("You wrote down {before} votes for this table before. Write down at least as many.", before=before))
