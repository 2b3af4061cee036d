"""Taking part without the meeting, with equal standing: the stated window, who counts, and voting that is not cut short (WS-08)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commissioning.models import Minute
from commissioning.sentences import Refused
from workshops import agreeing, facilitating, inviting, proposing, scheduling, unsealing, voting, window
from workshops.models import Attendance, Ballot, Seat, Workshop
from workshops.rules import Rule

DAY = timedelta(days=1)


@pytest.fixture
def promised(room):
    """The room with two days before and two days after now in which people can take part."""
    plan = scheduling.Arrangement(Decimal(2), opens_at=room.town.now - 2 * DAY, closes_at=room.town.now + 2 * DAY)
    scheduling.arrange(room.workshop, plan, by=room.town.lead, now=room.town.now)
    room.workshop.refresh_from_db()
    return room


@pytest.fixture
def absent_vso(promised):
    """Zoe of Beacon, who is invited and was not in the meeting."""
    zoe = promised.town.join("Zoe", "vso", "Beacon", invited=True)
    inviting.invite(promised.workshop, [zoe], by=promised.town.lead, now=promised.town.now)
    return zoe


def test_a_vso_who_missed_the_meeting_comments_within_the_window_and_counts_in_the_agreement(promised, absent_vso):
    town, workshop = promised.town, promised.workshop
    proposal = town.propose(workshop, promised.citizens[0])
    ballot = town.ballot(workshop, proposal)
    client = town.client(absent_vso)
    said = client.post(f"/w/{workshop.slug}/proposals/{proposal.pk}/comments/", {"text": "Opening hours matter", "key": "z"})
    assert said.status_code == 302
    town.vote(ballot, "support", *promised.everybody)
    answered = client.post(f"/w/{workshop.slug}/ballots/{ballot.pk}/vote/", {"choice": "cannot", "reason": "Too late for us", "key": "v"})
    assert answered.status_code == 302
    assert not Attendance.objects.filter(workshop=workshop, participant=absent_vso).exists(), "she never came"
    after = town.now + 3 * DAY
    voting.close_ballot(ballot, by=town.facilitator, now=after)
    facilitating.move(workshop, seen="vote", to="agree", by=town.facilitator, now=after)
    agreement = agreeing.record_agreement(proposal, state="reserved", by=town.facilitator, now=after)
    vso = next(row for row in agreement.counts if row["group"] == "vso")
    assert (vso["support"], vso["cannot"]) == (2, 1)
    assert {"group": "vso", "choice": "cannot", "reason": "Too late for us"} in agreement.dissent


def test_those_invited_are_entitled_unless_they_declined_and_those_who_came_stay(promised, absent_vso):
    town, workshop = promised.town, promised.workshop
    dora = town.join("Dora")
    watcher = town.join("Wim", role="observer")
    inviting.invite(workshop, [dora, watcher, promised.citizens[0]], by=town.lead, now=town.now)
    for who in (dora, promised.citizens[0]):
        inviting.answer(workshop.invitations.get(participant=who), said="cannot", by=who, now=town.now)
    ballot = town.ballot(workshop, town.propose(workshop, promised.citizens[0]))
    seats = Seat.objects.filter(ballot=ballot)
    assert seats.filter(organisation=absent_vso.organisation).count() == 1
    assert not seats.filter(participant__in=[dora, watcher]).exists()
    assert seats.filter(participant=promised.citizens[0]).exists(), "who came is entitled whatever they answered"
    assert seats.count() == 7


def test_a_colleague_invited_brings_no_second_vote(promised):
    town = promised.town
    viv = town.join("Viv", "vso", "Harbour", invited=True)
    inviting.invite(promised.workshop, [viv], by=town.lead, now=town.now)
    ballot = town.ballot(promised.workshop, town.propose(promised.workshop, promised.citizens[0]))
    assert Seat.objects.filter(ballot=ballot, organisation=viv.organisation).count() == 1


def test_with_no_window_only_those_who_came_are_entitled_as_before(room):
    dora = room.town.join("Dora")
    inviting.invite(room.workshop, [dora], by=room.town.lead, now=room.town.now)
    ballot = room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))
    assert not Seat.objects.filter(ballot=ballot, participant=dora).exists()
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    assert Ballot.objects.get(pk=ballot.pk).closed_early_because is None


def test_outside_the_window_nothing_is_taken_and_a_sentence_says_when(promised):
    town, workshop, citizen = promised.town, promised.workshop, promised.citizens[0]
    ballot = town.ballot(workshop, town.propose(workshop, citizen))
    for now, word in ((town.now - 3 * DAY, "not open yet. It is open from"), (town.now + 3 * DAY, "closed on")):
        for work in (
            lambda now=now: voting.cast(ballot, choice="support", by=citizen, key="a", now=now),
            lambda now=now: proposing.comment(ballot.proposal, text="Late", by=citizen, key="b", now=now),
        ):
            with pytest.raises(Refused, match=word):
                work()
    voting.cast(ballot, choice="support", by=citizen, key="c", now=town.now)


def test_the_live_meeting_takes_everything_though_the_window_is_over(promised):
    town, workshop, citizen = promised.town, promised.workshop, promised.citizens[0]
    meeting = town.now + 5 * DAY
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=meeting)
    proposing.add_idea(workshop, kind="need", text="In the meeting", by=citizen, key="m", now=meeting + timedelta(hours=1))
    with pytest.raises(Refused, match="closed on"):
        proposing.add_idea(workshop, kind="need", text="Too late", by=citizen, key="n", now=meeting + DAY)
    scheduling.call_off(workshop, reason="Snow", by=town.lead, now=town.now)
    with pytest.raises(Refused, match="closed on"):
        proposing.add_idea(workshop, kind="need", text="No meeting", by=citizen, key="o", now=meeting + timedelta(hours=1))


def test_the_desk_says_in_plain_words_why_there_is_nothing_to_do(promised):
    town, workshop = promised.town, promised.workshop
    ballot = town.ballot(workshop, town.propose(workshop, promised.citizens[0]))
    client, address = town.client(promised.citizens[0]), f"/w/{workshop.slug}/"
    page = client.get(address).content.decode()
    assert "You can also take part without the meeting, from" in page
    assert f"ballots/{ballot.pk}/vote/" in page
    Workshop.objects.filter(pk=workshop.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    page = client.get(address).content.decode()
    assert "This workshop closed on" in page
    assert f"ballots/{ballot.pk}/vote/" not in page


def test_voting_closes_early_only_with_a_reason_that_is_minuted_and_shown(promised):
    town, workshop = promised.town, promised.workshop
    first = town.ballot(workshop, town.propose(workshop, promised.citizens[0], "One"))
    facilitator = town.client(town.facilitator)
    address = f"/w/{workshop.slug}/ballots/{first.pk}/close/"
    assert "Why does the voting close early?" in facilitator.get(f"/w/{workshop.slug}/").content.decode()
    refused = facilitator.post(address)
    assert refused.status_code == 409
    assert b"Say why the voting closes early" in refused.content
    assert facilitator.post(address, {"reason": "Everybody has voted"}).status_code == 302
    assert Minute.objects.get(act="close ballot").why == "Everybody has voted"
    page = town.client(promised.citizens[0]).get(f"/w/{workshop.slug}/").content.decode()
    assert "Voting closed before the time people were told, because: Everybody has voted" in page


def test_moving_on_early_needs_the_reason_too_and_after_the_window_none(promised):
    town, workshop = promised.town, promised.workshop
    town.ballot(workshop, town.propose(workshop, promised.citizens[0]))
    with pytest.raises(Refused, match="Say why"):
        facilitating.move(workshop, seen="vote", to="agree", by=town.facilitator, now=town.now)
    assert Ballot.objects.filter(closed_at=None).count() == 1
    with pytest.raises(Refused, match="Change that time first"):
        facilitating.close(workshop, none_because="x", by=town.facilitator, now=town.now)
    facilitating.move(workshop, seen="vote", to="agree", by=town.facilitator, now=town.now + 3 * DAY)
    assert Ballot.objects.get().closed_early_because is None


def test_the_promised_time_is_not_cut_without_a_reason(promised):
    def state(reason="", **times):
        plan = scheduling.Arrangement(Decimal(2), **times)
        scheduling.arrange(promised.workshop, plan, reason=reason, by=promised.town.lead, now=promised.town.now)

    now = promised.town.now
    for times in ({}, {"opens_at": now - 2 * DAY, "closes_at": now + DAY}):
        with pytest.raises(Refused, match="less time"):
            state(**times)
    state("The hall closes", opens_at=now - 2 * DAY, closes_at=now + DAY)
    assert Minute.objects.filter(act="arrange").last().why == "The hall closes"
    state(opens_at=now - 2 * DAY, closes_at=now + 5 * DAY)


@pytest.mark.parametrize(
    ("opens", "closes", "why"), [(0, None, "both"), (None, 1, "both"), (2, 1, "after it opens"), (1, 1, "after"), (0, 200, "three months")]
)
def test_times_that_make_no_sense_are_refused(room, opens, closes, why):
    plan = scheduling.Arrangement(
        Decimal(2),
        opens_at=None if opens is None else room.town.now + opens * DAY,
        closes_at=None if closes is None else room.town.now + closes * DAY,
    )
    with pytest.raises(Refused, match=why):
        scheduling.arrange(room.workshop, plan, by=room.town.lead, now=room.town.now)
    room.workshop.refresh_from_db()
    assert not room.workshop.window.stated


def test_the_arrangements_page_shows_a_mistake_and_keeps_what_was_written(promised):
    client, address = promised.town.client(promised.town.lead), f"/w/{promised.workshop.slug}/arrangements/"
    answered = client.post(address, {"hours": "2", "parts": "1", "venue": "The old library", "opens_at": "", "closes_at": ""})
    assert answered.status_code == 422
    assert b"Say why they get less time" in answered.content
    assert b"The old library" in answered.content
    assert client.post(address, {"hours": "NaN", "parts": "-1"}).status_code == 422
    good = {"hours": "2.5", "parts": "3", "rate": "15", "opens_at": "", "closes_at": "", "reason": "No longer needed"}
    assert client.post(address, good).status_code == 302
    promised.workshop.refresh_from_db()
    assert (promised.workshop.time_asked, promised.workshop.rate) == ("about 2.5 hours in 3 parts", 15)


MOMENTS = st.datetimes(timezones=st.just(window.HERE), min_value=timezone.datetime(2026, 1, 1), max_value=timezone.datetime(2027, 1, 1))


@given(st.none() | MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS, MOMENTS)
def test_the_window_refuses_exactly_what_is_outside_it_and_outside_the_meeting(opens, closes, starts, now):
    times = window.Window(opens, closes, starts)
    inside = opens is not None and closes is not None and opens <= now <= closes
    expected = not times.stated or inside or times.is_live(now)
    assert (times.why_not_now(now) is None) is expected


def test_a_rule_of_one_voice_each_still_counts_an_organisation_once_when_it_is_only_invited(promised, absent_vso):
    town = promised.town
    proposal = town.propose(promised.workshop, promised.citizens[0])
    town.move(promised.workshop, "vote")
    ballot = voting.open_ballot(proposal, Rule.same_for_all(100, 2), by=town.facilitator, now=town.now)
    turnout = {group: entitled for group, __, entitled in unsealing.turnout([ballot.pk])[ballot.pk]}
    assert turnout == {"commissioner": 2, "vso": 3, "citizen": 2}
