"""The yardstick everybody knows: stock channels consumers, each socket a group member, on the Redis pub/sub layer."""

import argparse
import asyncio
import os
from typing import Any

import django
import uvicorn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 (Django has to be set up first)
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from bench import control, fragments  # noqa: E402


class Bare(AsyncWebsocketConsumer):
    """Accepts, and no more: the yardstick for connecting."""


class Member(AsyncWebsocketConsumer):
    """The design of the tutorial: join the group, send on whatever comes."""

    async def connect(self) -> None:
        """Join the one group."""
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave it."""
        await self.channel_layer.group_discard("room", self.channel_name)

    async def changed(self, event: dict[str, Any]) -> None:
        """Send on what was announced."""
        await self.send(text_data=event["html"])


async def main(port: int, door: int) -> None:
    """Serve until ended."""
    sockets = URLRouter([path("bare/", Bare.as_asgi()), path("member/", Member.as_asgi())])
    text = fragments.of_two_kilobytes()

    async def push() -> None:
        await get_channel_layer().group_send("room", {"type": "changed", "html": text})

    async def handle(word: str, rest: list[str]) -> Any:
        return {"pid": os.getpid()}

    application = ProtocolTypeRouter({"websocket": sockets})
    server = uvicorn.Server(
        uvicorn.Config(application, port=port, ws="websockets-sansio", log_level="warning", backlog=1024, lifespan="off")
    )
    await control.listen(door, push, handle)
    await server.serve()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("door", type=int)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop="uvloop").get_loop_factory()) as runner:
        runner.run(main(given.port, given.door))
