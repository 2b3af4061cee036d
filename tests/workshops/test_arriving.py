"""Who may still be sending: counted for the facilitator only, of those who lost their connection and of those who said so."""

import asyncio
from datetime import timedelta

import httpx
import pytest
import websockets
from django.utils import timezone

from tests.served_room import make_room
from tests.stack import run_beside
from workshops import attending, regions
from workshops.models import Attendance

SENTENCE = "lost their connection and may still be sending"


@pytest.fixture
def ballot(room):
    return room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))


def gone(room, how, *who, ago=10):
    since = timezone.now() - timedelta(seconds=ago)
    Attendance.objects.filter(participant__in=who).update(last_at=since - timedelta(seconds=1))
    attending.note_gone(room.workshop.pk, {how: [p.pk for p in who]}, since=since)


def counted(room):
    return attending.still_arriving(room.workshop, timezone.now())


def test_the_lost_who_have_not_voted_are_counted_for_five_minutes(room, ballot):
    Attendance.objects.update(last_at=timezone.now())
    gone(room, "lost", *room.citizens, room.vsos[0])
    assert counted(room) == 3
    room.town.vote(ballot, "support", room.citizens[0], room.vsos[0])
    assert counted(room) == 1, "who has voted is not waited for"
    attending.still_here(room.workshop.pk, [room.citizens[1].pk], changed=True)
    assert counted(room) == 0, "and who is back is here"
    gone(room, "lost", room.citizens[1], ago=301)
    assert counted(room) == 0, "five minutes are over"


def test_who_left_the_page_is_not_waited_for(room, ballot):
    Attendance.objects.update(last_at=timezone.now())
    gone(room, "left", *room.citizens)
    assert counted(room) == 0


def test_without_an_open_ballot_nobody_is_waited_for(room):
    gone(room, "lost", *room.citizens)
    assert counted(room) == 0


def test_who_has_been_seen_elsewhere_since_is_here(room, ballot):
    Attendance.objects.update(last_at=timezone.now())
    attending.note_gone(room.workshop.pk, {"lost": [room.citizens[0].pk]}, since=timezone.now() - timedelta(seconds=5))
    assert counted(room) == 0


def test_the_lost_are_not_here(room):
    now = timezone.now()
    Attendance.objects.update(last_at=now)
    assert attending.present_by_group(room.workshop, now)["citizen"] == 2
    gone(room, "lost", room.citizens[0])
    assert attending.present_by_group(room.workshop, now)["citizen"] == 1


def test_a_browser_says_how_much_it_holds(room, ballot):
    Attendance.objects.update(last_at=timezone.now())
    client, address = room.town.client(room.citizens[0]), f"/w/{room.workshop.slug}/waiting/"
    who = client.get(address)
    assert who.json()["me"] == str(room.citizens[0].pk)
    assert who.headers["X-Throughline"]
    for n, expected in (("2", 1), ("2", 1), ("x", 0), ("99999999", 1), ("0", 0)):
        assert client.post(address, {"n": n}).status_code == 200
        assert counted(room) == expected, n


def test_only_the_facilitator_is_told(room, ballot):
    Attendance.objects.update(last_at=timezone.now())
    gone(room, "lost", *room.citizens)
    name = [f"arriving-{room.workshop.pk}"]
    assert "2 people" in regions.render(room.workshop.pk, name, regions.FACILITATOR)[1]
    for audience in (regions.PARTICIPANT, regions.SCREEN):
        assert SENTENCE not in regions.render(room.workshop.pk, name, audience)[1]
    address = f"/w/{room.workshop.slug}/"
    for path in ("", "desk/"):
        assert SENTENCE in room.town.client(room.town.facilitator).get(address + path).content.decode()
        assert SENTENCE not in room.town.client(room.vsos[0]).get(address + path).content.decode()


def test_a_socket_that_ends_without_a_word_is_lost_and_one_that_says_goodbye_is_not(server):
    room = make_room(server, 4)
    at, origin = f"{server.url.replace('http', 'ws')}/ws/workshops/{room['pk']}/", server.url
    cookies = {"csrftoken": "a" * 32, f"seat-{room['cycle']}": room["facilitator"]["key"]}

    async def story():
        async with httpx.AsyncClient(base_url=f"{server.url}/w/{room['slug']}", cookies=cookies, timeout=30) as facilitator:

            async def post(path, **data):
                answer = await facilitator.post(path, data=data | {"csrfmiddlewaretoken": "a" * 32}, headers={"HX-Request": "true"})
                assert answer.status_code == 200, answer.text

            await post("/proposals/", kind="need", text="A late bus", key="p")
            await post("/phase/", seen="gather", to="discuss")
            await post("/phase/", seen="discuss", to="vote")
            live = (await facilitator.get("/live/")).text
            rule = {f"{k}_{c}": n for c in ("commissioner", "vso", "citizen") for k, n in (("percent", 67), ("least", 1))}
            await post("/ballots/", proposals=live.split('id="proposal-')[1].split('"')[0], **rule)
            sockets = [await websockets.connect(f"{at}?token={who['token']}", origin=origin) for who in room["people"]]
            await asyncio.sleep(3)
            for socket in sockets[:2]:
                socket.transport.abort()
            await sockets[2].close(1001)
            await asyncio.sleep(6)
            desk = (await facilitator.get("/desk/")).text
            assert f"2 people {SENTENCE}" in desk
            back = await websockets.connect(f"{at}?token={room['people'][0]['token']}", origin=origin)
            await asyncio.sleep(4)
            assert f"1 person {SENTENCE}" in (await facilitator.get("/desk/")).text
            for socket in (back, sockets[3]):
                await socket.close()

    run_beside(story())
