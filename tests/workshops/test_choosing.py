"""Choosing a short list in the room: each way, sealed until the facilitator goes on, with ties settled as was fixed before."""

import pytest

from commissioning import people
from commissioning.models import Contribution, InterestDeclaration, Minute
from commissioning.sentences import Refused
from workshops import agenda, attending, choosing, merging, rating, regions, running, scribing, seating, shortlist, statements
from workshops.agenda_forms import ActivityForm
from workshops.models import Activity, Choice, Opinion, Workshop
from workshops.shortlist import WAYS, Terms

FIELDS = {"kind": "choose", "takes_part": "everyone", "attribution": "named", "sight": "live", "moderation": "after"}


class Hall:
    """A room with five cards, in which a short list is being chosen."""

    def __init__(self, room):
        self.room, self.town, self.workshop = room, room.town, room.workshop
        self.people = [*room.citizens, *(self.town.join(f"C{n}") for n in range(4)), *room.vsos]
        self.people += [self.town.join(f"V{n}", "vso", f"Org {n}") for n in range(3)]
        for person in [*self.people, *room.officers]:
            attending.attend(self.workshop, person, now=self.town.now)
        self.proposals = [self.town.propose(self.workshop, room.citizens[0], text=f"Text {n}") for n in "ABCDE"]
        self.cards = [p.contribution_id for p in self.proposals]

    def begin(self, **settings):
        return self.begin_kind("choose", **settings)

    def begin_kind(self, kind, **settings):
        made = agenda.add(self.workshop, agenda.ActivityPlan(kind, settings=settings), by=self.town.facilitator, now=self.town.now)
        running.go_to(self.workshop, made, seen=None, by=self.town.facilitator, now=self.town.now)
        made.refresh_from_db()
        return made

    def send(self, activity, person, *numbers):
        marks = {card: n for card, n in zip(self.cards, numbers, strict=False) if n}
        return choosing.choose(activity, marks, by=person, now=self.town.now)

    def end(self, activity):
        self.town.move(self.workshop, "discuss")
        activity.refresh_from_db()
        return choosing.report(activity)


@pytest.fixture
def hall(room):
    return Hall(room)


def test_a_minority_of_a_fair_size_gets_a_fair_part_of_the_list(hall):
    part = hall.begin(way="fair-shares", places=3)
    for person in hall.people[:7]:
        hall.send(part, person, 1, 1, 1)
    for person in hall.people[7:]:
        hall.send(part, person, 0, 0, 0, 1)
    found = hall.end(part)
    assert hall.cards[3] in found.result.winners, "four of eleven have a third of the list"
    assert "most ticked first" in str(found.beside[0])
    assert "Text D" not in str(found.beside[1])
    assert [str(line) for line in found.said] == ["1 card is chosen.", "3 cards are level, and 2 of them can be chosen."]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_takes_choices_and_gives_a_list_with_its_words(hall, way):
    numbers = {str(p.pk): 10 for p in hall.proposals}
    part = hall.begin(way=way, places=2, budget=20, costs=numbers)
    marks = {"tick": (1, 1), "place": (1, 2), "rating": (9, 8), "points": (6, 4)}[WAYS[way].mark]
    for person in hall.people:
        hall.send(part, person, *marks)
    assert choosing.report(part) is None, "sealed"
    found = hall.end(part)
    assert set(found.result.winners) == set(hall.cards[: 1 if WAYS[way].one else 2])
    __, html = regions.render(hall.workshop.pk, [f"scores-{hall.workshop.pk}"], regions.PARTICIPANT)
    assert "Chosen" in html
    assert str(WAYS[way].rule) in html, "the words shown beforehand are those it was counted by"
    assert [(t.group, t.entitled, t.present, t.chose) for t in found.turnout] == [
        ("commissioner", 2, 2, 0),
        ("vso", 5, 5, 5),
        ("citizen", 6, 6, 6),
    ]


def test_it_says_so_when_nobody_took_part(hall):
    assert hall.end(hall.begin(way="most-ticks")).nobody
    __, html = regions.render(hall.workshop.pk, [f"scores-{hall.workshop.pk}"], regions.PARTICIPANT)
    assert "Nobody took part in this." in html


