"""One receiver for each process: it draws what changed once for each audience and sends the same bytes to every socket.

The usual design, each socket a group member with a receive loop of its own, costs fifteen to twenty-five times as much and
grows faster than linearly. Here a socket is a slot that holds at most the newest state, so a reader that is stuck never slows
the others and never takes more than one frame of memory.
"""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Protocol

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from workshops import attending, regions
from workshops.announcing import acts_of, group_name, teller, votes_in
from workshops.frames import Frame

logger = logging.getLogger(__name__)

TICK = 0.25  # seconds between pushes to one workshop: the first change goes at once, then at most four a second
GONE_AFTER = 4  # seconds without a socket after which somebody has gone: a page that is loaded again is no news
STUCK_FOR = 30  # seconds after which a reader that takes nothing is closed, to come back when it can

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Peer(Protocol):
    """The server's own connection, where it lets us write one ready-made frame (see `frames.py`)."""

    def offer(self, frame: Frame) -> bool: ...
    def drop(self) -> None: ...


class _Rest:
    """What is left of a coroutine that was advanced once and had to wait."""

    def __init__(self, coroutine: Coroutine[Any, None, None], waiting_for: Any) -> None:
        self.coroutine = coroutine
        self.waiting_for = waiting_for

    def __await__(self) -> Generator[Any, Any, None]:
        waiting = self.waiting_for
        while True:
            try:
                value = yield waiting
                waiting = self.coroutine.send(value)
            except StopIteration:
                return
            except BaseException as stopped:  # noqa: BLE001 (a cancellation too belongs to the coroutine that waits)
                try:
                    waiting = self.coroutine.throw(stopped)
                except StopIteration:
                    return


class Socket:
    """One connected browser: its audience, and one slot for the newest state it has not taken yet."""

    __slots__ = ("_latest", "_sending", "_since", "audience", "left", "participant_id", "peer", "send")

    def __init__(self, audience: str, participant_id: int | None, send: Send, peer: Peer | None = None) -> None:
        self.audience = audience
        self.participant_id = participant_id
        self.send = send
        self.peer = peer
        self.left = False  # whether the browser said goodbye
        self._sending: asyncio.Task[None] | None = None
        self._latest: Frame | None = None
        self._since: float | None = None

    def offer(self, frame: Frame, now: float) -> None:
        """Give the socket the newest state: sent at once if it can take it, else kept as the only one waiting."""
        if self.peer is not None:
            taken = self.peer.offer(frame)
            self._since = None if taken else self._since or now
        elif self._sending is not None:
            self._latest = frame
        else:
            self._advance(frame, now)

    def _advance(self, frame: Frame, now: float) -> None:
        coroutine = self.send({"type": "websocket.send", "text": frame.text})
        try:
            waiting_for = coroutine.send(None)  # type: ignore[attr-defined]
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 (the server says in its own way that the browser has gone; its task ends the socket)
            return
        self._since = now
        self._sending = asyncio.ensure_future(self._finish(_Rest(coroutine, waiting_for)))  # type: ignore[arg-type]

    async def _finish(self, rest: _Rest) -> None:
        with contextlib.suppress(Exception):
            await rest
            while (frame := self._latest) is not None:
                self._latest = None
                await self.send({"type": "websocket.send", "text": frame.text})
        self._sending = self._since = None

    def is_stuck(self, now: float) -> bool:
        """Whether it has taken nothing for so long that it should come back later."""
        return self._since is not None and now - self._since > STUCK_FOR

    def drop(self) -> None:
        """End a stuck connection; its browser reconnects and fetches the present state."""
        if self.peer is not None:
            self.peer.drop()
        if self._sending is not None:
            self._sending.cancel()


