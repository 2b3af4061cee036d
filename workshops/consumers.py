"""The socket of a room: it only listens. Whatever a browser sends over it is ignored, and too much of it closes it."""

import contextlib
from typing import Any
from urllib.parse import parse_qs

from django.core import signing

from workshops import regions
from workshops.hub import Send, Socket, hub

TOKEN_LIFE = 12 * 60 * 60  # seconds: a working day; the page makes a new one whenever it is loaded
NOT_YOURS = 4403
NOT_THERE = 4404
TOO_MANY = 5  # sockets of one person in one room and process: tabs and devices, not a flood
SAID_GOODBYE = (1000, 1001)  # the page was left or closed; anything else, also 1005, which uvicorn says of a wire that broke, is lost
TOO_MUCH_SAID = 5  # messages from a browser before the socket is closed: the room never needs one


def socket_token(workshop_id: int, audience: str, participant_id: int | None) -> str:
    """What the page hands to its socket, so that connecting needs no database. The audience carries the page's language."""
    return signing.dumps([workshop_id, audience, participant_id], salt="workshops.socket", compress=True)


def read_token(token: str, workshop_id: int) -> tuple[str, int | None] | None:
    """The audience and participant of a token for this workshop; None when it is forged, old or for another."""
    try:
        workshop, audience, participant_id = signing.loads(token, salt="workshops.socket", max_age=TOKEN_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (audience, participant_id) if workshop == workshop_id and regions.is_audience(str(audience)) else None


async def no_room(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """Any other socket address: there is nothing here."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NOT_THERE})


async def room_socket(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """Serve one socket of one room until its browser goes."""
    workshop_id = int(scope["url_route"]["kwargs"]["workshop_id"])
    query = parse_qs(scope["query_string"].decode("latin-1"))
    allowed = read_token(query.get("token", [""])[0], workshop_id)
    await receive()
    await send({"type": "websocket.accept"})
    if allowed is None:
        await send({"type": "websocket.close", "code": NOT_YOURS})
        return
    audience, participant_id = allowed
    socket = Socket(audience, participant_id, send, scope.get("extensions", {}).get("throughline.peer"))
    room = await hub.enter(workshop_id, socket)
    try:
        if participant_id is None or room.sockets_of(participant_id) <= TOO_MANY:
            socket.left = await _until_gone(receive)
        with contextlib.suppress(Exception):
            await send({"type": "websocket.close", "code": 1008})
    finally:
        await hub.leave(room, socket)


async def _until_gone(receive: Any) -> bool:
    """Wait for the end; whether the browser said goodbye, as it does when a page is left, or just was not there any more."""
    for __ in range(TOO_MUCH_SAID):
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return message.get("code") in SAID_GOODBYE
    return True
