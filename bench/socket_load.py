"""The load client: one epoll loop, handshakes made by hand, frames only measured and never decoded (3-9 µs each).

A process of its own, told what to do by JSON lines on standard input. A client made with a WebSocket library saturates
before the server does, and then the figures are its own.
"""

import argparse
import collections
import contextlib
import json
import os
import re
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import control, processes

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"
REVISION = re.compile(rb'data-revision="(\d+)"')
TAIL = 100  # bytes at the end of a frame among which the revision is looked for
AT_ONCE = 64  # handshakes under way together
SMALL = 200  # bytes: shorter frames are heartbeats and control frames, and are not counted


class Connection:
    """One socket: how much of its present frame is still to come, and what was read of a header cut in two."""

    __slots__ = ("number", "rest", "skip", "socket", "state", "tail", "weight")

    def __init__(self, number: int, opened: socket.socket) -> None:
        self.number = number
        self.socket = opened
        self.state = "connecting"
        self.skip = 0
        self.weight = 0
        self.rest = b""
        self.tail = b""


class Client:
    """All connections, and what they received."""

    def __init__(self, port: int, count: int, paths: list[str], deflate: bool, record: bool) -> None:
        self.port, self.paths, self.deflate, self.record = port, paths, deflate, record
        self.wanted = collections.deque(range(count))
        self.by_fd: dict[int, Connection] = {}
        self.poll = select.epoll()
        self.buffer = bytearray(1 << 20)
        self.view = memoryview(self.buffer)
        self.open = self.closed = self.frames = self.bytes = self.connecting = 0
        self.arrivals: list[tuple[float, int, int]] = []
        self.stalled: list[Connection] = []

    def connect_next(self) -> None:
        """Begin one more handshake."""
        number = self.wanted.popleft()
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.connect_ex(("127.0.0.1", self.port))
        self.by_fd[made.fileno()] = Connection(number, made)
        self.poll.register(made.fileno(), select.EPOLLOUT)
        self.connecting += 1

    def greet(self, one: Connection) -> None:
        """Send the handshake of a socket that has just connected."""
        path = self.paths[one.number % len(self.paths)]
        one.socket.send(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n"
            f"{DEFLATE if self.deflate else ''}\r\n".encode()
        )
        one.state = "greeting"
        self.poll.modify(one.socket.fileno(), select.EPOLLIN)

    def lose(self, one: Connection) -> None:
        """A connection ended, or was refused."""
        self.connecting -= one.state != "open"
        self.open -= one.state == "open"
        self.closed += 1
        del self.by_fd[one.socket.fileno()]
        one.socket.close()

    def welcome(self, one: Connection, size: int) -> None:
        """Read the server's half of the handshake, and any frame that came with it."""
        one.rest += bytes(self.view[:size])
        head, end, after = one.rest.partition(b"\r\n\r\n")
        if not end:
            return
        if b" 101 " not in head[:20]:
            self.lose(one)
            return
        one.state, one.rest = "open", b""
        self.open += 1
        self.connecting -= 1
        if after:
            self.buffer[: len(after)] = after
            self.measure(one, len(after))

    def readable(self, one: Connection) -> None:
        """Take what has arrived on one socket."""
        try:
            size = one.socket.recv_into(self.buffer)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if not size:
            self.lose(one)
        elif one.state == "open":
            self.measure(one, size)
        else:
            self.welcome(one, size)

    def measure(self, one: Connection, size: int) -> None:
        """Count the frames in the first `size` bytes of the buffer."""
        at = 0
        size = self.rejoin(one, size) if one.rest else size
        if one.skip:
            if one.skip > size:
                one.skip -= size
                one.tail = (one.tail + bytes(self.view[max(0, size - TAIL) : size]))[-TAIL:] if self.record else b""
                return
            at, one.skip = one.skip, 0
            self.whole(one, at)
        buffer = self.buffer
        while at < size:
            header, length = 2, buffer[at + 1] if at + 1 < size else -1
            if length >= 126:
                header = 4 if length == 126 else 10
                length = int.from_bytes(buffer[at + 2 : at + header], "big")
            if length < 0 or at + header > size:
                one.rest = bytes(self.view[at:size])
                return
            if buffer[at] == 0x89:
                self.pong(one, bytes(buffer[at + header : at + header + length]))
            one.weight = header + length
            at += one.weight
            if at > size:
                one.skip = at - size
                one.tail = bytes(self.view[max(0, size - TAIL) : size]) if self.record else b""
                return
            self.whole(one, at)

    def rejoin(self, one: Connection, size: int) -> int:
        """Put the beginning of a header that was cut in two before what has come since; the new size."""
        joined = one.rest + bytes(self.view[:size])
        one.rest = b""
        self.buffer[: len(joined)] = joined
        return len(joined)

    def whole(self, one: Connection, end: int) -> None:
        """A frame is complete; it ends at `end` in the buffer."""
        if one.weight < SMALL:
            return
        self.frames += 1
        self.bytes += one.weight
        if self.record:
            tail = (one.tail if end < TAIL else b"") + bytes(self.view[max(0, end - TAIL) : end])
            found = REVISION.findall(tail)
            self.arrivals.append((time.monotonic(), one.number, int(found[-1]) if found else -1))

    def pong(self, one: Connection, payload: bytes) -> None:
        """Answer the server's ping, masked with zeros as a client may."""
        with contextlib.suppress(OSError):
            one.socket.send(bytes((0x8A, 0x80 | len(payload), 0, 0, 0, 0)) + payload)

    def turn(self, wait: float) -> None:
        """Serve whatever is ready, for one turn of the loop."""
        for fd, event in self.poll.poll(wait, 1024):
            one = self.by_fd.get(fd)
            if one is None:
                continue
            if one.state == "connecting":
                self.greet(one) if event == select.EPOLLOUT else self.lose(one)
            else:
                self.readable(one)

    def connect(self) -> dict[str, Any]:
        """Open every connection, so many at once."""
        started, wanted, before = time.monotonic(), len(self.wanted), self.open
        while self.wanted or self.connecting:
            while self.wanted and self.connecting < AT_ONCE:
                self.connect_next()
            self.turn(0.1)
            if time.monotonic() - started > 60:
                break
        return {"open": self.open, "refused": wanted - (self.open - before), "seconds": time.monotonic() - started}

    def drive(self, door: socket.socket, seconds: float, window: int) -> dict[str, Any]:
        """Keep `window` changes under way for some seconds: each that has reached everybody calls for the next."""
        first, weight, cpu, started = self.frames, self.bytes, time.process_time(), time.monotonic()
        pushed, moved, most = window, started, self.open - len(self.stalled)
        times = collections.deque([started] * window)
        took: list[float] = []
        door.sendall(control.PUSH * window)
        while len(took) < pushed and time.monotonic() - moved < 8:
            before = self.frames
            self.turn(0.05)
            now = time.monotonic()
            moved = now if self.frames > before else moved
            while times and self.frames - first >= (len(took) + 1) * most:
                took.append(now - times.popleft())
                if now - started < seconds:
                    door.sendall(control.PUSH)
                    times.append(now)
                    pushed += 1
        passed = time.monotonic() - started
        return {
            "frames": self.frames - first, "bytes": self.bytes - weight, "seconds": passed, "pushes": len(took),
            "unfinished": pushed - len(took), "took": sorted(took), "client_cpu": (time.process_time() - cpu) / passed,
        }  # fmt: skip

    def stall(self, count: int) -> dict[str, Any]:
        """Stop reading on some sockets, with the smallest window the kernel gives."""
        for one in [c for c in self.by_fd.values() if c.state == "open"][:count]:
            one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            self.poll.unregister(one.socket.fileno())
            self.stalled.append(one)
        return {"stalled": [one.number for one in self.stalled]}

    def report(self) -> dict[str, Any]:
        """Everything that arrived since the last report."""
        arrivals, self.arrivals = self.arrivals, []
        return {
            "arrivals": arrivals,
            "open": self.open,
            "closed": self.closed,
            "frames": self.frames,
            "bytes": self.bytes,
            "cpu": time.process_time(),
        }


