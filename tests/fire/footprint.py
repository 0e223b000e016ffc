"""What a worker takes of its machine."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.store.engine import READERS
from tests.fire.launch import tasks_file
from tests.fire.patience import comes_true
from tests.workers import Worker

# A timer or a request of the moment, and what an allocator keeps.
SPARE_TASKS = 3
SPARE_MEGABYTES = 24
# Two pools, for reading and for writing, that open a place when it is first needed. Far fewer than
# the readers who were cut meanwhile and the requests that were broken off.
POOLS = 2 * READERS
SETTLED_SECONDS = 0.3
RETURNS_WITHIN = 10.0
TOLD_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Footprint:
    """`memory` in megabytes."""

    tasks: int
    descriptors: int
    threads: int
    memory: float

    def holds(self, later: "Footprint") -> bool:
        """Whether what the process takes later is what it took."""
        return (
            later.tasks <= self.tasks + SPARE_TASKS
            and later.descriptors <= self.descriptors + POOLS
            and later.threads <= self.threads + POOLS
            and later.memory <= self.memory + SPARE_MEGABYTES
        )


async def footprint(worker: Worker) -> Footprint:
    """Of a worker that tells its tasks (see launch)."""
    status, descriptors = await asyncio.to_thread(_of_process, worker.process.pid)
    told = tasks_file(worker.process.pid)
    worker.process.send_signal(signal.SIGUSR1)

    async def has_told() -> bool:
        return await asyncio.to_thread(told.exists)

    await comes_true(has_told, within=TOLD_WITHIN, what="the worker tells its tasks")
    tasks = int(await asyncio.to_thread(told.read_text))
    await asyncio.to_thread(told.unlink)
    return Footprint(
        tasks=tasks,
        descriptors=descriptors,
        threads=int(status["Threads"]),
        memory=int(status["VmRSS"].split()[0]) / 1024,
    )


async def footprints(workers: Sequence[Worker]) -> Mapping[Worker, Footprint]:
    """Of those that have no supervisor, once what has just ended is let go."""
    await asyncio.sleep(SETTLED_SECONDS)
    return {worker: await footprint(worker) for worker in workers if not worker.pids()}


async def return_to(before: Mapping[Worker, Footprint]) -> None:
    """Once each takes what it took. AssertionError, with the figures, if one does not."""
    for worker, took in before.items():

        async def returned(worker: Worker = worker, took: Footprint = took) -> bool:
            return took.holds(await footprint(worker))

        try:
            await comes_true(returned, within=RETURNS_WITHIN, what=f"{took} again")
        except AssertionError as error:
            error.add_note(f"it is {await footprint(worker)}")
            raise


def _of_process(pid: int) -> tuple[dict[str, str], int]:
    place = Path(f"/proc/{pid}")
    lines = (place / "status").read_text().splitlines()
    return dict(line.split(":", 1) for line in lines), len(list((place / "fd").iterdir()))
