"""Opening a ballot, casting a vote, closing it. A vote once acknowledged is never lost, and sealed means nobody looks."""

import contextlib
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q

from commissioning import minutes, roles
from commissioning.contributing import other_key, printable
from commissioning.models import Participant
from commissioning.people import held_by, speaks_for_organisation
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import channels, policy, recording, rules, secrecy, tally, unsealing, window
from workshops.announcing import announce, announce_unrevised
from workshops.attending import here, present_people
from workshops.models import (
    Attendance,
    Ballot,
    Cast,
    HandsCount,
    Invitation,
    PaperEntry,
    Proposal,
    ProposalVersion,
    Seat,
    Standing,
    Workshop,
)

_writing = threading.Lock()


def _in_turn() -> contextlib.AbstractContextManager[object]:
    """On SQLite voters queue inside the process: its own lock is polled for, and in a crowd somebody always misses it."""
    return _writing if connection.vendor == "sqlite" else contextlib.nullcontext()


def open_ballot(proposal: Proposal, rule: rules.Rule, *, secret: bool = False, by: Participant, now: datetime) -> Ballot:
    """Open a new numbered round on the present words, under a rule that cannot change afterwards; `secret` cannot either.

    Who is entitled is frozen now: everybody who has come and has a voice, with one seat per organisation.
    Raises `Refused` in the wrong phase, for a VSO's proposal with no wider benefit, or while another round is open.
    """
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=proposal.workshop_id)
        require(workshop.cycle.quiet)
        require(policy.why_not_rule(rules.Rule.of(workshop.rule), rule))
        proposal = Proposal.objects.select_related("contribution").get(pk=proposal.pk)
        require(policy.why_not_touch(merged=proposal.merged_into_id is not None, set_aside=proposal.set_aside_at is not None))
        in_vote = proposal.ballots.filter(closed_at=None).exists()
        settled = proposal.agreements.filter(superseded_at=None, state__in=(rules.AGREED, rules.RESERVED)).exists()
        require(
            policy.why_not_open(
                phase=workshop.phase,
                kind=proposal.kind,
                group=proposal.contribution.group,
                who_benefits=proposal.who_benefits,
                in_vote=in_vote,
                settled=settled,
            )
        )
        ballot = Ballot.objects.create(
            workshop=workshop,
            proposal=proposal,
            version=ProposalVersion.objects.get(proposal=proposal, number=proposal.version),
            round=proposal.ballots.count() + 1,
            rule=rule.kept,
            opened_at=now,
            secrecy=secrecy.new_secrecy() if secret else None,
        )
        _seat_everybody(ballot)
        _minute_opening(ballot, rule, by, now)
        announce(workshop.pk, f"proposal-{proposal.for_outcome_id or proposal.pk}", f"desk-{workshop.pk}")
    return ballot


def _minute_opening(ballot: Ballot, rule: rules.Rule, by: Participant, now: datetime) -> None:
    told = {"n": ballot.proposal_id, "round": ballot.round}
    secretly, openly = (
        _("A secret vote opened on proposal {n}, round {round}", **told),
        _("Voting opened on proposal {n}, round {round}", **told),
    )
    why = " ".join(map(str, rule.explain()))
    what = secretly if ballot.is_secret else openly
    minutes.record(ballot.workshop.cycle, "open ballot", what, by=by, now=now, why=why, place=ballot.workshop.slug)


def _seat_everybody(ballot: Ballot) -> None:
    """Freeze who is entitled, each with a receipt, and write into the record what they vote on."""
    Seat.objects.bulk_create(recording.receipts(entitled(ballot)))
    recording.opened(ballot)


def open_ballots(
    workshop: Workshop, proposal_ids: Collection[int], rule: rules.Rule, *, secret: bool = False, by: Participant, now: datetime
) -> list[Ballot]:
    """Open voting on several proposals at once, all or none. Raises `Refused` when none is chosen."""
    chosen = list(Proposal.objects.filter(workshop=workshop, pk__in=proposal_ids, for_outcome=None).select_related("workshop__cycle"))
    if not chosen:
        raise Refused(_("Tick at least one proposal to put to the vote."))
    with transaction.atomic():
        return [open_ballot(proposal, rule, secret=secret, by=by, now=now) for proposal in chosen]


