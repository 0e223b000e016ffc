"""Everything that can go wrong does, once, while people read and somebody publishes."""

import random
from pathlib import Path

import pytest

from tests.services import Server
from tests.storms.soak import soak


@pytest.mark.timeout(180)
async def test_a_press_centre_in_which_everything_goes_wrong_loses_nothing_and_leaks_nothing(
    own_postgres: Server, own_redis: Server, tmp_path: Path
) -> None:
    """The short form of `python -m tests.storms.soak`; a failure tells its seed."""
    ended = await soak(
        random.randrange(1_000_000),
        seconds=0,
        redis=own_redis,
        postgres=own_postgres,
        folder=tmp_path,
        tell=lambda _: None,
    )
    assert set(ended.happened.values()) == {1}
