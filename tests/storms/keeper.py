"""A page that is kept open for hours: it comes back whatever happens, and loads anew when told."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import httpx2
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from hub.domain.audience import Audience
from tests.window import Window

AWAY = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError, httpx2.HTTPError)

ANEW = "was told to load the page anew"


class Keeper:
    """`reloads` counts how often it had to load anew, `cuts` how often it was cut off."""

    def __init__(self, window: Window, dice: random.Random) -> None:
        self.window = window
        self.reloads = 0
        self.cuts = 0
        self._dice = dice

    @contextlib.asynccontextmanager
    async def at_the_page(self) -> AsyncIterator[None]:
        """Until the block ends."""
        await self.window.load()
        watching = asyncio.create_task(self._watch(), name=f"keeper {self.window!r}")
        try:
            yield
            if watching.done():
                watching.result()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await self.window.close()

    async def upto(self, n: int) -> None:
        """Once the page stands there."""
        while self.window.sheet.n < n:  # noqa: ASYNC110 - a page tells nobody that it has changed
            await asyncio.sleep(0.05)

    async def differences(self) -> list[str]:
        """Where it says something else than a fresh page."""
        fresh, kept = await self.window.fresh(), self.window.sheet
        if self.window.audience == Audience.PODIUM:
            # It shows the newest; what is below them was there before.
            kept.items = kept.items[: len(fresh.items)]
        return kept.differences(fresh)

    async def _watch(self) -> None:
        anew = False
        while True:
            try:
                if anew:
                    await self.window.load()
                    anew = False
                await self.window.follow()
                while True:
                    await self.window.catch_up(self.window.sheet.n + 1)
            except AWAY:
                self.cuts += 1
            except AssertionError as told:
                # A page that cannot be loaded just now is asked for again.
                if not anew and ANEW not in str(told):
                    raise
                self.reloads += not anew
                anew = True
            await self.window.close()
            await asyncio.sleep(self._dice.uniform(0, 1))
