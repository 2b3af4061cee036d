"""The ASGI application: HTTP to Django, sockets to the room. Sockets from another origin are refused before anything else."""

import asyncio
import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from workshops.routing import sockets  # noqa: E402 (models can be imported only after Django is set up)

AT_ONCE = int(os.environ.get("REQUESTS_AT_ONCE", "2"))
MOST_BODY = 1024 * 1024  # bytes of one request
TOO_MUCH = [(b"content-type", b"text/plain"), (b"x-throughline", b"answered")]
_gate = asyncio.Semaphore(AT_ONCE)


async def http_in_turn(scope: Any, receive: Any, send: Any) -> None:
    """A few requests at a time: each has a thread of its own, and two hundred threads only take turns at one interpreter.

    A request waits for its turn only when it has arrived whole, so that slow senders hold up nobody but themselves.
    """
    arrived, size = [], 0
    while True:
        message = await receive()
        arrived.append(message)
        size += len(message.get("body", b""))
        if size > MOST_BODY:
            await send({"type": "http.response.start", "status": 413, "headers": TOO_MUCH})
            await send({"type": "http.response.body", "body": b"That is too much at once. Send less than one megabyte."})
            return
        if not message.get("more_body"):
            break

    async def replay() -> Any:
        return arrived.pop(0) if arrived else await receive()

    async with _gate:
        await http(scope, replay, send)


application = ProtocolTypeRouter({"http": http_in_turn, "websocket": AllowedHostsOriginValidator(URLRouter(sockets))})
