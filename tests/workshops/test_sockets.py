"""The socket of a room, against the running server: it listens, it never takes orders, and it is nobody else's."""

import asyncio
import json
import re

import pytest
import websockets
from django.core import signing

from tests.stack import run_beside
from workshops import consumers, regions
from workshops.consumers import read_token, socket_token


def test_a_token_opens_its_own_room_only():
    token = socket_token(7, "participant", 3)
    assert read_token(token, 7) == ("participant", 3)
    for wrong in (
        read_token(token, 8),
        read_token(token + "x", 7),
        read_token("", 7),
        read_token(signing.dumps([7, "king", 3]), 7),
        read_token(socket_token(7, "participant/fr", 3), 7),
        read_token(socket_token(7, "participant/", 3) + "y", 7),
        read_token(socket_token(7, "king/cy", 3), 7),
    ):
        assert wrong is None


@pytest.mark.parametrize("language", ["en-gb", "cy"])
def test_a_token_carries_the_language_of_its_page(language):
    audience = regions.audience_in(regions.SCREEN, language)
    assert read_token(socket_token(7, audience, None), 7) == (f"screen/{language}", None)
    assert regions.audience_in(audience, "xx") == "screen/en-gb", "a language that is not ours is the first"


def test_a_token_ends_with_the_day(monkeypatch):
    token = socket_token(7, "screen", None)
    monkeypatch.setattr(consumers, "TOKEN_LIFE", -1)
    assert read_token(token, 7) is None


@pytest.fixture(scope="module")
def door(server):
    """A socket address of a room of its own, whatever the other tests did to theirs, made as its page makes it."""
    script = (
        "import json; from workshops.models import Workshop; from workshops.consumers import socket_token;"
        f"w = Workshop.objects.get(slug='{server.workshop('gather')['workshop']}');"
        "print(json.dumps([w.pk, socket_token(w.pk, 'participant', None)]))"
    )
    pk, token = json.loads(server.manage("shell", "-v0", "-c", script).stdout.strip().splitlines()[-1])
    return server.url.replace("http", "ws") + f"/ws/workshops/{pk}/?token={token}", server.url


def number_of(door) -> str:
    return re.search(r"/workshops/(\d+)/", door[0])[1]


def opened(address, origin, story):
    async def run():
        async with websockets.connect(address, origin=origin) as socket:
            return await story(socket)

    return run_beside(run())


async def closing_code(socket) -> int:
    """Read on until the server closes; the code it closed with."""
    await asyncio.wait_for(socket.wait_closed(), 20)
    return socket.close_code


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_another_origin_is_refused(door, origin):
    with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
        opened(door[0], origin, lambda socket: asyncio.sleep(0))


def test_no_origin_is_refused(door):
    with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
        opened(door[0], None, lambda socket: asyncio.sleep(0))


@pytest.mark.parametrize("change", [("token=", "token=forged"), ("/workshops/", "/workshops/9"), ("?token", "?t")])
def test_a_forged_token_is_closed_with_nothing_sent(door, change):
    async def story(socket):
        with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
            await socket.recv()
        return closed.value.rcvd.code

    assert opened(door[0].replace(*change), door[1], story) == consumers.NOT_YOURS


def test_an_unknown_socket_address_is_no_room(door):
    with pytest.raises((websockets.exceptions.InvalidStatus, websockets.exceptions.ConnectionClosed)):
        opened(door[0].replace("/workshops/", "/kings/"), door[1], lambda socket: socket.recv())


def test_whatever_is_sent_is_ignored_and_too_much_closes(door):
    async def story(socket):
        for words in ('{"phase": "close"}', "x" * 2000, "", b"\x00\xff"):
            await socket.send(words)
        beat = await asyncio.wait_for(socket.recv(), 10)
        await socket.send("once more")
        return beat, await closing_code(socket)

    beat, code = opened(door[0], door[1], story)
    assert 'id="heartbeat"' in beat or 'id="presence' in beat
    assert code == 1008


def test_a_message_of_twenty_kilobytes_closes_the_socket(door):
    async def story(socket):
        await socket.send("x" * 20_000)
        return await closing_code(socket)

    assert opened(door[0], door[1], story) == 1009


def test_the_heartbeat_carries_the_revision(door):
    async def story(socket):
        for _ in range(10):
            frame = await asyncio.wait_for(socket.recv(), 10)
            if 'id="heartbeat"' in frame:
                return frame
        return ""

    assert re.search(r'data-revision="\d+"', opened(door[0], door[1], story))


def test_an_english_and_a_welsh_socket_each_get_their_own_words_from_one_change(door, server):
    script = (
        "import json; from workshops.models import Workshop; from workshops.consumers import socket_token;"
        f"w = Workshop.objects.get(pk={number_of(door)});"
        "print(json.dumps([socket_token(w.pk, f'participant/{language}', None) for language in ('en-gb', 'cy')]))"
    )
    tokens = json.loads(server.manage("shell", "-v0", "-c", script).stdout.strip().splitlines()[-1])

    async def story():
        base = door[0].partition("?")[0]
        sockets = await asyncio.gather(*[websockets.connect(f"{base}?token={token}", origin=door[1]) for token in tokens])
        await asyncio.sleep(1.5)
        script = (
            "from workshops import proposing; from workshops.models import Workshop; from commissioning.models import Participant;"
            "from commissioning.contributing import Manner; from django.utils import timezone; import uuid;"
            f"w = Workshop.objects.get(pk={number_of(door)});"
            "p = Participant.objects.get(cycle=w.cycle, display_name='YP2');"
            "proposing.add_idea(w, kind='asset', text='Neuadd y pentref', by=p, key=uuid.uuid4().hex, now=timezone.now(),"
            " manner=Manner(language='cy'))"
        )
        await asyncio.get_running_loop().run_in_executor(None, lambda: server.manage("shell", "-v0", "-c", script))

        async def hears(socket):
            async with asyncio.timeout(15):
                while "Neuadd y pentref" not in (frame := await socket.recv()):
                    pass
            return frame

        frames = await asyncio.gather(*[hears(socket) for socket in sockets])
        await asyncio.gather(*[socket.close() for socket in sockets])
        return frames

    english, welsh = run_beside(story())
    assert "Something we already have" in english
    assert "Rhywbeth sydd gennym yn barod" in welsh
    assert "Something we already have" not in welsh
    assert all('lang="cy">Neuadd y pentref' in frame for frame in (english, welsh)), "what was said is said in its own language"


def test_two_hundred_sockets_arriving_at_once_all_hear_the_next_change(door, server):
    async def story():
        sockets = await asyncio.gather(*[websockets.connect(door[0], origin=door[1]) for _ in range(200)])
        await asyncio.sleep(1.5)
        script = (
            "from workshops import proposing; from workshops.models import Workshop; from commissioning.models import Participant;"
            "from django.utils import timezone; import uuid;"
            f"w = Workshop.objects.get(pk={number_of(door)});"
            "p = Participant.objects.get(cycle=w.cycle, display_name='YP2');"
            "proposing.add_idea(w, kind='need', text='Heard by two hundred', by=p, key=uuid.uuid4().hex, now=timezone.now())"
        )
        await asyncio.get_running_loop().run_in_executor(None, lambda: server.manage("shell", "-v0", "-c", script))

        async def hears(socket):
            async with asyncio.timeout(15):
                while "Heard by two hundred" not in await socket.recv():
                    pass

        await asyncio.gather(*[hears(socket) for socket in sockets])
        await asyncio.gather(*[socket.close() for socket in sockets])

    run_beside(story())
