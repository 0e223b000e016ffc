"""A stand-in for clamd that speaks its INSTREAM: a real server, which finds EICAR, or hangs."""

import asyncio
import contextlib
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from pathlib import Path

from tests.files import EICAR


class Clamd:
    """`hangs`: it takes what it is sent and never says what it thinks of it."""

    def __init__(self) -> None:
        self.address = ""
        self.hangs = False
        self.asked = asyncio.Event()
        self.largest = 0

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, IncompleteReadError):
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            body = bytearray()
            while size := int.from_bytes(await reader.readexactly(4), "big"):
                self.largest = max(self.largest, size)
                body += await reader.readexactly(size)
            self.asked.set()
            if self.hangs:
                await reader.read()
            said = b"stream: Eicar-Signature FOUND\0" if EICAR in body else b"stream: OK\0"
            writer.write(said)
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def clamd(path: Path | None = None) -> AsyncIterator[Clamd]:
    """On a socket at `path`, else on a port of loopback."""
    stand_in = Clamd()
    if path is not None:
        server = await asyncio.start_unix_server(stand_in.serve, path)
        stand_in.address = f"unix:{path}"
    else:
        server = await asyncio.start_server(stand_in.serve, "127.0.0.1", 0)
        stand_in.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield stand_in
    finally:
        server.close()
