"""The yardstick for fan-out: the `websockets` library alone, `broadcast()` of one ready message to every connection."""

import argparse
import asyncio
import os
from typing import Any

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench import control, fragments


async def main(port: int, door: int) -> None:
    """Serve until ended."""
    connected: set[ServerConnection] = set()
    text = fragments.of_two_kilobytes()

    async def hold(connection: ServerConnection) -> None:
        connected.add(connection)
        try:
            await connection.wait_closed()
        finally:
            connected.discard(connection)

    async def push() -> None:
        broadcast(connected, text)

    async def handle(word: str, rest: list[str]) -> Any:
        return {"pid": os.getpid(), "sockets": len(connected)}

    await control.listen(door, push, handle)
    async with serve(hold, "127.0.0.1", port, compression=None, backlog=1024):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("door", type=int)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(given.port, given.door))
