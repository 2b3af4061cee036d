"""The HTTP load client: kept connections, requests built beforehand, answers only measured; a process of its own."""

import collections
import json
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import processes
from bench.rooms import Made

PATIENCE = 10.0  # seconds without an answer: a time-out
CSRF = "benchbenchbenchbenchbenchbench12"
KEY_LENGTH = 32
GAP = "@" * KEY_LENGTH  # where the key goes


def vote_request(port: int, made: Made, voter: int) -> str:
    """A browser's vote, as htmx sends it, with a gap for its key."""
    body = f"choice={'support' if voter % 3 else 'abstain'}&reason=&key={GAP}"
    cookies = f"csrftoken={CSRF}; seat-{made.cycle}={made.keys[voter]}"
    return _post(port, f"/w/{made.slug}/ballots/{made.ballots[0]}/vote/", cookies, body)


def nothing_request(port: int) -> str:
    """A POST of the same weight to the view that does nothing."""
    return _post(port, "/bench/nothing/", f"csrftoken={CSRF}", f"choice=support&reason=&key={GAP}")


def _post(port: int, path: str, cookies: str, body: str) -> str:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookies}\r\nX-CSRFToken: {CSRF}\r\n"
        f"HX-Request: true\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )


class Caller:
    """One browser: one connection, one request under way."""

    def __init__(self, port: int, request: str) -> None:
        self.port = port
        self.before, self.after = (half.encode() for half in request.split(GAP))
        self.key = ""
        self.sent_at = 0.0
        self.got = b""
        self.socket = self.connect()

    def connect(self) -> socket.socket:
        """A fresh connection."""
        made = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        return made

    def send(self, key: str) -> None:
        """Send the next request."""
        self.key, self.sent_at, self.got = key, time.monotonic(), b""
        self.socket.send(self.before + key.encode() + self.after)

    def status(self) -> int | None:
        """The answer's status once it has come whole; 0 when the connection ended."""
        try:
            more = self.socket.recv(262_144)
        except BlockingIOError:
            return None
        except OSError:
            return 0
        if not more:
            return 0
        self.got += more
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end:
            return None
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        return int(head[9:12]) if len(body) >= length else None


class Crowd:
    """All callers, as fast as answers come or at a steady pace."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.poll = select.epoll()
        self.callers = {}
        for request in spec["requests"]:
            self._add(Caller(spec["port"], request))
        self.free = collections.deque(self.callers.values())
        self.busy: set[Caller] = set()
        self.sent = 0
        self.acks: list[tuple[str, float, float]] = []
        self.statuses: collections.Counter[int] = collections.Counter()
        self.errors = 0
        self.late = 0.0

    def _add(self, caller: Caller) -> None:
        self.callers[caller.socket.fileno()] = caller
        self.poll.register(caller.socket.fileno(), select.EPOLLIN)

    def _renew(self, caller: Caller) -> None:
        self.errors += 1
        del self.callers[caller.socket.fileno()]
        caller.socket.close()
        caller.socket = caller.connect()
        self._add(caller)

    def send_due(self, now: float, began: float, until: float) -> None:
        """Send whatever is due: everything that can be, or as many as the pace asks for."""
        pace = self.spec.get("per_second")
        while self.free and now < until:
            if pace and self.sent >= (now - began) * pace:
                return
            caller = self.free.popleft()
            caller.send(f"{self.spec['prefix']}{self.sent:0{KEY_LENGTH - len(self.spec['prefix'])}d}")
            if pace:
                self.late = max(self.late, now - began - self.sent / pace)
            self.busy.add(caller)
            self.sent += 1

    def hear(self, caller: Caller) -> None:
        """Take one caller's answer, if it is whole."""
        status = caller.status()
        if status is None:
            return
        now = time.monotonic()
        self.busy.discard(caller)
        self.free.append(caller)
        if status == 0:
            self._renew(caller)
            return
        self.statuses[status] += 1
        if status == 200:
            self.acks.append((caller.key, now, now - caller.sent_at))

    def give_up(self, now: float) -> None:
        """Count those who have waited too long."""
        for caller in [c for c in self.busy if now - c.sent_at > PATIENCE]:
            self.busy.discard(caller)
            self.free.append(caller)
            self._renew(caller)

    def run(self) -> dict[str, Any]:
        """Call for as long as asked, then wait for the last answers."""
        began = now = time.monotonic()
        until = began + self.spec["seconds"]
        while now < until or self.busy:
            self.send_due(now, began, until)
            for fd, _ in self.poll.poll(0.002 if self.spec.get("per_second") else 0.05, 512):
                if fd in self.callers:
                    self.hear(self.callers[fd])
            self.give_up(now)
            now = time.monotonic()
        return {
            "sent": self.sent, "acks": self.acks, "statuses": self.statuses, "errors": self.errors,
            "seconds": now - began, "cpu": time.process_time() / (now - began), "late": self.late,
        }  # fmt: skip


class Voting:
    """The bench's handle on a crowd under way."""

    def __init__(
        self,
        port: int,
        requests: list[str],
        scratch: Path,
        *,
        seconds: float,
        prefix: str,
        per_second: float | None = None,
    ) -> None:
        spec = {"port": port, "requests": requests, "seconds": seconds, "prefix": prefix, "per_second": per_second}
        self.process: subprocess.Popen[str] = processes.start(
            processes.python("-m", "bench.vote_load"), log=scratch / "load.log", talk=True
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(spec))
        self.process.stdin.close()

    def result(self) -> dict[str, Any]:
        """Wait for the end of it. Raises `RuntimeError` when the client broke."""
        assert self.process.stdout is not None
        said = self.process.stdout.read()
        self.process.wait()
        if not said:
            raise RuntimeError("the vote client ended; load.log says why")
        return json.loads(said)


if __name__ == "__main__":
    print(json.dumps(Crowd(json.load(sys.stdin)).run()))