def entitled(ballot: Ballot) -> list[Seat]:
    """A seat for every person with a voice who has come, and a single one for each provider organisation (INV-22).

    Where the workshop states a window, whoever is invited and has not declined counts the same before they come (WS-08).
    """
    return [Seat(ballot=ballot, **voice) for voice in voices_in(ballot.workshop)]


def voices_in(workshop: Workshop) -> list[dict[str, Any]]:
    """Every counted voice of a workshop: its group, and whose it is. Two queries."""
    attended = Q(pk__in=Attendance.objects.filter(workshop=workshop).values("participant"))
    if workshop.window.stated:
        expected = Invitation.objects.filter(workshop=workshop).exclude(answer=Invitation.Answer.CANNOT)
        attended |= Q(pk__in=expected.values("participant"))
    came = Participant.objects.filter(attended, withdrawn_at=None).order_by("pk").prefetch_related("roles")
    voices: list[dict[str, Any]] = []
    organisations: set[int] = set()
    brokers = [person for person in came if any(role.code == "broker" for role in person.roles.all())]
    for person in came:
        if not roles.has_counted_voice(frozenset(role.code for role in person.roles.all())):
            continue
        if person.group == "vso" and person.organisation_id:
            if person.organisation_id not in organisations:
                organisations.add(person.organisation_id)
                voices.append({"group": person.group, "organisation_id": person.organisation_id})
        else:
            voices.append({"group": person.group, "participant_id": person.pk})
    return [_as_broker(voice, brokers) for voice in voices]


def _as_broker(voice: dict[str, Any], brokers: list[Participant]) -> dict[str, Any]:
    """The voice, marked where a broker speaks with it: their own, or that of their organisation."""
    theirs = any(voice.get("participant_id") == b.pk or voice.get("organisation_id", 0) == b.organisation_id for b in brokers)
    return {**voice, "brokered": True} if theirs else voice


def seat_of(participant: Participant) -> Q:
    """The seats somebody votes from: their own, or their organisation's when they speak for it."""
    if participant.group == "vso" and participant.organisation_id:
        return Q(organisation=participant.organisation_id) if speaks_for_organisation(participant) else Q(pk__in=[])
    return Q(participant=participant)


def voice_of(participant: Participant) -> dict[str, Any]:
    """Whose voice somebody uses outside ballots, as columns: their own, or their organisation's single one (INV-22).

    Raises `Refused` when somebody else speaks for their organisation.
    """
    if participant.group == "vso" and participant.organisation_id:
        if not speaks_for_organisation(participant):
            raise Refused(_("Somebody else speaks for your organisation. Do this together with them."))
        return {"organisation_id": participant.organisation_id}
    return {"participant_id": participant.pk}


def hold_open(ballot: Ballot) -> bool:
    """Whether the ballot is open, and keep it so until this transaction ends.

    On PostgreSQL voters share the row's lock, so they never wait for each other, and closing waits for them all; on SQLite
    every writing transaction is alone already.
    """
    shared = " FOR SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT closed_at IS NULL FROM workshops_ballot WHERE id = %s{shared}", [ballot.pk])  # noqa: S608 (no value in it)
        row = cursor.fetchone()
    return bool(row and row[0])


@dataclass(frozen=True)
class Way:
    """How a vote came: by which channel, written down by whom, confirmed by whom."""

    channel: str = channels.ONLINE
    entered_by: Participant | None = None
    confirmed_by: Participant | None = None
    language: str = "en"

    @property
    def kept(self) -> dict[str, object]:
        """The columns of the record; the language belongs to the seat's reason."""
        return {"channel": self.channel, "entered_by": self.entered_by, "confirmed_by": self.confirmed_by}


THEMSELVES = Way()


