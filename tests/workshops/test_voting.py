"""Ballots: who is entitled, one voice for each organisation, sealed until closed, never lost and never doubled."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning.sentences import Refused
from workshops import agreeing, attending, running, unsealing, voting
from workshops.models import Ballot, Cast, ProposalVersion, Seat
from workshops.rules import Rule


@pytest.fixture
def ballot(room):
    proposal = room.town.propose(room.workshop, room.citizens[0])
    return room.town.ballot(room.workshop, proposal)


def test_entitlement_is_frozen_when_the_ballot_opens(room, ballot):
    late = room.town.join("Late")
    attending.attend(room.workshop, late, now=room.town.now)
    assert Seat.objects.filter(ballot=ballot).count() == 6
    with pytest.raises(Refused, match="no vote in this round"):
        room.town.vote(ballot, "support", late)
    assert not Cast.objects.exists()


def test_the_facilitator_has_no_vote(room, ballot):
    with pytest.raises(Refused):
        room.town.vote(ballot, "support", room.town.facilitator)


def test_ps_08_an_organisation_has_one_voice_however_many_come(room):
    colleague = room.town.join("Viv", "vso", "Harbour", invited=True)
    room.vsos[0].invited = True
    room.vsos[0].save()
    attending.attend(room.workshop, colleague, now=room.town.now)
    ballot = room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))
    room.town.vote(ballot, "support", room.vsos[0])
    room.town.vote(ballot, "cannot", colleague, reason="We cannot staff it")
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    vso = next(c for c in unsealing.counts([ballot.pk])[ballot.pk] if c.group == "vso")
    assert (vso.entitled, vso.support, vso.cannot) == (2, 0, 1), "two organisations; the last vote of Harbour stands"
    assert Cast.objects.filter(seat__organisation__name="Harbour").count() == 2, "both votes stay on record"


def test_a_name_typed_into_a_form_takes_nobodys_vote(room):
    stranger = room.town.join("Sly", "vso", "harbour")
    attending.attend(room.workshop, stranger, now=room.town.now)
    ballot = room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))
    room.town.vote(ballot, "cannot", room.vsos[0], reason="Sealed reason")
    with pytest.raises(Refused, match="somebody else speaks"):
        room.town.vote(ballot, "support", stranger)
    desk = room.town.client(stranger).get(f"/w/{room.workshop.slug}/desk/").content.decode()
    assert "Sealed reason" not in desk
    assert "cannot support</strong>" not in desk
    assert Cast.objects.count() == 1


def test_a_ballot_may_ask_more_than_the_workshop_promised_and_never_less(town):
    citizen = town.join("Cat")
    workshop = town.workshop(citizen, rule=Rule.same_for_all(67, 2))
    proposal = town.propose(workshop, citizen)
    town.move(workshop, "vote")
    for weaker in (Rule.same_for_all(50, 2), Rule.same_for_all(67, 1), Rule({"vso": voting.rules.GroupRule(100, 5)})):
        with pytest.raises(Refused, match="never less"):
            voting.open_ballot(proposal, weaker, by=town.facilitator, now=town.now)
    voting.open_ballot(proposal, Rule.same_for_all(75, 3), by=town.facilitator, now=town.now)


def test_an_old_key_with_a_new_choice_is_another_vote(room, ballot):
    citizen, now = room.citizens[0], room.town.now
    for choice in ("support", "cannot", "cannot"):
        voting.cast(ballot, choice=choice, by=citizen, key="back", now=now)
    assert Seat.objects.get(participant=citizen).choice == "cannot"


def test_a_vote_can_be_changed_and_every_one_is_kept(room, ballot):
    citizen = room.citizens[0]
    for choice in ("support", "abstain", "change"):
        room.town.vote(ballot, choice, citizen)
    assert list(Cast.objects.filter(by=citizen).values_list("choice", flat=True)) == ["support", "abstain", "change"]
    assert Seat.objects.get(ballot=ballot, participant=citizen).choice == "change"


def test_a_form_sent_twice_is_one_vote_and_an_old_one_never_comes_back(room, ballot):
    citizen, now = room.citizens[0], room.town.now
    first = voting.cast(ballot, choice="support", by=citizen, key="a", now=now)
    voting.cast(ballot, choice="cannot", by=citizen, key="b", now=now)
    assert voting.cast(ballot, choice="support", by=citizen, key="a", now=now) == first
    assert Cast.objects.count() == 2
    assert Seat.objects.get(participant=citizen).choice == "cannot", "the late copy of the first form changes nothing"


@pytest.mark.parametrize("choice", ["", "SUPPORT", "agree", "support ", "x" * 40])
def test_a_forged_choice_is_refused(room, ballot, choice):
    with pytest.raises(Refused):
        room.town.vote(ballot, choice, room.citizens[0])
    assert not Cast.objects.exists()


def test_results_are_sealed_until_the_ballot_closes(room, ballot):
    room.town.vote(ballot, "support", *room.everybody)
    assert unsealing.counts([ballot.pk]) == {}
    assert unsealing.reasons([ballot.pk]) == {}
    assert agreeing.dissent_in(ballot) == []
    with pytest.raises(Refused, match="sealed"):
        unsealing.result_of(ballot)
    for client in (room.town.client(room.town.facilitator), room.town.client(room.citizens[1])):
        for address in ("", "live/", "screen/"):
            page = client.get(f"/w/{room.workshop.slug}/{address}").content.decode()
            assert "have voted" in page
            assert "Result of round" not in page
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    ballot.refresh_from_db()
    assert unsealing.result_of(ballot).met


def test_a_closed_ballot_takes_no_vote_and_closes_once(room, ballot):
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    with pytest.raises(Refused, match="closed"):
        room.town.vote(ballot, "support", room.citizens[0])
    with pytest.raises(Refused, match="already"):
        voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)


def test_leaving_the_vote_closes_every_ballot(room, ballot):
    room.town.move(room.workshop, "agree")
    assert not Ballot.objects.filter(closed_at=None).exists()


def test_rounds_are_numbered_and_all_kept(room, ballot):
    room.town.vote(ballot, "cannot", *room.everybody)
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    again = voting.open_ballot(ballot.proposal, Rule.same_for_all(), by=room.town.facilitator, now=room.town.now)
    assert (again.round, Ballot.objects.count()) == (2, 2)
    assert unsealing.counts([ballot.pk])[ballot.pk][0].cannot == 2


def test_two_open_ballots_on_one_proposal_are_impossible(room, ballot):
    with pytest.raises(Refused, match="already"):
        voting.open_ballot(ballot.proposal, Rule.same_for_all(), by=room.town.facilitator, now=room.town.now)


def _breaks(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_the_database_itself_keeps_votes_words_and_rules(room, ballot):
    room.town.vote(ballot, "support", room.citizens[0])
    _breaks(lambda: Cast.objects.update(choice="cannot"))
    _breaks(lambda: Ballot.objects.update(rule=Rule.same_for_all(50).kept))
    _breaks(lambda: ProposalVersion.objects.update(text="something else"))


def _at_once(work, jobs):
    """Run `work` for every job at the same moment, each on a connection of its own."""
    barrier = threading.Barrier(len(jobs))

    def one(job):
        barrier.wait(20)
        try:
            return work(job)
        except Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_forty_identical_forms_at_once_are_one_vote(room, ballot):
    citizen = room.citizens[0]
    votes = _at_once(lambda _: voting.cast(ballot, choice="support", by=citizen, key="same", now=room.town.now), list(range(12)))
    assert len({v.pk for v in votes}) == 1
    assert Cast.objects.count() == 1


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_votes_racing_the_close_are_counted_exactly_when_they_were_acknowledged(room, ballot):
    voters = [room.town.join(f"R{n}") for n in range(11)]
    for voter in voters:
        attending.attend(room.workshop, voter, now=room.town.now)
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    raced = voting.open_ballot(ballot.proposal, Rule.same_for_all(), by=room.town.facilitator, now=room.town.now)
    raced.workshop = room.workshop
    jobs = [*voters[:6], "close", *voters[6:]]

    def work(job):
        if job == "close":
            return voting.close_ballot(raced, by=room.town.facilitator, now=room.town.now)
        return voting.cast(raced, choice="support", by=job, key=f"race{job.pk}", now=room.town.now)

    acknowledged = sum(1 for answer in _at_once(work, jobs) if isinstance(answer, Cast))
    citizens = next(c for c in unsealing.counts([raced.pk])[raced.pk] if c.group == "citizen")
    assert citizens.support == acknowledged == Cast.objects.filter(ballot=raced).count()


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_votes_racing_the_move_to_the_next_part_never_meet_in_a_deadlock(room, ballot):
    """A vote holds its ballot, then needs the workshop's key; moving on holds the workshop, then needs the ballots."""
    voters = [room.town.join(f"M{n}") for n in range(11)]
    for voter in voters:
        attending.attend(room.workshop, voter, now=room.town.now)
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    for turn in range(5):
        running.go_to_kind(room.workshop, kind="vote", by=room.town.facilitator, now=room.town.now)
        raced = voting.open_ballot(ballot.proposal, Rule.same_for_all(), by=room.town.facilitator, now=room.town.now)
        raced.workshop = room.workshop

        def work(job, raced=raced, turn=turn):
            if job == "on":
                return running.go_to_kind(room.workshop, kind="discuss", by=room.town.facilitator, now=room.town.now)
            return voting.cast(raced, choice="support", by=job, key=f"on{turn}-{job.pk}", now=room.town.now)

        answers = _at_once(work, [*voters[:6], "on", *voters[6:]])
        assert all(a is None or isinstance(a, Cast) for a in answers), answers
        assert sum(isinstance(a, Cast) for a in answers) == Cast.objects.filter(ballot=raced).count()
        raced.refresh_from_db()
        assert raced.closed_at
