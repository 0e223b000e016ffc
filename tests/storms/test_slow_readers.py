"""Readers that read nothing, and requests that never end: nobody else waits for them."""

import asyncio
import time
from pathlib import Path

from tests.cast import VERA
from tests.centre import bare_centre
from tests.fire.history import RIGHT
from tests.fire.patience import comes_true
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import verdict
from tests.storms.machine import GIVING_BACK, SPARE_MEGABYTES, taken
from tests.wire.attacker import TEXT, Attacker, frame, handshake
from tests.workers import Worker, serve

READERS = 500
DEAF = 200
# More than the kernel and the transport keep for one who does not read.
BACKLOG, WORDS = 120, "x" * 4_800
SOON = 2.0
LET_GO_WITHIN = 20.0
MEGABYTES_EACH = 0.32
# Connections that publishing has opened since.
PUBLISHING = 20


async def test_two_hundred_who_read_nothing_delay_nobody_and_are_complete_when_they_read_again(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        bare_centre(sqlite_url) as centre,
        serve(sqlite_url, tmp_path, MALLOC_TRIM_THRESHOLD_=GIVING_BACK) as worker,
    ):
        pid = worker.process.pid
        async with (
            crowd([worker.url], READERS, deaf=DEAF, after=0) as public,
            publisher([worker.url], centre.tokens[VERA.name]) as vera,
        ):
            deaf = [one for one in public.readers if one.deaf]
            before = taken(pid)
            endless = asyncio.create_task(_never_ending_requests_are_ended(worker))
            for _ in range(BACKLOG):
                n = await vera.publish(words=WORDS)
            began = time.monotonic()
            grown = taken(pid).memory - before.memory
            assert grown < DEAF * MEGABYTES_EACH + SPARE_MEGABYTES

            async def let_go() -> bool:
                return taken(pid).descriptors <= before.descriptors - DEAF + PUBLISHING

            async with vera.going_on():
                await comes_true(let_go, within=LET_GO_WITHIN, what="the deaf are let go")
                # Somebody who was only slow for a moment would not have been sent away.
                assert time.monotonic() - began > SOON
            await endless
            n = await vera.settled(within=SOON)
            await public.upto(n, within=SOON)
            for one in public.readers[: READERS - DEAF]:
                assert max(one.delays(vera.sent)) < SOON
                assert not one.closes
            assert max(one.cursor for one in deaf) < BACKLOG
            for one in deaf:
                one.read_again()
            await public.upto(n, within=LET_GO_WITHIN)
            assert await verdict(centre, vera, public) == RIGHT
            assert public.reloads == 0
            assert taken(pid).memory - before.memory < SPARE_MEGABYTES


async def _never_ending_requests_are_ended(worker: Worker) -> None:
    """One that never begins, one whose header and one whose body goes on and on."""
    connections = [await Attacker.connected(worker.url) for _ in range(3)]
    _, head, body = connections
    head.send(handshake(worker.url)[:-2])
    body.send(
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )

    async def drip() -> None:
        while True:
            head.send(b"X-Again: and again\r\n")
            body.send(b"name=")
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    try:
        for one in connections:
            await one.is_sent_away(within=LET_GO_WITHIN)
    finally:
        dripping.cancel()
    # Beside them, a socket that is open and says nothing but a word a while is nobody's enemy.
    quiet = await Attacker.greeted(worker.url)
    quiet.send(frame(TEXT, b"{}"))
    assert not quiet.ended.done()
    await quiet.leaves()
