"""Redis under its sentinels: the bell follows to whichever server has become the master."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from redis.asyncio import Redis

from hub.live.redis_at import redis_at
from tests import services
from tests.cast import VERA
from tests.centre import bare_centre
from tests.fire.history import RIGHT
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import verdict
from tests.programs import redis_program
from tests.services import Server, free_port
from tests.workers import serve

PATIENCE = 30.0

WATCH = """port {port}
bind 127.0.0.1
dir {folder}
sentinel monitor press 127.0.0.1 {master} 2
sentinel down-after-milliseconds press 1000
sentinel failover-timeout press 4000
"""


@contextlib.asynccontextmanager
async def sentinels(master: int, folder: Path) -> AsyncIterator[list[int]]:
    """Three of them, who know each other; their ports."""
    ports = [free_port() for _ in range(3)]
    watching = []
    try:
        for port in ports:
            (own := folder / str(port)).mkdir()
            (own / "conf").write_text(WATCH.format(port=port, folder=own, master=master))
            with (own / "log").open("wb") as log:
                argv = (str(redis_program()), str(own / "conf"), "--sentinel")
                watching.append(await asyncio.create_subprocess_exec(*argv, stdout=log, stderr=log))
        for port in ports:
            await until(port, "num-other-sentinels", 2)
            await until(port, "num-slaves", 1)
        yield ports
    finally:
        for process in watching:
            process.kill()
            await process.wait()


async def until(port: int, name: str, value: int) -> None:
    """Once the sentinel at this port says so."""
    async with Redis(port=port) as sentinel, asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(OSError):
                state = await sentinel.sentinel_master("press")
                assert isinstance(state, dict)
                if state[name] == value:
                    return
            await asyncio.sleep(0.1)


def port_of(server: Server) -> int:
    return int(server.url.split(":")[2].partition("/")[0])


async def test_the_bell_moves_with_the_master_and_nothing_is_lost(
    postgres_url: str, tmp_path: Path
) -> None:
    with services.redis() as first, services.redis() as second:
        async with Redis(port=port_of(second)) as replica:
            await replica.replicaof("127.0.0.1", port_of(first))
        async with (
            sentinels(port_of(first), tmp_path) as watching,
            bare_centre(postgres_url) as centre,
            contextlib.AsyncExitStack() as stack,
        ):
            hosts = ",".join(f"127.0.0.1:{port}" for port in watching)
            url = f"sentinel://{hosts}/press"
            workers = [
                await stack.enter_async_context(
                    serve(postgres_url, tmp_path, redis_url=url, HUB_WORKERS="2")
                )
                for _ in range(2)
            ]
            urls = [worker.url for worker in workers]
            people = await stack.enter_async_context(crowd(urls, 10))
            vera = await stack.enter_async_context(publisher(urls, centre.tokens[VERA.name]))
            await hears(urls)
            async with vera.going_on():
                await asyncio.to_thread(first.kill)
                await until(watching[0], "port", port_of(second))
                await hears(urls)
            await people.upto(await vera.settled(within=5), within=5)
            assert await verdict(centre, vera, people) == RIGHT
            assert vera.slowest < 2


async def hears(urls: list[str]) -> None:
    """Once every worker hears the bell."""
    async with httpx2.AsyncClient(trust_env=False) as client, asyncio.timeout(PATIENCE):
        for url in urls:
            while "hub_bell_healthy 1.0" not in (await client.get(f"{url}/metrics")).text:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    "url", ["sentinel:///press", "sentinel://h1,h2", "sentinel://h1,,h2/x", "sentinel://h:x/press"]
)
def test_an_address_of_no_sentinel_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"sentinel://|[Pp]ort"):
        redis_at(url)
