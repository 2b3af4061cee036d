"""Actions and promises: who is here takes them on, who is absent is asked; and the follow-up for what nobody took on."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from commissioning.models import Minute
from commissioning.sentences import Refused
from workshops import ending, facilitating, promised, promises, promising
from workshops.models import Action, Attendance, Closing, Letter, Workshop

PARTS = {"text": "Ask the library", "how_we_know": "We have a key"}


def add(room, **changes):
    given = PARTS | {"due": room.town.now.date() + timedelta(7), "by": room.town.facilitator, "now": room.town.now} | changes
    return promising.add_action(room.workshop, **given)


@pytest.fixture
def agreeing_room(room):
    room.town.move(room.workshop, "agree")
    return room


@pytest.mark.parametrize(
    ("acceptance", "progress", "days", "standing"),
    [
        ("proposed", "open", 5, "proposed"),
        ("proposed", "open", -5, "proposed"),
        ("declined", "open", 5, "declined"),
        ("accepted", "open", 5, "accepted"),
        ("accepted", "open", 0, "accepted"),
        ("accepted", "open", -1, "late"),
        ("accepted", "late", 5, "late"),
        ("accepted", "done", -9, "done"),
        ("declined", "dropped", 5, "dropped"),
    ],
)
def test_where_a_promise_stands(town, acceptance, progress, days, standing):
    today = town.now.date()
    assert promises.standing(acceptance, progress, today + timedelta(days), today) == standing
    assert standing in promises.STANDINGS


def test_somebody_here_takes_it_on_at_once(agreeing_room):
    room = agreeing_room
    action = add(room, person=room.vsos[0], why="It is empty", condition="The budget allows it", promised_to="citizen")
    assert (action.acceptance, action.owner, action.side) == ("accepted", "Val, Harbour", "vso")
    assert (action.why, action.condition, action.promised_to) == ("It is empty", "The budget allows it", "citizen")


def test_a_name_of_somebody_here_means_them(agreeing_room):
    action = add(agreeing_room, owner="val", side="vso")
    assert action.owner_participant == agreeing_room.vsos[0]
    assert action.acceptance == "accepted"


def test_somebody_of_the_cycle_who_is_not_here_can_be_chosen_and_is_asked(agreeing_room):
    room = agreeing_room
    absent = room.town.join("Abe", "vso", "Elsewhere")
    given = {**PARTS, "due": "2031-01-01"}
    client, address = room.town.client(room.town.facilitator), f"/w/{room.workshop.slug}/actions/"
    assert client.post(address, given | {"person": absent.pk}).status_code == 302
    assert client.post(address, given | {"owner": "Abe", "side": "vso"}).status_code == 302
    assert {(a.owner_participant, a.acceptance) for a in Action.objects.all()} == {(absent, "proposed")}


def test_an_absent_owner_stays_proposed_until_they_accept(agreeing_room):
    room = agreeing_room
    Attendance.objects.filter(participant=room.vsos[0]).update(last_at=room.town.now - timedelta(hours=1))
    action = add(room, person=room.vsos[0])
    assert (action.acceptance, action.standing) == ("proposed", "proposed")
    with pytest.raises(Refused, match="Only the person who is asked"):
        promising.answer(action, yes=True, by=room.town.facilitator, now=room.town.now)
    done = promising.answer(action, yes=True, by=room.vsos[0], now=room.town.now)
    assert done.acceptance == "accepted"
    assert Minute.objects.filter(act="accept action", by=room.vsos[0]).exists()
    with pytest.raises(Refused, match="answered already"):
        promising.answer(action, yes=False, reason="No", by=room.vsos[0], now=room.town.now)


def test_a_no_needs_its_reason_and_asks_for_somebody_else(agreeing_room):
    room = agreeing_room
    absent = room.town.join("Abe", "vso", "Elsewhere")
    action = add(room, person=absent)
    with pytest.raises(Refused, match="Say why not"):
        promising.answer(action, yes=False, by=absent, now=room.town.now)
    action = promising.answer(action, yes=False, reason="No money", by=absent, now=room.town.now)
    assert "needs a new owner" in action.standing_words
    assert action in promised.untaken(promised.actions_of(room.workshop))
    page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "No money" in page
    given = promising.give_to(action, promising.Owner(participant=room.vsos[0]), by=room.town.facilitator, now=room.town.now)
    assert (given.acceptance, given.decline_reason, given.side) == ("accepted", "", "vso")


def test_an_owner_outside_is_asked_once_by_a_signed_link(agreeing_room, posted, django_capture_on_commit_callbacks):
    room = agreeing_room
    with django_capture_on_commit_callbacks(execute=True):
        action = add(room, owner="Housing\nBcc: x@y.z", email="housing@example.org", side="authority")
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["housing@example.org"]
    assert "\n" not in mail.outbox[0].subject
    link = f"/promise/{promised.link_token(action)}/"
    assert link in mail.outbox[0].body
    page = Client().get(link)
    assert page.status_code == 200
    assert Action.objects.get().acceptance == "proposed", "looking never answers"
    assert Client().post(link, {"act": "decline"}).status_code == 409
    assert Client().post(link, {"act": "accept"}).status_code == 302
    assert Action.objects.get().acceptance == "accepted"
    assert b"Thank you for your answer" in Client().get(link).content
    assert Client().get(f"/promise/{promised.link_token(action)[:-3]}abc/").status_code == 404


def test_the_link_ends_when_somebody_else_is_asked(agreeing_room):
    room = agreeing_room
    action = add(room, owner="Housing", email="housing@example.org", side="authority")
    token = promised.link_token(action)
    promising.give_to(action, promising.Owner("Parks", None, "parks@example.org"), by=room.town.facilitator, now=room.town.now)
    assert Client().get(f"/promise/{token}/").status_code == 404
    assert Letter.objects.filter(kind="promise").count() == 2


def test_the_note_keeper_writes_down_who_said_yes_and_when(agreeing_room):
    room = agreeing_room
    action = add(room, owner="Housing", side="authority")
    day = room.town.now.date()
    with pytest.raises(Refused, match="still to come"):
        promising.record_acceptance(action, who="Ali", on=day + timedelta(1), by=room.town.facilitator, now=room.town.now)
    with pytest.raises(Refused, match="Only the facilitator"):
        promising.record_acceptance(action, who="Ali", on=day, by=room.citizens[0], now=room.town.now)
    action = promising.record_acceptance(action, who="Ali from Housing", on=day, by=room.town.facilitator, now=room.town.now)
    assert (action.acceptance, action.accepted_by) == ("accepted", "Ali from Housing")


def test_progress_in_words_by_its_owner_or_the_note_keeper(agreeing_room):
    room = agreeing_room
    action = add(room, person=room.vsos[0])
    for who in (room.citizens[0], room.vsos[1]):
        with pytest.raises(Refused, match="Only its owner"):
            promising.report_progress(action, progress="done", by=who, now=room.town.now)
    with pytest.raises(Refused, match="Say why"):
        promising.report_progress(action, progress="late", by=room.vsos[0], now=room.town.now)
    promising.report_progress(action, progress="late", reason="The key is lost", by=room.vsos[0], now=room.town.now)
    page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/actions/{action.pk}/").content.decode()
    assert "Late" in page
    assert "The key is lost" in page
    promising.report_progress(action, progress="done", by=room.town.facilitator, now=room.town.now)
    other = add(room, owner="Housing", side="authority")
    with pytest.raises(Refused, match="Nobody has taken this on"):
        promising.report_progress(other, progress="done", by=room.town.facilitator, now=room.town.now)


def test_an_action_needs_an_owner_a_side_and_a_day_to_come(agreeing_room):
    room = agreeing_room
    client, address = room.town.client(room.town.facilitator), f"/w/{room.workshop.slug}/actions/"
    given = {**PARTS, "due": "2031-01-01", "side": "vso", "owner": "Val"}
    for change in ({"owner": ""}, {"due": "2001-01-01"}, {"person": "999999"}, {"side": "king"}, {"owner": "Outside", "side": ""}):
        assert client.post(address, given | change).status_code == 409, change
    assert not Action.objects.exists()
    assert client.post(address, given).status_code == 302
    assert room.town.client(room.citizens[0]).post(address, given).status_code == 409


def test_accepting_from_the_desk_and_from_the_personal_link(agreeing_room):
    room = agreeing_room
    absent = room.town.join("Abe", "vso", "Elsewhere")
    first, second = add(room, person=absent), add(room, person=absent, text="Ring the school")
    desk = room.town.client(absent).get(f"/w/{room.workshop.slug}/desk/").content.decode()
    assert desk.count("Will you do this?") == 2
    answer = room.town.client(absent).post(
        f"/w/{room.workshop.slug}/actions/{first.pk}/", {"act": "accept"}, headers={"HX-Request": "true"}
    )
    assert b'id="desk"' in answer.content
    key = room.town.keys[absent.pk]
    assert "Ring the school" in Client().get(f"/mine/{key}/").content.decode()
    assert Client().post(f"/mine/{key}/actions/{second.pk}/", {"act": "decline", "reason": "Not mine"}).status_code == 302
    assert [a.acceptance for a in Action.objects.order_by("pk")] == ["accepted", "declined"]
    stranger = room.town.keys[room.citizens[0].pk]
    assert Client().post(f"/mine/{stranger}/actions/{second.pk}/", {"act": "accept"}).status_code == 404


def test_promised_to_us_and_our_own(agreeing_room):
    room = agreeing_room
    add(room, person=room.officers[0], text="For citizens", promised_to="citizen")
    add(room, person=room.citizens[0], text="For the sector", promised_to="vso")
    client, address = room.town.client(room.citizens[0]), f"/cycles/{room.town.cycle.slug}/promises/"
    us, ours = (client.get(address, {"whose": whose}).content.decode() for whose in ("us", "ours"))
    assert "For citizens" in us
    assert "For the sector" not in us
    assert "For the sector" in ours
    assert "For citizens" not in ours


# The close and the follow-up


def close(room, **changes):
    return facilitating.close(room.workshop, **({"by": room.town.facilitator, "now": room.town.now} | changes))


def test_closing_with_untaken_actions_asks_about_meeting_again(agreeing_room):
    room = agreeing_room
    add(room, owner="Housing", side="authority")
    for wrong, match in (
        (ending.UNDECIDED, "no owner who said yes"),
        (ending.Afterwards(meet_again=True), "who agreed"),
        (ending.Afterwards(meet_again=False), "why there is no follow-up"),
    ):
        with pytest.raises(Refused, match=match):
            close(room, afterwards=wrong)
    assert not Closing.objects.exists()
    closing = close(room, afterwards=ending.Afterwards(meet_again=False, because="Housing comes on Monday"))
    assert closing.no_follow_up_because == "Housing comes on Monday"
    assert Minute.objects.get(act="follow-up").why == "Housing comes on Monday"


def test_the_follow_up_carries_the_open_actions_and_who_agreed(agreeing_room):
    room = agreeing_room
    taken = add(room, person=room.vsos[0], text="Done by us")
    left = add(room, owner="Housing", side="authority", text="Left open")
    promising.would_meet_again(room.workshop, yes=True, by=room.citizens[0], now=room.town.now)
    promising.would_meet_again(room.workshop, yes=True, by=room.citizens[1], now=room.town.now)
    promising.would_meet_again(room.workshop, yes=False, by=room.citizens[1], now=room.town.now)
    closing = close(room, afterwards=ending.Afterwards(meet_again=True, agreed_by="All but one"))
    follow_up = Workshop.objects.get(pk=closing.follow_up_id)
    assert (follow_up.cycle_id, follow_up.rule, follow_up.phase) == (room.workshop.cycle_id, room.workshop.rule, "welcome")
    assert list(promised.actions_of(follow_up)) == [left]
    taken.refresh_from_db()
    assert taken.carried_to is None
    assert list(closing.willing.all()) == [room.citizens[0]]
    assert closing.agreed_by == "All but one"
    assert "1 people said they would come" in Minute.objects.get(act="follow-up").what
    page = room.town.client(room.citizens[0]).get(f"/w/{follow_up.slug}/").content.decode()
    assert "Left open" in page
    assert "Carried on from the workshop before" in page


def test_taken_actions_close_without_a_follow_up(agreeing_room):
    add(agreeing_room, person=agreeing_room.vsos[0])
    closing = close(agreeing_room)
    assert closing.follow_up is None
    assert not Minute.objects.filter(act="follow-up").exists()


def test_an_ownerless_action_refuses_as_ever(agreeing_room):
    action = add(agreeing_room, person=agreeing_room.vsos[0])
    add(agreeing_room, person=agreeing_room.vsos[1])
    Action.objects.filter(pk=action.pk).update(owner="")
    with pytest.raises(Refused, match="no owner"):
        close(agreeing_room)


def test_the_closing_panel_leads_in_order(agreeing_room):
    room = agreeing_room
    add(room, owner="Housing", side="authority")
    desk = room.town.client(room.town.facilitator).get(f"/w/{room.workshop.slug}/desk/").content.decode()
    panel = desk.split('id="panel-end"')[1]
    places = [panel.index(f"<strong>{word}</strong>") for word in ("Actions", "Results", "One-minute questions", "Close")]
    assert places == sorted(places)
    assert "1 of 1 have no owner who said yes" in panel
    assert "Propose a follow-up" in panel
    answer = room.town.client(room.town.facilitator).post(
        f"/w/{room.workshop.slug}/close/", {"meet_again": "yes", "agreed_by": "Everybody"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert Closing.objects.get().follow_up is not None


def test_in_a_closed_cycle_promises_stand(agreeing_room):
    room = agreeing_room
    action = add(room, owner="Housing", email="h@example.org", side="authority")
    room.town.cycle.state = "closed"
    room.town.cycle.save()
    assert Client().post(f"/promise/{promised.link_token(action)}/", {"act": "accept"}).status_code == 409
    assert Action.objects.get().acceptance == "proposed"
