"""SIGHUP: a new version comes in, and nobody at the pages or at the podium notices."""

import asyncio
import os
import signal
from pathlib import Path

from tests.cast import VERA
from tests.centre import bare_centre
from tests.fire.history import RIGHT
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import verdict
from tests.serving.conftest import Group
from tests.serving.visitors import Visitors
from tests.workers import serve


async def test_a_renewal_under_load_refuses_no_page_and_loses_no_update(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with (
        bare_centre(postgres_url) as centre,
        serve(
            postgres_url,
            tmp_path,
            redis_url=redis_url,
            workers=2,
            HUB_LOG_LEVEL="info",
            HUB_DRAIN_SECONDS="1",
        ) as serving,
        crowd([serving.url], 40) as public,
        publisher([serving.url], centre.tokens[VERA.name], rate=5) as vera,
    ):
        await serving.tells("worker.ready", 2)
        before = serving.pids()
        visitors = Visitors(serving.url)
        async with visitors.coming(), vera.going_on():
            serving.renew()
            await serving.tells("worker.left", 2)
            async with asyncio.timeout(45):
                await visitors.enough.wait()
        n = await vera.settled(within=5)
        await public.upto(n, within=10)

        assert await verdict(centre, vera, public) == RIGHT
        assert set(visitors.answers) == {"200"}
        assert [answer for answer in vera.answers if answer.status != 201] == []
        # Each reader was asked once to come back, and nobody was cut off.
        assert public.closes == {"1012": 40}
        after = serving.pids()
        assert len(after) == 2
        assert set(after).isdisjoint(before)
        assert [left["ended"] for left in serving.told("worker.left")] == ["status 0"] * 2


async def test_a_new_version_that_cannot_start_changes_nothing_and_who_dies_then_is_tried_again(
    tmp_path: Path, group: Group
) -> None:
    mood = tmp_path / "mood"
    async with (
        group(program=["tests.serving.moody"], MOOD=str(mood)) as serving,
        crowd([serving.url], 10) as public,
    ):
        before = serving.pids()
        mood.write_text("the database lacks migrations: run `hub migrate` first")
        serving.renew()
        [given_up] = await serving.tells("renewal.given_up")
        assert given_up["reason"] == mood.read_text()
        await serving.tells("worker.left")
        assert serving.pids() == before
        assert public.closes == {}

        steady, unlucky = before
        os.kill(unlucky, signal.SIGKILL)
        died = await serving.tells("worker.died", 3)
        assert [told["reason"] for told in died] == ["", mood.read_text(), mood.read_text()]
        # The other one serves on, and the third is not started at once.
        assert serving.pids() == [steady]

        mood.unlink()
        await serving.tells("worker.ready", 3)
        serving.renew()
        await serving.tells("renewal.done")
        await serving.tells("worker.left", 3)
        assert set(serving.pids()).isdisjoint(before)
