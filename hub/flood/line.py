"""One connection of one reader: shakes hands, hears, answers pings. No task, no queue."""

import asyncio
import base64
import json
import os
from typing import Protocol, cast

from hub.flood.arrivals import Arrivals
from hub.flood.hearing import CLOSE, PING, PONG, TEXT, Ear, Garbled, frame
from hub.flood.tally import Tally

BROKEN = 1006
_HEAD_LIMIT = 64 * 1024


class Refused(Exception):
    """The hub did not let in. `status` is HTTP's; the words are its own, on one line."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status} {words}".strip())
        self.status = status


class Reader(Protocol):
    """Who sits at the line."""

    tally: Tally
    arrivals: Arrivals
    ear: Ear

    def greeted(self, head: int, epoch: str) -> None:
        """The hub has said hello."""

    def must_reload(self) -> None:
        """Its cursor leads nowhere."""

    def garbled(self, error: Garbled) -> None:
        """The hub has sent nonsense."""


class Line(asyncio.Protocol):
    """`joined`: done with the greeting, or Refused. `ended`: the code it was closed with."""

    def __init__(self, reader: Reader, request: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.joined: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[int] = loop.create_future()
        # Whether anything has come since somebody last looked.
        self.heard = True
        self._reader = reader
        self._request = request
        self._open = False
        self._rest = b""
        self._code = BROKEN
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks for the upgrade."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Here is where the time goes: nothing more is done than has to be."""
        self.heard = True
        if self._rest:
            data = self._rest + data
        if not self._open:
            after = self._shake(data)
            if after is None:
                return
            data = after
        reader = self._reader
        try:
            heard = reader.ear.hear(data)
            self._rest = data[heard.taken :]
            # The greeting comes before the first event, and it tells where to count from.
            for code, payload in heard.others:
                self._other(code, payload)
            for first, last in heard.runs:
                reader.arrivals.note(first, last)
                reader.tally.take(first, last)
        except Garbled as error:
            reader.garbled(error)
            self.hang_up()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tells how it ended."""
        if not self.joined.done():
            self.joined.set_exception(ConnectionResetError("the hub hung up at the door"))
        if not self.ended.done():
            self.ended.set_result(self._code)

    def hang_up(self) -> None:
        """At once, without a word."""
        if self._transport is not None:
            self._transport.abort()

    def _shake(self, data: bytes) -> bytes | None:
        """What comes after the handshake, None while it is not whole."""
        head, found, after = data.partition(b"\r\n\r\n")
        if not found:
            self._rest = data
            if len(data) > _HEAD_LIMIT:
                self.hang_up()
            return None
        self._rest = b""
        if not head.startswith(b"HTTP/1.1 101"):
            status = head[9:12].decode("latin-1")
            words = after.decode("utf-8", "replace").strip().splitlines()
            refused = Refused(int(status) if status.isdigit() else 0, words[0] if words else "")
            if not self.joined.done():
                self.joined.set_exception(refused)
            self.hang_up()
            return None
        self._open = True
        return after

    def _other(self, code: int, payload: bytes) -> None:
        transport = cast(asyncio.Transport, self._transport)
        if code == PING:
            transport.write(frame(PONG, payload))
        elif code == CLOSE:
            self._code = int.from_bytes(payload[:2]) if len(payload) >= 2 else BROKEN
            transport.write(frame(CLOSE, payload[:2]))
            transport.close()
        elif code == TEXT:
            self._said(payload)
        elif code != PONG:
            raise Garbled(f"a frame that begins with {code:#x}")

    def _said(self, payload: bytes) -> None:
        if payload.startswith(b'{"beat":'):
            return
        try:
            message = json.loads(payload)
            if "hello" in message:
                self._reader.greeted(int(message["hello"]), str(message["epoch"]))
                if not self.joined.done():
                    self.joined.set_result(None)
            elif "reload" in message:
                self._reader.must_reload()
                if not self.joined.done():
                    self.joined.set_result(None)
        except (ValueError, KeyError, TypeError) as error:
            raise Garbled(f"a message that is not the hub's: {error}") from None


def upgrade(host: str, path: str, headers: dict[str, str]) -> bytes:
    """The request that opens a socket."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()