def obey(client: Client, order: dict[str, Any], doors: dict[int, socket.socket]) -> Any:
    """Do one thing the bench asks for."""
    if order["do"] == "connect":
        client.wanted.extend(range(client.open, client.open + order.get("count", 0)))
        return client.connect()
    if order["do"] == "drive":
        port = order["door"]
        door = doors.get(port) or doors.setdefault(port, socket.create_connection(("127.0.0.1", port)))
        return client.drive(door, order["seconds"], order.get("window", 2))
    return client.stall(order["count"]) if order["do"] == "stall" else client.report()


def main() -> None:
    """Serve the sockets, and the bench's orders between frames."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("paths", type=Path, help="a file with one path a line, used in turn")
    parser.add_argument("--deflate", action="store_true")
    parser.add_argument("--record", action="store_true", help="keep when each frame came and which revision it showed")
    given = parser.parse_args()
    client = Client(given.port, 0, given.paths.read_text().split(), given.deflate, given.record)
    orders, doors = sys.stdin.fileno(), {}
    os.set_blocking(orders, False)
    client.poll.register(orders, select.EPOLLIN)
    typed = b""
    while True:
        client.turn(0.5)
        with contextlib.suppress(BlockingIOError):
            more = os.read(orders, 65536)
            if not more:
                return
            typed += more
        while b"\n" in typed:
            line, __, typed = typed.partition(b"\n")
            print(json.dumps(obey(client, json.loads(line), doors)), flush=True)


class Load:
    """The bench's handle on a load client."""

    def __init__(self, port: int, paths: list[str], scratch: Path, *, deflate: bool = False, record: bool = False) -> None:
        listed = scratch / f"paths-{port}-{time.monotonic_ns()}"
        listed.write_text("\n".join(paths))
        options = ["--deflate"] * deflate + ["--record"] * record
        command = processes.python("-m", "bench.socket_load", port, listed, *options)
        self.process: subprocess.Popen[str] = processes.start(command, log=scratch / "load.log", talk=True)

    def ask(self, do: str, **more: Any) -> Any:
        """Give an order and wait for its answer. Raises `RuntimeError` when the client is gone."""
        self.say(do, **more)
        return self.answer()

    def say(self, do: str, **more: Any) -> None:
        """Give an order whose answer is read later."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """The next answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load client ended; load.log says why")
        return json.loads(line)

    def connect(self, count: int) -> Any:
        """Open so many sockets more. Raises `RuntimeError` when the server refused any."""
        got = self.ask("connect", count=count)
        if got["refused"]:
            raise RuntimeError(f"{got['refused']} of {count} sockets were refused")
        return got

    def stop(self) -> None:
        """End it."""
        processes.stop(self.process)


if __name__ == "__main__":
    main()
