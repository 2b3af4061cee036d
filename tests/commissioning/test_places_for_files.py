"""The few places for large files: kept for those who may send one, however many strangers send slowly."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from commissioning import people
from commissioning.doorway import COOKIE
from config import asgi
from tests.commissioning.surveys import consultation_of

SLOW = b"x" * 10


def scope_of(path, who=None, keys=(), announced=None):
    headers = [(b"host", b"localhost")]
    if who is not None:
        headers.append((b"cookie", f"{COOKIE}{who.cycle_id}={keys[who.pk]}".encode()))
    if announced is not None:
        headers.append((b"content-length", str(announced).encode()))
    return {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b""}


async def _sent(scope, receive):
    said = []

    async def send(message):
        said.append(message)

    await asgi.http_in_turn(scope, receive, send)
    return said[0]["status"], b"".join(m.get("body", b"") for m in said[1:]).decode()


async def _behind(slow, honest):
    """The answer to an honest request while all the slow ones are still sending."""

    async def never_ends():
        if not over.is_set():
            over.set()
            return {"type": "http.request", "body": SLOW, "more_body": True}
        return await asyncio.Event().wait()

    over, there = asyncio.Event(), asyncio.Event()
    waiting = [asyncio.create_task(_sent(scope, never_ends)) for scope in slow]
    await asyncio.sleep(0.3)

    async def whole():
        if not there.is_set():
            there.set()
            return {"type": "http.request", "body": SLOW, "more_body": False}
        return await asyncio.Event().wait()

    try:
        async with asyncio.timeout(20):
            return await _sent(honest, whole)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def apart(work):
    with ThreadPoolExecutor(1) as thread:  # a browser test before this one leaves its loop running in the main thread
        return thread.submit(asyncio.run, work).result()


@pytest.fixture
def places(monkeypatch):
    """The places belong to the loop that first waited for one."""
    monkeypatch.setattr(asgi, "_files", asyncio.Semaphore(asgi.FILES_AT_ONCE))
    monkeypatch.setattr(asgi, "_photos", asyncio.Semaphore(asgi.PHOTOS_AT_ONCE))
    monkeypatch.setattr(asgi, "_gate", asyncio.Semaphore(asgi.AT_ONCE))


@pytest.mark.django_db(transaction=True)
def test_strangers_and_participants_who_send_slowly_hold_no_place_of_an_officer(town, places):
    town.keys[town.lead.pk] = people.new_personal_key(town.lead)
    path = f"/cycles/{town.cycle.slug}/consultations/{consultation_of(town).pk}/bring/"
    citizen = town.join("Ann")
    strangers = [scope_of(path), scope_of(path), scope_of(path, citizen, town.keys), scope_of(path, citizen, town.keys)]
    status, words = apart(_behind(strangers, scope_of(path, town.lead, town.keys)))
    assert (status, "form" in words) == (403, True), "Django has it, and asks for the form's own token"


@pytest.mark.django_db(transaction=True)
def test_strangers_who_send_slowly_hold_no_place_for_a_photograph(town, places):
    citizen = town.join("Ann")
    room = town.workshop(citizen)
    path = f"/w/{room.slug}/photo/"
    strangers = [scope_of(path) for _ in range(asgi.PHOTOS_AT_ONCE)]
    status, words = apart(_behind(strangers, scope_of(path, citizen, town.keys)))
    assert (status, "form" in words) == (403, True)


@pytest.mark.django_db(transaction=True)
def test_a_large_file_of_a_stranger_is_refused_with_what_to_do_and_not_read(town, places):
    async def unread():
        raise AssertionError("not one byte is read")

    path = f"/cycles/{town.cycle.slug}/consultations/1/bring/"
    for who in (None, town.join("Ann")):
        status, words = apart(_sent(scope_of(path, who, town.keys, announced=20 << 20), unread))
        assert status == 403
        assert "Sign in, or open your personal link" in words
