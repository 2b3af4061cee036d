"""Sixty people behind a network that breaks: what was acknowledged is there exactly once, and every screen arrives at the end.

`make soak` runs it for ten minutes; SOAK_SECONDS and SOAK_SEED say how long and which bad day.
"""

import asyncio
import contextlib
import os
import random
import re
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import httpx
import pytest
import websockets

from tests.broken_proxy import BrokenProxy, Weather
from tests.served_room import count_room, make_room
from tests.stack import run_beside

SECONDS = float(os.environ.get("SOAK_SECONDS", "25"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.randrange(1, 10**6)
PEOPLE, PROVIDERS = 50, 10
CSRF = "s" * 32
PATIENCE = 5.0  # seconds before a sender gives up on an answer
GAP = max(
    2.5, SECONDS / 60
)  # seconds between two things one person does: in ten minutes a room of sixty says hundreds of things, not ten thousand
CHOICES = ["support", "change", "cannot", "abstain"]


@dataclass
class World:
    """What everybody in the room can see, from the facilitator's hands."""

    room: dict
    phase: str = "gather"
    proposals: list = field(default_factory=list)
    ballots: list = field(default_factory=list)
    ended: bool = False
    counted: Counter = field(default_factory=Counter)


@dataclass
class Item:
    """One thing in somebody's outbox."""

    key: str
    path: str
    data: dict
    ballot: int | None = None
    instead_of: list = field(default_factory=list)
    state: str = "waiting"


@dataclass
class Person:
    """A browser's outbox, in Python: in order, again until answered, the newer vote in the older one's place."""

    world: World
    who: dict
    port: int
    random: random.Random
    box: list = field(default_factory=list)
    sent: list = field(default_factory=list)  # everything they ever put in the box
    revision: int = 0

    def client(self):
        cookies = {"csrftoken": CSRF, f"seat-{self.world.room['cycle']}": self.who["key"]}
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", cookies=cookies, timeout=PATIENCE, follow_redirects=True)

    def put(self, path: str, data: dict, ballot: int | None = None) -> None:
        item = Item(uuid.uuid4().hex, path, data, ballot)
        if ballot is not None:
            for old in [o for o in self.box if o.ballot == ballot]:
                item.instead_of += [*old.instead_of, old.key]
                old.state = "replaced"
                self.box.remove(old)
        self.box.append(item)
        self.sent.append(item)

    def act(self) -> None:
        world, chance = self.world, self.random.random()
        words = f"{self.who['pk']}-{len(self.sent)} {'because ' * self.random.randrange(4)}"
        at = f"/w/{world.room['slug']}"
        if world.phase == "vote" and world.ballots and chance < 0.8:
            ballot = self.random.choice(world.ballots)
            self.put(f"{at}/ballots/{ballot}/vote/", {"choice": self.random.choice(CHOICES), "reason": ""}, ballot)
        elif world.proposals and chance < 0.5:
            self.put(f"{at}/proposals/{self.random.choice(world.proposals)}/comments/", {"text": f"comment {words}"})
        elif chance < 0.6:
            self.put(f"{at}/proposals/", {"kind": "need", "text": f"proposal {words}", "who_benefits": "All"})
        else:
            self.put(f"{at}/ideas/", {"kind": "need", "text": f"idea {words}"})

    async def live(self) -> None:
        async with self.client() as client:
            while not self.world.ended:
                await asyncio.sleep(self.random.expovariate(1 / GAP))
                self.act()
                await self.drain(client, tries=self.random.randrange(1, 4))  # and sometimes the next thing is said first
            for _ in range(20):  # the network has mended
                if not self.box:
                    return
                await self.drain(client, tries=20)

    async def drain(self, client, tries: int) -> None:
        failed = 0
        while self.box and failed < tries:
            if await self.send(client, self.box[0]):
                failed = 0
            else:
                failed += 1
                await asyncio.sleep(min(8.0, 0.4 * 2**failed) * (0.5 + self.random.random() / 2))

    async def send(self, client, item: Item) -> bool:
        form = item.data | {"key": item.key, "csrfmiddlewaretoken": CSRF, "instead_of": item.instead_of[-19:]}
        self.world.counted["attempts"] += 1
        try:
            answer = await client.post(item.path, data=form, headers={"HX-Request": "true"})
        except httpx.HTTPError:
            return False
        if "x-throughline" not in answer.headers or answer.status_code >= 500:
            return False
        if item in self.box:
            self.box.remove(item)
            item.state = "acknowledged" if answer.status_code < 400 else "refused"
            self.world.counted[item.state] += 1
        return True

    async def listen(self) -> None:
        address = f"ws://127.0.0.1:{self.port}/ws/workshops/{self.world.room['pk']}/?token={self.who['token']}"
        while True:
            with contextlib.suppress(OSError, websockets.WebSocketException, asyncio.TimeoutError, EOFError):
                async with websockets.connect(address, origin=f"http://127.0.0.1:{self.port}", open_timeout=5) as socket:
                    async for frame in socket:
                        self.revision = max(self.revision, *map(int, re.findall(r'data-revision="(\d+)"', frame)), 0)
            self.world.counted["socket came back"] += 1
            await asyncio.sleep(0.2 + self.random.random())


class Facilitator:
    """Runs the room from a good network: moves its phases, opens its ballots."""

    def __init__(self, world: World, port: int) -> None:
        self.world, self.at = world, f"/w/{world.room['slug']}"
        cookies = {"csrftoken": CSRF, f"seat-{world.room['cycle']}": world.room["facilitator"]["key"]}
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", cookies=cookies, timeout=20, headers={"HX-Request": "true"})

    async def post(self, path: str, **data) -> str:
        answer = await self.client.post(self.at + path, data=data | {"csrfmiddlewaretoken": CSRF})
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return answer.text

    async def move(self, to: str) -> None:
        seen = self.world.phase
        self.world.ballots = []
        await self.post("/phase/", seen=seen, to=to)
        self.world.phase = to
        self.world.counted["phase moves"] += 1

    async def open_some(self) -> None:
        desk = (await self.client.get(self.at + "/desk/")).text
        self.world.proposals = [int(n) for n in re.findall(r'name="proposals" value="(\d+)"', desk)]
        can = [int(n) for n in re.findall(r'name="proposals" value="(\d+)" id="tv-\d+"(?! disabled)', desk)]
        rule = {f"{kind}_{code}": n for code in ("commissioner", "vso", "citizen") for kind, n in (("percent", 67), ("least", 1))}
        desk = await self.post("/ballots/", proposals=can[-3:], **rule)
        self.world.ballots = [int(n) for n in set(re.findall(r"/ballots/(\d+)/close/", desk))]
        self.world.counted["ballots"] += len(self.world.ballots)

    async def run(self, until: float) -> None:
        step = max(2.0, min(10.0, SECONDS / 5))
        await asyncio.sleep(step)
        await self.move("discuss")
        while time.monotonic() < until:
            await asyncio.sleep(step / 2)
            await self.move("vote")
            await self.open_some()
            await asyncio.sleep(step)
            await self.move("agree")
            await self.move("discuss")


async def soak(server, room) -> tuple[World, list[Person], Counter, int]:
    world = World(room)
    weather = Weather()
    ports = [int(url.rsplit(":", 1)[1]) for url in server.urls]
    chance = random.Random(SEED)
    async with contextlib.AsyncExitStack() as stack:
        proxies = [await stack.enter_async_context(BrokenProxy(port, SEED + n, weather)) for n, port in enumerate(ports)]
        people = [
            Person(world, who, proxies[n % len(proxies)].port, random.Random(chance.random())) for n, who in enumerate(room["people"])
        ]
        ears = [asyncio.ensure_future(person.listen()) for person in people]
        lives = [asyncio.ensure_future(person.live()) for person in people]
        facilitator = Facilitator(world, ports[0])
        await facilitator.run(time.monotonic() + SECONDS)
        world.ended = True
        for proxy in proxies:
            proxy.clear_up()
        await asyncio.wait_for(asyncio.gather(*lives), 120)
        await facilitator.move("gather")
        counted = await asyncio.get_running_loop().run_in_executor(None, count_room, server, room["slug"])
        for _ in range(80):
            if all(person.revision >= counted["revision"] for person in people):
                break
            await asyncio.sleep(0.25)
        for ear in ears:
            ear.cancel()
        await facilitator.client.aclose()
        return world, people, sum((proxy.did for proxy in proxies), Counter()), counted["revision"]


@pytest.mark.soak
def test_what_was_acknowledged_is_there_exactly_once(server, capsys):
    room = make_room(server, PEOPLE, PROVIDERS)
    world, people, weather, revision = run_beside(soak(server, room))
    found = count_room(server, room["slug"])
    with capsys.disabled():
        print(
            f"\nsoak {SECONDS:.0f} s, seed {SEED}, {len(people)} people: {dict(world.counted)}; the network: {dict(weather)}; revision {revision}"
        )
    assert not weather["server said 5xx"]
    assert not [item for person in people for item in person.box], "something was never answered"
    said = Counter(text for __, __, text in found["said"])
    rows = {"idea": Counter(found["ideas"]), "proposal": Counter(found["proposals"]), "comment": Counter(found["comments"])}
    votes = defaultdict(list)
    for by, ballot, key, choice, counted in found["casts"]:
        votes[by, ballot].append((key, choice, counted))
    for person in people:
        for item in person.sent:
            if item.ballot is None:
                words = item.data["text"].strip()
                times = (said[words], rows[words.split()[0]][words])
                assert times == (1, 1) if item.state == "acknowledged" else times in ((0, 0), (1, 1)), (SEED, item, times)
        for ballot in {item.ballot for item in person.sent if item.ballot}:
            _check_votes(person, ballot, votes[person.who["pk"], ballot])
    assert world.counted["acknowledged"] > PEOPLE
    assert all(person.revision >= revision for person in people), "a screen stayed behind"


def _check_votes(person: Person, ballot: int, casts: list) -> None:
    """The counted vote is the last acknowledged one, or one that was tried after it."""
    mine = [item for item in person.sent if item.ballot == ballot]
    keys = Counter(key for key, *_ in casts)
    acknowledged = [n for n, item in enumerate(mine) if item.state == "acknowledged"]
    assert all(keys[mine[n].key] == 1 for n in acknowledged), (SEED, mine, casts)
    assert max(keys.values(), default=0) <= 1
    if acknowledged:
        may_count = {item.data["choice"] for item in mine[acknowledged[-1] :]}
        assert {counted for *_, counted in casts} <= may_count, (SEED, mine, casts)
