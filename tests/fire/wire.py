"""The reading end of a live socket, as bytes: cheap enough for hundreds in one process."""

import asyncio
import base64
import json
import re
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from tests.fire.history import Got

ACT = re.compile(r"act-[a-z0-9]+(?:-[a-z0-9]+)*")
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
CONNECT_SECONDS = 5.0
# Of a reader that does not read: what its kernel takes before the hub notices.
DEAF_BUFFER = 4096


@dataclass(frozen=True, slots=True)
class Message:
    """What one frame said. `got` is set for an event."""

    got: Got | None
    said: dict[str, Any]


class Ended(Exception):
    """The socket is over: the HTTP status that refused it, else the close code, else None."""

    def __init__(self, *, status: int | None = None, code: int | None = None) -> None:
        super().__init__(f"status {status}, code {code}")
        self.status = status
        self.code = code


class Wire(asyncio.Protocol):
    """One connection. `hear` is called with every message; `ended` says when and how it ended."""

    # Every reader of an audience is sent the same bytes: they are understood once.
    _known: dict[bytes, Message] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, request: bytes, hear: Callable[[Message], None]) -> None:
        self.ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self.open = False
        self.transport: asyncio.Transport
        self._request = request
        self._hear = hear
        self._buffer = bytearray()
        self._code: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.open and not self._greeted():
            return
        at = 0
        try:
            while (frame := _frame(self._buffer, at)) is not None:
                opcode, payload, at = frame
                self._take(opcode, payload)
        except Exception as error:
            # The loop would only log it: whoever waits for the end must hear of it.
            if not self.ended.done():
                self.ended.set_exception(error)
            self.transport.abort()
        del self._buffer[:at]

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(Ended(code=self._code))

    def cut(self) -> None:
        """As when a cable is pulled, except that the other end is told."""
        if hasattr(self, "transport"):
            self.transport.abort()

    def _greeted(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = int(self._buffer[9:12])
        if status != 101:
            self._end(Ended(status=status))
            self.transport.abort()
            return False
        del self._buffer[: end + 4]
        self.open = True
        return True

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._hear(self._understood(payload))
        elif opcode == PING:
            self._send(PONG, payload)
        elif opcode == CLOSE:
            self._code = int.from_bytes(payload[:2]) if payload else 1005
            self._send(CLOSE, payload[:2])
            self.transport.close()
        elif opcode != PONG:
            raise ValueError(f"a frame that no hub sends: opcode {opcode}")

    def _understood(self, payload: bytes) -> Message:
        known = self._known.get(payload)
        if known is None:
            said = json.loads(payload)
            act = ACT.search(said.get("html", ""))
            got = Got(said["n"], act and act[0]) if "n" in said else None
            # Not for ever: a long run would keep every frame it saw.
            if len(self._known) > 2048:
                self._known.clear()
            known = self._known[payload] = Message(got, {} if got else said)
        return known

    def _send(self, opcode: int, payload: bytes) -> None:
        # A client must mask; with a mask of zeros the words stay as they are.
        self.transport.write(bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload)

    def _end(self, how: Ended) -> None:
        if not self.ended.done():
            self.ended.set_result(how)


async def dial(
    url: str,
    *,
    origin: str,
    token: str | None,
    hear: Callable[[Message], None],
    deaf: bool = False,
) -> Wire:
    """Connected to this http:// address, and asked to upgrade. OSError, TimeoutError."""
    where = urlsplit(url)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    lines = [f"GET {where.path}?{where.query} HTTP/1.1", f"Host: {where.netloc}"]
    lines += ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}"]
    lines += ["Sec-WebSocket-Version: 13", f"Origin: {origin}"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    request = "\r\n".join([*lines, "", ""]).encode()
    loop = asyncio.get_running_loop()
    end = socket.socket()
    try:
        end.setblocking(False)
        if deaf:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, DEAF_BUFFER)
        async with asyncio.timeout(CONNECT_SECONDS):
            await loop.sock_connect(end, (where.hostname, where.port))
            _, wire = await loop.create_connection(lambda: Wire(request, hear), sock=end)
    except BaseException:
        end.close()
        raise
    return wire


def _frame(buffer: bytearray, at: int) -> tuple[int, bytes, int] | None:
    """Opcode, payload and where the next frame begins; None while it is not all there.

    ValueError for what the hub must never send: a fragment, a compressed or a masked frame.
    """
    if len(buffer) - at < 2:
        return None
    first, second = buffer[at], buffer[at + 1]
    if first & 0xF0 != 0x80 or second & 0x80:
        raise ValueError(f"a frame that no hub sends: {bytes(buffer[at : at + 2])!r}")
    length, start = second, at + 2
    if second >= 126:
        wide = 2 if second == 126 else 8
        length, start = int.from_bytes(buffer[start : start + wide]), start + wide
        if len(buffer) < start:
            return None
    end = start + length
    return None if len(buffer) < end else (first & 0x0F, bytes(buffer[start:end]), end)
