"""Saying, after commit, which regions of a workshop have changed: names only, never contents.

Names and not payloads, so that late, doubled, reordered or lost messages cannot show an old state. If the channel
layer is down the act still stands: the revision in the database tells every client, at the next heartbeat, to look again.
"""

import asyncio
import logging
import threading
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from django.db.models import F

from workshops.models import Cast, Workshop

logger = logging.getLogger(__name__)

TOGETHER = 0.02  # seconds in which announcements of one process are gathered into one message


def group_name(workshop_id: int) -> str:
    """The one channel-layer group of a workshop; each server process joins it once, not each socket."""
    return f"workshop-{workshop_id}"


def announce(workshop_id: int, *regions: str) -> None:
    """Raise the workshop's revision in this transaction, and tell every process afterwards what to redraw."""
    Workshop.objects.filter(pk=workshop_id).update(revision=F("revision") + 1)
    act = acts_of(workshop_id)
    transaction.on_commit(lambda: _tell(workshop_id, list(regions), act))


def turn_desks(workshop_id: int) -> None:
    """Make every desk out of date; announce the region `desk` after it."""
    Workshop.objects.filter(pk=workshop_id).update(desk_turn=F("desk_turn") + 1)


def turn_queue(workshop_id: int) -> None:
    """Make the facilitator's desk out of date and nobody else's; announce the region `desk` after it."""
    Workshop.objects.filter(pk=workshop_id).update(queue_turn=F("queue_turn") + 1)


def announce_unrevised(workshop_id: int, *regions: str) -> None:
    """The same for changes that are counted elsewhere: votes (see `revision_of`) and presence.

    A counter in the workshop's row would make every vote wait for the one before it.
    """
    transaction.on_commit(lambda: _tell(workshop_id, list(regions), None))


def acts_of(workshop_id: int) -> int:
    """How many acts have changed a workshop; each raises it by one."""
    return Workshop.objects.filter(pk=workshop_id).values_list("revision", flat=True).first() or 0


def votes_in(workshop_id: int) -> int:
    """How many votes have been cast in a workshop, changes included."""
    return Cast.objects.filter(workshop=workshop_id).count()


def revision_of(workshop_id: int) -> int:
    """The state of a workshop as one number that only grows: acts and votes, all committed."""
    return acts_of(workshop_id) + votes_in(workshop_id)


class Teller:
    """Gathers what one process has to say for a fiftieth of a second, and says it on one event loop.

    A vote every few milliseconds would otherwise be a message every few milliseconds, and each would start an event loop
    of its own: a quarter of the cost of a vote.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[set[str], list[int]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sending: set[asyncio.Task[None]] = set()

    def speak_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Use this loop from now on: that of the hub, when this process has one."""
        self._loop = loop

    def has_a_loop(self) -> bool:
        """Whether this process can speak without waiting."""
        return self._loop is not None and self._loop.is_running()

    def start_a_loop(self) -> None:
        """Give a process that serves only HTTP a loop of its own, beside its requests."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="teller", daemon=True).start()

    def tell(self, workshop_id: int, regions: list[str], act: int | None) -> None:
        """Take an announcement, to be said in a moment."""
        assert self._loop is not None  # noqa: S101 (the caller has asked `has_a_loop`; this tells the type checker)
        with self._lock:
            first = not self._waiting
            names, acts = self._waiting.setdefault(workshop_id, (set(), []))
            names.update(regions)
            acts += [act] if act is not None else []
        if first:
            self._loop.call_soon_threadsafe(self._start)

    def _start(self) -> None:
        task = asyncio.ensure_future(self._send())
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self) -> None:
        await asyncio.sleep(TOGETHER)
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for workshop_id, (names, acts) in waiting.items():
            try:
                await get_channel_layer().group_send(group_name(workshop_id), _message(workshop_id, sorted(names), acts))
            except Exception:  # noqa: BLE001 (whatever the layer raises, the act is committed; see the module's first lines)
                _not_sent(workshop_id)


teller = Teller()


def _message(workshop_id: int, regions: list[str], acts: list[int]) -> dict[str, Any]:
    return {"type": "changed", "workshop": workshop_id, "regions": regions, "acts": acts}


def _not_sent(workshop_id: int) -> None:
    logger.warning("announcement not sent; clients will catch up at the next heartbeat", extra={"workshop": workshop_id})


def _tell(workshop_id: int, regions: list[str], act: int | None) -> None:
    if act is None and not teller.has_a_loop() and not settings.EMBEDDED:
        teller.start_a_loop()  # votes come in crowds, in processes that live long
    if teller.has_a_loop():
        teller.tell(workshop_id, regions, act)
    elif not settings.EMBEDDED:  # a command, which may end before a loop of its own has spoken
        try:
            message = _message(workshop_id, regions, [] if act is None else [act])
            async_to_sync(get_channel_layer().group_send)(group_name(workshop_id), message)
        except Exception:  # noqa: BLE001 (as above)
            _not_sent(workshop_id)
