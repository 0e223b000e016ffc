"""A press centre under load: somebody publishes, readers come and go, and a test breaks things."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import httpx2

from tests.cast import VERA
from tests.centre import Centre
from tests.fire.footprint import footprints, return_to
from tests.fire.history import RIGHT
from tests.fire.publisher import Answer, Publisher, publisher
from tests.fire.readers import Crowd, crowd
from tests.fire.record import verdict
from tests.workers import Worker

READERS = 60
CUTS_A_SECOND = 4.0
# Requests at once: twice as many as a pool has places.
WARMING = 16
# What is promised, and what a machine that does all this at once may add to it.
ANSWERED_WITHIN = 2.0 + 1.5
COMPLETE_WITHIN = 5.0 + 3.0


@dataclass(slots=True)
class Load:
    """`others` are crowds that must have everything in the end, too. Answers may be late from the
    `excused` addresses, whose worker was held by the test, and in the `deserted` times
    (monotonic), when who should answer had to start first."""

    centre: Centre
    addresses: list[str]
    public: Crowd
    vera: Publisher
    others: list[Crowd] = field(default_factory=list)
    excused: set[str] = field(default_factory=set)
    deserted: list[tuple[float, float]] = field(default_factory=list)

    async def heals(self, *, within: float = COMPLETE_WITHIN) -> None:
        """What was broken is whole again: soon a new update is everywhere, and all before it."""
        began = time.monotonic()
        n = await self.vera.publish()
        assert time.monotonic() - began < within, self.vera.answers[-5:]
        await self.public.upto(n, within=within - (time.monotonic() - began))

    async def comes_back(self, *, within: float) -> None:
        """Whoever should answer has to start again first. TimeoutError."""
        began = time.monotonic()
        await self.heals(within=within)
        self.deserted.append((began, time.monotonic() + ANSWERED_WITHIN))

    async def delivers(self, *, within: float, to: Crowd | None = None) -> None:
        """An update published now reaches everybody. TimeoutError."""
        await (to or self.public).upto(await self.vera.publish(), within=within)

    async def settles(self) -> None:
        """Nobody publishes any more: all that was begun is answered, kept and everywhere."""
        n = await self.vera.settled(within=COMPLETE_WITHIN)
        everybody = [self.public, *self.others]
        for people in everybody:
            await people.upto(n, within=COMPLETE_WITHIN)
        assert await verdict(self.centre, self.vera, *everybody) == RIGHT
        assert self.vera.unclear == []
        assert self.late == []
        assert sum(people.reloads for people in everybody) == 0

    async def not_current(self) -> bool:
        """Whether everybody who is connected has been told since when the record stands still."""
        return all(one.since is not None for one in self.public.readers if one.greeted)

    async def current(self) -> bool:
        """Whether nobody is told so any more."""
        return all(one.since is None for one in self.public.readers if one.greeted)

    @property
    def late(self) -> list[Answer]:
        """Attempts that took longer than is promised, whether an answer came or not."""
        return [
            one
            for one in self.vera.answers
            if one.seconds > ANSWERED_WITHIN
            and one.address not in self.excused
            and not any(since <= one.at + one.seconds <= until for since, until in self.deserted)
        ]


@contextlib.asynccontextmanager
async def ready_load(
    centre: Centre, workers: Sequence[Worker], addresses: Sequence[str]
) -> AsyncIterator[Load]:
    """Readers who are connected, and somebody ready to publish. When all have gone again, each
    worker that still lives takes no more of the machine than before they came."""
    where = list(addresses)
    async with publisher(where, centre.tokens[VERA.name]) as vera:
        for worker in workers:
            await _open_wide(worker, vera)
        vera.hang_up()
        vera.answers.clear()
        before = await footprints(workers)
        async with crowd(where, READERS, after=0) as public:
            yield Load(centre, where, public, vera)
    await return_to(before)


async def _open_wide(worker: Worker, vera: Publisher) -> None:
    """Its pools have all the connections and threads that they will ever have."""
    await asyncio.gather(*(vera.publish(address=worker.url) for _ in range(WARMING)))
    async with httpx2.AsyncClient(base_url=worker.url, trust_env=False) as client:
        await asyncio.gather(*(client.get("/api/briefings") for _ in range(WARMING)))


@contextlib.asynccontextmanager
async def under_way(load: Load) -> AsyncIterator[None]:
    """While the block lasts, updates are published and readers cut; after it, all must be right."""
    async with load.public.cutting(CUTS_A_SECOND), load.vera.going_on():
        yield
    await load.settles()
