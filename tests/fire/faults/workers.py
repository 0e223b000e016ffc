"""A worker is away, or busy with nothing: the others carry on, and a new one takes its place."""

import asyncio
import contextlib
import os
import signal

from tests.fire.ground import Ground, stage
from tests.fire.launch import BLOCKED_SECONDS
from tests.workers import serve

REPLACED_WITHIN = 30.0


async def workers_and_their_supervisor_killed(ground: Ground) -> None:
    """kill -9 of one, of both, and of the supervisor, whom the operator's system starts again."""
    async with (
        ground.centre() as centre,
        ground.workers(centre, 1, workers=2) as [hub],
        contextlib.AsyncExitStack() as stack,
        ground.load(centre, [hub]) as load,
    ):
        with stage("one worker is killed"):
            _kill(hub.pids()[0])
            await load.heals(within=REPLACED_WITHIN)
        with stage("both workers are killed"):
            _kill(*hub.pids())
            await load.comes_back(within=REPLACED_WITHIN)
        with stage("the supervisor is killed"):
            hub.process.kill()
            await hub.process.wait()
            url, port = centre.config.database_url, int(hub.url.rpartition(":")[2])
            again = serve(url, ground.folder, redis_url=ground.redis, workers=2, port=port)
            await stack.enter_async_context(again)
            await load.comes_back(within=REPLACED_WITHIN)


async def a_loop_that_does_nothing_for_three_seconds(ground: Ground) -> None:
    """Its own readers wait; nobody is disconnected, and the other worker's notice nothing."""
    async with (
        ground.centre() as centre,
        ground.workers(centre, 1, faults=["blockable"]) as [busy],
        ground.workers(centre, 1) as [other],
        ground.load(centre, [busy, other]) as load,
    ):
        load.excused.add(busy.url)
        closes = set(load.public.closes)
        for _ in range(2):
            busy.process.send_signal(signal.SIGUSR2)
            await load.vera.publish(address=other.url)
            await asyncio.sleep(BLOCKED_SECONDS)
            await load.heals()
        assert set(load.public.closes) - closes <= {"cut"}


def _kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
