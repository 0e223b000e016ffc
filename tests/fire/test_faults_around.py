"""What breaks around the hub: nothing acknowledged is lost, every reader has each update once and
in order, publishing is answered in time, and nothing stays behind."""

import pytest

from tests.fire.conftest import Abreast, Scenario
from tests.fire.faults import network, postgres, redis


@pytest.mark.parametrize(
    "scenario",
    [
        redis.redis_stopped_for_half_a_minute,
        redis.redis_killed_and_its_connections_too,
        redis.redis_behind_a_network_that_swallows_everything,
        postgres.postgres_killed_stopped_and_out_of_connections,
        network.readers_behind_a_network_that_swallows_everything,
        network.some_readers_on_a_slow_link,
    ],
)
async def test_nothing_is_lost_and_every_answer_is_clear(
    abreast: Abreast, scenario: Scenario
) -> None:
    await abreast.outcome(scenario)
