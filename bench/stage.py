"""What one run holds: a scratch folder, the servers it started, the report; and how each kind of server is started."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Protocol

from bench import processes
from bench.control import Door
from bench.lines import Report
from bench.rooms import Made, make
from bench.servers import Valkey
from bench.socket_load import Load


class Stoppable(Protocol):
    """Anything that has to be ended."""

    def stop(self) -> None: ...


@dataclass
class Server:
    """A server process: where it listens, and its side door where it has one."""

    process: Popen[str]
    port: int
    door_port: int = 0
    door: Door | None = None

    @property
    def pid(self) -> int:
        """Its process number."""
        return self.process.pid

    def ask(self, *words: object) -> object:
        """Say something by the side door. Raises `RuntimeError` when it has none."""
        if self.door is None:
            raise RuntimeError("this server has no side door")
        return self.door.ask(*words)

    def cpu(self) -> float:
        """Processor seconds used so far."""
        return processes.cpu_seconds(self.pid)

    def stop(self) -> None:
        """End it."""
        processes.stop(self.process)


class Stage:
    """One run of the bench."""

    def __init__(self, report: Report, quick: bool) -> None:
        self.report = report
        self.quick = quick
        self.scratch = Path(tempfile.mkdtemp(prefix="tl-bench-"))
        self.running: list[Stoppable] = []
        self._rooms: dict[tuple[int, ...], Made] = {}
        self._copies = 0

    def sizes(self, *counts: int) -> list[int]:
        """How many sockets: as asked, or a tenth in a quick run."""
        return [max(20, n // 10) for n in counts] if self.quick else list(counts)

    def seconds(self, long: float) -> float:
        """How long: as asked, or a moment in a quick run."""
        return min(0.3, long) if self.quick else long

    def keep(self, started: Stoppable) -> None:
        """End this when the measurement is over."""
        self.running.append(started)

    def clear(self) -> None:
        """End what the last measurement started, the newest first."""
        while self.running:
            self.running.pop().stop()

    def close(self) -> None:
        """End everything and forget the scratch folder."""
        self.clear()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def made(self, people: int = 200, proposals: int = 50, ballots: int = 1) -> Made:
        """A fresh copy of a room of this size; the first is made, the others are copied from it."""
        size = (people, proposals, ballots)
        if size not in self._rooms:
            self._rooms[size] = make(self.scratch / "-".join(map(str, ("room", *size))), self._static(), *size)
        self._copies += 1
        return self._rooms[size].copy(self.scratch / f"var-{self._copies}")

    def _static(self) -> Path:
        """The collected static files, which every page names."""
        collected = self.scratch / "static"
        if not collected.exists():
            command = processes.python("manage.py", "collectstatic", "-v0", "--noinput")
            subprocess.run(
                command,
                cwd=processes.ROOT,
                env={**os.environ, "VAR_DIR": str(self.scratch)},
                check=True,
                capture_output=True,
            )
        return collected

    def room(self, made: Made, **env: str) -> Server:
        """The real stack with the driver inside."""
        return self._with_door("bench.room_server", {**made.env, **env})

    def broadcast(self) -> Server:
        """The plain `websockets` yardstick."""
        return self._with_door("bench.broadcast_server", {})

    def channels(self, made: Made) -> Server:
        """The stock channels yardstick, with a Valkey of its own."""
        valkey = Valkey(self.scratch)
        self.keep(valkey)
        return self._with_door("bench.channels_server", {**made.env, "REDIS_URL": valkey.url})

    def _with_door(self, module: str, env: dict[str, str]) -> Server:
        port, door = processes.free_port(), processes.free_port()
        server = self._serve(processes.python("-m", module, port, door), port, env)
        processes.wait_for(door, server.process)
        server.door_port, server.door = door, Door(door)
        return server

    def uvicorn(self, env: dict[str, str]) -> Server:
        """The product in one process, as `make run` serves it."""
        port = processes.free_port()
        return self._serve(processes.python("-m", "config.serve"), port, {**env, "PORT": str(port)})

    def uvicorn_pair(self, env: dict[str, str]) -> Server:
        """Two processes of it behind one address; the kernel deals the connections out."""
        port = processes.free_port()
        command = processes.python("-m", "uvicorn", "config.asgi:application", "--port", port, "--workers", 2)
        command += [
            "--ws",
            "workshops.frames:HubProtocol",
            "--loop",
            "uvloop",
            "--no-access-log",
            "--log-level",
            "warning",
        ]
        return self._serve(command, port, env)

    def granian(self, env: dict[str, str]) -> Server:
        """The product's pages in a WSGI process of their own."""
        port = processes.free_port()
        command = processes.python(
            "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--workers", 1, "--blocking-threads", 1,
            "--no-access-log", "--log-level", "warning", "config.wsgi:application",
        )  # fmt: skip
        return self._serve(command, port, env)

    def _serve(self, command: list[str], port: int, env: dict[str, str]) -> Server:
        server = Server(processes.start(command, log=self.scratch / "servers.log", env=env), port)
        self.keep(server)
        processes.wait_for(port, server.process)
        return server

    def load(self, server: Server, paths: list[str], *, deflate: bool = False, record: bool = False) -> Load:
        """A load client for a server."""
        client = Load(server.port, paths, self.scratch, deflate=deflate, record=record)
        self.keep(client)
        return client
