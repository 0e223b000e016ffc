"""Posting over a few kept connections, at a price that leaves the machine to the hub."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


class BrokenOff(ConnectionError):
    """The connection ended before the answer did."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`headers` with names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Asker:
    """Posts to one address; as many at once as are asked for, each on a connection of its own."""

    def __init__(self, address: str, token: str) -> None:
        self._where = urlsplit(address)
        self._head = (
            f"Host: {self._where.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\n"
        )
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, path: str, body: bytes, *, key: str) -> Reply:
        """The answer. OSError, of which BrokenOff is one."""
        reader, writer = await self._connection()
        whole = False
        try:
            request = f"POST {path} HTTP/1.1\r\n{self._head}Idempotency-Key: {key}\r\n"
            writer.write(f"{request}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            reply = await _reply(reader)
            whole = True
        except asyncio.IncompleteReadError as error:
            raise BrokenOff("no whole answer") from error
        finally:
            if whole and reply.headers.get("connection") != "close":
                self._idle.append((reader, writer))
            else:
                writer.transport.abort()
        return reply

    def close(self) -> None:
        """Hangs up."""
        while self._idle:
            _, writer = self._idle.pop()
            writer.transport.abort()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            if not (reader.at_eof() or writer.is_closing()):
                return reader, writer
            writer.transport.abort()
        return await asyncio.open_connection(self._where.hostname, self._where.port)


async def _reply(reader: asyncio.StreamReader) -> Reply:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    pairs = (line.split(":", 1) for line in lines if line)
    headers = {name.lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers["content-length"]))
    return Reply(int(first.split()[1]), headers, body)
