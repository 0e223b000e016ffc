"""P1 in small: a few deaths under a load, and everything acknowledged is there. The long form is
run by hand: python -m tests.fire.kill_cycles --help"""

import logging

import pytest

from tests.fire.conftest import Abreast, Scenario
from tests.fire.ground import Ground
from tests.fire.history import RIGHT
from tests.fire.kill_cycles import cycles

SEED = 20261015
ENOUGH = 50

log = logging.getLogger(__name__)


async def three_deaths_on_postgresql(ground: Ground) -> None:
    await _three_deaths(ground, postgresql=True)


async def three_deaths_on_sqlite(ground: Ground) -> None:
    await _three_deaths(ground, postgresql=False)


@pytest.mark.parametrize("scenario", [three_deaths_on_postgresql, three_deaths_on_sqlite])
async def test_nothing_acknowledged_is_lost_in(abreast: Abreast, scenario: Scenario) -> None:
    await abreast.outcome(scenario)


async def _three_deaths(ground: Ground, *, postgresql: bool) -> None:
    found = await cycles(ground, 3, seed=SEED, postgresql=postgresql, tell=log.info)
    assert found.lost == ()
    assert found.verdict == RIGHT
    assert found.acknowledged > ENOUGH
    assert sum(found.deaths.values()) == 3
