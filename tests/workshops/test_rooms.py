"""Separate, joint, and back: rooms of each group, strands, small groups, and one board with the origin kept."""

import pytest
from django.test import Client

from commissioning.models import Contribution, Minute, User
from commissioning.sentences import Refused
from tests.workshops.test_agenda import go
from workshops import agenda, facilitating, policy, proposing, rating, regions, rooms, running, voting
from workshops.consumers import read_token
from workshops.models import Idea, Workshop
from workshops.rules import Rule


def part(room, why="They need to talk first"):
    running.separate_now(room.workshop, why=why, by=room.town.facilitator, now=room.town.now)
    room.workshop.refresh_from_db()
    return {r.side: r for r in room.workshop.rooms.filter(in_use=True)}


def say(room, where, who, text):
    manner = agenda.manner_of(running.current(where), language="en", secret="s")
    return proposing.add_idea(where, kind="need", text=text, by=who, key=room.town.key(), now=room.town.now, manner=manner)


def test_apart_together_and_apart_again_at_any_moment(room):
    town, workshop = room.town, room.workshop
    go(room, "discuss")
    theirs = part(room)
    assert set(theirs) == {"commissioner", "vso", "citizen"}
    said = say(room, theirs["vso"], room.vsos[0], "We lost the grant")
    card = proposing.propose(theirs["citizen"], proposing.Draft("need", "A bus home"), by=room.citizens[0], key="p", now=town.now)
    running.come_together(workshop, by=town.facilitator, now=town.now)
    workshop.refresh_from_db()
    said.refresh_from_db()
    card.refresh_from_db()
    assert (said.workshop_id, said.came_from) == (workshop.pk, theirs["vso"])
    assert (card.workshop_id, card.came_from) == (workshop.pk, theirs["citizen"])
    assert "from Room of the voluntary sector" in regions.render(workshop.pk, [f"idea-{said.pk}"], regions.PARTICIPANT)[1]
    assert running.current(workshop).kind == "discuss", "what was interrupted comes again"
    again = part(room)
    assert again == theirs, "the same rooms open again"
    say(room, again["vso"], room.vsos[1], "And nobody told us")
    running.come_together(workshop, by=town.facilitator, now=town.now)
    assert Idea.objects.filter(workshop=workshop).count() == 2
    assert Minute.objects.filter(act="together").count() == 2


def test_people_are_led_to_their_room_and_back(room):
    town, workshop = room.town, room.workshop
    client = town.client(room.vsos[0])
    theirs = part(room)
    answer = client.get(f"/w/{workshop.slug}/")
    assert answer.headers["Location"] == f"/w/{theirs['vso'].slug}/"
    assert client.get(answer.headers["Location"]).status_code == 200
    assert town.client(town.facilitator).get(f"/w/{workshop.slug}/").status_code == 200, "whoever runs it stays"
    late = town.join("Late")
    assert town.client(late).get(f"/w/{workshop.slug}/").headers["Location"] == f"/w/{theirs['citizen'].slug}/"
    running.come_together(workshop, by=town.facilitator, now=town.now)
    assert client.get(f"/w/{theirs['vso'].slug}/").headers["Location"] == f"/w/{workshop.slug}/"