def test_nobody_sees_a_choice_before_the_facilitator_goes_on(hall):
    part = hall.begin(way="most-ticks")
    hall.send(part, hall.people[0], 1)
    for person in (hall.people[1], hall.town.facilitator):
        body = hall.town.client(person).get(f"/w/{hall.workshop.slug}/").content.decode()
        assert "1 person has taken part so far" in body
        assert "Chosen" not in body
    own = hall.town.client(hall.people[0]).get(f"/w/{hall.workshop.slug}/desk/").content.decode()
    assert "Your choice is kept" in own


def test_the_last_choice_sent_stands_and_an_organisation_has_one(hall):
    part = hall.begin(way="most-ticks")
    hall.send(part, hall.people[0], 1)
    hall.send(part, hall.people[0], 0, 1)
    assert choosing.mine(part, hall.people[0]) == {hall.cards[1]: 1}
    colleague = hall.town.join("Viv", "vso", "Harbour", invited=True)
    hall.room.vsos[0].invited = True
    hall.room.vsos[0].save()
    hall.send(part, hall.room.vsos[0], 1)
    hall.send(part, colleague, 0, 0, 1)
    assert Choice.objects.filter(organisation__name="Harbour").count() == 1


@pytest.mark.parametrize(
    ("settings", "numbers", "why"),
    [
        ({"way": "points", "points": 5}, (3, 3), "5 points"),
        ({"way": "points", "points": 5}, (-3,), "5 points"),
        ({"way": "rating"}, (10,), "from 1 to 9"),
        ({"way": "run-off"}, (1, 1), "same place"),
        ({"way": "run-off"}, (9,), "places from 1 to 5"),
        ({"way": "most-ticks"}, (2,), "Tick a card or leave it"),
    ],
)
def test_marks_that_do_not_fit_are_refused_and_nothing_is_kept(hall, settings, numbers, why):
    part = hall.begin(**settings)
    with pytest.raises(Refused, match=why):
        hall.send(part, hall.people[0], *numbers)
    with pytest.raises(Refused, match="no longer on the board"):
        choosing.choose(part, {999_999: 1}, by=hall.people[0], now=hall.town.now)
    assert not Choice.objects.exists()


def test_who_has_no_voice_or_comes_late_is_told(hall):
    part = hall.begin(way="most-ticks")
    with pytest.raises(Refused, match="no voice"):
        hall.send(part, hall.town.facilitator, 1)
    hall.end(part)
    with pytest.raises(Refused, match="This part is over"):
        hall.send(part, hall.people[0], 1)
    running.step_back(hall.workshop, by=hall.town.facilitator, now=hall.town.now)
    part.refresh_from_db()
    with pytest.raises(Refused, match="has been shown"):
        hall.send(part, hall.people[0], 1)


def test_level_cards_stay_level_unless_something_else_was_fixed(hall):
    part = hall.begin(way="most-ticks", places=1)
    hall.send(part, hall.people[0], 1)
    hall.send(part, hall.people[1], 0, 1)
    found = hall.end(part)
    assert found.result.winners == ()
    assert set(found.result.ties[0]) == set(hall.cards[:2])
    assert str(found.said[0]) == "2 cards are level, and 1 of them can be chosen."
    with pytest.raises(Refused, match="nothing level"):
        choosing.settle(part, hall.cards[:1], why="I like it", by=hall.town.facilitator, now=hall.town.now)


def test_a_draw_from_a_word_is_the_same_for_whoever_repeats_it(hall):
    part = hall.begin(way="most-ticks", places=1, ties="draw", draw="Cup final 3:1")
    hall.send(part, hall.people[0], 1)
    hall.send(part, hall.people[1], 0, 1)
    found = hall.end(part)
    assert found.result.winners == tuple(shortlist.lots.drawn("Cup final 3:1", hall.cards[:2])[:1])
    assert "the draw fixed beforehand put them in order" in " ".join(map(str, found.said))
    assert "Cup final 3:1" in " ".join(map(str, found.terms.explain()))


