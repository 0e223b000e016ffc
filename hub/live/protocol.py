"""The server's side of a socket: uvicorn's own WebSocket protocol with a sink put into the scope.

A frame built once is written to each transport as it is; uvicorn would build it again for each.
Only the names that tests/live/test_protocol.py watches are used of uvicorn's private ones.
"""

import asyncio
import random
import socket
from collections.abc import Callable, Sequence
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

SINK = "hub.sink"
"""The key in scope["extensions"]."""

DRAIN_SECONDS = "drain_seconds"
"""The key in the lifespan's state."""

# More would hide for minutes that somebody no longer reads.
SEND_BUFFER = 256 * 1024
WRITE_BUFFER = 64 * 1024
# A close frame waits this long behind what a stalled browser has not read, in seconds.
CLOSE_GRACE = 1.0


class DirectSink:
    """Writes finished bytes straight to the transport. One writer: the event loop's thread."""

    __slots__ = ("_protocol", "drained")

    def __init__(self, protocol: "HubWebSocketProtocol") -> None:
        self._protocol = protocol
        self.drained: Callable[[], None] | None = None

    @property
    def open(self) -> bool:
        """Whether the handshake is done and no end has begun on either side."""
        protocol = self._protocol
        return (
            protocol.handshake_complete
            and not protocol.close_sent
            and not protocol.disconnected
            and not protocol.transport.is_closing()
        )

    @property
    def paused(self) -> bool:
        """Whether the browser reads slower than it is written to."""
        return not self._protocol.writable.is_set()

    def write(self, wire: bytes, texts: Sequence[str]) -> None:
        """Whole frames as bytes. Only while open."""
        self._protocol.transport.write(wire)

    def close(self, code: int, reason: str) -> None:
        """Says goodbye and hangs up, also on somebody who does not read."""
        if self.open:
            self._protocol.say_goodbye(code, reason)


class HubWebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol with a DirectSink for whoever serves the socket."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bounds what the kernel and the transport keep for a browser that does not read."""
        super().connection_made(transport)
        self.sink = DirectSink(self)
        self.transport.set_write_buffer_limits(high=WRITE_BUFFER)
        if (raw := transport.get_extra_info("socket")) is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    def handle_connect(self, event: Any) -> None:
        """Puts the sink where the endpoint finds it: its task starts only after this."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.handshake_complete:
            cast(dict[str, Any], self.scope["extensions"])[SINK] = self.sink

    def resume_writing(self) -> None:
        """Lets the socket go on from its cursor."""
        super().resume_writing()
        if self.sink.drained is not None:
            self.sink.drained()

    def shutdown(self) -> None:
        """The server stops: everybody leaves at a moment of their own within the drain time, so
        that they do not all come back at once."""
        leave = random.uniform(0, self.app_state.get(DRAIN_SECONDS, 0.0))  # noqa: S311
        self.loop.call_later(leave, self._leave)

    def _leave(self) -> None:
        if not self.disconnected:
            super().shutdown()

    def say_goodbye(self, code: int, reason: str) -> None:
        """As uvicorn's own close, but bounded in time."""
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(CLOSE_GRACE, self.transport.abort)
