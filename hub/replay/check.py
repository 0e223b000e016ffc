"""The readers that check a replay: one of each audience, and some that are cut at random."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from hub.domain.order_log import OrderLog, verify
from hub.replay.company import Tokens
from hub.replay.reader import PAGE_SECONDS, Findings, Reader
from hub.replay.wire import client


class Readers:
    """All readers of one check."""

    def __init__(self, readers: Sequence[Reader], url: str, slug: str) -> None:
        self._readers = readers
        self._url = url
        self._slug = slug

    async def findings(self) -> list[Findings]:
        """After the last act: what each of them has seen."""
        return list(await asyncio.gather(*(reader.complete() for reader in self._readers)))

    async def faults_of_order(self) -> list[str]:
        """After the close: what is wrong in the order's published log, computed again."""
        async with client(self._url, {}, timeout=PAGE_SECONDS) as browser:
            answer = await browser.get(f"/briefings/{self._slug}/order.json")
        return [found.says for found in verify(OrderLog.parse(answer.raise_for_status().text))]


@contextlib.asynccontextmanager
async def checking(url: str, slug: str, tokens: Tokens) -> AsyncIterator[Readers]:
    """Readers that follow the briefing until the block ends."""
    keys = {"public": None, "room": tokens.podium, "podium": tokens.podium}
    cut = ["room"]
    if tokens.desk:
        keys["desk"] = tokens.desk
        cut.append("desk")
    readers = [Reader(url, slug, audience, token=key) for audience, key in keys.items()]
    readers += [Reader(url, slug, audience, token=keys[audience], cuts=True) for audience in cut]
    for reader in readers:
        await reader.load()
    following = [asyncio.create_task(reader.follow()) for reader in readers]
    try:
        yield Readers(readers, url, slug)
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
