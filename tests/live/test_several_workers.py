"""Several workers on one database: what is published on one is read on all, whatever dies."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path

import httpx2
import pytest
from redis.asyncio import Redis
from websockets.exceptions import ConnectionClosed

from hub.domain.audience import Audience
from hub.store.finding import epoch, hub_name
from tests.cast import ANA, VERA
from tests.centre import PATIENCE, SLUG, Centre, Follower, bare_centre
from tests.services import Server
from tests.workers import Worker, serve

ANSWERED_WITHIN = 2.0


@pytest.fixture
async def centre(postgres_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(postgres_url) as centre:
        yield centre


@contextlib.asynccontextmanager
async def two(
    centre: Centre, folder: Path, *, redis_url: str | None = None
) -> AsyncIterator[tuple[Worker, Worker]]:
    """Two workers, started together. They know of each other."""
    url = centre.config.database_url
    async with (
        serve(url, folder, redis_url=redis_url, HUB_WORKERS="2") as one,
        serve(url, folder, redis_url=redis_url, HUB_WORKERS="2") as other,
    ):
        yield one, other


async def publish(centre: Centre, worker: Worker, text: str) -> int:
    """Through this worker's API; returns the public's number. Fails if it is not soon answered."""
    headers = {"Authorization": f"Bearer {centre.tokens[VERA.name]}"}
    async with httpx2.AsyncClient(trust_env=False, headers=headers) as client:
        began = time.monotonic()
        answer = await client.post(
            f"{worker.url}/api/briefings/{SLUG}/updates", json={"text": text, "language": "en"}
        )
        assert time.monotonic() - began < ANSWERED_WITHIN
    assert answer.status_code == 201, answer.text
    n: int = answer.json()["n"]
    return n


def words(follower: Follower) -> list[str]:
    return [event["html"] for event in follower.events]


@pytest.mark.parametrize("with_redis", [True, False], ids=["redis", "tail"])
async def test_what_one_worker_publishes_the_other_shows(
    centre: Centre, tmp_path: Path, redis_url: str, with_redis: bool
) -> None:
    redis = redis_url if with_redis else None
    async with two(centre, tmp_path, redis_url=redis) as (one, other):
        async with centre.follow(Audience.ROOM, ANA, url=other.url) as ana:
            first = (await ana.next())["hello"] + 1
            for at in range(5):
                n = await publish(centre, one, f"words {at}")
            await ana.upto(n)
            assert ana.numbers == list(range(first, n + 1))
            assert [f"words {at}" in html for at, html in enumerate(words(ana))] == [True] * 5


async def test_who_is_cut_and_comes_back_to_the_other_worker_has_each_once_and_in_order(
    centre: Centre, tmp_path: Path, redis_url: str
) -> None:
    async with two(centre, tmp_path, redis_url=redis_url) as workers:
        numbers: list[int] = []
        start = (await centre.briefing()).head(Audience.PUBLIC)
        for turn in range(6):
            worker = workers[turn % 2]
            after = numbers[-1] if numbers else start
            async with centre.follow(
                url=worker.url, after=after, epoch=await history(centre)
            ) as bao:
                for at in range(3):
                    n = await publish(centre, workers[at % 2], f"{turn} {at}")
                # Cut in the middle: what is still on its way then must come by the other.
                await bao.upto(n - 1)
                numbers += bao.numbers
        async with centre.follow(url=workers[0].url, after=numbers[-1]) as bao:
            await bao.upto(n)
            numbers += bao.numbers
        assert numbers == list(range(start + 1, n + 1))


async def history(centre: Centre) -> str:
    return await centre.database.read(epoch)


async def stop_and_continue(redis: Server) -> None:
    await asyncio.to_thread(redis.stop)
    await asyncio.sleep(5)
    await asyncio.to_thread(redis.resume)


async def restart(redis: Server) -> None:
    await asyncio.to_thread(redis.restart)


async def kill(redis: Server) -> None:
    await asyncio.to_thread(redis.kill)


@pytest.mark.parametrize("fault", [restart, stop_and_continue, kill])
async def test_a_redis_that_fails_loses_nothing_and_delays_no_answer(
    centre: Centre,
    tmp_path: Path,
    own_redis: Server,
    fault: Callable[[Server], Coroutine[None, None, None]],
) -> None:
    async with two(centre, tmp_path, redis_url=own_redis.url) as (one, other):
        async with centre.follow(url=one.url) as here, centre.follow(url=other.url) as there:
            first = (await here.next())["hello"] + 1
            await there.next()
            n = await publish(centre, one, "before")
            await there.upto(n)
            failing = asyncio.create_task(fault(own_redis))
            published = 0
            while not failing.done() or published < 5:
                n = await publish(centre, one, f"meanwhile {published}")
                published += 1
                await there.upto(n)
            await failing
            n = await publish(centre, other, "after")
            await here.upto(n)
            await there.upto(n)
            assert here.numbers == there.numbers == list(range(first, n + 1))


async def test_a_forged_or_malformed_bell_reaches_nobody_and_breaks_nothing(
    centre: Centre, tmp_path: Path, redis_url: str
) -> None:
    name = await centre.database.read(hub_name)
    channel, beat = f"hub:{name}:bell", f"hub:{name}:beat"
    async with two(centre, tmp_path, redis_url=redis_url) as (one, other):
        async with centre.follow(url=other.url) as ana, Redis.from_url(redis_url) as redis:
            first = (await ana.next())["hello"] + 1
            # A worker serves before it hears.
            async with asyncio.timeout(PATIENCE):
                while await redis.pubsub_numsub(beat) != [(beat.encode(), 2)]:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            for forged in (
                b'{"html":"<h1>Fake</h1>","n":999}',
                b"1 999999999999999999",
                b"-1 5",
                b"1 " + b"9" * 400,
                b"x" * 1_000_000,
                b"\xff\xfe\x00",
                b"",
            ):
                assert await redis.publish(channel, forged) == 2
            for forged in (b"[]", b"[1]", b'["w", [[1]]]', b'["w", [["a", "b"]]]', b"[" * 99_999):
                assert await redis.publish(beat, forged) == 2
            n = await publish(centre, one, "true words")
            await ana.upto(n)
            assert ana.numbers == list(range(first, n + 1))
            assert "Fake" not in "".join(words(ana))


async def test_on_sigterm_the_sockets_are_let_go_spread_over_the_drain_time(
    centre: Centre, tmp_path: Path
) -> None:
    async with (
        serve(centre.config.database_url, tmp_path, HUB_DRAIN_SECONDS="1.5") as worker,
        contextlib.AsyncExitStack() as stack,
    ):
        followers = [
            await stack.enter_async_context(centre.follow(url=worker.url)) for _ in range(24)
        ]
        for follower in followers:
            await follower.next()

        async def left(follower: Follower) -> tuple[float, int]:
            try:
                while True:
                    await follower.next()
            except ConnectionClosed as end:
                return time.monotonic(), end.rcvd.code if end.rcvd else 0

        leaving = [asyncio.create_task(left(follower)) for follower in followers]
        worker.terminate()
        ends = await asyncio.gather(*leaving)
        assert {code for _, code in ends} == {1012}
        moments = sorted(at for at, _ in ends)
        # Uniform over 1.5 s: 24 of them within half of it would be a one in ten million chance.
        assert moments[-1] - moments[0] > 0.75
        assert await worker.ended() == 0


async def test_signing_out_on_one_worker_closes_the_sockets_on_the_other(
    centre: Centre, tmp_path: Path, redis_url: str
) -> None:
    async with two(centre, tmp_path, redis_url=redis_url) as (one, other):
        ana = await centre.client(ANA, Origin=one.url)
        cookie = ana.cookies["hub_session"]
        async with (
            centre.follow(Audience.ROOM, url=other.url, cookie=cookie) as room,
            centre.follow(url=other.url) as public,
        ):
            await room.next()
            await public.next()
            answer = await ana.post(f"{one.url}/sign-out")
            assert answer.status_code == 303
            with pytest.raises(ConnectionClosed) as end:
                while True:
                    await room.next()
            assert end.value.rcvd is not None
            assert end.value.rcvd.code == 4401
            n = await publish(centre, one, "the public reads on")
            await public.upto(n)


async def test_two_workers_on_one_port_both_show_it(
    centre: Centre, tmp_path: Path, redis_url: str
) -> None:
    async with (
        serve(centre.config.database_url, tmp_path, redis_url=redis_url, workers=2) as hub,
        contextlib.AsyncExitStack() as stack,
    ):
        followers = [await stack.enter_async_context(centre.follow(url=hub.url)) for _ in range(16)]
        first = (await followers[0].next())["hello"] + 1
        n = 0
        for at in range(3):
            n = await publish(centre, hub, f"words {at}")
        for follower in followers:
            await follower.upto(n)
            assert follower.numbers == list(range(first, n + 1))
        hub.terminate()
        assert await hub.ended() == 0