def put_down(seat: Seat, ballot: Ballot, vote: tuple[str, str], *, by: Participant, key: str, now: datetime, way: Way = THEMSELVES) -> Cast:
    """Write a vote (choice and reason) into its seat and into the record, within the caller's transaction.

    Two statements whatever the channel. Raises `Refused` when hands that were counted meanwhile hold the seat.
    """
    choice, reason = vote
    seat.choice, seat.reason, seat.channel = ("", "", way.channel) if choice == tally.NONE else (choice, reason, way.channel)
    # The seat first: its row's lock puts two people of one organisation in the same order in both tables.
    free = Seat.objects.filter(pk=seat.pk).exclude(channel=channels.HANDS)
    if not free.update(choice=seat.choice, reason=seat.reason, channel=way.channel, language=way.language):
        require(channels.why_not(way.channel, channels.HANDS))
    announce_unrevised(ballot.workshop_id, f"ballot-{ballot.pk}")
    return Cast.objects.create(
        workshop_id=ballot.workshop_id,
        ballot=ballot,
        seat=seat,
        by=by,
        choice=secrecy.SEALED if ballot.is_secret else choice,
        reason="" if ballot.is_secret else seat.reason,
        key=key,
        at=now,
        source={"mark": secrecy.mark(ballot, key, *vote)} if ballot.is_secret else None,
        **way.kept,
    )


def cast(
    ballot: Ballot,
    *,
    choice: str,
    reason: str = "",
    by: Participant,
    key: str,
    now: datetime,
    language: str = "en",
    instead_of: Collection[str] = (),
) -> Cast:
    """Cast a vote, change it, or take it back while the ballot is open. Every one is kept; the last stands, once however often sent.

    `instead_of` are the keys of votes this one replaces that may still be under way: should one arrive later, it changes nothing.
    Raises `Refused` when voting is closed, the choice is none of the four, or `by` has no seat in this ballot.
    """
    reason = printable(reason).strip()
    if len(reason) > 500:
        raise Refused(_("Your reason is {n} characters. Shorten it to 500; it is still in the box.", n=len(reason)))
    # Everything that can be read beforehand is, so that the transaction is as short as a vote can be.
    seat = Seat.objects.filter(seat_of(by), ballot=ballot).select_related("organisation").first()
    place = here(ballot.workshop, by, now)
    try:
        with _in_turn(), transaction.atomic():
            is_open = hold_open(ballot)
            entitled_now, before = seat is not None and place.has_voice, bool(seat and seat.choice)
            require(policy.why_not_vote(here=place, ballot_open=is_open, entitled=entitled_now, choice=choice, before=before))
            assert seat is not None  # noqa: S101 (the rule above has refused otherwise; this tells the type checker)
            _overtake(ballot, seat, by, [other for other in instead_of if other != key], now)
            vote = put_down(seat, ballot, (choice, reason), by=by, key=key, now=now, way=Way(language=language))
    except IntegrityError:
        return _cast_again(ballot, choice, reason, by, key, now, language)
    except Refused:
        keys, choices = [key, _other_key(ballot, key, choice, reason)], [choice, secrecy.SEALED, OVERTAKEN]
        came = Cast.objects.filter(ballot=ballot, by=by, key__in=keys, choice__in=choices)
        # While its ballot is open a secret vote is known by its mark: another choice under an old key did not come in time.
        unlike = [c.pk for c in came if is_open and c.choice == secrecy.SEALED and not is_same(c, ballot, choice, reason)]
        kept = came.exclude(pk__in=unlike).first()
        if kept is None:
            raise
        return kept  # it arrived in time, and only its answer was lost
    return vote


OVERTAKEN = ""  # the choice of a vote that a later one of the same person overtook on its way; it never counted


def _overtake(ballot: Ballot, seat: Seat, by: Participant, keys: Collection[str], now: datetime) -> None:
    """Note the votes that are replaced before they came, so that they come to nothing when they do; most votes have none."""
    if not keys:
        return
    came = set(Cast.objects.filter(ballot=ballot, by=by, key__in=keys).values_list("key", flat=True))
    never = [
        Cast(workshop_id=ballot.workshop_id, ballot=ballot, seat=seat, by=by, choice=OVERTAKEN, key=key, at=now)
        for key in dict.fromkeys(keys)
        if key not in came
    ]
    Cast.objects.bulk_create(never, ignore_conflicts=True)


