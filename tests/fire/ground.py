"""What a scenario of the faults stands on: servers to break, workers, and a load on them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import services
from tests.centre import Centre, bare_centre
from tests.fire.load import Load, ready_load, under_way
from tests.workers import Worker, serve

# Scenarios that start their workers at once: each keeps a core busy while it does.
STARTING = 2
SAID = 3000  # characters of each worker's log that a failure shows


@dataclass(slots=True)
class Gate:
    """Where scenarios wait for each other: what is broken while others start proves less."""

    coming: int
    all_there: asyncio.Event = field(default_factory=asyncio.Event)
    starting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STARTING))


@dataclass(slots=True)
class Ground:
    """One scenario's. `postgres` and `redis` are the servers that all tests share."""

    folder: Path
    postgres: str
    redis: str
    gate: Gate
    arrived: bool = False

    def arrive(self) -> None:
        """Nobody waits for it any more."""
        if not self.arrived:
            self.arrived = True
            self.gate.coming -= 1
            if self.gate.coming == 0:
                self.gate.all_there.set()

    def own_postgres(
        self, *, durable: bool = False
    ) -> contextlib.AbstractAsyncContextManager[services.Server]:
        """A PostgreSQL to break; `durable`: with the disk waited for."""
        return beside(services.postgres(durable=durable))

    def own_redis(self) -> contextlib.AbstractAsyncContextManager[services.Server]:
        """A Redis to break."""
        return beside(services.redis())

    @contextlib.asynccontextmanager
    async def centre(self, database_url: str | None = None) -> AsyncIterator[Centre]:
        """A press centre: in that database, or in a fresh one of the shared PostgreSQL."""
        async with contextlib.AsyncExitStack() as stack:
            if database_url is None:
                fresh = beside(services.fresh_database(self.postgres))
                database_url = str(await stack.enter_async_context(fresh))
            yield await stack.enter_async_context(bare_centre(database_url))

    @contextlib.asynccontextmanager
    async def workers(
        self,
        centre: Centre,
        count: int = 2,
        *,
        database_url: str | None = None,
        redis_url: str | None = None,
        faults: Sequence[str] = (),
        **more: Any,
    ) -> AsyncIterator[list[Worker]]:
        """Workers on ports of their own. `faults`: as for launch; `more`: as for serve()."""
        url = database_url or centre.config.database_url
        settings = {"redis_url": redis_url or self.redis, "HUB_WORKERS": "2"} | more
        # Its own supervisor starts workers without us.
        if settings.get("workers", 1) == 1:
            settings["program"] = ("tests.fire.launch", "tells_tasks", *faults)
        async with contextlib.AsyncExitStack() as stack:
            async with self.gate.starting:
                starting = [serve(url, self.folder, **settings) for _ in range(count)]
                workers = [await stack.enter_async_context(one) for one in starting]
            with _told(workers):
                yield workers

    @contextlib.asynccontextmanager
    async def load(
        self, centre: Centre, workers: Sequence[Worker], addresses: Sequence[str] | None = None
    ) -> AsyncIterator[Load]:
        """A load on these workers, once every scenario stands. After the block all is right."""
        async with contextlib.AsyncExitStack() as stack:
            where = addresses or [one.url for one in workers]
            async with self.gate.starting:
                load = await stack.enter_async_context(ready_load(centre, workers, where))
            self.arrive()
            await self.gate.all_there.wait()
            async with under_way(load):
                yield load


@contextlib.contextmanager
def _told(workers: Sequence[Worker]) -> Iterator[None]:
    """A failure shows what the workers said."""
    try:
        yield
    except Exception as error:
        for worker in workers:
            error.add_note(f"--- {worker.url}\n{worker.log[-SAID:]}")
        raise


@contextlib.contextmanager
def stage(name: str) -> Iterator[None]:
    """One fault of several in a scenario: a failure says which."""
    try:
        yield
    except Exception as error:
        error.add_note(f"--- while {name}")
        raise


@contextlib.asynccontextmanager
async def beside(
    blocking: contextlib.AbstractContextManager[Any],
) -> AsyncIterator[Any]:
    """A context whose beginning and end wait, without the loop waiting too."""
    value = await asyncio.to_thread(blocking.__enter__)
    try:
        yield value
    finally:
        await asyncio.to_thread(blocking.__exit__, None, None, None)
