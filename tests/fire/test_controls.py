"""The controls: with what protects taken away something must be lost, and the checker must say so.
Otherwise the other tests here prove nothing."""

import asyncio

import psycopg
import pytest

from tests import services
from tests.cast import VERA
from tests.fire.conftest import Abreast, Scenario
from tests.fire.ground import Ground
from tests.fire.history import RIGHT, Got, Loaded, Record, Step, judge
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import verdict

# Longer than the tail of a hub that has one.
WAITED_SECONDS = 4.0
ACTS = 40
UNWRITTEN_BYTES = 16_384
UNWRITTEN_WITHIN = 30.0

LOG = """
CREATE TABLE counter (n int); INSERT INTO counter VALUES (0);
CREATE TABLE log (serial bigserial, n int, act text)
"""
SERIAL = "INSERT INTO log (act) VALUES (%s) RETURNING serial"
COUNTED = """
WITH next AS (UPDATE counter SET n = n + 1 RETURNING n)
INSERT INTO log (n, act) SELECT n, %s FROM next RETURNING n
"""


async def without_bell_and_tail_updates_are_lost(ground: Ground) -> None:
    """And with Redis back they are found again: it was only these two that were away."""
    async with (
        ground.own_redis() as redis,
        ground.centre() as centre,
        ground.workers(centre, redis_url=redis.url, faults=["without_tail"]) as [one, other],
        crowd([other.url], 5, after=0) as public,
        publisher([one.url], centre.tokens[VERA.name]) as vera,
    ):
        await public.upto(await vera.publish(), within=5)
        await asyncio.to_thread(redis.kill)
        n = await vera.publish()
        await asyncio.sleep(WAITED_SECONDS)
        assert (await verdict(centre, vera, public)).lost == tuple(
            f"{one.name}: {n}" for one in public.readers
        )
        await asyncio.to_thread(redis.start)
        await public.upto(n, within=5)
        assert await verdict(centre, vera, public) == RIGHT


async def a_hasty_postgresql_loses_what_it_acknowledged(ground: Ground) -> None:
    """synchronous_commit=off, and the writer of its log far behind."""
    async with ground.own_postgres() as postgres, ground.centre(postgres.url) as centre:
        async with (
            await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as admin,
            ground.workers(centre, 1, faults=["hasty"]) as [one],
            publisher([one.url], centre.tokens[VERA.name]) as vera,
        ):
            await admin.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            await admin.execute("SELECT pg_reload_conf()")
            async with asyncio.timeout(UNWRITTEN_WITHIN):
                while await _unwritten(admin) < UNWRITTEN_BYTES:
                    await vera.publish()
            await asyncio.to_thread(postgres.restart)
            lost = (await verdict(centre, vera)).lost
            assert [words for words in lost if "was acknowledged as" in words] != []


async def numbers_of_a_serial_lose_and_those_of_a_locked_counter_do_not(ground: Ground) -> None:
    """Writers that commit in another order than they took their numbers, and a reader with a
    cursor: the reason why the counter is locked."""
    async with ground.own_postgres() as postgres:
        for insert, column, loses in ((SERIAL, "serial", True), (COUNTED, "n", False)):
            record, steps = await _raced(postgres, insert, column)
            acts = {act: n for n, act in record if act is not None}
            found = judge(acknowledged=acts, attempted=acts, record=record, readers={"ana": steps})
            assert bool(found.lost) == loses
            assert (found == RIGHT) != loses


async def _unwritten(connection: psycopg.AsyncConnection) -> int:
    """Bytes of the log that PostgreSQL has not written yet."""
    rows = await connection.execute(
        "SELECT (pg_current_wal_insert_lsn() - pg_current_wal_flush_lsn())::int"
    )
    [(found,)] = await rows.fetchall()
    return int(found)


@pytest.mark.parametrize(
    "scenario",
    [
        without_bell_and_tail_updates_are_lost,
        a_hasty_postgresql_loses_what_it_acknowledged,
        numbers_of_a_serial_lose_and_those_of_a_locked_counter_do_not,
    ],
)
async def test_it_is_seen_that(abreast: Abreast, scenario: Scenario) -> None:
    await abreast.outcome(scenario)


async def _raced(postgres: services.Server, insert: str, column: str) -> tuple[Record, list[Step]]:
    """What four writers have kept and what a reader has read meanwhile."""
    async with await psycopg.AsyncConnection.connect(postgres.url, autocommit=True) as reading:
        await reading.execute("DROP TABLE IF EXISTS counter, log")
        await reading.execute(LOG)
        writing = asyncio.gather(
            *(_write(postgres.url, insert, f"act-{who}") for who in ("a", "b", "c", "d"))
        )
        query = f"SELECT {column}, act FROM log WHERE {column} > %s ORDER BY {column}"
        steps: list[Step] = [Loaded(0, anew=True)]
        cursor = 0
        reads_on = True
        while reads_on:
            # Once more after the last commit.
            reads_on = not writing.done()
            for n, act in await (await reading.execute(query, [cursor])).fetchall():
                steps.append(Got(n, act))
                cursor = n
        await writing
        return await (await reading.execute(query, [0])).fetchall(), steps


async def _write(url: str, insert: str, name: str) -> None:
    """Its acts, each a transaction that goes on for a moment after it has taken its number."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        for at in range(ACTS):
            await connection.execute(insert, [f"{name}-{at}"])
            await asyncio.sleep(0.001 * (at % 4))
            await connection.commit()
