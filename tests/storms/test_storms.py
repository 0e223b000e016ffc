"""Thousands come at once, lose both workers at once, and come back at once."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cast import VERA
from tests.centre import bare_centre
from tests.fire.history import RIGHT
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import verdict
from tests.services import Server, fresh_database
from tests.storms.counting import Asked, counted, log_statements
from tests.storms.machine import taken
from tests.workers import Worker, serve

COMING, COMING_BACK, ACTS = 2_000, 2_000, 20
ALL_IN_WITHIN = 10.0
ALL_BACK_WITHIN = 30.0
SOON = 2.0
# Of two workers each has its half, give or take what chance does to 2,000 coins.
LEAST_SHARE = 0.4
# Statements: of both workers each second, whoever is there; of a stream that is opened by both
# and read back; of two workers that start.
EACH_SECOND, TO_OPEN, TO_START = 8, 80, 120


async def test_a_storm_of_readers_costs_reads_by_stream_and_worker_and_none_by_reader(
    own_postgres: Server, redis_url: str, tmp_path: Path
) -> None:
    log_statements(own_postgres)
    with fresh_database(own_postgres.url) as url:
        async with (
            bare_centre(url) as centre,
            serve(url, tmp_path, redis_url=redis_url, workers=2) as hub,
            publisher([hub.url], centre.tokens[VERA.name]) as vera,
        ):
            for _ in range(30):
                n = await vera.publish()

            began = time.monotonic()
            with _asked_at_most(own_postgres, TO_OPEN):
                async with crowd([hub.url], COMING, after=n - 20) as public:
                    await public.upto(n, within=ALL_IN_WITHIN)
                    assert time.monotonic() - began < ALL_IN_WITHIN
                    assert not public.closes
                    assert await verdict(centre, vera, public) == RIGHT

            # The control: what does ask the database is counted.
            with counted(own_postgres) as asked:
                for _ in range(ACTS):
                    n = await vera.publish()
            assert len(asked) > ACTS

            async with crowd([hub.url], COMING_BACK, after=n) as public:
                assert _is_even(hub)
                with _asked_at_most(own_postgres, TO_OPEN + TO_START):
                    for pid in hub.pids():
                        os.kill(pid, signal.SIGKILL)
                    n = await vera.publish()
                    await public.upto(n, within=ALL_BACK_WITHIN)
                assert public.open == COMING_BACK
                assert set(public.closes) == {"cut"}
                assert _is_even(hub)
                await public.upto(await vera.publish(), within=SOON)
                assert await verdict(centre, vera, public) == RIGHT


def _is_even(hub: Worker) -> bool:
    """Whether the workers have about as many connections each."""
    held = [taken(pid).descriptors for pid in hub.pids()]
    return len(held) == 2 and min(held) > LEAST_SHARE * sum(held)


@contextmanager
def _asked_at_most(server: Server, times: int) -> Iterator[None]:
    """What happens in the block asks the database hardly more than the workers do anyway."""
    began = time.monotonic()
    asked: Asked
    with counted(server) as asked:
        yield
    assert len(asked) < times + EACH_SECOND * (time.monotonic() - began), asked.statements
