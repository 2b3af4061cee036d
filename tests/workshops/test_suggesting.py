"""Suggested words, marked comments and answers, and what matters to people, through the acts and the doorways."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commissioning.models import Minute
from commissioning.sentences import Refused
from tests.workshops.test_proposing import NASTY
from workshops import attending, desks, ground_rules, mattering, proposing, regions, suggesting, unsealing
from workshops.models import Attendance, Comment, Matters, Proposal, Suggestion

OLD, NEW = "People feel safe near home.", "People feel welcome near home."


@pytest.fixture
def proposal(room):
    made = room.town.propose(room.workshop, room.vsos[0], OLD)
    room.town.move(room.workshop, "discuss")
    return made


def suggest(room, proposal, by=None, text=NEW, key="s", seen=1):
    return suggesting.suggest(
        proposal, text=text, why="It is warmer", seen_version=seen, by=by or room.citizens[0], key=key, now=room.town.now
    )


def page(room, who, proposal):
    return room.town.client(who).get(f"/w/{room.workshop.slug}/proposals/{proposal.pk}/").content.decode()


def desk(room, who):
    return room.town.client(who).get(f"/w/{room.workshop.slug}/desk/").content.decode()


def test_suggested_accepted_and_credited(room, proposal):
    made = suggest(room, proposal)
    assert suggest(room, proposal).pk == made.pk, "the same form twice is one suggestion"
    assert "suggests other words for your proposal" in desk(room, room.vsos[0])
    assert "suggests other words" not in desk(room, room.town.facilitator), "its proposer is here"
    assert "Accept these words" in page(room, room.vsos[0], proposal)
    assert "Accept these words" not in page(room, room.citizens[1], proposal)
    version = suggesting.accept(made, seen_version=1, by=room.vsos[0], now=room.town.now)
    proposal.refresh_from_db()
    assert (proposal.text, proposal.version, version.by, version.why) == (NEW, 2, room.citizens[0], "It is warmer")
    assert list(proposal.versions.values_list("text", flat=True)) == [OLD, NEW]
    assert "Accepted" in desk(room, room.citizens[0])
    shown = page(room, room.citizens[1], proposal)
    assert re.search(r"<del>.*removed:.*safe.*</del>.*<ins>.*added:.*welcome.*</ins>", shown, re.DOTALL)
    acts = list(Minute.objects.filter(act__in=("suggestion", "amend")).values_list("what", flat=True))
    assert len(acts) == 3
    assert not any("welcome" in what for what in acts)


def test_declined_with_a_reason_that_its_author_reads(room, proposal):
    made = suggest(room, proposal)
    with pytest.raises(Refused, match="Write something"):
        suggesting.decline(made, reason=" ", by=room.vsos[0], now=room.town.now)
    suggesting.decline(made, reason="Safe is what we mean", by=room.vsos[0], now=room.town.now)
    assert "Safe is what we mean" in desk(room, room.citizens[0])
    assert "Safe is what we mean" in page(room, room.citizens[0], proposal)
    with pytest.raises(Refused, match="answered already"):
        suggesting.accept(made, seen_version=1, by=room.vsos[0], now=room.town.now)
    proposal.refresh_from_db()
    assert proposal.text == OLD


def test_kept_beside_the_first_and_linked(room, proposal):
    made = suggest(room, proposal)
    second = suggesting.keep_both(made, by=room.vsos[0], now=room.town.now)
    assert (second.text, second.contribution.participant, second.kind) == (NEW, room.citizens[0], "outcome")
    assert proposal.contribution in second.sources.all()
    made.refresh_from_db()
    assert (made.state, made.became) == ("both", second)
    assert f"No. {second.pk}" in page(room, room.citizens[0], proposal)
    assert OLD in page(room, room.citizens[0], second), "what it builds on"
    with pytest.raises(Refused, match="answered already"):
        suggesting.keep_both(made, by=room.vsos[0], now=room.town.now)
    assert Proposal.objects.filter(for_outcome=None).count() == 2


def test_words_that_changed_meanwhile_show_both(room, proposal):
    made = suggest(room, proposal)
    proposing.amend(proposal, text="Everybody is safe.", why="", seen_version=1, by=room.vsos[0], key="a", now=room.town.now)
    with pytest.raises(proposing.SomebodyElseChanged) as changed:
        suggesting.accept(made, seen_version=1, by=room.vsos[0], now=room.town.now)
    assert (changed.value.current, changed.value.yours) == ("Everybody is safe.", NEW)
    made.refresh_from_db()
    assert made.state == "open", "nothing is lost"
    client = room.town.client(room.vsos[0])
    answer = client.post(f"/w/{room.workshop.slug}/suggestions/{made.pk}/", {"answer": "accept", "seen_version": "1"})
    assert answer.status_code == 409
    assert b"Everybody is safe." in answer.content
    assert NEW.encode() in answer.content
    assert "words have changed since" in page(room, room.vsos[0], proposal)
    assert client.post(f"/w/{room.workshop.slug}/suggestions/{made.pk}/", {"answer": "accept", "seen_version": "2"}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.text, proposal.version) == (NEW, 3)


def test_the_facilitator_answers_for_a_proposer_who_is_not_here(room, proposal):
    made = suggest(room, proposal)
    with pytest.raises(Refused, match="proposer is here"):
        suggesting.accept(made, seen_version=1, by=room.town.facilitator, now=room.town.now)
    Attendance.objects.filter(participant=room.vsos[0]).update(last_at=room.town.now - timedelta(hours=1))
    assert not attending.is_here(room.workshop, room.vsos[0], room.town.now)
    assert "The proposer is not here" in desk(room, room.town.facilitator)
    for stranger in (room.citizens[1], room.town.lead):
        with pytest.raises(Refused, match="Only its proposer"):
            suggesting.accept(made, seen_version=1, by=stranger, now=room.town.now)
    suggesting.accept(made, seen_version=1, by=room.town.facilitator, now=room.town.now)
    assert proposal.versions.get(number=2).by == room.citizens[0]


def test_who_may_suggest_and_when(room, proposal, other_town):
    now = room.town.now
    with pytest.raises(Refused, match="your own proposal"):
        suggest(room, proposal, by=room.vsos[0])
    with pytest.raises(Refused, match="has already"):
        suggest(room, proposal, text=OLD)
    with pytest.raises(Refused, match="Write something"):
        suggesting.suggest(proposal, text=NEW, why="", seen_version=1, by=room.citizens[0], key="x", now=now)
    with pytest.raises(Refused, match="not part"):
        suggest(room, proposal, by=other_town.join("Stranger"))
    with pytest.raises(Refused, match="observer"):
        suggest(room, proposal, by=room.town.join("Obe", role="observer"))
    room.town.move(room.workshop, "vote")
    with pytest.raises(Refused, match="parts of a workshop"):
        suggest(room, proposal)
    assert not Suggestion.objects.exists()


def test_nothing_changes_while_it_is_voted_on(room, proposal):
    made = suggest(room, proposal)
    room.town.ballot(room.workshop, proposal)
    with pytest.raises(Refused, match="parts of a workshop"):
        suggesting.accept(made, seen_version=1, by=room.vsos[0], now=room.town.now)


def test_the_database_holds_a_declined_suggestion_to_its_reason(room, proposal):
    made = suggest(room, proposal)
    for wrong in ({"state": "declined"}, {"state": "declined", "answered_at": room.town.now}, {"answered_at": room.town.now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Suggestion.objects.filter(pk=made.pk).update(**wrong)


@pytest.mark.parametrize("text", NASTY)
def test_suggested_words_and_reasons_are_harmless(room, proposal, text):
    suggesting.suggest(proposal, text=text, why=text, seen_version=1, by=room.citizens[0], key="n", now=room.town.now)
    for shown in (page(room, room.vsos[0], proposal), desk(room, room.vsos[0])):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_a_forged_answer_is_refused_with_a_sentence(room, proposal):
    made = suggest(room, proposal)
    client, address = room.town.client(room.vsos[0]), f"/w/{room.workshop.slug}/suggestions/{made.pk}/"
    for data in ({}, {"answer": "king"}, {"answer": "accept"}, {"answer": "accept", "seen_version": "²"}, {"answer": "decline"}):
        assert client.post(address, data).status_code == 409, data
    made.refresh_from_db()
    assert made.state == "open"
    other = room.town.workshop(*room.everybody)
    assert client.post(f"/w/{other.slug}/suggestions/{made.pk}/", {"answer": "accept", "seen_version": "1"}).status_code == 404


# Marked comments, answers, professional views


def say(room, proposal, text, by, key, **more):
    return proposing.comment(proposal, text=text, by=by, key=key, now=room.town.now, **more)


def test_comments_are_grouped_by_what_they_are(room, proposal):
    say(room, proposal, "Yes please", room.citizens[0], "1", mark="for")
    say(room, proposal, "Not so", room.citizens[1], "2", mark="against")
    asked = say(room, proposal, "How often?", room.citizens[0], "3", mark="question")
    reply = say(room, proposal, "Weekly", room.vsos[0], "4", answers=asked)
    again = say(room, proposal, "Thank you", room.citizens[0], "5", answers=reply)
    assert (reply.answers, again.answers) == (asked, asked), "an answer to an answer stands in the same thread"
    assert again.mark == ""
    card = regions.cards(room.workshop, [proposal.pk])[0]
    assert [(mark, n) for mark, _word, n in card.marks] == [("for", 1), ("against", 1), ("question", 1)]
    shown = page(room, room.citizens[1], proposal).split('id="talk"')[1]
    assert shown.index("How often?") < shown.index("Weekly") < shown.index("Thank you")


def test_an_answer_belongs_to_the_same_proposal(room, proposal):
    elsewhere = room.town.propose(room.workshop, room.citizens[1], "Another")
    asked = say(room, elsewhere, "How?", room.citizens[0], "1")
    with pytest.raises(Refused, match="not here any more"):
        say(room, proposal, "So", room.vsos[0], "2", answers=asked)
    answer = room.town.client(room.vsos[0]).post(
        f"/w/{room.workshop.slug}/proposals/{proposal.pk}/comments/", {"text": "So", "key": "x", "answers": asked.pk}
    )
    assert answer.status_code == 404


def test_a_professional_view_asks_for_an_answer_and_stops_nothing(room, proposal):
    for somebody in (room.citizens[0], room.vsos[1]):
        with pytest.raises(Refused, match="commissioner side"):
            say(room, proposal, "Too dear", somebody, "x", mark="feasibility")
    with pytest.raises(Refused, match="Choose what"):
        say(room, proposal, "x", room.citizens[0], "x", mark="veto")
    view = say(room, proposal, "The law needs two staff", room.officers[0], "1", mark="feasibility")
    assert "Waiting for the proposer’s answer" in page(room, room.citizens[0], proposal)
    assert "asks for an answer" in desk(room, room.vsos[0])
    assert "asks for an answer" not in desk(room, room.citizens[0])
    say(room, proposal, "I agree with the officer", room.citizens[0], "2", answers=view)
    assert "Waiting for the proposer’s answer" in page(room, room.citizens[0], proposal), "only the proposer's answer counts"
    say(room, proposal, "Two of us will come", room.vsos[0], "3", answers=view)
    shown = page(room, room.citizens[0], proposal)
    assert "Waiting for the proposer’s answer" not in shown
    assert "The law needs two staff" in shown
    assert "Two of us will come" in shown
    assert "asks for an answer" not in desk(room, room.vsos[0])
    ballot = room.town.ballot(room.workshop, proposal)
    assert unsealing.turnout([ballot.pk]), "a view is no veto"


def test_the_facilitator_answers_a_view_for_somebody_who_left(room, proposal):
    view = say(room, proposal, "Two staff", room.officers[0], "1", mark="feasibility")
    say(room, proposal, "Let me ask", room.town.facilitator, "2", answers=view)
    assert Comment.objects.get(pk=view.pk).answered_at is None
    Attendance.objects.filter(participant=room.vsos[0]).update(last_at=room.town.now - timedelta(hours=1))
    assert "asks for an answer" in desk(room, room.town.facilitator)
    say(room, proposal, "They say yes", room.town.facilitator, "3", answers=view)
    assert Comment.objects.get(pk=view.pk).answered_at is not None


# This matters to me


def mark(room, said, who, on=True):
    mattering.mark(said, on=on, by=who, workshop=room.workshop, now=room.town.now)


def test_it_matters_once_each_and_can_be_taken_back(room, proposal):
    for _ in range(3):
        mark(room, proposal.contribution, room.citizens[0])
    mark(room, proposal.contribution, room.vsos[1])
    assert mattering.counts([proposal.contribution_id]) == {proposal.contribution_id: {"citizen": 1, "vso": 1}}
    for _ in range(2):
        mark(room, proposal.contribution, room.citizens[0], on=False)
    assert Matters.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Matters.objects.create(contribution=proposal.contribution, participant=room.vsos[1], at=room.town.now)


def test_everybody_sees_how_many_and_the_facilitator_of_which_side(room, proposal):
    for who in (*room.citizens, room.vsos[0]):
        mark(room, proposal.contribution, who)
    name = f"proposal-{proposal.pk}"
    for audience, groups in ((regions.PARTICIPANT, False), (regions.SCREEN, False), (regions.FACILITATOR, True)):
        html = regions.render(room.workshop.pk, [name], audience)[1]
        foot = html.split("It matters to")[1]
        assert '<span class="tl-count">3</span>' in foot
        assert ("Citizens" in foot) == groups, audience


def test_small_groups_are_not_published():
    assert ground_rules.published({"citizen": 5, "vso": 4, "commissioner": 0}) == {"citizen": 5, "vso": None, "commissioner": None}


def test_only_what_is_on_the_board_matters(room, proposal, other_town):
    comment = say(room, proposal, "x", room.citizens[0], "c")
    with pytest.raises(Refused, match="not on the board"):
        mark(room, comment.contribution, room.citizens[1])
    with pytest.raises(Refused, match="not part"):
        mark(room, proposal.contribution, other_town.join("Stranger"))
    client = room.town.client(room.citizens[0])
    for number in ("", "x", "²", "999999", "9" * 30):
        assert client.post(f"/w/{room.workshop.slug}/matters/", {"contribution": number, "on": "yes"}).status_code == 404
    assert not Matters.objects.exists()


def test_one_press_without_a_script(room, proposal):
    client = room.town.client(room.citizens[0])
    said = proposal.contribution_id
    shown = client.get(f"/w/{room.workshop.slug}/matters/{said}/").content.decode()
    assert "It is not a vote" in shown
    for on, times in (("yes", 2), ("no", 2)):
        for _ in range(times):
            assert client.post(f"/w/{room.workshop.slug}/matters/", {"contribution": said, "on": on}).status_code == 302
        assert Matters.objects.count() == (1 if on == "yes" else 0)
    assert "It is not a vote" in desk(room, room.citizens[0])


def test_the_desk_knows_what_one_marked(room, proposal):
    mark(room, proposal.contribution, room.citizens[0])
    assert f'data-mine="{proposal.contribution_id} "' in desk(room, room.citizens[0])
    assert 'data-mine=""' in desk(room, room.citizens[1])


def test_the_desk_token_turns_when_something_waits_for_somebody(room, proposal):
    def token():
        room.workshop.refresh_from_db()
        return regions.desk_token(room.workshop)

    seen = {token()}
    made = suggest(room, proposal)
    seen.add(token())
    suggesting.decline(made, reason="No", by=room.vsos[0], now=room.town.now)
    seen.add(token())
    view = say(room, proposal, "Law", room.officers[0], "v", mark="feasibility")
    seen.add(token())
    say(room, proposal, "Yes", room.vsos[0], "a", answers=view)
    seen.add(token())
    assert len(seen) == 5
    say(room, proposal, "Just so", room.citizens[0], "j")
    assert token() in seen, "an ordinary comment makes nobody fetch their desk"
    assert desks.desk_for(room.workshop, None)["my_ballots"] == []