class Room:
    """The sockets of one workshop in this process, and what is waiting to be redrawn for them."""

    def __init__(self, workshop_id: int, hub: "Hub") -> None:
        self.workshop_id = workshop_id
        self.hub = hub
        self.sockets: dict[str, set[Socket]] = defaultdict(set)
        self.pending: set[str] = set()
        self.flushing: asyncio.Task[None] | None = None
        self.arrived = False
        self.went: dict[int, tuple[bool, datetime]] = {}  # people whose last socket here ended: whether they said goodbye, and when
        self.lost_until = 0.0  # until then somebody who lost their connection may come back
        self.acts = 0  # every act up to this one has been announced to this process
        self.ahead: set[int] = set()  # acts announced before one that came earlier
        self.votes = 0  # votes cast when last looked
        self.behind = False  # an announcement was missing at the last heartbeat

    def everybody(self) -> list[Socket]:
        """Every socket of the room."""
        return [socket for group in self.sockets.values() for socket in group]

    def sockets_of(self, participant_id: int) -> int:
        """How many sockets one person has in this room."""
        return sum(1 for socket in self.everybody() if socket.participant_id == participant_id)

    def hear(self, names: list[str], acts: list[int]) -> None:
        """An announcement: note which acts it was about, so that a lost one is noticed, and redraw."""
        self.ahead.update(acts)
        while self.acts + 1 in self.ahead:
            self.acts += 1
            self.ahead.discard(self.acts)
        self.touch(names)

    def touch(self, names: list[str]) -> None:
        """Something changed: redraw it at once, or with the next push if one has just gone out."""
        self.pending.update(names)
        if self.flushing is None:
            self.flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        try:
            while self.pending:
                started = time.monotonic()
                names, self.pending = self.pending, set()
                await self._push(names)
                await asyncio.sleep(max(0.0, TICK - (time.monotonic() - started)))
        except Exception:
            logger.exception("a push failed; clients catch up at the next heartbeat")
        finally:
            self.flushing = None

    async def _push(self, names: set[str]) -> None:
        for audience in [a for a, group in self.sockets.items() if group]:
            revision, html = await self.hub.in_thread(regions.render, self.workshop_id, names, audience)
            self.hub.renders += 1
            self.deliver(audience, Frame(html + regions.pulse(revision)))

    def deliver(self, audience: str, frame: Frame) -> None:
        """Offer one frame to every socket of an audience, in sequence, waiting for none."""
        now = time.monotonic()
        for socket in tuple(self.sockets[audience]):
            socket.offer(frame, now)

    async def beat(self) -> None:
        """The heartbeat: keep people present, say which revision is the newest, let go of stuck readers."""
        people = {s.participant_id for s in self.everybody() if s.participant_id is not None}
        await self.hub.in_thread(attending.still_here, self.workshop_id, people, changed=self.arrived)
        self.arrived = False
        if time.monotonic() < self.lost_until:
            self.touch([f"arriving-{self.workshop_id}"])  # five minutes end without an act
        acts, votes = await self.hub.in_thread(lambda: (acts_of(self.workshop_id), votes_in(self.workshop_id)))
        await self._redraw_what_was_lost(acts, votes)
        frame = Frame(regions.heartbeat(acts + votes))
        now = time.monotonic()
        for socket in self.everybody():
            if socket.is_stuck(now):
                socket.drop()
            else:
                socket.offer(frame, now)

    async def note_gone(self) -> None:
        """Write down who has been without a socket for a while, in one statement for each way of going."""
        went = {pk: how for pk, how in self.went.items() if not self.sockets_of(pk)}
        self.went = {}
        if not went:
            return
        ways: dict[str, list[int]] = {"left": [], "lost": []}
        for pk, (left, __) in went.items():
            ways["left" if left else "lost"].append(pk)
        if ways["lost"]:
            self.lost_until = time.monotonic() + attending.MAY_RETURN.total_seconds() + settings.HEARTBEAT
        since = max(at for __, at in went.values())
        await self.hub.in_thread(attending.note_gone, self.workshop_id, ways, since=since)

    async def _redraw_what_was_lost(self, acts: int, votes: int) -> None:
        """If an announcement never came (the layer was down), redraw the whole room once; turnout whenever votes came in."""
        if votes != self.votes:
            self.votes = votes
            self.touch(await self.hub.in_thread(regions.open_ballot_names, self.workshop_id))
        lost = acts > self.acts
        if lost and self.behind:
            self.acts, self.ahead = acts, set()
            self.touch(await self.hub.in_thread(regions.all_names, self.workshop_id))
            lost = False
        self.behind = lost


class Hub:
    """All rooms of this process, behind one channel-layer subscription."""

    def __init__(self) -> None:
        self.rooms: dict[int, Room] = {}
        self.renders = 0
        self._channel = ""
        self._receiver: asyncio.Task[None] | None = None
        self._heart: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._kept: set[asyncio.Task[None]] = set()
        # Drawing needs the database and is plain Python: two threads keep it off the event loop without starving it.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="draw")

    async def in_thread(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run database work beside the event loop, giving its connection back afterwards."""

        def run() -> Any:
            close_old_connections()
            try:
                return work(*args, **kwargs)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def enter(self, workshop_id: int, socket: Socket) -> Room:
        """Add a socket to its workshop's room, subscribing this process when it is the first."""
        await self._listen()
        room = self.rooms.get(workshop_id)
        if room is None:
            room = self.rooms[workshop_id] = Room(workshop_id, self)
            await get_channel_layer().group_add(group_name(workshop_id), self._channel)
            room.acts = max(room.acts, await self.in_thread(acts_of, workshop_id))
        room.sockets[socket.audience].add(socket)
        if socket.participant_id is not None and not room.arrived:
            room.arrived = True
            asyncio.get_running_loop().call_later(1, self._note_arrivals, room)
        return room

    def _note_arrivals(self, room: Room) -> None:
        if room.arrived:
            self._keep(asyncio.ensure_future(room.beat()))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)

    async def leave(self, room: Room, socket: Socket) -> None:
        """Take a socket out; an empty room is forgotten."""
        room.sockets[socket.audience].discard(socket)
        socket.drop()
        if socket.participant_id is not None and not room.sockets_of(socket.participant_id):
            if not room.went:
                asyncio.get_running_loop().call_later(GONE_AFTER, lambda: self._keep(asyncio.ensure_future(room.note_gone())))
            room.went[socket.participant_id] = (socket.left, timezone.now())
        if not room.everybody() and self.rooms.get(room.workshop_id) is room:
            del self.rooms[room.workshop_id]
            await get_channel_layer().group_discard(group_name(room.workshop_id), self._channel)

    async def _listen(self) -> None:
        # Sockets arrive together and making a channel takes a moment: without the lock each would make one of its own.
        async with self._starting:
            if self._receiver is None or self._receiver.done():
                self._channel = await get_channel_layer().new_channel("hub")
                self._receiver = asyncio.create_task(self._receive())
                self._heart = asyncio.create_task(self._beat())
                teller.speak_on(asyncio.get_running_loop())

    async def _receive(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                message = await layer.receive(self._channel)
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.exception("the channel layer did not answer; trying again")
                await asyncio.sleep(1)
                continue
            room = self.rooms.get(message.get("workshop"))
            if room is not None:
                room.hear(message["regions"], message["acts"])

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(settings.HEARTBEAT)
            for room in tuple(self.rooms.values()):
                try:
                    await room.beat()
                except Exception:
                    logger.exception("a heartbeat failed")


hub = Hub()
