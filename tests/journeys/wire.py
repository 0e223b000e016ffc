"""The wire between the readers and the hub, which a test may cut or let fall silent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from hub.config import Config
from hub.server import listen, serving
from tests.centre import SECRET_KEY, Centre, shared_renderer
from tests.migrated import migrate

PIECE = 65_536


class Wire:
    """Carries bytes from a port of its own to the hub's, both ways."""

    def __init__(self) -> None:
        self._listening = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._target = ""  # nowhere
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._carries = asyncio.Event()
        self._carries.set()

    async def lead_to(self, url: str) -> None:
        """From now on what comes in goes there; also after a cut."""
        self._target = url
        if self._server is None:
            self._server = await asyncio.start_server(self._connect, sock=self._listening)

    def cut(self) -> str:
        """Every connection breaks off, and no new one is made; returns where it led."""
        led, self._target = self._target, ""
        for end in self._ends:
            end.transport.abort()
        return led

    def fall_silent(self) -> None:
        """Nothing comes through any more, and nobody is told."""
        self._carries.clear()

    def speak_again(self) -> None:
        """What was kept back goes on its way."""
        self._carries.set()

    async def close(self) -> None:
        """Takes the wire down."""
        self._carries.set()
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        where = urlsplit(self._target)
        try:
            if not self._target:
                raise ConnectionRefusedError
            far, forth = await asyncio.open_connection(where.hostname, where.port)
        except OSError:
            back.transport.abort()
            return
        self._ends |= {back, forth}
        try:
            await asyncio.gather(self._carry(near, forth), self._carry(far, back))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._ends -= {back, forth}
            for end in (back, forth):
                end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(PIECE):
            await self._carries.wait()
            sink.write(piece)
            await sink.drain()
        sink.close()


@contextlib.asynccontextmanager
async def distant_centre(database_url: str) -> AsyncIterator[tuple[Centre, Wire]]:
    """A press centre that is reached by a wire alone."""
    migrate(database_url)
    wire, listening = Wire(), listen("127.0.0.1", 0)
    config = Config(
        database_url=database_url,
        public_url=wire.url,
        secret_key=SECRET_KEY,
        api_rate=0,
        drain_seconds=0.1,
    )
    async with serving(config, listening, shared_renderer()), Centre(config) as centre:
        await wire.lead_to(f"http://127.0.0.1:{listening.getsockname()[1]}")
        try:
            yield centre, wire
        finally:
            await wire.close()
