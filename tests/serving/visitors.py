"""Visitors who load page after page, each in a way of their own, and what they were answered."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

import httpx2

from tests.centre import SLUG

PAGE = f"/briefings/{SLUG}"
PATIENCE = 20.0
# What lies between a connection and its first request where a browser connects ahead of need.
AHEAD_SECONDS = 0.4
PAUSE_SECONDS = 0.1


class Visitors:
    """`answers` counts statuses, and failures in words; `enough` is set after 200."""

    def __init__(self, url: str) -> None:
        self.answers: Counter[str] = Counter()
        self.enough = asyncio.Event()
        self._url = url

    @contextlib.asynccontextmanager
    async def coming(self) -> AsyncIterator[None]:
        """Until the block ends."""
        come = [self._loading(keep=1), self._loading(keep=0), *(self._ahead() for _ in range(4))]
        tasks = [asyncio.create_task(one) for one in come]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _loading(self, *, keep: int) -> None:
        limits = httpx2.Limits(max_keepalive_connections=keep)
        async with httpx2.AsyncClient(
            base_url=self._url, trust_env=False, verify=False, limits=limits, timeout=PATIENCE
        ) as client:
            while True:
                try:
                    self._note(str((await client.get(PAGE)).status_code))
                except httpx2.TransportError as error:
                    self._note(repr(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _ahead(self) -> None:
        while True:
            try:
                async with connected(self._url) as visitor:
                    await asyncio.sleep(AHEAD_SECONDS)
                    visitor.ask()
                    self._note(await visitor.status())
            except OSError as error:
                self._note(repr(error))

    def _note(self, answer: str) -> None:
        self.answers[answer] += 1
        if self.answers.total() >= 200:
            self.enough.set()


class Waiting:
    """A connection that somebody has opened."""

    def __init__(
        self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._address = address
        self._reader = reader
        self._writer = writer

    def ask(self) -> None:
        """For the page."""
        request = f"GET {PAGE} HTTP/1.1\r\nHost: {self._address}\r\nConnection: close\r\n\r\n"
        self._writer.write(request.encode())

    async def status(self) -> str:
        """Of the answer; empty if the other end hung up instead. OSError if it broke off."""
        async with asyncio.timeout(PATIENCE):
            answer = await self._reader.read()
        return answer[9:12].decode()


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Waiting]:
    """A connection on which nothing is asked yet."""
    address = url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*address.split(":"))
    try:
        yield Waiting(address, reader, writer)
    finally:
        writer.close()
