"""The network between two of them, which a test may cut, or let swallow everything."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

PIECE = 65_536
# What a slow line carries at once, and its buffers, which are small.
SIP = 512


class Relay:
    """Carries TCP from a port of its own to the target's. `dropped`: when (monotonic) the target
    gave up a connection by itself while the network was down. `rate`: bytes a second that each
    connection carries from the target, None for all there are."""

    def __init__(self, target: str, *, rate: float | None = None) -> None:
        """`target`: the URL that it stands for."""
        self.rate = rate
        self.up = asyncio.Event()
        self.up.set()
        self.dropped: list[float] = []
        self._target = urlsplit(target)
        self._lines: set[_Line] = set()
        self._server: asyncio.Server

    @property
    def url(self) -> str:
        """The target's URL by way of here."""
        port = self._server.sockets[0].getsockname()[1]
        user = f"{self._target.username}@" if self._target.username else ""
        return self._target._replace(netloc=f"{user}127.0.0.1:{port}").geturl()

    @property
    def lines(self) -> int:
        """Connections that are carried now."""
        return len(self._lines)

    def go_down(self) -> None:
        """Nothing comes through any more, no end of a connection either, and nobody is told."""
        self.up.clear()
        self.dropped.clear()

    def come_up(self) -> None:
        """What was connected before is lost; what connects from now on is carried."""
        self.up.set()
        self.cut()

    def cut(self) -> None:
        """Every connection breaks off, and both ends are told. New ones are carried."""
        for line in list(self._lines):
            line.break_off()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = _Line(self, writer)
        self._lines.add(line)
        try:
            await line.carry(reader, self._target.hostname or "", self._target.port or 0)
        finally:
            line.break_off()
            self._lines.discard(line)


class _Line:
    """One connection: the near end called here, the far end is the target."""

    def __init__(self, relay: Relay, near: asyncio.StreamWriter) -> None:
        self._relay = relay
        self._ends = [near]
        self._over = asyncio.Event()

    def break_off(self) -> None:
        """Both ends are told."""
        self._over.set()
        for end in self._ends:
            end.transport.abort()

    async def carry(self, near: asyncio.StreamReader, host: str, port: int) -> None:
        """Until one end closes it, or it is broken off."""
        await self._relay.up.wait()
        try:
            limit = PIECE if self._relay.rate is None else SIP
            far, forth = await asyncio.open_connection(host, port, limit=limit)
        except OSError:
            return
        [back] = self._ends
        self._ends.append(forth)
        works = [
            asyncio.create_task(self._there(near, forth)),
            asyncio.create_task(self._back(far, back)),
            asyncio.create_task(self._over.wait()),
        ]
        try:
            await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    async def _there(self, near: asyncio.StreamReader, forth: asyncio.StreamWriter) -> None:
        await self._pass(near, forth)
        if not self._relay.up.is_set():
            await self._over.wait()

    async def _back(self, far: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        await self._pass(far, back)
        if not self._relay.up.is_set():
            self._relay.dropped.append(time.monotonic())
            await self._over.wait()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await source.read(PIECE if self._relay.rate is None else SIP):
                if self._relay.up.is_set():
                    sink.write(piece)
                    await sink.drain()
                if self._relay.rate is not None:
                    await asyncio.sleep(len(piece) / self._relay.rate)


@contextlib.asynccontextmanager
async def relay(target: str, *, rate: float | None = None) -> AsyncIterator[Relay]:
    """A network to the target, up, until the block ends."""
    one = Relay(target, rate=rate)
    one._server = await asyncio.start_server(one._take, "127.0.0.1", 0)
    try:
        yield one
    finally:
        one._server.close()
        one.come_up()
