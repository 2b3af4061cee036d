"""Every keyed form sent again after its answer was lost: the same success, once kept, whatever the room has done since."""

import pytest

from commissioning.models import Contribution
from commissioning.sentences import Refused
from workshops import agreeing, facilitating, proposing, unsealing, voting
from workshops.models import Action, Agreement, Cast, Comment, Idea, Proposal, ProposalVersion, Seat


@pytest.fixture
def proposal(room):
    return room.town.propose(room.workshop, room.vsos[0])


@pytest.fixture
def ballot(room, proposal):
    return room.town.ballot(room.workshop, proposal)


HX = {"HX-Request": "true"}


def test_every_form_is_told_it_is_kept_after_the_room_moved_on(room, proposal):
    town, workshop = room.town, room.workshop
    citizen, vso, notes = town.client(room.citizens[0]), town.client(room.vsos[0]), town.client(town.facilitator)
    at, words = f"/w/{workshop.slug}", {"text": "Said on a train", "kind": "need"}
    town.move(workshop, "discuss")
    due = f"{town.now:%Y}-12-31" if f"{town.now:%m-%d}" < "12-31" else f"{town.now.year + 1}-12-31"
    sent = [
        (citizen, f"{at}/ideas/", words | {"key": "i"}, Idea),
        (citizen, f"{at}/proposals/", {"kind": "need", "text": "A late bus", "key": "p"}, Proposal),
        (citizen, f"{at}/proposals/{proposal.pk}/comments/", {"text": "Yes", "key": "c"}, Comment),
        (vso, f"{at}/proposals/{proposal.pk}/words/", {"text": "Better", "seen_version": "1", "key": "a"}, ProposalVersion),
        (
            notes,
            f"{at}/actions/",
            {"text": "Ask", "side": "both", "owner": "Val", "due": due, "how_we_know": "Told", "key": "x"},
            Action,
        ),
    ]
    first = [client.post(address, data, headers=HX).status_code for client, address, data, __ in sent]
    kept = [made.objects.count() for *__, made in sent]
    said, actions = Contribution.objects.count(), Action.objects.count()
    for phase in ("discuss", "vote", "agree"):
        town.move(workshop, phase)
        assert [client.post(address, data, headers=HX).status_code for client, address, data, __ in sent] == first, phase
        assert [made.objects.count() for *__, made in sent] == kept, phase
    assert (Contribution.objects.count(), Action.objects.count()) == (said, actions)
    facilitating.close(workshop, by=town.facilitator, now=town.now)
    assert [client.post(address, data, headers=HX).status_code for client, address, data, __ in sent] == first
    fresh = citizen.post(f"{at}/ideas/", words | {"key": "new"}, headers=HX)
    assert fresh.status_code == 409, "what is new is still refused"


def test_a_vote_that_came_in_time_is_kept_also_when_its_answer_comes_after_the_close(room, ballot):
    address = f"/w/{room.workshop.slug}/ballots/{ballot.pk}/vote/"
    client = room.town.client(room.citizens[0])
    assert client.post(address, {"choice": "support", "key": "v"}, headers=HX).status_code == 200
    room.town.move(room.workshop, "agree")
    again = client.post(address, {"choice": "support", "key": "v"}, headers=HX)
    assert again.status_code == 200
    assert b"Your vote: <strong>" in again.content
    assert client.post(address, {"choice": "cannot", "key": "v"}, headers=HX).status_code == 409, "another choice is another vote"
    assert client.post(address, {"choice": "support", "key": "w"}, headers=HX).status_code == 409
    assert Cast.objects.filter(by=room.citizens[0]).count() == 1


