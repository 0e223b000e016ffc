"""The server's side of a connection: uvicorn's own protocols, with a sink and a slow goodbye.

A frame built once is written to each transport as it is; uvicorn would build it again for each.
And where uvicorn hangs up on everybody at once when it stops, here everybody has a while to go.
Only the names that tests/live/test_protocol.py watches are used of uvicorn's private ones.
"""

import asyncio
import contextlib
import random
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from hub.live.upstream import CLOSE_GRACE, BoundedHttpProtocol, BoundedWebSocketProtocol

SINK = "hub.sink"
"""The key in scope["extensions"]."""

DRAIN_SECONDS = "drain_seconds"
"""The key in the lifespan's state: how long a stopping worker lets go, in seconds."""

REFUSED = "refused"
"""The key in the lifespan's state: is told the status of each handshake that is refused here."""

LEAVE_BY = "leave_by"
"""The key in the lifespan's state of a worker that stops: when all must have left, on the loop's
clock."""

# More would hide for minutes that somebody no longer reads.
SEND_BUFFER = 256 * 1024
RESTART = 1012
PING = b"\x89\x00"


class DirectSink:
    """Writes finished bytes straight to the transport. One writer: the event loop's thread."""

    __slots__ = ("_file", "_protocol", "_ready", "_write", "drained", "fell", "unanswered")

    def __init__(self, protocol: "HubWebSocketProtocol") -> None:
        self._protocol = protocol
        self._write = protocol.transport.write
        self._file = _plain_file(protocol.transport)
        self._ready = False
        self.drained: Callable[[], None] | None = None
        self.fell: Callable[[], None] | None = None
        self.unanswered = False

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

    @property
    def file(self) -> int | None:
        """Where the transport would write to at once; None where it would not."""
        return self._file if self._ready else None

    def look(self) -> None:
        """Something has changed of what `open` and `paused` tell."""
        self._ready = self.open and not self.paused
        if not self._ready and self.fell is not None:
            self.fell()

    def take(self, wire: bytes, texts: Sequence[str]) -> bool:
        """Writes whole frames; False where it is not open or paused."""
        # Done for every browser and event: what must be known is known before.
        if not self._ready:
            return False
        self.finish(wire)
        return True

    def finish(self, rest: bytes) -> None:
        """Hands it to the transport, which keeps what the browser cannot take yet."""
        # A transport that has gone raises until its end is told: what was lost then was not taken
        # by anybody, and whoever comes back says what they have.
        with contextlib.suppress(RuntimeError):
            self._write(rest)

    def ask(self, wire: bytes, texts: Sequence[str]) -> None:
        """Takes, with a ping behind it."""
        if self.take(wire + PING, texts):
            self.unanswered = True

    def close(self, code: int, reason: str) -> None:
        """Says goodbye and hangs up, also on somebody who does not read."""
        if self.open:
            self._protocol.say_goodbye(code, reason)


class _Watched:
    """A flag of uvicorn's: whenever it is set, the sink looks again."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, protocol: Any, owner: type | None = None) -> bool:
        flag: bool = protocol.__dict__[self._name]
        return flag

    def __set__(self, protocol: Any, flag: bool) -> None:
        protocol.__dict__[self._name] = flag
        if "sink" in protocol.__dict__:
            protocol.sink.look()


class HubWebSocketProtocol(BoundedWebSocketProtocol):
    """uvicorn's protocol with a DirectSink for whoever serves the socket."""

    handshake_complete = _Watched()
    close_sent = _Watched()
    disconnected = _Watched()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bounds what the kernel and the transport keep for a browser that does not read."""
        super().connection_made(transport)
        self.sink = DirectSink(self)
        # It pauses as soon as anything waits: what the sink calls ready has an empty transport.
        self.transport.set_write_buffer_limits(high=0)
        if (raw := transport.get_extra_info("socket")) is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets go of what holds this in turn: nobody has to search memory for it, which takes a
        third of a second at 8,000 sockets."""
        super().connection_lost(exc)
        del self.sink
        if "scope" in self.__dict__:
            cast(dict[str, Any], self.scope["extensions"]).pop(SINK, None)
        self.conn.parser.close()

    def handle_connect(self, event: Any) -> None:
        """Puts the sink where the endpoint finds it: its task starts only after this."""
        if LEAVE_BY in self.app_state:
            self._send_elsewhere()
            return
        super().handle_connect(event)
        if self.handshake_initiated and not self.handshake_complete:
            cast(dict[str, Any], self.scope["extensions"])[SINK] = self.sink

    async def send(self, message: Any) -> None:
        """As uvicorn's, which logs an error for each handshake that was refused with an answer."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True

    def answered(self) -> None:
        """Somebody is there."""
        self.sink.unanswered = False

    def pause_writing(self) -> None:
        """Lets the socket wait."""
        super().pause_writing()
        self.sink.look()

    def resume_writing(self) -> None:
        """Lets the socket go on from its cursor."""
        super().resume_writing()
        self.sink.look()
        if self.sink.drained is not None:
            self.sink.drained()

    def shutdown(self) -> None:
        """The server stops: everybody leaves at a moment of their own within the drain time, so
        that they do not all come back at once."""
        left = _seconds_left(self.app_state, self.loop)
        if left > 0:
            self.loop.call_later(random.uniform(0, left), self._leave)  # noqa: S311
        else:
            self._leave()

    def _leave(self) -> None:
        if self.disconnected or self.close_timer is not None:
            return
        if not self.handshake_complete or self.close_sent:
            super().shutdown()
            return
        # Not hung up on at once as uvicorn does: the browser's reply would be answered by a reset,
        # which may overtake the goodbye and its code.
        self.say_goodbye(RESTART, "this worker stops: come back")

    def _send_elsewhere(self) -> None:
        response = self.conn.reject(503, "This worker is about to stop.\n")
        response.headers["Retry-After"] = "1"
        self.conn.send_response(response)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.handshake_complete = self.close_sent = True
        self.transport.close()
        # The application has not seen it.
        if REFUSED in self.app_state:
            self.app_state[REFUSED](503)

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


class HubHttpProtocol(BoundedHttpProtocol):
    """uvicorn's protocol that still answers while the server stops."""

    def on_headers_complete(self) -> None:
        """Whoever asks while the server stops is answered, and told not to ask here again."""
        super().on_headers_complete()
        if LEAVE_BY in self.app_state and self.cycle is not None:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """The server stops. A request may be on its way on a connection that is idle: hung up on,
        it would be lost, so such a connection stays until the drain time is over."""
        idle = self.cycle is None or self.cycle.response_complete
        if idle and _seconds_left(self.app_state, self.loop) > 0:
            return
        super().shutdown()


def _plain_file(transport: asyncio.Transport) -> int | None:
    raw = transport.get_extra_info("socket")
    return None if raw is None or transport.get_extra_info("sslcontext") else raw.fileno()


def _seconds_left(state: Mapping[str, Any], loop: asyncio.AbstractEventLoop) -> float:
    return cast(float, state.get(LEAVE_BY, 0.0)) - loop.time()
