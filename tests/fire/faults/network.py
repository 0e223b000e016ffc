"""The network swallows everything between a worker and its database, and between the readers
and the hub: neither end is told, each must notice by itself."""

import asyncio

from tests.fire.ground import Ground, stage
from tests.fire.load import COMPLETE_WITHIN
from tests.fire.patience import comes_true
from tests.fire.readers import crowd
from tests.fire.relay import relay

FAR = 10
AWAY_SECONDS = 6.0
# A ping every 10 s and 10 s for its pong, and a moment to hang up.
DROPPED_WITHIN = 20.0 + 2.0
# 32 kbit a second, and more than it carries while others have long had it.
SLOW, LONG, MANY = 4_000.0, "x" * 4_800, 30


async def database_behind_a_network_that_swallows_everything(ground: Ground) -> None:
    """One worker's only: it says so, and the other goes on."""
    async with ground.centre() as centre, relay(centre.config.database_url) as network:
        async with (
            ground.workers(centre, 1, database_url=network.url) as [one],
            ground.workers(centre, 1) as [other],
            ground.load(centre, [one, other]) as load,
        ):
            with stage("nothing comes through"):
                network.go_down()
                answer = await load.vera.attempt("act-away", one.url)
                assert (answer.status, answer.retry_after) == (503, "2"), answer
                await load.vera.publish(address=other.url)
                await asyncio.sleep(AWAY_SECONDS)
                network.come_up()
                await load.heals()
            with stage("every connection breaks off"):
                network.cut()
                await load.heals()


async def readers_behind_a_network_that_swallows_everything(ground: Ground) -> None:
    """The hub hangs up on them; when the network is back they have all they missed."""
    async with (
        ground.centre() as centre,
        ground.workers(centre) as [one, other],
        relay(one.url) as network,
        crowd([network.url], FAR, after=0, origin=one.url) as far,
        ground.load(centre, [one, other]) as load,
    ):
        load.others.append(far)
        await load.delivers(within=COMPLETE_WITHIN, to=far)
        assert network.lines == FAR
        network.go_down()

        async def hung_up() -> bool:
            return len(network.dropped) == FAR

        await comes_true(hung_up, within=DROPPED_WITHIN, what=f"the hub hangs up on all {FAR}")
        network.come_up()
        await load.delivers(within=COMPLETE_WITHIN, to=far)
        await load.heals()


async def some_readers_on_a_slow_link(ground: Ground) -> None:
    """They lag by themselves, nobody waits for them, and they miss nothing."""
    async with (
        ground.centre() as centre,
        ground.workers(centre) as [one, other],
        relay(one.url, rate=SLOW) as link,
        crowd([link.url], FAR, after=0, origin=one.url) as far,
        ground.load(centre, [one, other]) as load,
    ):
        load.others.append(far)
        for _ in range(MANY):
            n = await load.vera.publish(words=LONG)
        await load.public.upto(n, within=COMPLETE_WITHIN)
        assert all(reader.cursor < n for reader in far.readers)
        link.rate = None
        await load.delivers(within=COMPLETE_WITHIN, to=far)
