"""A conversation played again through the doors of a running server: one real client for each person who voted."""

import asyncio
import contextlib
import re
import ssl
import time
import uuid
from collections import Counter, deque
from collections.abc import Collection, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import websockets
from websockets.typing import Origin

from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops.conversations_reading import Conversation

CHOICES = {"1": "support", "-1": "cannot", "0": "abstain"}
SOCKET = re.compile(r'data-socket="([^"]+)"')
SHOWN = re.compile(r'id="(pulse|heartbeat)" data-revision="(\d+)"')
AT_ONCE = 20  # clients that join at the same time
TRIES = 5  # times a vote is sent while the server fails to answer
PATIENCE = 30.0  # seconds for an answer, and for the last state to reach the last client: two heartbeats


@dataclass(frozen=True)
class Play:
    """One vote to be cast: when, in seconds of the original, on which comment, saying what."""

    at: float
    comment: str
    choice: str


def plays_of(conversation: Conversation) -> dict[str, list[Play]]:
    """What each person does, in the original order: their votes on comments that moderation did not reject.

    Raises `Refused` when there are none.
    """
    shown = {row["comment-id"] for row in conversation.comments.cells() if row["moderated"] != "-1"}
    votes = [row for row in conversation.votes.cells() if row["comment-id"] in shown]
    if not votes:
        raise Refused(_("There is no vote to replay in {name}.", name=conversation.name))
    votes.sort(key=lambda row: int(row["timestamp"]))
    plays: dict[str, list[Play]] = {}
    for row in votes:
        at = (int(row["timestamp"]) - int(votes[0]["timestamp"])) / 1000
        plays.setdefault(row["voter-id"], []).append(Play(at, row["comment-id"], CHOICES[row["vote"]]))
    return plays


