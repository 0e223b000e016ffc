"""The readers that check a replay: one of each audience, and one that is cut at random."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from hub.replay.reader import Findings, Reader

AUDIENCES = ("public", "room", "podium")


class Readers:
    """All readers of one check."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        self._readers = readers

    async def findings(self) -> list[Findings]:
        """After the last act: what each of them has seen."""
        return list(await asyncio.gather(*(reader.complete() for reader in self._readers)))


@contextlib.asynccontextmanager
async def checking(url: str, slug: str, *, token: str) -> AsyncIterator[Readers]:
    """Readers that follow the briefing until the block ends."""
    readers = [
        Reader(url, slug, audience, token=None if audience == "public" else token)
        for audience in AUDIENCES
    ]
    readers.append(Reader(url, slug, "room", token=token, cuts=True))
    for reader in readers:
        await reader.load()
    following = [asyncio.create_task(reader.follow()) for reader in readers]
    try:
        yield Readers(readers)
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
