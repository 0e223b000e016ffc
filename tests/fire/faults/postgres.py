"""The database is away: publishing says so at once, and nothing that was acknowledged is gone."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator

import httpx2
import psycopg

from tests.centre import SLUG
from tests.fire.ground import Ground, beside, stage
from tests.fire.load import ANSWERED_WITHIN, Load
from tests.fire.patience import comes_true

AWAY_SECONDS = 3.0
STOPPED_SECONDS = 7.0
TOLD_WITHIN = 10.0
TAKER = "taker"
NO_SPACE = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_space BEFORE INSERT ON event EXECUTE FUNCTION no_space()
"""


async def postgres_killed_stopped_and_out_of_connections(ground: Ground) -> None:
    """Killed with all its children; frozen with open connections; full of somebody else's."""
    async with ground.own_postgres() as postgres, ground.centre(postgres.url) as centre:
        async with ground.workers(centre) as workers, ground.load(centre, workers) as load:
            with stage("PostgreSQL is dead"):
                await asyncio.to_thread(postgres.kill)
                await _is_refused(load)
                await asyncio.sleep(AWAY_SECONDS)
                await asyncio.to_thread(postgres.start)
                await load.heals()
            with stage("PostgreSQL is frozen"):
                await asyncio.to_thread(postgres.stop)
                await comes_true(load.not_current, within=TOLD_WITHIN, what="readers are told")
                await _is_refused(load)
                await asyncio.to_thread(postgres.resume)
                await load.heals()
                await comes_true(load.current, within=TOLD_WITHIN, what="readers are told")
            with stage("PostgreSQL has no space left"):
                async with beside(_no_space(centre.config.database_url)):
                    await _is_refused(load)
                await load.heals()
            with stage("others have all of PostgreSQL's connections"):
                async with beside(_all_connections(postgres.url)) as taken:
                    assert taken > 100
                    await _is_refused(load)
                    await asyncio.sleep(AWAY_SECONDS)
                    await _is_refused(load)
                await load.heals()


async def a_backend_of_postgres_stopped(ground: Ground) -> None:
    """Half of what one briefing's workers hold: the very one that writes may be among them."""
    async with ground.centre() as centre, ground.workers(centre) as workers:
        async with ground.load(centre, workers) as load:
            name = centre.config.database_url.rpartition("/")[2]
            frozen = await asyncio.to_thread(_backends, ground.postgres, name)
            for pid in frozen[::2]:
                os.kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(STOPPED_SECONDS)
            finally:
                for pid in frozen[::2]:
                    os.kill(pid, signal.SIGCONT)
            await load.heals()


async def _is_refused(load: Load) -> None:
    """Publishing is, in time and with a word about when to come back; a page is not kept waiting
    either, whether it can be shown or not."""
    async with httpx2.AsyncClient(trust_env=False, timeout=ANSWERED_WITHIN) as client:
        for address in load.addresses:
            answer = await load.vera.attempt(f"act-refused-{len(load.vera.answers)}", address)
            assert (answer.status, answer.retry_after) == (503, "2"), answer
            page = await client.get(f"{address}/briefings/{SLUG}")
            assert page.status_code in (200, 503), page.text


@contextlib.contextmanager
def _no_space(url: str) -> Iterator[None]:
    """As PostgreSQL says it, without a disk to fill."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(NO_SPACE)
        yield
        connection.execute("DROP FUNCTION no_space CASCADE")


def _backends(url: str, name: str) -> list[int]:
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s ORDER BY pid", [name]
        )
        return [pid for (pid,) in rows]


@contextlib.contextmanager
def _all_connections(url: str) -> Iterator[int]:
    """Nobody else has one, nor gets one. Yields how many they are."""
    with contextlib.ExitStack() as stack:
        held: list[psycopg.Connection] = []
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                while True:
                    one = psycopg.connect(url, autocommit=True, application_name=TAKER)
                    held.append(stack.enter_context(one))
            others = held[0].execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND application_name <> %s",
                [TAKER],
            )
            if not others.fetchall():
                break
        yield len(held)
