"""Agree, disagree, pass: nobody's statement is starved, answers are sealed or open as was fixed, and the map is drawn by a worker."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from commissioning.models import Contribution
from commissioning.sentences import Refused
from tests.stack import ROOT
from workshops import agenda, attending, opinion_maps, proposing, running, statements
from workshops.models import Opinion, OpinionMap

SHARED = Path(os.environ.get("SHARED_DATA", ROOT / ".." / "shared" / "data")) / "conversations"


class Hall:
    """A room with twelve statements and two camps of people."""

    def __init__(self, room):
        self.room, self.town, self.workshop = room, room.town, room.workshop
        self.people = [self.town.join(f"C{n}") for n in range(16)]
        for person in [*self.people, *room.vsos]:
            attending.attend(self.workshop, person, now=self.town.now)
        self.town.move(self.workshop, "gather")
        self.cards = [
            proposing.add_idea(
                self.workshop, kind="need", text=f"Statement {n}", by=room.officers[0], key=f"s{n}", now=self.town.now
            ).contribution_id
            for n in range(12)
        ]

    def begin(self, **settings):
        made = agenda.add(self.workshop, agenda.ActivityPlan("statements", settings=settings), by=self.town.facilitator, now=self.town.now)
        running.go_to(self.workshop, made, seen=None, by=self.town.facilitator, now=self.town.now)
        made.refresh_from_db()
        made.workshop = self.workshop
        return made

    def say(self, part, person, card, says):
        return statements.answer(part, card=card, says=says, by=person, now=timezone.now())

    def two_camps(self, part):
        for at, person in enumerate(self.people):
            for n, card in enumerate(self.cards):
                self.say(part, person, card, "agree" if n == 0 or at % 2 == n % 2 else "disagree")


@pytest.fixture
def hall(room):
    cache.clear()
    return Hall(room)


def test_statements_come_in_another_order_for_each_and_none_is_starved(hall):
    part = hall.begin()
    first = Counter()
    for person in hall.people:
        for _turn in range(3):
            cache.clear()
            turn = statements.next_for(part, person)
            first[turn.card] += 1
            hall.say(part, person, turn.card, "pass")
    assert set(first) == set(hall.cards)
    assert max(first.values()) - min(first.values()) <= 1


def test_everybody_reaches_the_end_once_and_never_answers_their_own(hall):
    hall.town.move(hall.workshop, "gather")
    mine = proposing.add_idea(hall.workshop, kind="need", text="My own", by=hall.people[0], key="own", now=hall.town.now).contribution_id
    part = hall.begin()
    seen = []
    while (turn := statements.next_for(part, hall.people[0])).card:
        seen.append(turn.card)
        hall.say(part, hall.people[0], turn.card, "agree")
    assert sorted(seen) == sorted(hall.cards)
    assert mine not in seen
    assert (turn.answered, turn.of) == (12, 12)


def test_the_last_answer_stands_and_an_organisation_has_one(hall):
    part = hall.begin()
    hall.say(part, hall.people[0], hall.cards[0], "agree")
    hall.say(part, hall.people[0], hall.cards[0], "pass")
    assert list(Opinion.objects.values_list("answer", flat=True)) == ["pass"]
    hall.say(part, hall.room.vsos[0], hall.cards[0], "agree")
    assert Opinion.objects.filter(organisation__isnull=False).count() == 1


@pytest.mark.parametrize("says", ["", "maybe", "AGREE"])
def test_nonsense_and_strangers_cards_are_refused(hall, says):
    part = hall.begin()
    with pytest.raises(Refused):
        hall.say(part, hall.people[0], hall.cards[0], says)
    with pytest.raises(Refused, match="no longer on the board"):
        hall.say(part, hall.people[0], 999_999, "agree")
    with pytest.raises(Refused, match="no voice"):
        hall.say(part, hall.town.facilitator, hall.cards[0], "agree")


def test_answers_are_sealed_until_the_facilitator_goes_on_and_then_stay(hall):
    part = hall.begin()
    hall.two_camps(part)
    page = hall.town.client(hall.town.facilitator).get(f"/w/{hall.workshop.slug}/opinions/").content.decode()
    assert "shown when the facilitator goes on" in page
    assert not OpinionMap.objects.exists()
    hall.town.move(hall.workshop, "discuss")
    with pytest.raises(Refused, match="This part is over"):
        hall.say(part, hall.people[0], hall.cards[0], "pass")


def test_the_map_is_drawn_once_for_the_same_answers_and_says_what_unites(hall, posted):
    part = hall.begin()
    hall.two_camps(part)
    posted(lambda: hall.town.move(hall.workshop, "discuss"))
    client, place = hall.town.client(hall.people[0]), f"/w/{hall.workshop.slug}/opinions/"
    kept = OpinionMap.objects.get()
    assert (kept.state, kept.progress) == ("ready", 100)
    page = client.get(place).content.decode()
    assert "Group A: 8 people" in page
    assert "Group B: 8 people" in page
    assert "What unites these groups" in page
    assert page.index("Statement 0") > 0
    assert "100% of 8 agree" in page
    drawn = kept.done_at
    posted(lambda: client.get(place))
    kept.refresh_from_db()
    assert kept.done_at == drawn, "the answers are the same"
    assert not re.search(r"\bC0\b", page.split("<main")[1]), "nobody is named"


def test_an_open_part_shows_its_map_while_it_runs_and_draws_it_again(hall, posted):
    part = hall.begin(seen="open")
    hall.two_camps(part)
    place = f"/w/{hall.workshop.slug}/opinions/"
    posted(lambda: hall.town.client(hall.people[0]).get(place))
    kept = OpinionMap.objects.get()
    hall.say(part, hall.people[0], hall.cards[5], "pass")
    OpinionMap.objects.update(asked_at=kept.asked_at - opinion_maps.AGAIN_AFTER)
    posted(lambda: hall.town.client(hall.people[1]).get(place))
    kept.refresh_from_db()
    assert kept.revision == opinion_maps.revision_of(hall.workshop, part)


def test_a_worker_that_fails_is_said_to_have_and_is_asked_again(hall, posted, monkeypatch):
    part = hall.begin(seen="open")
    hall.two_camps(part)

    def broken(*_said):
        raise MemoryError

    monkeypatch.setattr(opinion_maps, "_found", broken)
    place = f"/w/{hall.workshop.slug}/opinions/"
    client = hall.town.client(hall.people[0])
    posted(lambda: client.get(place))
    assert OpinionMap.objects.get().state == "failed"
    assert "could not be drawn" in client.get(place).content.decode()
    monkeypatch.undo()
    OpinionMap.objects.update(asked_at=timezone.now() - opinion_maps.AGAIN_AFTER)
    posted(lambda: client.get(place))
    assert OpinionMap.objects.get().state == "ready"


def test_too_few_people_are_told_so(hall, posted):
    part = hall.begin(seen="open")
    for card in hall.cards:
        hall.say(part, hall.people[0], card, "agree")
    client, place = hall.town.client(hall.people[0]), f"/w/{hall.workshop.slug}/opinions/"
    posted(lambda: client.get(place))
    page = client.get(place).content.decode()
    assert "Too few people have answered" in page
    assert "Nothing can be said yet" in page


def test_what_was_taken_off_the_board_is_not_on_the_map(hall, posted):
    part = hall.begin(seen="open")
    hall.two_camps(part)
    Contribution.objects.filter(pk=hall.cards[0]).update(withdrawn_at=timezone.now())
    client, place = hall.town.client(hall.people[0]), f"/w/{hall.workshop.slug}/opinions/"
    posted(lambda: client.get(place))
    assert "Statement 0" not in client.get(place).content.decode()


def test_answering_by_post_gives_the_next_one(hall):
    hall.begin()
    client = hall.town.client(hall.people[0])
    desk = client.get(f"/w/{hall.workshop.slug}/desk/").content.decode()
    assert "Statement 1 of 12" in desk
    card = hall.cards[0]
    answer = client.post(f"/w/{hall.workshop.slug}/opinions/answer/", {"card": card, "says": "agree"}, headers={"HX-Request": "true"})
    assert "Statement 2 of 12" in answer.content.decode()
    assert client.post(f"/w/{hall.workshop.slug}/opinions/answer/", {"card": card, "says": "agree"}).status_code == 302
    assert client.post(f"/w/{hall.workshop.slug}/opinions/answer/", {"card": "x", "says": "agree"}).status_code == 409


def test_a_workshop_without_statements_teaches_what_would_be_here(room):
    page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/opinions/").content.decode()
    assert "Here you will see who answers alike" in page


def test_who_wrote_an_unattributed_statement_answers_it_like_everybody(hall):
    """A missing answer would name its author to whoever reads the database."""
    from commissioning.contributing import Manner

    hall.town.move(hall.workshop, "gather")
    manner = Manner(attribution="unattributed", secret="a key of their own")
    said = proposing.add_idea(hall.workshop, kind="need", text="Mine", by=hall.people[0], key="u", now=hall.town.now, manner=manner)
    part = hall.begin()
    asked = []
    while (turn := statements.next_for(part, hall.people[0])).card:
        asked.append(turn.card)
        hall.say(part, hall.people[0], turn.card, "agree")
    assert said.contribution_id in asked
