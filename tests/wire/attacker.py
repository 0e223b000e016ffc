"""Whoever speaks to the hub in bad faith: bytes as they please, and all that came back."""

import asyncio
import socket
import struct
from typing import Self, cast
from urllib.parse import urlsplit

from tests.centre import PATIENCE, SLUG

TEXT, CONTINUATION, CLOSE, PING, PONG = 1, 0, 8, 9, 10
RSV1, RSV2, RSV3 = 0x40, 0x20, 0x10


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    bits: int = 0,
    masked: bool = True,
    announced: int | None = None,
) -> bytes:
    """A frame as a browser sends it, or as none would. `announced`: a length that is not true."""
    length = len(payload) if announced is None else announced
    first, mask = (0x80 if fin else 0) | bits | opcode, 0x80 if masked else 0
    if length < 126:
        head = struct.pack("!BB", first, mask | length)
    elif length < 65_536:
        head = struct.pack("!BBH", first, mask | 126, length)
    else:
        head = struct.pack("!BBQ", first, mask | 127, length)
    return head + (b"\0\0\0\0" if masked else b"") + payload


def handshake(url: str, *more: str, path: str = f"/briefings/{SLUG}/live") -> bytes:
    """The request of a socket. `more`: further header lines."""
    host = urlsplit(url).netloc
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *more,
    ]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


class Attacker(asyncio.Protocol):
    """One connection. `ended` is done when it is over, however that came."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self._came = asyncio.Event()

    @classmethod
    async def connected(cls, url: str) -> Self:
        """With nothing sent yet."""
        where = urlsplit(url)
        loop = asyncio.get_running_loop()
        _, attacker = await loop.create_connection(cls, where.hostname or "", where.port or 0)
        return attacker

    @classmethod
    async def greeted(cls, url: str, *more: str) -> Self:
        """With a socket that follows the briefing. `more`: further header lines."""
        attacker = await cls.connected(url)
        attacker.send(handshake(url, *more))
        await attacker.hears(b"hello")
        return attacker

    @classmethod
    async def deaf(cls, url: str) -> Self:
        """With a socket of which nothing is read from its first bytes on."""
        where = urlsplit(url)
        plug = socket.socket()
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plug.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(plug, (where.hostname, where.port))
        _, attacker = await loop.create_connection(cls, sock=plug)
        attacker.send(handshake(url))
        await attacker.hears(b"\r\n\r\n")
        attacker.transport.pause_reading()
        del attacker.received[: attacker.received.index(b"\r\n\r\n") + 4]
        return attacker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.received += data
        self._came.set()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
        self._came.set()

    def send(self, data: bytes) -> None:
        """As fast as the other side takes it."""
        self.transport.write(data)

    async def hears(self, word: bytes) -> None:
        """Once this has come. ConnectionError if it never will."""
        async with asyncio.timeout(PATIENCE):
            while word not in self.received:
                if self.ended.done():
                    raise ConnectionError(bytes(self.received))
                self._came.clear()
                await self._came.wait()

    async def is_sent_away(self, *, within: float) -> None:
        """Once the other side has ended it. TimeoutError."""
        async with asyncio.timeout(within):
            await asyncio.shield(self.ended)

    async def hears_goodbye(self) -> None:
        """Once it has a close frame or the connection is over."""
        async with asyncio.timeout(PATIENCE):
            while self.code is None and not self.ended.done():
                self._came.clear()
                await self._came.wait()

    async def leaves(self) -> None:
        """Without a word."""
        self.transport.abort()
        await self.ended

    @property
    def status(self) -> int:
        """Of the HTTP answer."""
        return int(self.received[9:12])

    @property
    def code(self) -> int | None:
        """With which the socket was closed, if it was told one."""
        at = self.received.rfind(bytes([0x80 | CLOSE]))
        return int.from_bytes(self.received[at + 2 : at + 4]) if at >= 0 else None