def test_the_facilitator_settles_once_with_a_reason_that_is_minuted_and_shown(hall):
    part = hall.begin(way="most-ticks", places=1, ties="facilitator")
    hall.send(part, hall.people[0], 1)
    hall.send(part, hall.people[1], 0, 1)
    hall.end(part)
    client, place = hall.town.client(hall.town.facilitator), f"/w/{hall.workshop.slug}/activities/{part.pk}/settle/"
    assert "Settle it" in client.get(f"/w/{hall.workshop.slug}/desk/").content.decode()
    assert client.post(place, {"cards": hall.cards[:2], "reason": "Both"}).status_code == 409
    assert client.post(place, {"cards": hall.cards[2:3], "reason": "Another"}).status_code == 409
    assert client.post(place, {"cards": [hall.cards[1]], "reason": ""}).status_code in (409, 422)
    client.post(place, {"cards": [hall.cards[1]], "reason": "It can start at once"})
    part.refresh_from_db()
    found = choosing.report(part)
    assert found.result.winners == (hall.cards[1],)
    assert Minute.objects.filter(act="settle", why="It can start at once").exists()
    assert "It can start at once" in hall.town.client(hall.people[0]).get(f"/w/{hall.workshop.slug}/").content.decode()
    with pytest.raises(Refused, match="nothing level"):
        choosing.settle(part, hall.cards[:1], why="Again", by=hall.town.facilitator, now=hall.town.now)
    again = agenda.repeat(part, by=hall.town.facilitator, now=hall.town.now)
    assert "settled" not in again.settings


def test_how_it_is_chosen_is_fixed_once_it_has_begun(hall):
    part = hall.begin(way="most-ticks", places=1)
    with pytest.raises(Refused, match="fixed when this part began"):
        agenda.change(part, agenda.ActivityPlan("choose", settings={"way": "points"}), by=hall.town.facilitator, now=hall.town.now)
    agenda.change(part, agenda.ActivityPlan("choose", minutes=7, settings=part.settings), by=hall.town.facilitator, now=hall.town.now)


def test_a_small_group_is_counted_and_its_own_numbers_are_not_shown(hall):
    part = hall.begin(way="most-ticks", places=1)
    for person in [*hall.people, hall.room.officers[0]]:
        hall.send(part, person, 1)
    found = hall.end(part)
    assert found.lines[0].score == 12
    assert found.lines[0].by_group == [], "one officer is too few, and could be worked out from the others"


def test_seventy_fifteen_stands_beside_the_ratings(hall):
    part = hall.begin(way="rating", places=2)
    for at, person in enumerate(hall.people):
        hall.send(part, person, 9, 9 if at < 6 else 2)
    found = hall.end(part)
    assert [line.kept_by_all for line in found.lines[:2]] == [True, False]


def test_money_is_shared_between_cards_with_a_cost(hall):
    costs = {str(hall.proposals[0].pk): 60, str(hall.proposals[1].pk): 60, str(hall.proposals[2].pk): 40}
    part = hall.begin(way="budget", budget=100, costs=costs)
    assert set(choosing.cards_in(part, choosing.terms_of(part))) == set(hall.cards[:3])
    for at, person in enumerate(hall.people):
        hall.send(part, person, *((1, 1, 0) if at < 7 else (0, 0, 1)))
    found = hall.end(part)
    assert len(set(found.result.winners) & set(hall.cards[:2])) + len(found.result.ties) == 1, "sixty pounds for those who have sixty"


def test_the_form_asks_for_what_the_way_needs():
    assert ActivityForm(FIELDS | {"way": "fair-shares", "places": "4"}).is_valid()
    assert "budget" in ActivityForm(FIELDS | {"way": "budget"}).errors
    assert "costs" in ActivityForm(FIELDS | {"way": "budget", "budget": "5", "costs": "12 = lots"}).errors
    assert "draw" in ActivityForm(FIELDS | {"ties": "draw"}).errors
    form = ActivityForm(FIELDS | {"way": "budget", "budget": "5000", "costs": "12: £2,000\n13:3000", "ties": "facilitator"})
    assert form.is_valid(), form.errors
    assert form.plan().settings == {"way": "budget", "budget": 5000, "costs": {"12": 2000, "13": 3000}, "ties": "facilitator"}


def test_terms_with_nonsense_are_the_usual_ones():
    assert Terms.of({"way": "king", "places": None}) == Terms()


def test_choosing_by_post_and_the_queries_do_not_grow(hall, django_assert_max_num_queries):
    part = hall.begin(way="most-ticks", places=2)
    client = hall.town.client(hall.people[0])
    client.post(f"/w/{hall.workshop.slug}/choose/", {f"mark-{hall.cards[0]}": "1", "mark-x": "1", f"mark-{hall.cards[1]}": ""})
    assert choosing.mine(part, hall.people[0]) == {hall.cards[0]: 1}
    hall.end(part)
    part.refresh_from_db()
    with django_assert_max_num_queries(5):
        choosing.report(part)


