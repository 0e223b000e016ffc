"""The pages of a document as pictures: made when the first reader turns to them, then kept."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import structlog

from hub.inspection.inspector import Inspector
from hub.store.disk import Threads
from hub.store.shelf import Shelf

AT_ONCE = 8
"""Pages that are made in one go: a reader who turns one turns the next."""

MAKERS = 1
"""How many documents of a worker are drawn at a time."""

WIDTH = 1240
"""Pixels: sharp on a phone that shows three for each, and A4 at 150 to an inch."""


log = structlog.get_logger(__name__)


class Leaves:
    """Makes pages, once for all who wait."""

    def __init__(self, shelf: Shelf, inspector: Inspector) -> None:
        self._shelf = shelf
        self._inspector = inspector
        self._making: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._makers = asyncio.Semaphore(MAKERS)
        self._threads = Threads("leaves", 2)

    async def make(self, given: str, page: int, pages: int) -> None:
        """Puts this page's picture on the shelf, and those around it. Raises what making it
        raises."""
        first = (page - 1) // AT_ONCE * AT_ONCE + 1
        making = self._making.get((given, first))
        if making is None:
            numbers = range(first, min(first + AT_ONCE, pages + 1))
            making = asyncio.create_task(self._make(given, numbers), name="leaves")
            self._making[given, first] = making
            making.add_done_callback(lambda _: self._making.pop((given, first), None))
        # Who gave up waiting does not take it from the others.
        await asyncio.shield(making)

    async def close(self) -> None:
        """Makes no more."""
        for making in list(self._making.values()):
            making.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        self._threads.close()

    async def _make(self, given: str, numbers: range) -> None:
        async with self._makers, self._on_disk(given) as path:
            with tempfile.TemporaryDirectory(prefix="hub-pages-") as folder:
                out = Path(folder)
                made = await self._inspector.pages(path, numbers[0], numbers[-1], WIDTH, out)
                if made.refused is not None:
                    log.error("pages.cannot_be_drawn", given=given, why=made.why)
                for one in made.leaves:
                    await self._shelf.put(out / one.file, leaf(given, one.page))

    @contextlib.asynccontextmanager
    async def _on_disk(self, given: str) -> AsyncIterator[Path]:
        """The document as a file of this machine."""
        if (path := self._shelf.local(given)) is not None:
            yield path
            return
        with tempfile.TemporaryDirectory(prefix="hub-pages-") as folder:
            copy = Path(folder) / "document"
            with copy.open("wb") as file:
                async for piece in await self._shelf.read(given):
                    await self._threads.start(file.write, piece)
            yield copy


def leaf(given: str, page: int) -> str:
    """A page's name on the shelf."""
    return f"{given}-p{page}.webp"
