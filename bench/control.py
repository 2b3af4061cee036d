"""The side door of a bench server: a line comes in on a local port, the server does it, and may answer with JSON."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

PUSH = b"push\n"  # one change to everybody; the only line without an answer

Handle = Callable[[str, list[str]], Awaitable[Any]]


async def listen(port: int, push: Callable[[], Awaitable[None]], handle: Handle) -> asyncio.Server:
    """Open the door: `push` for each bare push, `handle(word, rest)` for everything else."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                if line == PUSH:
                    await push()
                    continue
                word, *rest = line.decode().split()
                writer.write(json.dumps(await handle(word, rest)).encode() + b"\n")
                await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", port)


class Door:
    """The bench's side of it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._socket.settimeout(120)
        self._answers = self._socket.makefile("r")

    def push(self) -> None:
        """One change to everybody."""
        self._socket.sendall(PUSH)

    def ask(self, *words: object) -> Any:
        """Say something and wait for its answer."""
        self.say(*words)
        return self.answer()

    def say(self, *words: object) -> None:
        """Say something whose answer is read later."""
        self._socket.sendall(" ".join(map(str, words)).encode() + b"\n")

    def answer(self) -> Any:
        """The next answer. Raises `RuntimeError` when the server hung up."""
        line = self._answers.readline()
        if not line:
            raise RuntimeError("the bench server hung up; its log says why")
        return json.loads(line)
