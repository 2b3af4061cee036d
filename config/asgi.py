"""The ASGI application: HTTP to Django, sockets to the room. Sockets from another origin are refused before anything else."""

import asyncio
import os
import tempfile
from typing import Any

from channels.db import database_sync_to_async
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from config.senders import may_send  # noqa: E402 (models can be imported only after Django is set up)
from workshops.routing import sockets  # noqa: E402 (as above)

AT_ONCE = int(os.environ.get("REQUESTS_AT_ONCE", "2"))
MOST_BODY = 1024 * 1024  # bytes of one request
MOST_PHOTO = 10 * 1024 * 1024  # bytes of a request that brings a photograph
PHOTOS_AT_ONCE = 8  # such requests arriving at a time: they wait in memory
PHOTO_SECONDS = 120  # to arrive in; a phone on a weak line needs a minute
MOST_FILE = 26 * 1024 * 1024  # bytes of a request that brings a file of answers
BLOCK = 64 * 1024  # bytes handed on at a time
FILES_AT_ONCE = 2  # such requests arriving at a time: they wait on disk
FILE_SECONDS = 600
STRANGER_SECONDS = 60  # for a form of somebody who may send no file
ANSWERED = (b"x-throughline", b"answered")  # this answer is ours, not a proxy's on the way
LARGER = {"/photo/": MOST_PHOTO, "/bring/": MOST_FILE}
_gate = asyncio.Semaphore(AT_ONCE)
_photos = asyncio.Semaphore(PHOTOS_AT_ONCE)
_files = asyncio.Semaphore(FILES_AT_ONCE)


def most_of(scope: Any) -> int:
    """How many bytes a request to this address may bring."""
    if scope["method"] != "POST":
        return MOST_BODY
    return next((most for end, most in LARGER.items() if scope["path"].endswith(end)), MOST_BODY)


def announced(scope: Any) -> int:
    """How many bytes a request says it brings; nothing said is nothing."""
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() and len(said) <= 18 else 0


async def too_much(send: Any, most: int) -> None:
    """Say so in a sentence, without reading the rest."""
    how = " Save a spreadsheet as CSV, which is smaller, or send it in two parts. Go back to try again." if most == MOST_FILE else ""
    await say(send, 413, f"That is too much at once. Send less than {most // 1024 // 1024} MB.{how}")


async def say(send: Any, status: int, words: str) -> None:
    """Answer with a sentence."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8"), ANSWERED]})
    await send({"type": "http.response.body", "body": words.encode()})


async def whole_body(receive: Any, most: int) -> list[Any] | None:
    """Every message of a request; None when it is more than it may be."""
    arrived, size = [], 0
    while True:
        message = await receive()
        arrived.append(message)
        size += len(message.get("body", b""))
        if size > most:
            return None
        if not message.get("more_body"):
            return arrived


async def http_in_turn(scope: Any, receive: Any, send: Any) -> None:
    """A few requests at a time: each has a thread of its own, and two hundred threads only take turns at one interpreter.

    A request waits for its turn only when it has arrived whole, so that slow senders hold up nobody but themselves; a few
    photographs and files at a time are let in at all, for each is megabytes. Whoever may send none gets no place among them:
    a stranger who sends slowly would keep it from those who may.
    """
    most = most_of(scope)
    if announced(scope) > most:
        await too_much(send, most)
    elif most > MOST_BODY and not await is_known(scope):
        await answer_stranger(scope, receive, send)
    elif most == MOST_PHOTO:
        async with _photos:
            await answer(scope, receive, send, most, PHOTO_SECONDS)
    elif most == MOST_FILE:
        async with _files:
            await file_answer(scope, receive, send)
    else:
        await answer(scope, receive, send, most, None)


async def is_known(scope: Any) -> bool:
    """Whether somebody who may send this sends it. A device that brings no cookie is nobody's: the database is not asked."""
    return any(name == b"cookie" for name, __ in scope["headers"]) and await database_sync_to_async(may_send)(scope)


async def answer_stranger(scope: Any, receive: Any, send: Any) -> None:
    """Whoever may send no file is answered like anybody else, as long as they send no more than anybody else."""
    if announced(scope) > MOST_BODY:
        await say(
            send, 403, "You are not signed in here, or this is not yours to do. Sign in, or open your personal link, and send it again."
        )
    else:
        await answer(scope, receive, send, MOST_BODY, STRANGER_SECONDS)


async def answer(scope: Any, receive: Any, send: Any, most: int, seconds: int | None) -> None:
    """Let one request arrive whole, in the time it has, and give it to Django in its turn."""
    try:
        async with asyncio.timeout(seconds):
            arrived = await whole_body(receive, most)
    except TimeoutError:
        await say(send, 408, "That took too long to arrive. Try again where the connection is better.")
        return
    if arrived is None:
        await too_much(send, most)
        return
    messages = iter(arrived)

    async def replay() -> Any:
        return next(messages, None) or await receive()

    async with _gate:
        await http(scope, replay, send)


async def file_answer(scope: Any, receive: Any, send: Any) -> None:
    """Let one file arrive whole on disk, never in memory, and give it to Django in its turn."""
    with tempfile.TemporaryFile() as kept:
        try:
            async with asyncio.timeout(FILE_SECONDS):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    kept.write(message.get("body", b""))
                    more = message.get("more_body", False)
                    if kept.tell() > MOST_FILE:
                        await too_much(send, MOST_FILE)
                        return
        except TimeoutError:
            await say(send, 408, "That took too long to arrive. Try again where the connection is better.")
            return
        left, over = kept.tell(), False
        kept.seek(0)

        async def replay() -> Any:
            nonlocal left, over
            if over:
                return await receive()
            block = kept.read(BLOCK)
            left -= len(block)
            over = left <= 0  # also of an empty body one message is given: waiting for it would hold a place at the gate for ever
            return {"type": "http.request", "body": block, "more_body": not over}

        async with _gate:
            await http(scope, replay, send)


application = ProtocolTypeRouter({"http": http_in_turn, "websocket": AllowedHostsOriginValidator(URLRouter(sockets))})