def test_a_scribe_writes_a_choice_down_and_ones_own_stands_over_it(hall):
    town, now = hall.town, hall.town.now
    scribe = town.join("Sam", "commissioner", role="scribe")
    who = people.Introduction("Zoe", "citizen", "resident", "none", frozenset({"take_part", "naming"}), "")
    place = seating.seat_person(hall.workshop, who, by=scribe, key="z", now=now)
    part = hall.begin(way="most-ticks", places=1)
    client, page = town.client(scribe), f"/w/{hall.workshop.slug}/scribe/"
    assert "Their choice for the short list" in client.get(page).content.decode()
    client.post(f"{page}choice/", {"for": place.pk, f"mark-{hall.cards[2]}": "1"})
    assert choosing.mine(part, place.participant) == {hall.cards[2]: 1}
    assert Choice.objects.get().channel == "scribe"
    choosing.choose(part, {hall.cards[0]: 1}, by=place.participant, now=now)
    with pytest.raises(Refused, match="Their own vote stands"):
        scribing.choose_for(place, part, {hall.cards[1]: 1}, by=scribe, now=now)
    with pytest.raises(Refused):
        scribing.choose_for(place, part, {hall.cards[1]: 1}, by=hall.people[0], now=now)


def test_a_scribe_writes_answers_down_all_or_none(hall):
    town, now = hall.town, hall.town.now
    scribe = town.join("Sam", "commissioner", role="scribe")
    who = people.Introduction("Zoe", "citizen", "resident", "none", frozenset({"take_part", "naming"}), "")
    place = seating.seat_person(hall.workshop, who, by=scribe, key="z", now=now)
    part = hall.begin_kind("statements")
    client, page = town.client(scribe), f"/w/{hall.workshop.slug}/scribe/"
    assert "Whether they agree" in client.get(page).content.decode()
    client.post(f"{page}answers/", {"for": place.pk, f"say-{hall.cards[0]}": "agree", f"say-{hall.cards[1]}": ""})
    assert list(Opinion.objects.values_list("contribution", "answer")) == [(hall.cards[0], "agree")]
    with pytest.raises(Refused):
        scribing.answers_for(place, part, {hall.cards[2]: "agree", 999_999: "agree"}, by=scribe, now=now)
    assert Opinion.objects.count() == 1
    assert client.post(f"{page}answers/", {"for": place.pk}).status_code == 409


def test_a_settled_tie_of_which_a_card_goes_leaves_the_page_standing_and_can_be_settled_again(hall):
    part = hall.begin(way="most-ticks", places=1, ties="facilitator")
    for person, card in zip(hall.people, (0, 1, 2), strict=False):
        hall.send(part, person, *([0] * card), 1)
    hall.end(part)
    choosing.settle(part, [hall.cards[0]], why="Nearest to the school", by=hall.town.facilitator, now=hall.town.now)
    Contribution.objects.filter(pk=hall.cards[0]).update(withdrawn_at=hall.town.now)
    part.refresh_from_db()
    found = choosing.report(part)
    assert (found.result.winners, found.why) == ((), "")
    assert set(found.result.ties[0]) == set(hall.cards[1:3])
    assert choosing.to_settle(hall.workshop) is not None
    choosing.settle(part, [hall.cards[1]], why="The next", by=hall.town.facilitator, now=hall.town.now)
    part.refresh_from_db()
    assert choosing.report(part).result.winners == (hall.cards[1],)


def test_stepping_back_shows_nothing_and_choosing_goes_on_later(hall):
    part = hall.begin(way="most-ticks")
    hall.send(part, hall.people[0], 1)
    running.step_back(hall.workshop, by=hall.town.facilitator, now=hall.town.now)
    part.refresh_from_db()
    assert choosing.report(part) is None
    running.go_to(hall.workshop, part, seen=None, by=hall.town.facilitator, now=hall.town.now)
    part.refresh_from_db()
    hall.send(part, hall.people[1], 1)
    assert choosing.taken_part(part) == 2


def test_the_room_is_held_before_the_part_as_going_on_does(hall, monkeypatch):
    """The other way round one waits for the other for ever, and a choice or the facilitator's press is lost."""
    part = hall.begin(way="most-ticks", ties="facilitator")
    held = []
    for model in (Workshop, Activity):
        kind = type(model.objects.all())
        real = kind.select_for_update
        monkeypatch.setattr(kind, "select_for_update", lambda q, *a, real=real, **k: (held.append(q.model), real(q, *a, **k))[1])
    hall.send(part, hall.people[0], 1)
    assert list(dict.fromkeys(held))[:2] == [Workshop, Activity]