def test_a_room_is_nobody_elses(room):
    """The lead commissioner, another group and strangers find nothing there: page, desk, live, screen, socket."""
    town = room.town
    theirs = part(room)
    say(room, theirs["vso"], room.vsos[0], "Between ourselves")
    lead = Client()
    lead.force_login(User.objects.get(pk=town.lead.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    officers = town.client(town.lead)
    for page in ("answers/", "minutes/", "thread.json"):
        assert "Between ourselves" not in officers.get(f"/cycles/{town.cycle.slug}/{page}").content.decode(), page
    for client in (lead, town.client(town.lead), town.client(room.citizens[0]), Client()):
        for page in ("", "desk/", "live/", "screen/", "screen/words/", "across/"):
            assert client.get(f"/w/{theirs['vso'].slug}/{page}").status_code == 404, page
        assert client.post(f"/w/{theirs['vso'].slug}/ideas/", {"kind": "need", "text": "x", "key": "k"}).status_code == 404
    assert town.client(town.facilitator).get(f"/w/{theirs['vso'].slug}/").status_code == 200
    page = town.client(room.citizens[0]).get(f"/w/{theirs['citizen'].slug}/").content.decode()
    token = page.split("token=")[1].split('"')[0]
    assert read_token(token, theirs["citizen"].pk) is not None
    assert read_token(token, theirs["vso"].pk) is None


def test_a_commissioner_in_their_own_room_adds_to_it(room):
    theirs = part(room)
    assert room.town.client(room.officers[0]).get(f"/w/{theirs['commissioner'].slug}/").status_code == 200


def test_readiness_recommends_and_a_reason_overrides(room):
    town, workshop = room.town, room.workshop
    theirs = part(room)
    rooms.say_readiness(theirs["vso"], ready=False, words="We want an apology first", by=room.vsos[0], now=town.now)
    rooms.say_readiness(theirs["citizen"], ready=True, by=room.citizens[0], now=town.now)
    __, advice = rooms.readiness_of(workshop)
    assert "separate again" in str(advice)
    assert "0/1" in str(advice)
    with pytest.raises(Refused, match="not ready"):
        running.come_together(workshop, by=town.facilitator, now=town.now)
    rooms.say_readiness(theirs["vso"], ready=True, by=room.vsos[0], now=town.now)
    assert "meet together" in str(rooms.readiness_of(workshop)[1])
    running.come_together(workshop, by=town.facilitator, now=town.now)
    with pytest.raises(Refused):
        rooms.say_readiness(workshop, ready=True, by=town.facilitator, now=town.now)


@pytest.mark.parametrize(
    ("answers", "ready"),
    [({}, "Nobody has said"), ({"vso": (1, 2)}, "meet together"), ({"vso": (1, 3), "citizen": (3, 3)}, "separate again")],
)
def test_what_the_answers_recommend(answers, ready):
    groups = [policy.GroupReadiness(code, *answers.get(code, (0, 0))) for code in ("commissioner", "vso", "citizen")]
    assert ready in str(policy.recommend_meeting(groups))


def test_strands_apart_and_brought_together_with_overlaps_and_clashes(room):
    town, workshop = room.town, room.workshop
    plan = agenda.ActivityPlan("gather", takes_part="strands", settings={"strands": ["Being safe", "Getting about"]})
    made = agenda.add(workshop, plan, by=town.facilitator, now=town.now)
    running.go_to(workshop, made, seen=None, by=town.facilitator, now=town.now)
    strands = {r.title: r for r in workshop.rooms.filter(in_use=True)}
    assert sorted(r.sittings.count() for r in strands.values()) == [3, 3]
    groups = {p.participant.group for p in strands["Being safe"].sittings.all()}
    assert groups == {"commissioner", "vso", "citizen"}, "each theme hears each group"
    seat = {r.title: r.sittings.first().participant for r in strands.values()}
    texts = {"Being safe": "Buses run until eleven at night", "Getting about": "Buses run at night until eleven"}
    cards = {
        title: proposing.propose(strands[title], proposing.Draft("need", text), by=seat[title], key="s", now=town.now)
        for title, text in texts.items()
    }
    who = strands["Being safe"].sittings.last().participant
    workshop.refresh_from_db()
    rooms.change_room(workshop, strands["Getting about"], by=who, now=town.now)
    assert rooms.place_for(workshop, who) == strands["Getting about"]
    workshop.refresh_from_db()
    running.come_together(workshop, by=town.facilitator, now=town.now)
    seen = rooms.across(workshop)
    assert [{a.pk, b.pk} for a, b in seen["overlaps"]] == [{c.pk for c in cards.values()}]
    assert set(seen["columns"]) == set(texts)
    one, other = (c.pk for c in cards.values())
    rooms.mark_clash(workshop, one, other, why="The same money", by=town.facilitator, now=town.now)
    page = town.client(room.citizens[0]).get(f"/w/{workshop.slug}/across/").content.decode()
    assert "The same money" in page
    for pair in ((one, one), (one, 999_999)):
        with pytest.raises(Refused):
            rooms.mark_clash(workshop, *pair, why="x", by=town.facilitator, now=town.now)


@pytest.mark.parametrize("names", [[], ["One"], [str(n) for n in range(13)]])
def test_themes_need_names(room, names):
    plan = agenda.ActivityPlan("gather", takes_part="strands", settings={"strands": names})
    made = agenda.add(room.workshop, plan, by=room.town.facilitator, now=room.town.now)
    with pytest.raises(Refused, match="themes"):
        running.go_to(room.workshop, made, seen=None, by=room.town.facilitator, now=room.town.now)
    room.workshop.refresh_from_db()
    assert not room.workshop.apart, "nothing half-done"


def test_rooms_wait_for_their_open_ballots(room):
    town, workshop = room.town, room.workshop
    theirs = part(room)
    card = proposing.propose(theirs["vso"], proposing.Draft("need", "Ours"), by=room.vsos[0], key="p", now=town.now)
    running.go_to_kind(theirs["vso"], kind="vote", by=town.facilitator, now=town.now)
    ballot = voting.open_ballot(card, Rule.same_for_all(67, 2), by=town.facilitator, now=town.now)
    assert ballot.seats.count() == 0, "nobody has opened the room's page yet"
    with pytest.raises(Refused, match="Voting is still open"):
        running.come_together(workshop, by=town.facilitator, now=town.now)
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    running.come_together(workshop, by=town.facilitator, now=town.now)


def test_the_workshop_cannot_close_over_peoples_heads(room):
    part(room)
    with pytest.raises(Refused, match="rooms together first"):
        facilitating.close(room.workshop, none_because="x", by=room.town.facilitator, now=room.town.now)
    theirs = room.workshop.rooms.first()
    with pytest.raises(Refused, match="rooms together first"):
        facilitating.close(theirs, none_because="x", by=room.town.facilitator, now=room.town.now)


def test_what_a_room_keeps_never_leaves_it(room):
    """The board of what people bring from before: no answer is owed for it, and no officer's page shows it."""
    town, workshop = room.town, room.workshop
    plan = agenda.ActivityPlan("discuss", takes_part="each_group", sight="room", attribution="unattributed")
    made = agenda.add(workshop, plan, by=town.facilitator, now=town.now)
    running.go_to(workshop, made, seen=None, by=town.facilitator, now=town.now)
    theirs = workshop.rooms.get(side="vso", in_use=True)
    say(room, theirs, room.vsos[0], "Twenty years of fighting over money")
    workshop.refresh_from_db()
    running.come_together(workshop, by=town.facilitator, now=town.now)
    for page in (
        f"/w/{workshop.slug}/",
        f"/cycles/{town.cycle.slug}/answers/",
        f"/cycles/{town.cycle.slug}/minutes/",
        f"/cycles/{town.cycle.slug}/thread.json",
    ):
        assert "Twenty years" not in town.client(town.lead).get(page).content.decode(), page
    assert Contribution.objects.filter(cycle=town.cycle).unanswered().count() == 0
    assert not rating.cards_of(workshop)


def test_pages_of_a_room_and_its_workshop_say_where_people_are(room):
    theirs = part(room)
    assert isinstance(theirs["vso"], Workshop)
    main = room.town.client(room.town.facilitator).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "Room of the voluntary sector" in main
    inside = room.town.client(room.vsos[0]).get(f"/w/{theirs['vso'].slug}/").content.decode()
    assert "Is your group ready to meet the others?" in inside
    assert f"“{room.workshop}”" in inside
