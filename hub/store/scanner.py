"""The virus scanner: clamd, to which a file is streamed (INSTREAM) by a local socket or by TCP."""

import asyncio
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import structlog

CHUNK = 256 * 1024
SCAN_SECONDS = 60.0
"""From the first word to the verdict; less than the lease of a check."""
CONNECT_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Verdict(StrEnum):
    """What the scanner says of a file. AWAY: it does not answer, or not about this file."""

    CLEAN = "clean"
    FOUND = "found"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Scanner:
    """A clamd: on the socket at `path`, else at `host` and `port`."""

    path: str = ""
    host: str = ""
    port: int = 0
    seconds: float = SCAN_SECONDS

    async def scan(self, path: Path) -> Verdict:
        """What it says of this file; never more than a piece of it is in memory."""
        try:
            async with asyncio.timeout(self.seconds):
                said = await self._ask(path)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            log.warning("scanner.away", error=repr(error))
            return Verdict.AWAY
        match said.split():
            case [_, *_, b"FOUND"]:
                log.warning("scanner.found", said=said.decode(errors="replace"))
                return Verdict.FOUND
            case [b"stream:", b"OK"]:
                return Verdict.CLEAN
        # For example its StreamMaxLength: what it has not looked at is not clean.
        log.error("scanner.refuses", said=said.decode(errors="replace"))
        return Verdict.AWAY

    async def _ask(self, path: Path) -> bytes:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            with await asyncio.to_thread(path.open, "rb") as file:
                while piece := await asyncio.to_thread(file.read, CHUNK):
                    writer.write(len(piece).to_bytes(4, "big") + piece)
                    await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0")
        finally:
            # Not an orderly end: one that hangs would keep what was not sent yet.
            writer.transport.abort()

    async def _connect(self) -> tuple[StreamReader, StreamWriter]:
        if self.path:
            return await asyncio.open_unix_connection(self.path)
        return await asyncio.open_connection(self.host, self.port)


def scanner_at(address: str) -> Scanner:
    """`unix:/path` or `tcp://host:port`. ValueError for anything else."""
    parts = urlsplit(address)
    if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
        return Scanner(path=parts.path)
    if parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path.strip("/"):
        return Scanner(host=parts.hostname, port=parts.port)
    raise ValueError("should be like unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310")