@pytest.mark.parametrize(
    "kept",
    [
        {"places": -3},
        {"places": "abc", "points": 10**30},
        {"way": ["budget"], "ties": "what"},
        {"way": "budget", "budget": "much", "costs": {"x": "y"}},
        {"way": "budget", "costs": [1]},
        {"way": "budget", "budget": 5, "costs": {"9" * 30: 10**40}},
    ],
    ids=str,
)
def test_settings_without_sense_leave_the_page_standing(hall, kept):
    part = hall.begin(**kept)
    client = hall.town.client(hall.people[1])
    assert client.get(f"/w/{hall.workshop.slug}/").status_code == 200
    assert hall.end(part) is not None
    assert client.get(f"/w/{hall.workshop.slug}/").status_code == 200


def test_a_card_that_was_merged_is_not_there_to_be_chosen_rated_or_answered(hall):
    """Else what people want is counted under the old words and the new ones, and half of each."""
    words = merging.NewWords("outcome", "Both", "Everybody")
    names = [f"proposal-{p.pk}" for p in hall.proposals[:2]]
    made = merging.merge(hall.workshop, names, words, by=hall.town.facilitator, key="m", now=hall.town.now)
    assert set(rating.cards_of(hall.workshop)) == {*hall.cards[2:], made.merged.contribution_id}
    part = hall.begin(way="most-ticks")
    with pytest.raises(Refused, match="no longer on the board"):
        hall.send(part, hall.people[0], 1)
    running.go_to_kind(hall.workshop, kind="statements", by=hall.town.facilitator, now=hall.town.now)
    with pytest.raises(Refused, match="no longer on the board"):
        statements.answer(running.current(hall.workshop), card=hall.cards[0], says="agree", by=hall.people[0], now=hall.town.now)


def test_a_part_that_was_stepped_back_from_keeps_what_people_gave(hall):
    part = hall.begin(way="most-ticks")
    hall.send(part, hall.people[0], 1)
    running.step_back(hall.workshop, by=hall.town.facilitator, now=hall.town.now)
    part.refresh_from_db()
    with pytest.raises(Refused, match="has begun"):
        agenda.remove(part, by=hall.town.facilitator, now=hall.town.now)
    agenda.lay_out(hall.workshop, [agenda.ActivityPlan("discuss")], by=hall.town.facilitator, now=hall.town.now)
    assert Choice.objects.filter(activity=part).exists()


def test_a_part_with_the_usual_terms_can_get_another_name(hall):
    part = hall.begin()
    plan = agenda.ActivityPlan("choose", title="Three of them", settings={"way": "fair-shares"})
    agenda.change(part, plan, by=hall.town.facilitator, now=hall.town.now)
    part.refresh_from_db()
    assert str(part) == "Three of them"


def test_a_short_list_says_whether_it_hangs_on_those_who_may_bid(hall):
    bidder = hall.room.vsos[0]
    InterestDeclaration.objects.create(participant=bidder, kind="potential_bidder", at=hall.town.now)
    part = hall.begin(way="most-ticks", places=1)
    hall.send(part, bidder, 0, 1)
    hall.send(part, hall.people[0], 1)
    hall.send(part, hall.people[1], 0, 1)
    found = hall.end(part)
    assert [str(line) for line in found.leans] == ["Without organisations that may bid it would be another list."]
    assert "it would be another list" in hall.town.client(hall.people[0]).get(f"/w/{hall.workshop.slug}/").content.decode()


def test_groups_sent_to_their_rooms_come_back_to_a_list_that_is_still_sealed(hall):
    part = hall.begin(way="most-ticks", places=1)
    hall.send(part, hall.people[0], 1)
    apart = running.separate_now(hall.workshop, by=hall.town.facilitator, now=hall.town.now)
    part.refresh_from_db()
    assert (part.state, part.shared_at) == ("planned", None)
    assert choosing.report(part) is None
    assert running.next_up(hall.workshop) == part
    assert not hall.workshop.activities.filter(kind="choose").exclude(pk=part.pk).exists()
    running.go_to(hall.workshop, part, seen=apart.pk, by=hall.town.facilitator, now=hall.town.now)
    part.refresh_from_db()
    hall.send(part, hall.people[1], 1)
    assert hall.end(part).lines[0].score == 2, "what was given before is still there"
