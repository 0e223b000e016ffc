"""What may happen to a press centre, one thing at a time: each is begun and healed by itself."""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import psycopg
from redis.asyncio import Redis

from tests.fire.patience import comes_true
from tests.fire.readers import Crowd, crowd
from tests.services import Server
from tests.workers import Worker

HEALED_WITHIN = 60.0
STOPPED_SECONDS = (2.0, 5.0)
DEAF_SECONDS = (3.0, 8.0)
GUESTS = 150


@dataclass(slots=True)
class Scene:
    """What can be broken. `postgres` is None where the hub keeps its record in SQLite."""

    hub: Worker
    workers: int
    redis: Server
    postgres: Server | None
    database_url: str
    crowds: Sequence[Crowd]
    dice: random.Random
    # Readers that were deaf for a while: what they read later was sent earlier.
    deaf: set[str]


Fault = Callable[[Scene], Awaitable[None]]


def faults(scene: Scene) -> Mapping[str, Fault]:
    """All that can happen here, by name."""
    kept = POSTGRES if scene.postgres else SQLITE
    return {fault.__name__: fault for fault in (*EVERYWHERE, *kept)}


async def a_worker_is_killed(scene: Scene) -> None:
    """kill -9; its supervisor starts another."""
    before = scene.hub.pids()
    dead = scene.dice.choice(before)
    os.kill(dead, signal.SIGKILL)
    await _whole_again(scene, without={dead})


async def both_workers_are_killed(scene: Scene) -> None:
    """Everybody is cut off at once."""
    before = set(scene.hub.pids())
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    await _whole_again(scene, without=before)


async def the_workers_are_renewed(scene: Scene) -> None:
    """A rolling restart."""
    before = set(scene.hub.pids())
    scene.hub.renew()
    await _whole_again(scene, without=before)


async def a_worker_hangs(scene: Scene) -> None:
    """Connections stay open and nothing answers."""
    pid = scene.dice.choice(scene.hub.pids())
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(scene.dice.uniform(*STOPPED_SECONDS))
    os.kill(pid, signal.SIGCONT)


async def redis_hangs(scene: Scene) -> None:
    """As on a machine that swaps."""
    await asyncio.to_thread(scene.redis.stop)
    await asyncio.sleep(scene.dice.uniform(*STOPPED_SECONDS))
    await asyncio.to_thread(scene.redis.resume)


async def redis_is_killed(scene: Scene) -> None:
    """And comes back empty, a while later."""
    await asyncio.to_thread(scene.redis.kill)
    await asyncio.sleep(scene.dice.uniform(*STOPPED_SECONDS))
    await asyncio.to_thread(scene.redis.start)


async def redis_drops_its_connections(scene: Scene) -> None:
    """As a balancer before it does."""
    async with Redis.from_url(scene.redis.url) as client:
        for kind in ("pubsub", "normal"):
            await client.client_kill_filter(_type=kind, skipme=True)


async def postgres_is_killed(scene: Scene) -> None:
    """And recovers from its log."""
    assert scene.postgres is not None
    await asyncio.to_thread(scene.postgres.restart)


async def postgres_hangs(scene: Scene) -> None:
    """As on a disk that does not answer."""
    assert scene.postgres is not None
    await asyncio.to_thread(scene.postgres.stop)
    await asyncio.sleep(scene.dice.uniform(*STOPPED_SECONDS))
    await asyncio.to_thread(scene.postgres.resume)


async def postgres_drops_its_connections(scene: Scene) -> None:
    """As an administrator does."""
    assert scene.postgres is not None
    async with await psycopg.AsyncConnection.connect(scene.postgres.url, autocommit=True) as one:
        await one.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


async def sqlite_is_locked_by_an_outsider(scene: Scene) -> None:
    """By a backup, say."""
    path = scene.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as outsider:
        await asyncio.to_thread(outsider.execute, "BEGIN IMMEDIATE")
        await asyncio.sleep(scene.dice.uniform(*STOPPED_SECONDS))
        outsider.execute("ROLLBACK")


async def half_of_the_readers_are_cut_off(scene: Scene) -> None:
    """A train goes into a tunnel."""
    for people in scene.crowds:
        people.cut(0.5)


async def some_readers_stop_reading(scene: Scene) -> None:
    """And read on later."""
    chosen = [one for people in scene.crowds for one in people.readers if scene.dice.random() < 0.2]
    scene.deaf.update(one.name for one in chosen)
    for one in chosen:
        one.stop_reading()
    await asyncio.sleep(scene.dice.uniform(*DEAF_SECONDS))
    for one in chosen:
        one.read_again()


async def guests_come_and_go(scene: Scene) -> None:
    """Many at once."""
    with contextlib.suppress(TimeoutError):
        async with crowd([scene.hub.url], GUESTS):
            await asyncio.sleep(scene.dice.uniform(0, 1))


async def the_machine_is_busy(scene: Scene) -> None:
    """Somebody computes something on every core of it."""
    hogs = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", "while True: pass")
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        await asyncio.sleep(scene.dice.uniform(*STOPPED_SECONDS))
    finally:
        for hog in hogs:
            hog.kill()
            await hog.wait()


EVERYWHERE: tuple[Fault, ...] = (
    a_worker_is_killed,
    both_workers_are_killed,
    the_workers_are_renewed,
    a_worker_hangs,
    redis_hangs,
    redis_is_killed,
    redis_drops_its_connections,
    half_of_the_readers_are_cut_off,
    some_readers_stop_reading,
    guests_come_and_go,
    the_machine_is_busy,
)
POSTGRES: tuple[Fault, ...] = (
    postgres_is_killed,
    postgres_hangs,
    postgres_drops_its_connections,
)
SQLITE: tuple[Fault, ...] = (sqlite_is_locked_by_an_outsider,)


async def _whole_again(scene: Scene, *, without: set[int]) -> None:
    async def whole() -> bool:
        pids = set(scene.hub.pids())
        return len(pids) == scene.workers and pids.isdisjoint(without)

    await comes_true(whole, within=HEALED_WITHIN, what="there are as many workers as before")
