"""The bell is away: the log's own timer carries the updates, and nobody waits for Redis."""

import asyncio
import time

import httpx2
from redis.asyncio import Redis

from tests.fire.ground import Ground, stage
from tests.fire.load import COMPLETE_WITHIN, Load
from tests.fire.patience import comes_true
from tests.fire.relay import relay
from tests.workers import Worker

STOPPED_SECONDS = 30.0
# Without the bell: the tail's own pace, and the time in which somebody who was cut comes back.
DELIVERED_WITHIN = 2.0 + 3.0


async def redis_stopped_for_half_a_minute(ground: Ground) -> None:
    """Connections stay open and nothing answers; what was rung meanwhile arrives late."""
    async with ground.own_redis() as redis, ground.centre() as centre:
        async with ground.workers(centre, redis_url=redis.url) as workers:
            async with ground.load(centre, workers) as load:
                await asyncio.to_thread(redis.stop)
                end = time.monotonic() + STOPPED_SECONDS
                while time.monotonic() < end:
                    await load.delivers(within=DELIVERED_WITHIN)
                await asyncio.to_thread(redis.resume)
                await _rings_again(load, workers)


async def redis_killed_and_its_connections_too(ground: Ground) -> None:
    """Killed and away; started again, empty; its connections killed under it."""
    async with ground.own_redis() as redis, ground.centre() as centre:
        async with ground.workers(centre, redis_url=redis.url) as workers:
            async with ground.load(centre, workers) as load:
                with stage("Redis is away"):
                    await asyncio.to_thread(redis.kill)
                    for _ in range(8):
                        await load.delivers(within=DELIVERED_WITHIN)
                        await asyncio.sleep(0.5)
                with stage("Redis is back"):
                    await asyncio.to_thread(redis.start)
                    await _rings_again(load, workers)
                with stage("Redis hangs up, again and again"):
                    async with Redis.from_url(redis.url) as client:
                        for kind in ("pubsub", "normal") * 6:
                            await client.client_kill_filter(_type=kind)
                            await load.delivers(within=DELIVERED_WITHIN)
                    await _rings_again(load, workers)


async def redis_behind_a_network_that_swallows_everything(ground: Ground) -> None:
    """One worker's only: the other's bells go on."""
    async with ground.centre() as centre, relay(ground.redis) as network:
        async with (
            ground.workers(centre, 1, redis_url=network.url) as [one],
            ground.workers(centre, 1) as [other],
            ground.load(centre, [one, other]) as load,
        ):
            network.go_down()
            for _ in range(12):
                await load.delivers(within=DELIVERED_WITHIN)
                await asyncio.sleep(0.5)
            network.come_up()
            await _rings_again(load, [one, other])
            network.cut()
            await _rings_again(load, [one, other])


async def _rings_again(load: Load, workers: list[Worker]) -> None:
    """Everything is complete, and soon each worker hears the bell."""
    await load.heals()
    async with httpx2.AsyncClient(trust_env=False) as client:

        async def heard() -> bool:
            told = [(await client.get(f"{worker.url}/metrics")).text for worker in workers]
            return all("hub_bell_healthy 1.0" in one for one in told)

        await comes_true(heard, within=COMPLETE_WITHIN, what="the bell is heard")
