"""One WebSocket frame, built once and written to every socket, where the server lets us; plain text where it does not.

`HubProtocol` is a subclass of uvicorn's own WebSocket protocol. It leans on uvicorn's internals, so `pyproject.toml` pins the
minor version, and the hub falls back to ordinary ASGI sends on any other server.
"""

import zlib
from functools import cached_property
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

WORTH_COMPRESSING = 400  # bytes


class Frame:
    """A message to many sockets: its text, and its bytes on the wire, each made at most once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _payload(self) -> bytes:
        return self.text.encode()

    @cached_property
    def plain(self) -> bytes:
        """The uncompressed text frame (RFC 6455, section 5.2)."""
        return _head(0x81, len(self._payload)) + self._payload

    @cached_property
    def compressed(self) -> bytes:
        """The same compressed for everybody: no context is kept between messages (RFC 7692, section 7.2.1)."""
        if len(self._payload) < WORTH_COMPRESSING:
            return self.plain
        press = zlib.compressobj(6, zlib.DEFLATED, -15)
        body = (press.compress(self._payload) + press.flush(zlib.Z_SYNC_FLUSH))[:-4]
        return _head(0xC1, len(body)) + body


def _head(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    if length < 65536:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")


class HubProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol with a door for ready-made frames, and one slot for a reader that is slow."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.newest: Frame | None = None
        if self.config.ws_per_message_deflate:
            factory = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)
            self.conn.available_extensions = [factory]

    def handle_connect(self, event: Any) -> None:
        """Leave this connection in the scope, where the room's doorway finds it."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            cast(dict[str, Any], self.scope["extensions"])["throughline.peer"] = self

    def offer(self, frame: Frame) -> bool:
        """Write a frame now if the reader keeps up, else keep it as the only one waiting; says which."""
        if self.disconnected or self.close_sent or not self.handshake_complete:
            return True
        if not self.writable.is_set():
            self.newest = frame
            return False
        self._write(frame)
        return True

    def resume_writing(self) -> None:
        """The reader caught up: it gets the newest state, not what it missed."""
        super().resume_writing()
        frame, self.newest = self.newest, None
        if frame is not None:
            self._write(frame)

    def _write(self, frame: Frame) -> None:
        self.transport.write(frame.compressed if self.conn.extensions else frame.plain)

    def drop(self) -> None:
        """End the connection of a reader that takes nothing."""
        if not self.writable.is_set():
            self.transport.abort()