def _cast_again(ballot: Ballot, choice: str, reason: str, by: Participant, key: str, now: datetime, language: str) -> Cast:
    """A key that came before: the same vote sent twice, one that was overtaken, or another vote under an old key."""
    kept = Cast.objects.get(ballot=ballot, by=by, key=key)
    if kept.choice == OVERTAKEN or is_same(kept, ballot, choice, reason):
        return kept
    # A page shown again by "back" sends its old key with a new choice: that is another vote, and that one too is kept once.
    return cast(ballot, choice=choice, reason=reason, by=by, key=_other_key(ballot, key, choice, reason), now=now, language=language)


def is_same(kept: Cast, ballot: Ballot, choice: str, reason: str) -> bool:
    """Whether a vote that is kept is this one; of a secret ballot only its mark is known."""
    if ballot.is_secret:
        return bool(kept.source and kept.source["mark"] == secrecy.mark(ballot, kept.key, choice, reason))
    return (kept.choice, kept.reason) == (choice, "" if choice == tally.NONE else reason)


def _other_key(ballot: Ballot, key: str, choice: str, reason: str) -> str:
    """The key of another vote under an old key. A plain hash would tell the choice of a secret ballot to whoever tries all four."""
    return secrecy.mark(ballot, "again", key, choice, reason) if ballot.is_secret else other_key(key, choice, reason)


def close_ballot(ballot: Ballot, *, reason: str = "", by: Participant, now: datetime) -> None:
    """Close one ballot, which unseals it. Raises `Refused` when it is closed already, or papers or hands wait for a second person.

    Before the end of a stated window it needs a reason, which is minuted and shown beside the result.
    """
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        locked = Ballot.objects.select_for_update(no_key=True).get(pk=ballot.pk)
        if not locked.is_open:
            raise Refused(_("Voting on this is closed already."))
        _close(locked, by, now, reason)


def close_ballots(workshop: Workshop, *, reason: str = "", by: Participant, now: datetime) -> None:
    """Close every open ballot of a workshop; the caller has checked the permission. Early only with a reason."""
    for ballot in Ballot.objects.select_for_update(no_key=True).filter(workshop=workshop, closed_at=None):
        _close(ballot, by, now, reason)


def _close(ballot: Ballot, by: Participant, now: datetime, reason: str) -> None:
    papers, hands = waiting_in(ballot)
    require(policy.why_not_shut(ballot.proposal, papers, hands))
    early = ballot.workshop.window
    why = printable(reason).strip()[:500] if early.runs_on(now) else ""
    require(window.why_not_close_early(early, now, why))
    ballot.closed_at, ballot.closed_early_because, ballot.present = now, why or None, _present_seats(ballot, now)
    ballot.save(update_fields=["closed_at", "closed_early_because", "present"])
    if ballot.is_secret:
        secrecy.cut(ballot)
    recording.closed(ballot, unsealing.result_of(ballot), unsealing.reasons([ballot.pk]).get(ballot.pk, rules.Reasons()))
    voted = ballot.seats.exclude(choice="").count()
    what = _(
        "Voting closed on proposal {n}, round {round}: {voted} of {all} voted",
        n=ballot.proposal_id,
        round=ballot.round,
        voted=voted,
        all=ballot.seats.count(),
    )
    minutes.record(ballot.workshop.cycle, "close ballot", what, by=by, now=now, why=why, place=ballot.workshop.slug)
    proposal = ballot.proposal
    announce(ballot.workshop_id, f"proposal-{proposal.for_outcome_id or proposal.pk}", f"desk-{ballot.workshop_id}")


def _present_seats(ballot: Ballot, now: datetime) -> dict[str, int]:
    """How many seats of each group have somebody here: the person, or anybody of the organisation."""
    here = present_people(ballot.workshop, now)
    own, theirs = Q(participant__in=here), Q(organisation__in=Participant.objects.filter(pk__in=here).values("organisation"))
    return dict(ballot.seats.filter(own | theirs).values_list("group").annotate(n=Count("pk")).order_by())


def waiting_in(ballot: Ballot) -> tuple[int, int]:
    """How many papers, and how many groups' hands, one person has entered and no second has confirmed."""
    papers = PaperEntry.objects.filter(paper__ballot=ballot, standing=Standing.WAITING).values("paper").distinct().count()
    return papers, HandsCount.objects.filter(ballot=ballot, standing=Standing.WAITING).values("group").distinct().count()
