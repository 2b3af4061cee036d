"""The real stack in one process as it is deployed (uvicorn, our protocol, all of ASGI), with a driver inside.

The driver pushes ready frames back to back, acts on the database as a browser's request would, and notes when each act
committed. A probe notes how long the event loop stood still.
"""

import argparse
import asyncio
import gc
import os
import time
import uuid
from typing import Any

import django
import uvicorn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402 (Django has to be set up first)
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import control, fragments  # noqa: E402
from commissioning.models import Participant  # noqa: E402
from config.asgi import application  # noqa: E402
from workshops import proposing, regions  # noqa: E402
from workshops.announcing import announce  # noqa: E402
from workshops.frames import Frame, HubProtocol  # noqa: E402
from workshops.hub import hub  # noqa: E402
from workshops.models import Proposal, Workshop  # noqa: E402

PROBE = 0.005  # seconds between two looks at the clock


class Driver:
    """What can be asked of the server by its side door."""

    def __init__(self) -> None:
        self.text = fragments.of_two_kilobytes()
        self.worst = 0.0

    async def push(self) -> None:
        """One ready frame to every socket of every room."""
        self._deliver(self.text)

    def _deliver(self, text: str) -> None:
        for room in tuple(hub.rooms.values()):
            frame = Frame(text)
            for audience in tuple(room.sockets):
                room.deliver(audience, frame)

    async def probe(self) -> None:
        """Keep the longest the event loop stood still."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(PROBE)
            self.worst = max(self.worst, time.monotonic() - before - PROBE)

    async def handle(self, word: str, rest: list[str]) -> Any:
        """Do what the word says. Raises `KeyError` for a word there is not."""
        return await {
            "stats": self.stats, "pace": self.pace, "acts": self.acts, "names": self.names, "draw": self.draw,
        }[word](*rest)  # fmt: skip

    async def stats(self) -> dict[str, Any]:
        """How many were drawn and are here, and the longest pause since last asked."""
        worst, self.worst = self.worst, 0.0
        here = {room.workshop_id: {a: len(group) for a, group in room.sockets.items()} for room in hub.rooms.values()}
        return {"pid": os.getpid(), "renders": hub.renders, "rooms": here, "worst_pause": worst}

    async def pace(self, count: str, per_second: str, kilobytes: str = "2") -> list[float]:
        """Ready frames at a steady pace, numbered in their pulse; answers when each was offered."""
        times, filling = [], "<!-- " + "x" * (1024 * (int(kilobytes) - 2)) + " -->" if int(kilobytes) > 2 else ""
        began = time.monotonic()
        for n in range(int(count)):
            await asyncio.sleep(max(0.0, began + n / float(per_second) - time.monotonic()))
            times.append(time.monotonic())
            self._deliver(filling + fragments.of_two_kilobytes(n + 1))
        return times

    async def acts(self, workshop: str, by: str, count: str, per_second: str) -> list[tuple[float, int]]:
        """Real comments at a steady pace, each on another proposal; answers when each committed and its revision."""
        proposals = await sync_to_async(list)(Proposal.objects.filter(workshop=int(workshop)).select_related("workshop"))
        author = await Participant.objects.select_related("organisation").aget(pk=int(by))
        done: list[tuple[float, int]] = []
        began = time.monotonic()
        for n in range(int(count)):
            await asyncio.sleep(max(0.0, began + n / float(per_second) - time.monotonic()))
            await sync_to_async(self._comment)(proposals[n % len(proposals)], author, done)
        return done

    def _comment(self, proposal: Proposal, author: Participant, done: list[tuple[float, int]]) -> None:
        with transaction.atomic():
            # Registered before the act's own announcement, so it runs first once the transaction is committed.
            transaction.on_commit(lambda: done.append((time.monotonic(), 0)))
            proposing.comment(proposal, text="What would it take by spring?", by=author, key=uuid.uuid4().hex, now=timezone.now())
            revision = Workshop.objects.values_list("revision", flat=True).get(pk=proposal.workshop_id)
        done[-1] = (done[-1][0], revision)

    async def names(self, workshop: str, which: str) -> list[tuple[float, int]]:
        """Announce regions as an act does: `one` card, or `all` of the room."""
        return await sync_to_async(self._announce)(int(workshop), which)

    def _announce(self, pk: int, which: str) -> list[tuple[float, int]]:
        workshop = Workshop.objects.get(pk=pk)
        cards = [name for name in regions.all_names(workshop) if name.startswith("proposal-")]
        names = cards[:1] if which == "one" else regions.all_names(workshop)
        done: list[float] = []
        with transaction.atomic():
            transaction.on_commit(lambda: done.append(time.monotonic()))
            announce(pk, *names)
        return [(done[0], workshop.revision + 1)]

    async def draw(self, workshop: str, cards: str = "1") -> int:
        """From now on push the first cards of a workshop as they are really drawn; answers their size in bytes."""
        __, html = await sync_to_async(self._first_cards)(int(workshop), int(cards))
        self.text = html + regions.pulse(1)
        return len(self.text.encode())

    def _first_cards(self, pk: int, cards: int) -> tuple[int, str]:
        first = Proposal.objects.filter(workshop=pk).order_by("pk").values_list("pk", flat=True)[:cards]
        return regions.render(pk, [f"proposal-{one}" for one in first], regions.PARTICIPANT)


async def main(port: int, door: int) -> None:
    """Serve until ended."""
    driver = Driver()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # as config/serve.py does
    config = uvicorn.Config(
        application,
        port=port,
        ws=HubProtocol,
        log_level="warning",
        backlog=1024,
        access_log=False,
        ws_max_size=16 * 1024,
    )
    await control.listen(door, driver.push, driver.handle)
    probing = asyncio.create_task(driver.probe())
    await uvicorn.Server(config).serve()
    probing.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("door", type=int)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop="uvloop").get_loop_factory()) as runner:
        runner.run(main(given.port, given.door))
