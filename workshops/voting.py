"""Opening a ballot, casting a vote, closing it. A vote once acknowledged is never lost, and sealed means nobody looks."""

import contextlib
import threading
from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q

from commissioning import minutes, roles
from commissioning.contributing import other_key, printable
from commissioning.models import Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import policy, tally
from workshops.announcing import announce, announce_unrevised
from workshops.attending import here
from workshops.models import Attendance, Ballot, Cast, Proposal, ProposalVersion, Seat, Workshop

_writing = threading.Lock()


def _in_turn() -> contextlib.AbstractContextManager[object]:
    """On SQLite voters queue inside the process: its own lock is polled for, and in a crowd somebody always misses it."""
    return _writing if connection.vendor == "sqlite" else contextlib.nullcontext()


def open_ballot(proposal: Proposal, rule: tally.Rule, *, by: Participant, now: datetime) -> Ballot:
    """Open a new numbered round on the present words, under a rule that cannot change afterwards.

    Who is entitled is frozen now: everybody who has come and has a voice, with one seat per organisation.
    Raises `Refused` in the wrong phase, for a VSO's proposal with no wider benefit, or while another round is open.
    """
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update().get(pk=proposal.workshop_id)
        require(policy.why_not_rule(tally.Rule.of(workshop.rule), rule))
        proposal = Proposal.objects.select_related("contribution").get(pk=proposal.pk)
        in_vote = proposal.ballots.filter(closed_at=None).exists()
        settled = proposal.agreements.filter(superseded_at=None, state__in=(tally.AGREED, tally.RESERVED)).exists()
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
        )
        Seat.objects.bulk_create(entitled(ballot))
        what = _("Voting opened on “{text}”, round {n}", text=proposal, n=ballot.round)
        minutes.record(
            workshop.cycle,
            "open ballot",
            what,
            by=by,
            now=now,
            why=" ".join(map(str, rule.explain())),
            place=workshop.slug,
        )
        announce(workshop.pk, f"proposal-{proposal.for_outcome_id or proposal.pk}", f"desk-{workshop.pk}")
    return ballot


def open_ballots(workshop: Workshop, proposal_ids: Collection[int], rule: tally.Rule, *, by: Participant, now: datetime) -> list[Ballot]:
    """Open voting on several proposals at once, all or none. Raises `Refused` when none is chosen."""
    chosen = list(Proposal.objects.filter(workshop=workshop, pk__in=proposal_ids, for_outcome=None).select_related("workshop__cycle"))
    if not chosen:
        raise Refused(_("Tick at least one proposal to put to the vote."))
    with transaction.atomic():
        return [open_ballot(proposal, rule, by=by, now=now) for proposal in chosen]


def entitled(ballot: Ballot) -> list[Seat]:
    """A seat for every person with a voice who has come, and a single one for each provider organisation (INV-22)."""
    attended = Attendance.objects.filter(workshop=ballot.workshop_id).values("participant")
    came = Participant.objects.filter(pk__in=attended, withdrawn_at=None).prefetch_related("roles")
    seats: list[Seat] = []
    organisations: set[int] = set()
    for person in came:
        if not roles.has_counted_voice(frozenset(role.code for role in person.roles.all())):
            continue
        if person.group == "vso" and person.organisation_id:
            if person.organisation_id not in organisations:
                organisations.add(person.organisation_id)
                seats.append(Seat(ballot=ballot, group=person.group, organisation_id=person.organisation_id))
        else:
            seats.append(Seat(ballot=ballot, group=person.group, participant=person))
    return seats


def seat_of(participant: Participant) -> Q:
    """The seats somebody votes from: their own, or their organisation's when they speak for it."""
    if participant.group == "vso" and participant.organisation_id:
        return Q(organisation=participant.organisation_id) if speaks_for_organisation(participant) else Q(pk__in=[])
    return Q(participant=participant)


def speaks_for_organisation(participant: Participant) -> bool:
    """Whether somebody who names an organisation may use its one vote, and so see it while it is sealed.

    Whoever was invited for it may. Somebody who came with the open code may only when nobody was invited for it and they
    were the first to name it: a name typed into a form must not take a vote that is somebody's already.
    """
    if participant.invited:
        return True
    others = Participant.objects.filter(cycle=participant.cycle_id, organisation=participant.organisation_id, withdrawn_at=None)
    return not others.filter(Q(invited=True) | Q(pk__lt=participant.pk)).exists()


