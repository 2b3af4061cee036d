"""A network that breaks, between simulated people and a running server: seeded, so that a bad day can be had again.

Per request it may drop the connection before the request arrives, drop the answer after it was processed, delay, send the
request twice, hold it while later ones pass, answer 502 or with a page that is not ours; sockets are cut; and now and then
everything is blocked for seconds. What it did is counted.
"""

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field

PAGE_OF_A_HOTEL = b"<!doctype html><title>Welcome</title><p>Pay for the network first."


@dataclass
class Weather:
    """How often each thing goes wrong, as a share of requests; `block` is per second, for everybody."""

    drop_request: float = 0.04
    drop_answer: float = 0.06
    delay: float = 0.15
    twice: float = 0.05
    reorder: float = 0.05
    bad_gateway: float = 0.02
    portal: float = 0.01
    cut_socket: float = 0.02  # per second and socket
    block: float = 0.05
    longest_delay: float = 1.5
    longest_block: float = 3.0


@dataclass
class BrokenProxy:
    """Listens on a port of its own in front of one server."""

    upstream: int
    seed: int = 1
    weather: Weather = field(default_factory=Weather)
    did: Counter = field(default_factory=Counter)
    port: int = 0

    async def __aenter__(self):
        self.random = random.Random(self.seed)
        self.open = asyncio.Event()
        self.open.set()
        self.calm = False
        self.tasks: set[asyncio.Task] = set()
        self.server = await asyncio.start_server(self._guest, "127.0.0.1", 0, limit=2**20)
        self.port = self.server.sockets[0].getsockname()[1]
        self._keep(self._blocks())
        return self

    async def __aexit__(self, *_):
        self.server.close()
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def clear_up(self) -> None:
        """The network mends: from now on nothing goes wrong."""
        self.calm = True
        self.open.set()

    def _keep(self, coroutine) -> asyncio.Task:
        task = asyncio.ensure_future(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def _does(self, what: str) -> bool:
        if self.calm or self.random.random() >= getattr(self.weather, what):
            return False
        self.did[what] += 1
        return True

    async def _blocks(self) -> None:
        while not self.calm:
            await asyncio.sleep(1)
            if self._does("block"):
                self.open.clear()
                await asyncio.sleep(self.random.uniform(1, self.weather.longest_block))
                self.open.set()

    async def _guest(self, reader, writer) -> None:
        self._keep_current()
        try:
            while (request := await _message(reader)) is not None:
                await self.open.wait()
                self.did["requests"] += 1
                if b"upgrade: websocket" in request[0].lower():
                    await self._socket(request, reader, writer)
                    return
                if not await self._one(request, writer):
                    return
        except (OSError, asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _keep_current(self) -> None:
        task = asyncio.current_task()
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _one(self, request, writer) -> bool:
        """Carry one request; whether the connection goes on."""
        if self._does("drop_request"):
            return False
        if self._does("bad_gateway"):
            return await _say(writer, b"502 Bad Gateway", b"<h1>502</h1>")
        if self._does("portal"):
            return await _say(writer, b"200 OK", PAGE_OF_A_HOTEL)
        if self._does("delay"):
            await asyncio.sleep(self.random.uniform(0, self.weather.longest_delay))
        if self._does("reorder"):  # the sender hears nothing and tries again; this one arrives afterwards
            self._keep(self._late(request, self.random.uniform(0.5, 6)))
            return False
        if self._does("twice"):
            self._keep(self._carry(request))
        answer = await self._carry(request)
        if answer is None or self._does("drop_answer"):
            return False
        writer.write(answer)
        await writer.drain()
        return True

    async def _late(self, request, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._carry(request)

    async def _carry(self, request) -> bytes | None:
        """Ask the server on a connection of its own; its whole answer."""
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream, limit=2**20)
            writer.write(request[0] + request[1])
            await writer.drain()
            answer = await _message(reader, answering=True)
            if answer is None:
                return None
            self.did["server said 5xx"] += answer[0].split(b" ", 2)[1].startswith(b"5")
            return answer[0] + answer[1]
        except (OSError, asyncio.IncompleteReadError):
            return None
        finally:
            if writer is not None:
                writer.close()

    async def _socket(self, request, reader, writer) -> None:
        if self._does("drop_request"):
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream, limit=2**20)
        far_writer.write(request[0])

        async def pass_on(source, sink):
            with contextlib.suppress(OSError):
                while data := await source.read(65536):
                    await self.open.wait()
                    sink.write(data)
                    await sink.drain()

        async def cut():
            while True:
                await asyncio.sleep(1)
                if self._does("cut_socket"):
                    return

        ways = [asyncio.ensure_future(c) for c in (pass_on(reader, far_writer), pass_on(far_reader, writer), cut())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            for end in (far_writer, writer):
                if end.transport is not None:
                    end.transport.abort()


async def _say(writer, status: bytes, body: bytes) -> bool:
    writer.write(b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body))
    await writer.drain()
    return True


async def _message(reader, answering: bool = False):
    """One HTTP/1.1 message, head and body as they came; None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), None)
    if length is not None:
        return head, await reader.readexactly(length)
    if any(line.startswith(b"transfer-encoding:") and b"chunked" in line for line in lines):
        body = b""
        while True:
            size = await reader.readline()
            chunk = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
            body += size + chunk
            if chunk == b"\r\n":
                return head, body
    no_body = not answering or lines[0].split(b" ")[1] in (b"204", b"304")
    return head, b"" if no_body else await reader.read()