def test_a_vote_overtaken_on_its_way_never_replaces_the_newer_one(room, ballot):
    citizen, now = room.citizens[0], room.town.now
    voting.cast(ballot, choice="cannot", by=citizen, key="second", now=now, instead_of=["first", "second"])
    late = voting.cast(ballot, choice="support", by=citizen, key="first", now=now)
    assert late.choice == voting.OVERTAKEN
    assert Seat.objects.get(ballot=ballot, participant=citizen).choice == "cannot"
    again = voting.cast(ballot, choice="cannot", by=citizen, key="second", now=now, instead_of=["first"])
    assert (again.key, Cast.objects.filter(by=citizen).count()) == ("second", 2)
    voting.close_ballot(ballot, by=room.town.facilitator, now=now)
    assert voting.cast(ballot, choice="support", by=citizen, key="first", now=now).choice == voting.OVERTAKEN, "its answer is no refusal"
    assert next(c for c in unsealing.counts([ballot.pk])[ballot.pk] if c.group == "citizen").cannot == 1


def test_what_it_overtook_may_have_come_after_all(room, ballot):
    citizen, now = room.citizens[0], room.town.now
    first = voting.cast(ballot, choice="support", by=citizen, key="first", now=now)
    voting.cast(ballot, choice="cannot", by=citizen, key="second", now=now, instead_of=["first"])
    assert voting.cast(ballot, choice="support", by=citizen, key="first", now=now) == first
    assert Seat.objects.get(ballot=ballot, participant=citizen).choice == "cannot"


def test_nobody_overtakes_for_another(room, ballot):
    one, other = room.citizens
    voting.cast(ballot, choice="cannot", by=one, key="mine", now=room.town.now, instead_of=["theirs"])
    voting.cast(ballot, choice="support", by=other, key="theirs", now=room.town.now)
    assert Seat.objects.get(ballot=ballot, participant=other).choice == "support"


def test_the_overtaken_keys_come_with_the_form(room, ballot):
    address = f"/w/{room.workshop.slug}/ballots/{ballot.pk}/vote/"
    client = room.town.client(room.citizens[0])
    data = {"choice": "cannot", "key": "b", "instead_of": ["a", "", "x" * 41, *(f"k{n}" for n in range(40))]}
    assert client.post(address, data, headers=HX).status_code == 200
    late = client.post(address, {"choice": "support", "key": "a"}, headers=HX)
    assert (late.status_code, Seat.objects.get(participant=room.citizens[0]).choice) == (200, "cannot")
    assert Cast.objects.filter(by=room.citizens[0]).count() <= 20


@pytest.mark.parametrize("twice", [1, 3])
def test_old_keys_with_new_words_are_new_messages_kept_once_each(room, ballot, twice):
    town, citizen, now = room.town, room.citizens[0], room.town.now
    for choice in ("support", "cannot"):
        for __ in range(twice):
            voting.cast(ballot, choice=choice, by=citizen, key="back", now=now)
    assert list(Cast.objects.filter(by=citizen).values_list("choice", flat=True)) == ["support", "cannot"]
    town.move(room.workshop, "discuss")
    for words in ("First", "Second"):
        for __ in range(twice):
            proposing.add_idea(room.workshop, kind="need", text=words, by=citizen, key="back", now=now)
    assert Idea.objects.filter(contribution__participant=citizen).count() == 2


def test_new_words_under_an_old_key_are_not_taken_for_the_old_ones(room, proposal):
    town, vso = room.town, room.vsos[0]
    town.move(room.workshop, "discuss")
    proposing.amend(proposal, text="Second", why="", seen_version=1, by=vso, key="a", now=town.now)
    with pytest.raises(proposing.SomebodyElseChanged):
        proposing.amend(proposal, text="Third", why="", seen_version=1, by=vso, key="a", now=town.now)


def test_a_reservation_sent_again_after_the_close(room, ballot, proposal):
    town, citizen = room.town, room.citizens[0]
    town.vote(ballot, "support", *room.everybody)
    town.move(room.workshop, "agree")
    agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    agreeing.reserve(proposal, text="If free", by=citizen, key="r", now=town.now)
    town.move(room.workshop, "vote")
    agreeing.reserve(proposal, text="If free", by=citizen, key="r", now=town.now)
    assert Agreement.objects.count() == 2
    with pytest.raises(Refused):
        agreeing.reserve(proposal, text="If free", by=citizen, key="another", now=town.now)
