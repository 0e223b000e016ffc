"""What breaks in the hub or right under it: nothing acknowledged is lost, every reader has each
update once and in order, publishing is answered in time, and nothing stays behind."""

import pytest

from tests.fire.conftest import Abreast, Scenario
from tests.fire.faults import network, poison, postgres, sqlite, workers


@pytest.mark.parametrize(
    "scenario",
    [
        workers.workers_and_their_supervisor_killed,
        workers.a_loop_that_does_nothing_for_three_seconds,
        postgres.a_backend_of_postgres_stopped,
        network.database_behind_a_network_that_swallows_everything,
        sqlite.sqlite_locked_by_an_outsider,
        sqlite.the_disk_is_full,
        poison.a_row_that_breaks_the_renderer,
    ],
)
async def test_nothing_is_lost_and_every_answer_is_clear(
    abreast: Abreast, scenario: Scenario
) -> None:
    await abreast.outcome(scenario)
