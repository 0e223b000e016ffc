"""What may come up to the server, how much of it, and for how long; and how slowly an answer may be
taken. uvicorn leaves it open.

Nothing but pongs is wanted from a browser that follows; but each frame it sends is taken apart by
the loop that writes to everybody else, and whoever never ends a request is waited for.
Only the names that tests/wire/test_upstream.py watches are used of uvicorn's private ones.
"""

import asyncio
import fcntl
import socket
import struct
import termios
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

FLOODING = 1008
"""The close code of whoever sends far more than a browser does."""

# Within so many seconds a socket takes so many times the largest message it takes.
FLOOD_SECONDS = 10.0
FLOOD_MESSAGES = 4
# What a browser answers our pings with: an empty pong, masked.
PONG = b"\x8a\x80"
PONG_BYTES = 6
# A goodbye waits this long behind what a stalled browser has not read, in seconds.
CLOSE_GRACE = 1.0
# From the first byte of a request to its last, and from connecting to its first, in seconds.
REQUEST_SECONDS = 15.0
# Who is answered more than fits in between takes at least so many bytes of it in so many seconds:
# what a line of 10 kbit/s carries.
TAKING_SECONDS = 15.0
TAKING_BYTES = 16 * 1024
# Bytes of the first line and the headers.
HEAD_LIMIT = 32 * 1024
TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\r\n"


class BoundedWebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol that a single browser cannot keep busy, fill or hold open."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to count."""
        super().connection_made(transport)
        self._counted_from = self.loop.time()
        self._left = self._allowance
        self._only_pongs = True

    def answered(self) -> None:
        """A pong has come."""

    def data_received(self, data: bytes) -> None:
        """Takes apart no more than the allowance: what is broken or too big within it has a
        code of its own, and the rest is a flood."""
        if not self.handshake_initiated:
            super().data_received(data)
            self._answer_the_refused()
            return
        now = self.loop.time()
        if now - self._counted_from > FLOOD_SECONDS:
            self._counted_from, self._left = now, self._allowance
        # Nothing else comes from a browser that follows. While nothing else has come, a pong
        # cannot be a piece of anything, and need not be taken apart.
        if self._only_pongs and len(data) == PONG_BYTES and data.startswith(PONG):
            self.answered()
        else:
            self._only_pongs = False
            super().data_received(data[: self._left])
        self._left -= len(data)
        if self._left < 0:
            self._left = 0
            self._send_away()

    def handle_cont(self, event: Any) -> None:
        """Keeps no empty pieces: a message of nothing else has no size, and no end."""
        if event.data or event.fin:
            super().handle_cont(event)

    def handle_close(self, event: Any) -> None:
        """Also where the browser that says goodbye does not read."""
        super().handle_close(event)
        self.hang_up_soon()

    def handle_parser_exception(self) -> None:
        """Also where the browser that sends what is broken does not read."""
        super().handle_parser_exception()
        self.hang_up_soon()

    def handle_pong(self, event: Any) -> None:
        """Whoever sends one is there; uvicorn itself does not ask."""
        self.answered()

    def hang_up_soon(self) -> None:
        """Lets what was written go out for a moment; a closed transport would wait for ever."""
        if self.close_timer is None and not self.disconnected:
            self.close_timer = self.loop.call_later(CLOSE_GRACE, self.transport.abort)

    @property
    def _allowance(self) -> int:
        return FLOOD_MESSAGES * self.config.ws_max_size

    def _send_away(self) -> None:
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            reason = "too much at once"
            self.conn.send_close(FLOODING, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.queue.put_nowait(
                {"type": "websocket.disconnect", "code": FLOODING, "reason": reason}
            )
        if not self.transport.is_closing():
            # For good: uvicorn would go on when the application has taken what is queued.
            self.read_paused = False
            self.transport.pause_reading()
        self.hang_up_soon()

    def _answer_the_refused(self) -> None:
        """A handshake that could not even be read: its refusal is written, and uvicorn forgets."""
        if not (self.handshake_initiated or self.handshake_complete):
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.handshake_complete = self.close_sent = True
            self.transport.close()


class BoundedHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol that no request can fill or hold open."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Waits for a request, but not for ever."""
        super().connection_made(transport)
        self._head: int | None = 0
        self._due = self.loop.call_later(REQUEST_SECONDS, transport.close)
        self._taking: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Counts the bytes of a head that has not ended."""
        super().data_received(data)
        if self._head is not None and not self.transport.is_closing():
            self._head += len(data)
            if self._head > HEAD_LIMIT:
                self.transport.write(TOO_LONG)
                self.transport.close()

    def on_message_begin(self) -> None:
        """A request has begun: it has its time from now on."""
        super().on_message_begin()
        self._head = 0
        self._due.cancel()
        self._due = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def on_headers_complete(self) -> None:
        """The rest is its body, which the application bounds."""
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """It is there."""
        self._due.cancel()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """It is no request any more."""
        self._head = None
        self._due.cancel()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """More has been answered than can be written: from now on it is watched."""
        super().pause_writing()
        if self._taking is None:
            self._look_again(_untaken(self.transport))

    def resume_writing(self) -> None:
        """It can be written again."""
        self._look_away()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits for it."""
        self._due.cancel()
        self._look_away()
        super().connection_lost(exc)

    def _look(self, before: int) -> None:
        left = _untaken(self.transport)
        if before - left < TAKING_BYTES:
            # Closed, it would wait for ever for what is not taken; and so would the kernel.
            self._taking = None
            if self.cycle is not None:
                self.cycle.disconnected = True
            plug = self.transport.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        else:
            self._look_again(left)

    def _look_again(self, left: int) -> None:
        self._taking = self.loop.call_later(TAKING_SECONDS, self._look, left)

    def _look_away(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None


def _untaken(transport: asyncio.Transport) -> int:
    """Bytes of ours that the other side has not taken: the transport's and the kernel's."""
    kept = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    return transport.get_write_buffer_size() + int(struct.unpack("i", kept)[0])