def _hold_open(ballot: Ballot) -> bool:
    """Whether the ballot is open, and keep it so until this transaction ends.

    On PostgreSQL voters share the row's lock, so they never wait for each other, and closing waits for them all; on SQLite
    every writing transaction is alone already.
    """
    shared = " FOR SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT closed_at IS NULL FROM workshops_ballot WHERE id = %s{shared}", [ballot.pk])  # noqa: S608 (no value in it)
        row = cursor.fetchone()
    return bool(row and row[0])


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
    """Cast a vote, or change it while the ballot is open. Every one is kept; the last stands. Sent twice, it is kept once.

    `instead_of` are the keys of votes this one replaces that may still be under way: should one arrive later, it changes nothing.
    Raises `Refused` when voting is closed, the choice is none of the four, or `by` has no seat in this ballot.
    """
    reason = printable(reason).strip()
    if len(reason) > 500:
        raise Refused(_("Your reason is {n} characters. Shorten it to 500; it is still in the box.", n=len(reason)))
    # Everything that can be read beforehand is, so that the transaction is as short as a vote can be.
    seat = Seat.objects.filter(seat_of(by), ballot=ballot).select_related("organisation").first()
    place = here(ballot.workshop, by)
    try:
        with _in_turn(), transaction.atomic():
            is_open = _hold_open(ballot)
            require(policy.why_not_vote(here=place, ballot_open=is_open, entitled=seat is not None and place.has_voice, choice=choice))
            assert seat is not None  # noqa: S101 (the rule above has refused otherwise; this tells the type checker)
            # The seat first: its row's lock puts two people of one organisation in the same order in both tables.
            seat.choice, seat.reason, seat.language = choice, reason, language
            seat.save(update_fields=["choice", "reason", "language"])
            _overtake(ballot, seat, by, [other for other in instead_of if other != key], now)
            vote = Cast.objects.create(
                workshop_id=ballot.workshop_id, ballot=ballot, seat=seat, by=by, choice=choice, reason=reason, key=key, at=now
            )
            announce_unrevised(ballot.workshop_id, f"ballot-{ballot.pk}")
    except IntegrityError:
        return _cast_again(ballot, choice, reason, by, key, now, language)
    except Refused:
        kept = Cast.objects.filter(
            ballot=ballot, by=by, key__in=[key, other_key(key, choice, reason)], choice__in=[choice, OVERTAKEN]
        ).first()
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
    if kept.choice == OVERTAKEN or (kept.choice, kept.reason) == (choice, reason):
        return kept
    # A page shown again by "back" sends its old key with a new choice: that is another vote, and that one too is kept once.
    return cast(ballot, choice=choice, reason=reason, by=by, key=other_key(key, choice, reason), now=now, language=language)


def close_ballot(ballot: Ballot, *, by: Participant, now: datetime) -> None:
    """Close one ballot, which unseals it. Raises `Refused` when it is closed already."""
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        locked = Ballot.objects.select_for_update().get(pk=ballot.pk)
        if not locked.is_open:
            raise Refused(_("Voting on this is closed already."))
        _close(locked, by, now)


def close_ballots(workshop: Workshop, *, by: Participant, now: datetime) -> None:
    """Close every open ballot of a workshop; the caller has checked the permission."""
    for ballot in Ballot.objects.select_for_update().filter(workshop=workshop, closed_at=None):
        _close(ballot, by, now)


def _close(ballot: Ballot, by: Participant, now: datetime) -> None:
    ballot.closed_at = now
    ballot.save(update_fields=["closed_at"])
    voted = ballot.seats.exclude(choice="").count()
    what = _(
        "Voting closed on “{text}”, round {n}: {voted} of {all} voted",
        text=ballot.proposal,
        n=ballot.round,
        voted=voted,
        all=ballot.seats.count(),
    )
    minutes.record(ballot.workshop.cycle, "close ballot", what, by=by, now=now, place=ballot.workshop.slug)
    proposal = ballot.proposal
    announce(ballot.workshop_id, f"proposal-{proposal.for_outcome_id or proposal.pk}", f"desk-{ballot.workshop_id}")


def turnout(ballot_ids: list[int]) -> dict[int, list[tuple[str, int, int]]]:
    """For each ballot, by group: how many have voted, of how many entitled. All that may be seen of an open one."""
    rows = (
        Seat.objects.filter(ballot__in=ballot_ids)
        .values_list("ballot", "group")
        .annotate(voted=Count("pk", filter=~Q(choice="")), entitled=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[str, tuple[str, int, int]]] = {}
    for ballot, group, voted, all_of_them in rows:
        found.setdefault(ballot, {})[group] = (group, voted, all_of_them)
    return {ballot: [groups[code] for code in tally.GROUPS if code in groups] for ballot, groups in found.items()}


def counts(ballot_ids: list[int]) -> dict[int, list[tally.Count]]:
    """The counts by group of closed ballots; open ones are left out, whoever asks."""
    rows = (
        Seat.objects.filter(ballot__in=ballot_ids, ballot__closed_at__isnull=False)
        .values_list("ballot", "group", "choice")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[str, dict[str, int]]] = {}
    for ballot, group, choice, n in rows:
        found.setdefault(ballot, {}).setdefault(group, {})[choice] = n
    return {b: [tally.from_row(g, groups[g]) for g in tally.GROUPS if g in groups] for b, groups in found.items()}


def reservations(ballot_ids: list[int]) -> dict[int, int]:
    """For each closed ballot, how many stated a reason with "change it first" or "cannot support"."""
    stated = Seat.objects.filter(ballot__in=ballot_ids, ballot__closed_at__isnull=False, choice__in=(tally.CHANGE, tally.CANNOT))
    return dict(stated.exclude(reason="").values_list("ballot").annotate(n=Count("pk")).order_by())


def result_of(ballot: Ballot) -> tally.Result:
    """What the rule says of a closed ballot. Raises `Refused` while it is sealed."""
    if not policy.may_see_results(ballot.is_open):
        raise Refused(_("Results are sealed until voting closes."))
    return tally.apply(tally.Rule.of(ballot.rule), counts([ballot.pk]).get(ballot.pk, []), reservations([ballot.pk]).get(ballot.pk, 0))
