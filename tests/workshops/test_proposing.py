"""Gathering, proposing, commenting, amending, agreeing, reserving and closing, through the acts."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from commissioning.models import Contribution, MilestoneMet, Minute
from commissioning.sentences import Refused
from workshops import agreeing, facilitating, proposing, voting
from workshops.models import Action, Idea, Proposal
from workshops.proposing import Draft

NASTY = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "🎉 emoji 👩‍👩‍👧",
    "שלום עולם \u202eabc",
    "Ŵ ŷ ẃ",
    "'; DROP TABLE x; --",
    "{{ 7*7 }} {% debug %}",
    "a\x00b\x08c",
]


@pytest.mark.parametrize("text", NASTY)
def test_words_are_kept_as_they_were_said_and_shown_harmlessly(room, text):
    idea = proposing.add_idea(room.workshop, kind="need", text=text, by=room.citizens[0], key="k", now=room.town.now)
    proposing.propose(room.workshop, Draft("need", text, text), by=room.vsos[0], key="p", now=room.town.now)
    assert "\x00" not in idea.contribution.text
    page = room.town.client(room.citizens[1]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("7*7") >= text.count("7*7"), "nothing that was said is worked out"


@pytest.mark.parametrize("text", ["", "   ", "\x00\x00", "x" * 2001, "y" * 10_000])
def test_empty_and_endless_words_are_refused_and_nothing_is_written(room, text):
    with pytest.raises(Refused):
        proposing.add_idea(room.workshop, kind="need", text=text, by=room.citizens[0], key="k", now=room.town.now)
    with pytest.raises(Refused):
        proposing.propose(room.workshop, Draft("need", text), by=room.citizens[0], key="k", now=room.town.now)
    assert not Contribution.objects.exists()


def test_a_form_sent_twice_is_kept_once(room):
    for _ in range(2):
        proposing.add_idea(room.workshop, kind="need", text="A place", by=room.citizens[0], key="same", now=room.town.now)
        proposing.propose(room.workshop, Draft("need", "A place"), by=room.citizens[0], key="same2", now=room.town.now)
    assert (Idea.objects.count(), Proposal.objects.count()) == (1, 1)


def test_somebody_of_another_cycle_cannot_add(room, other_town):
    stranger = other_town.join("Stranger")
    with pytest.raises(Refused):
        proposing.add_idea(room.workshop, kind="need", text="A place", by=stranger, key="k", now=room.town.now)


def test_an_indicator_belongs_to_an_outcome_of_this_room(room, town):
    elsewhere = town.propose(town.workshop(*room.citizens), room.citizens[0])
    for draft in (
        Draft("indicator", "A sign"),
        Draft("indicator", "A sign", for_outcome=elsewhere.pk),
        Draft("need", "A need", for_outcome=1),
        Draft("statement", "x"),
        Draft("king", "x"),
    ):
        with pytest.raises(Refused):
            proposing.propose(room.workshop, draft, by=room.citizens[0], key=town.key(), now=town.now)


def test_amending_keeps_every_wording_and_the_slower_writer_sees_both(room):
    proposal = room.town.propose(room.workshop, room.vsos[0], "First words")
    room.town.move(room.workshop, "discuss")
    now = room.town.now
    proposing.amend(proposal, text="Second words", why="Clearer", seen_version=1, by=room.vsos[0], key="a", now=now)
    with pytest.raises(proposing.SomebodyElseChanged) as changed:
        proposing.amend(proposal, text="Other words", why="", seen_version=1, by=room.town.facilitator, key="b", now=now)
    assert (changed.value.current, changed.value.yours) == ("Second words", "Other words")
    assert list(proposal.versions.values_list("text", flat=True)) == ["First words", "Second words"]
    again = proposing.amend(proposal, text="Second words", why="Clearer", seen_version=1, by=room.vsos[0], key="a", now=now)
    assert again.number == 2, "the same form twice changes the words once"


def test_nobody_rewrites_somebody_elses_proposal(room):
    proposal = room.town.propose(room.workshop, room.vsos[0], "First words")
    room.town.move(room.workshop, "discuss")
    with pytest.raises(Refused, match="as a comment"):
        proposing.amend(proposal, text="Mine", why="", seen_version=1, by=room.citizens[0], key="b", now=room.town.now)
    page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/proposals/{proposal.pk}/").content.decode()
    assert "Better words" not in page


def test_an_old_key_with_new_words_is_another_message(room):
    for words in ("First", "Second", "Second"):
        proposing.add_idea(room.workshop, kind="need", text=words, by=room.citizens[0], key="back", now=room.town.now)
    assert sorted(Idea.objects.values_list("contribution__text", flat=True))[:2] == ["First", "Second"]


def test_one_key_in_two_kinds_of_form_is_refused(room):
    proposing.add_idea(room.workshop, kind="need", text="Same", by=room.citizens[0], key="k", now=room.town.now)
    proposal = room.town.propose(room.workshop, room.citizens[1])
    proposing.comment(proposal, text="Same", by=room.citizens[0], key="k", now=room.town.now)
    assert Contribution.objects.filter(participant=room.citizens[0], text="Same").count() == 2


def test_a_workshop_does_not_close_on_results_nobody_recorded(room):
    proposal = room.town.propose(room.workshop, room.citizens[0])
    room.town.vote(room.town.ballot(room.workshop, proposal), "support", *room.everybody)
    room.town.move(room.workshop, "agree")
    with pytest.raises(Refused, match="not recorded yet"):
        facilitating.close(room.workshop, none_because="A first talk", by=room.town.facilitator, now=room.town.now)


def test_words_cannot_change_while_they_are_voted_on(room):
    proposal = room.town.propose(room.workshop, room.vsos[0])
    room.town.ballot(room.workshop, proposal)
    with pytest.raises(Refused, match="parts of a workshop"):
        proposing.amend(proposal, text="x", why="", seen_version=1, by=room.vsos[0], key="a", now=room.town.now)


def agreed(room, *, text="People feel safe."):
    proposal = room.town.propose(room.workshop, room.citizens[0], text)
    ballot = room.town.ballot(room.workshop, proposal)
    room.town.vote(ballot, "support", *room.everybody)
    room.town.move(room.workshop, "agree")
    agreeing.record_agreement(proposal, state="agreed", by=room.town.facilitator, now=room.town.now)
    return proposal


def test_ps_07_agreed_words_that_change_are_reopened_in_the_open(room):
    proposal = agreed(room)
    proposing.amend(
        proposal,
        text="People feel at home.",
        why="Warmer",
        seen_version=1,
        by=room.citizens[0],
        key="a",
        now=room.town.now,
    )
    assert not proposal.agreements.filter(superseded_at=None).exists()
    assert Minute.objects.get(act="reopen").why == "The reason is kept with version 2"
    assert proposal.versions.get(number=2).why == "Warmer"
    assert "Reopened" in room.town.client(room.citizens[1]).get(f"/w/{room.workshop.slug}/").content.decode()


def test_a_reservation_is_kept_beside_the_agreement(room):
    proposal = agreed(room)
    agreeing.reserve(proposal, text="Only if it is free", by=room.vsos[0], key="r", now=room.town.now)
    agreeing.reserve(proposal, text="Only if it is free", by=room.vsos[0], key="r", now=room.town.now)
    current = proposal.agreements.get(superseded_at=None)
    assert current.state == "reserved"
    assert current.dissent == [{"group": "vso", "choice": "reservation", "reason": "Only if it is free"}]


def test_pl_08_the_outcome_without_an_indicator_is_not_agreed(room):
    proposal = room.town.propose(room.workshop, room.citizens[0], indicator=False)
    room.town.vote(room.town.ballot(room.workshop, proposal), "support", *room.everybody)
    room.town.move(room.workshop, "agree")
    with pytest.raises(Refused, match="indicator"):
        agreeing.record_agreement(proposal, state="agreed", by=room.town.facilitator, now=room.town.now)


def test_only_a_facilitator_records(room):
    proposal = room.town.propose(room.workshop, room.citizens[0])
    for somebody in (room.town.lead, room.citizens[0]):
        with pytest.raises(Refused, match="facilitator"):
            agreeing.record_agreement(proposal, state="deferred", by=somebody, now=room.town.now)
        with pytest.raises(Refused, match="facilitator"):
            voting.open_ballot(proposal, voting.rules.Rule.same_for_all(), by=somebody, now=room.town.now)


def test_a_workshop_ends_with_actions_or_with_none_because(room):
    facilitator, now = room.town.facilitator, room.town.now
    room.town.move(room.workshop, "agree")
    with pytest.raises(Refused, match="none, because"):
        facilitating.close(room.workshop, by=facilitator, now=now)
    facilitating.add_action(
        room.workshop,
        text="Ask",
        side=Action.Side.VSO,
        owner="Val",
        due=now.date() + timedelta(7),
        how_we_know="We heard",
        by=facilitator,
        now=now,
    )
    facilitating.close(room.workshop, by=facilitator, now=now)
    room.workshop.refresh_from_db()
    assert room.workshop.closed_at is not None
    assert MilestoneMet.objects.filter(cycle=room.town.cycle, code="workshop_closed").exists()


def test_two_facilitators_moving_at_once(room):
    other = room.town.join("Fin", "commissioner", role="facilitator")
    facilitating.move(room.workshop, seen="gather", to="discuss", by=room.town.facilitator, now=room.town.now)
    with pytest.raises(Refused, match="just moved"):
        facilitating.move(room.workshop, seen="gather", to="discuss", by=other, now=room.town.now)


def test_minutes_only_grow(room):
    agreed(room)
    acts = set(Minute.objects.values_list("act", flat=True))
    assert {"open", "join", "role", "convene", "phase", "propose", "open ballot", "close ballot", "agreement"} <= acts
    assert not Minute.objects.filter(by=None).exists(), "every act has somebody who did it"
    with pytest.raises(DatabaseError), transaction.atomic():
        Minute.objects.update(what="something else")