@dataclass
class Watch:
    """Which state each client holds, and how long each vote took to reach the last of them.

    After the k-th acknowledgement a client is up to date once it shows revision `start + k`: votes only ever add to it.
    """

    start: int
    clients: int
    waits: list[float] = field(default_factory=list)  # milliseconds

    def __post_init__(self) -> None:
        self.holding = Counter({self.start: self.clients})
        self.oldest = self.start
        self.waiting: deque[tuple[int, float]] = deque()
        self.acknowledged = 0
        self.settled = asyncio.Event()

    def acknowledge(self) -> None:
        """A vote was acknowledged now."""
        self.acknowledged += 1
        self.waiting.append((self.start + self.acknowledged, time.perf_counter()))
        self._settle()

    def show(self, before: int, after: int) -> None:
        """A client that held one revision now holds a later one."""
        self.holding[before] -= 1
        self.holding[after] += 1
        if not self.holding[before]:
            del self.holding[before]
            if before == self.oldest:
                self.oldest = min(self.holding)
                self._settle()

    def percentile(self, n: int) -> float | None:
        """The wait, in milliseconds, that n of a hundred votes did not exceed."""
        waits = sorted(self.waits)
        return round(waits[max(0, -(-len(waits) * n // 100) - 1)], 1) if waits else None

    def _settle(self) -> None:
        now = time.perf_counter()
        while self.waiting and self.waiting[0][0] <= self.oldest:
            self.waits.append((now - self.waiting.popleft()[1]) * 1000)
        self.settled.clear() if self.waiting else self.settled.set()


@dataclass(frozen=True)
class Part:
    """What every client needs to play: the ballot of each comment, how much faster, since when, and who watches."""

    room: str
    ballots: dict[str, int]
    speed: float
    watch: Watch
    began: float = field(default_factory=time.perf_counter)


class Client:
    """One person's browser: its own cookies, its own socket."""

    def __init__(self, url: str, trust: ssl.SSLContext) -> None:
        self.url = url.rstrip("/")
        self.trust = trust if self.url.startswith("https:") else None
        self.http = httpx.AsyncClient(base_url=self.url, verify=trust, timeout=PATIENCE, headers={"Referer": f"{self.url}/"})
        self.socket_path = ""
        self.revision = 0
        self.sent: list[str] = []
        self.resent = 0
        self.acknowledged: list[str] = []

    def _csrf(self) -> str:
        return self.http.cookies.get("csrftoken") or ""

    async def join(self, code: str) -> None:
        """Join by the code, as anybody does, and find the socket in the room page."""
        (await self.http.get(f"/join/{code}/")).raise_for_status()
        form = {"name": "Replayed", "standing": "resident", "interest": "none", "consents": ["take_part"]}
        token = {"csrfmiddlewaretoken": self._csrf()}
        room = await self.http.post(f"/join/{code}/", data=form | token, follow_redirects=True)
        found = SOCKET.search(room.raise_for_status().text)
        if found is None:
            raise Refused(_("The server at {url} let somebody join and showed no room.", url=self.url))
        self.socket_path = found[1].replace("&amp;", "&")

    async def listen(self, room: str, watch: Watch, ready: asyncio.Event) -> None:
        """Hold the socket open, coming back when it is closed, and note every newer state it brings."""
        self.revision = watch.start
        address = self.url.replace("http", "ws", 1) + self.socket_path
        promised = 0
        async for socket in websockets.connect(address, origin=Origin(self.url), ssl=self.trust, max_size=None):
            if ready.is_set():
                await self._catch_up(room, watch)
            ready.set()
            with contextlib.suppress(websockets.ConnectionClosed):
                async for frame in socket:
                    kind, revision = (SHOWN.findall(str(frame)[-200:]) or [("", 0)])[-1]
                    if kind == "pulse":
                        self._show(int(revision), watch)
                    elif kind == "heartbeat":
                        # As in a browser: what an earlier heartbeat promised and no frame has brought was missed.
                        if promised > self.revision:
                            await self._catch_up(room, watch)
                        promised = int(revision)

    def _show(self, revision: int, watch: Watch) -> None:
        if revision > self.revision:
            before, self.revision = self.revision, revision
            watch.show(before, revision)

    async def _catch_up(self, room: str, watch: Watch) -> None:
        state = await self.http.get(f"{room}live/", params={"since": self.revision})
        for kind, revision in SHOWN.findall(state.text[-200:]):
            if kind == "pulse":
                self._show(int(revision), watch)

    async def vote(self, plays: Iterable[Play], part: Part) -> None:
        """Cast this person's votes at their pace, each only after the one before it is answered."""
        for play in plays:
            await asyncio.sleep(part.began + play.at / part.speed - time.perf_counter())
            key = uuid.uuid4().hex
            self.sent.append(key)
            form = {"choice": play.choice, "key": key}
            if await self._send(f"{part.room}ballots/{part.ballots[play.comment]}/vote/", form):
                self.acknowledged.append(key)
                part.watch.acknowledge()

    async def _send(self, address: str, form: dict[str, str]) -> bool:
        """Whether a vote was acknowledged. Unanswered, it is sent again with its key, as a browser does."""
        headers = {"X-CSRFToken": self._csrf(), "HX-Request": "true"}
        for again in range(TRIES):
            self.resent += bool(again)
            with contextlib.suppress(httpx.TransportError):
                answer = await self.http.post(address, data=form, headers=headers)
                if not answer.is_server_error:
                    return answer.status_code == httpx.codes.OK
            await asyncio.sleep(1)
        return False


async def answers(url: str) -> None:
    """Make sure that a server answers at all, before anything is set up for it. Raises `Refused`."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            await http.get(f"{url.rstrip('/')}/join/")
    except (httpx.HTTPError, httpx.InvalidURL) as wrong:
        raise Refused(_("The server at {url} cannot be reached.", url=url)) from wrong


async def join_all(url: str, code: str, people: Collection[str]) -> dict[str, Client]:
    """Everybody joins, some at a time. Raises `Refused` when somebody cannot."""
    trust = ssl.create_default_context()  # one for all: each would cost a hundredth of a second
    clients = {who: Client(url, trust) for who in people}
    door = asyncio.Semaphore(AT_ONCE)

    async def join(client: Client) -> None:
        async with door:
            await client.join(code)

    try:
        await together(join(client) for client in clients.values())
    except ExceptionGroup as wrong:
        why = str(wrong.exceptions[0]).partition("\n")[0]
        raise Refused(_("Somebody could not join at {url}: {why}", url=url, why=why)) from wrong
    return clients


async def listen_all(clients: Collection[Client], part: Part) -> list[asyncio.Task[None]]:
    """Every client opens its socket. Raises `Refused` when one cannot."""
    ready = [asyncio.Event() for __ in clients]
    listening = [asyncio.create_task(client.listen(part.room, part.watch, event)) for client, event in zip(clients, ready, strict=True)]
    try:
        async with asyncio.timeout(PATIENCE + len(clients) / AT_ONCE):
            await together(event.wait() for event in ready)
    except TimeoutError as wrong:
        raise Refused(_("The server did not open a socket for every client.")) from wrong
    return listening


async def play_all(clients: dict[str, Client], plays: dict[str, list[Play]], part: Part) -> None:
    """Everybody listens, and everybody votes; afterwards the last state has some time to reach the last client."""
    listening = await listen_all(clients.values(), part)
    part = replace(part, began=time.perf_counter())
    await together(client.vote(plays[who], part) for who, client in clients.items())
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(part.watch.settled.wait(), PATIENCE)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    await together(client.http.aclose() for client in clients.values())


async def together(work: Iterable[Coroutine[Any, Any, Any]]) -> None:
    """All of it at the same time; the first failure ends the rest."""
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)
