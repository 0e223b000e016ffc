"""SIGTERM: first nobody new, then everybody leaves in their own time, then nothing is left."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.cast import VERA
from tests.centre import SLUG, Centre, Follower
from tests.serving.conftest import Group
from tests.workers import Worker, serve

DRAIN = 1.5
READERS = 60
TEXT = b'{"text": "begun before the end", "language": "en"}'

Serve = Callable[[], AbstractAsyncContextManager[Worker]]


@pytest.fixture(params=["alone", "two"])
def draining(request: pytest.FixtureRequest, centre: Centre, tmp_path: Path, group: Group) -> Serve:
    """One process, and a group of two."""
    if request.param == "two":
        return lambda: group(HUB_DRAIN_SECONDS=str(DRAIN))

    @contextlib.asynccontextmanager
    async def start() -> AsyncIterator[Worker]:
        url, drain = centre.config.database_url, str(DRAIN)
        async with serve(url, tmp_path, workers=1, HUB_DRAIN_SECONDS=drain) as serving:
            yield serving

    return start


async def test_a_group_lets_the_sockets_go_one_by_one_and_nothing_is_left_behind(
    centre: Centre, group: Group
) -> None:
    async with (
        group(HUB_DRAIN_SECONDS=str(DRAIN)) as serving,
        contextlib.AsyncExitStack() as stack,
    ):
        followers = [
            await stack.enter_async_context(centre.follow(url=serving.url)) for _ in range(READERS)
        ]
        leaving = [asyncio.create_task(end(follower)) for follower in followers]
        began = time.monotonic()
        serving.terminate()
        ends = await asyncio.gather(*leaving)
        assert {code for _, code in ends} == {1012}
        moments = sorted(at - began for at, _ in ends)
        # Spread evenly over the time: no third of it, from the first goodbye on, has most of them.
        thirds = [int(3 * (at - moments[0]) / DRAIN) for at in moments]
        assert max(thirds.count(third) for third in range(3)) < READERS * 0.6
        assert moments[-1] - moments[0] > DRAIN / 2
        assert await serving.ended() == 0
        assert serving.left() == []
        with pytest.raises(httpx2.ConnectError):
            await get(serving.url, "/readyz")


async def test_while_it_drains_it_says_so_and_still_answers(
    centre: Centre, draining: Serve
) -> None:
    async with (
        draining() as serving,
        httpx2.AsyncClient(base_url=serving.url, trust_env=False, verify=False) as kept,
        contextlib.AsyncExitStack() as stack,
    ):
        # Somebody is there on each worker, or there were nothing to drain.
        for _ in range(16):
            await stack.enter_async_context(centre.follow(url=serving.url))
        assert "connection" not in (await kept.get("/readyz")).headers
        reader, writer = await half_a_request(centre, serving)
        serving.terminate()
        async with asyncio.timeout(DRAIN):
            # Each worker hears of it at a moment of its own, and the kernel picks who answers.
            in_a_row = 0
            while in_a_row < 16:
                ready = await get(serving.url, "/readyz")
                in_a_row = in_a_row + 1 if ready.status_code == 503 else 0
        assert ready.text == "draining\n"

        asked_before = await kept.get(f"/briefings/{SLUG}")
        assert (asked_before.status_code, asked_before.headers["connection"]) == (200, "close")
        new = await get(serving.url, f"/briefings/{SLUG}")
        assert (new.status_code, new.headers["connection"]) == (200, "close")
        with pytest.raises(InvalidStatus) as refused:
            async with centre.follow(url=serving.url):
                pass
        assert refused.value.response.status_code == 503
        assert refused.value.response.headers["Retry-After"] == "1"

        writer.write(TEXT[10:])
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert b"\r\nconnection: close\r\n" in answer
        writer.close()
        assert await serving.ended() == 0


async def test_who_is_refused_while_it_drains_is_counted(centre: Centre, tmp_path: Path) -> None:
    url = centre.config.database_url
    async with (
        serve(url, tmp_path, workers=1, HUB_DRAIN_SECONDS="5") as serving,
        centre.follow(url=serving.url),
    ):
        serving.terminate()
        async with asyncio.timeout(DRAIN):
            while (await get(serving.url, "/readyz")).status_code != 503:
                pass
        before = await refusals(serving)
        for _ in range(3):
            with pytest.raises(InvalidStatus):
                async with centre.follow(url=serving.url):
                    pass
        assert await refusals(serving) == before + 3


async def refusals(serving: Worker) -> float:
    told = (await get(serving.url, "/metrics")).text
    (count,) = re.findall(r'^hub_refusals_total\{status="503"\} (\S+)$', told, re.MULTILINE)
    return float(count)


async def end(follower: Follower) -> tuple[float, int]:
    try:
        while True:
            await follower.next()
    except ConnectionClosed as closed:
        return time.monotonic(), closed.rcvd.code if closed.rcvd else 0


async def get(url: str, path: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False, verify=False) as client:
        return await client.get(url + path)


async def half_a_request(
    centre: Centre, serving: Worker
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Somebody publishes, on a line that takes its time."""
    address = serving.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*address.split(":"))
    writer.write(
        f"POST /api/briefings/{SLUG}/updates HTTP/1.1\r\nHost: {address}\r\n"
        f"Authorization: Bearer {centre.tokens[VERA.name]}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(TEXT)}\r\n\r\n".encode()
    )
    writer.write(TEXT[:10])
    # It is with the hub once something that was sent later is answered.
    await get(serving.url, "/healthz")
    return reader, writer
