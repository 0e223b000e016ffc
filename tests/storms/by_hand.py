"""Figures that are no tests, because a busy machine would fail them:

python -m tests.storms.by_hand slow-readers     (the others' p99 beside 200 that never read)
python -m tests.storms.by_hand arrivals         (5,000 sockets at once)
python -m tests.storms.by_hand return           (both workers die under 5,000)
"""

import asyncio
import contextlib
import gc
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path

import click
import uvloop

from tests.cast import VERA
from tests.centre import Centre, bare_centre
from tests.fire.publisher import Publisher, publisher
from tests.fire.readers import Crowd, crowd
from tests.services import fresh_database, postgres, redis
from tests.storms.machine import taken
from tests.workers import Worker, serve

READERS, DEAF = 500, 200
BACKLOG, WORDS = 120, "x" * 4_800
ROUND_SECONDS = 8.0
A_SECOND = 20.0
COMING = 5_000

main = click.Group(help="Figures that are no tests, because a busy machine would fail them.")


@contextlib.asynccontextmanager
async def _hub() -> AsyncIterator[tuple[Centre, Worker, Publisher]]:
    """Two workers, Redis and PostgreSQL."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bell = stack.enter_context(redis())
        url = stack.enter_context(fresh_database(stack.enter_context(postgres()).url))
        async with (
            bare_centre(url) as centre,
            serve(url, folder, redis_url=bell.url, workers=2) as hub,
            publisher([hub.url], centre.tokens[VERA.name], rate=A_SECOND) as vera,
        ):
            yield centre, hub, vera


def _figure(measure: Callable[[], Coroutine[None, None, None]]) -> None:
    @main.command(measure.__name__.strip("_").replace("_", "-"), help=measure.__doc__)
    def command() -> None:
        uvloop.run(measure())


@_figure
async def _slow_readers() -> None:
    """The p99 of 300 readers: quiet, beside 200 that have stopped reading, and quiet again."""
    gc.disable()
    async with (
        _hub() as (_, hub, vera),
        crowd([hub.url], READERS - DEAF) as fast,
        crowd([hub.url], DEAF, deaf=DEAF) as slow,
    ):
        for one in slow.readers:
            one.read_again()
        await _p99(vera, fast)
        quiet = await _p99(vera, fast)
        before = sum(taken(pid).memory for pid in hub.pids())
        for one in slow.readers:
            one.stop_reading()
        for _ in range(BACKLOG):
            n = await vera.publish(words=WORDS)
        await fast.upto(n, within=10)
        grown = sum(taken(pid).memory for pid in hub.pids()) - before
        beside = await _p99(vera, fast)
        for one in slow.readers:
            one.read_again()
        await slow.upto(await vera.publish(), within=30)
        again = await _p99(vera, fast)
        click.echo(f"p99 quiet {quiet:.1f} ms, quiet again {again:.1f} ms")
        click.echo(f"beside {DEAF} that never read {beside:.1f} ms: {beside / quiet:.2f} x")
        click.echo(f"memory of both workers {grown:+.1f} MB; ended: {dict(slow.closes)}")


async def _p99(vera: Publisher, people: Crowd) -> float:
    begin = len(vera.sent)
    async with vera.going_on():
        await asyncio.sleep(ROUND_SECONDS)
    n = await vera.settled(within=10)
    await people.upto(n, within=10)
    sent = dict(list(vera.sent.items())[begin:])
    found = sorted(
        1000 * delay for one in people.readers for delay in one.delays(vera.sent)[-len(sent) :]
    )
    return found[int(0.99 * len(found))]


@_figure
async def _arrivals() -> None:
    """How long 5,000 sockets take that come at once, each 20 updates behind."""
    async with _hub() as (_, hub, vera):
        for _ in range(30):
            n = await vera.publish()
        began = time.monotonic()
        async with crowd([hub.url], COMING, after=n - 20) as public:
            open_after = time.monotonic() - began
            await public.upto(n, within=30)
            complete_after = time.monotonic() - began
            each = [taken(pid).descriptors for pid in hub.pids()]
            click.echo(f"{COMING} open after {open_after:.1f} s, complete {complete_after:.1f} s")
            click.echo(f"refused or cut: {dict(public.closes)}; connections each: {each}")


@_figure
async def _return() -> None:
    """How long 5,000 take to be back and complete after both workers were killed."""
    async with _hub() as (_, hub, vera):
        n = await vera.publish()
        async with crowd([hub.url], COMING, after=n) as public:
            began = time.monotonic()
            for pid in hub.pids():
                os.kill(pid, signal.SIGKILL)
            await public.upto(await vera.publish(), within=60)
            click.echo(f"{COMING} back and complete after {time.monotonic() - began:.1f} s")
            each = [taken(pid).descriptors for pid in hub.pids()]
            click.echo(f"how they ended: {dict(public.closes)}; connections each: {each}")


if __name__ == "__main__":
    main()
