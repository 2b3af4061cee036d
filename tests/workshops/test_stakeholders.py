"""Who must be asked: which groups have nobody, and why."""

import pytest

from commissioning.models import StakeholderGroup
from commissioning.sentences import Refused
from workshops import inviting, stakeholders
from workshops.models import Invitation


def states(room):
    return {one.group.code: one.state for one in stakeholders.check(room.town.cycle)}


def start(room):
    stakeholders.start(room.town.cycle, by=room.town.lead, now=room.town.now)


def why(room, *codes):
    for code in codes:
        group = StakeholderGroup.objects.get(cycle=room.town.cycle, code=code)
        stakeholders.say_why(group, why=f"No {code} yet", by=room.town.lead, now=room.town.now)


def invite(room, *people, capacity=""):
    return inviting.invite(room.workshop, people, capacity=capacity, by=room.town.lead, now=room.town.now)


def test_an_07_the_commissioner_sees_who_has_nobody_and_must_invite_or_justify(room):
    start(room)
    assert set(states(room).values()) == {"missing"}
    client = room.town.client(room.town.lead)
    page = client.get(f"/w/{room.workshop.slug}/invitations/").content.decode()
    assert "Nobody is invited yet from:" in page
    assert "Elected members" in page
    invite(room, room.citizens[0])  # of a group that has nobody: always
    with pytest.raises(Refused, match="Elected members"):
        invite(room, room.citizens[1])
    answer = client.post(f"/w/{room.workshop.slug}/invitations/ask/", {"people": [room.citizens[1].pk], "capacity": ""})
    assert answer.status_code == 409
    assert "Elected members" in answer.content.decode()
    invite(room, room.vsos[0])
    why(room, "department", "elected", "procurement", "finance")
    invite(room, room.citizens[1])
    assert states(room) == {
        "deliver": "asked",
        "affected": "asked",
        **dict.fromkeys(("department", "elected", "procurement", "finance"), "reason"),
    }


def test_an_07_the_reason_is_shown_to_participants(room):
    start(room)
    why(room, "finance")
    invite(room, room.citizens[0])
    client = room.town.client(room.citizens[0])
    for address in (f"/w/{room.workshop.slug}/invitation/", f"/cycles/{room.town.cycle.slug}/stakeholders/"):
        assert "No finance yet" in client.get(address).content.decode()
    group = StakeholderGroup.objects.get(code="finance")
    stakeholders.say_why(group, why="", by=room.town.lead, now=room.town.now)
    assert states(room)["finance"] == "missing"
    assert "No finance yet" not in client.get(f"/w/{room.workshop.slug}/invitation/").content.decode()


def test_an_07_before_the_check_has_begun_it_is_advice(room):
    invite(room, room.citizens[0])
    invite(room, room.citizens[1])
    page = room.town.client(room.town.lead).get(f"/cycles/{room.town.cycle.slug}/stakeholders/").content.decode()
    assert "5 of 6 groups have nobody and no reason" in page
    assert "Begin the check" in page


def test_ws_13_procurement_finance_and_another_department_are_groups_that_must_be_asked(room):
    start(room)
    invite(room, room.officers[0], capacity="finance")
    invite(room, room.officers[1], capacity="procurement")
    assert (states(room)["finance"], states(room)["procurement"], states(room)["department"]) == ("asked", "asked", "missing")
    inviting.answer(Invitation.objects.get(capacity="finance"), said="cannot", by=room.officers[0], now=room.town.now)
    assert states(room)["finance"] == "missing"  # who cannot come is not there


def test_an_07_a_group_of_the_cycles_own_is_filled_by_naming_people(room):
    start(room)
    client = room.town.client(room.town.lead)
    address = f"/cycles/{room.town.cycle.slug}/stakeholders/"
    client.post(address, {"act": "add", "name": "Landlords"})
    assert client.post(address, {"act": "add", "name": "landlords"}).status_code == 409
    group = StakeholderGroup.objects.get(name="Landlords")
    invite(room, room.citizens[0])
    client.post(address, {"act": "people", "group": group.pk, "people": [room.citizens[0].pk]})
    assert states(room)[group.code] == "asked"
    client.post(address, {"act": "why", "group": group.pk, "why": "x"})
    assert client.post(address, {"act": "no", "group": group.pk}).status_code == 409
    assert client.post(address, {"act": "why", "group": "²"}).status_code == 404


def test_an_07_only_who_convenes_begins_the_check_or_gives_reasons(room):
    start(room)
    address = f"/cycles/{room.town.cycle.slug}/stakeholders/"
    group = StakeholderGroup.objects.first()
    for act in ("start", "add", "why", "people"):
        assert room.town.client(room.citizens[0]).post(address, {"act": act, "group": group.pk, "why": "x", "name": "x"}).status_code == 404
    start(room)
    assert StakeholderGroup.objects.count() == 6
