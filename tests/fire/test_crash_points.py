"""A worker ends in the middle of an act, and the client repeats it with its key at another one:
it is there once, everybody has it, and both answers are the same."""

import asyncio

import pytest

from tests.cast import VERA
from tests.centre import Centre
from tests.fire.conftest import Abreast, Scenario
from tests.fire.ground import Ground, stage
from tests.fire.history import RIGHT
from tests.fire.launch import MARK, STATUS
from tests.fire.publisher import Publisher, publisher
from tests.fire.readers import Crowd, crowd
from tests.fire.record import record, verdict
from tests.workers import Worker

READERS = 10
# Nobody rings: the others find it when they look into the log by themselves.
A_POLL = 3.0


async def crashes_on_postgresql(ground: Ground) -> None:
    async with ground.centre() as centre:
        await _crashes(ground, centre)


async def crashes_on_sqlite(ground: Ground) -> None:
    async with ground.centre(f"sqlite:///{ground.folder / 'hub.db'}") as centre:
        await _crashes(ground, centre)


@pytest.mark.parametrize("scenario", [crashes_on_postgresql, crashes_on_sqlite])
async def test_an_act_cut_short_is_there_once_when_it_is_repeated(
    abreast: Abreast, scenario: Scenario
) -> None:
    await abreast.outcome(scenario)


async def _crashes(ground: Ground, centre: Centre) -> None:
    async with (
        ground.workers(centre, 1) as [other],
        crowd([other.url], READERS, after=0) as public,
        publisher([other.url], centre.tokens[VERA.name]) as vera,
    ):
        await public.upto(await vera.publish(), within=A_POLL)
        for point, kept in (
            ("ends_before_commit", False),
            ("ends_before_the_bell", True),
            ("ends_before_the_answer", True),
        ):
            with stage(point):
                async with ground.workers(centre, 1, faults=[point]) as [one]:
                    await _crash(centre, one, point, kept=kept, vera=vera, public=public)
                await _repeat(other, point, kept=kept, vera=vera, public=public)
        assert await verdict(centre, vera, public) == RIGHT


async def _crash(
    centre: Centre, one: Worker, point: str, *, kept: bool, vera: Publisher, public: Crowd
) -> None:
    before = await record(centre)
    answer = await vera.attempt(_act(point), one.url, words=MARK)
    assert (answer.status, await one.ended()) == (0, STATUS)
    after = await record(centre)
    assert after[len(before) :] == ([(len(before) + 1, _act(point))] if kept else [])
    # The readers have what is kept before anybody repeats it.
    await public.upto(len(after), within=A_POLL)


async def _repeat(other: Worker, point: str, *, kept: bool, vera: Publisher, public: Crowd) -> None:
    head = public.readers[0].cursor
    answers = await asyncio.gather(
        *(vera.attempt(_act(point), other.url, words=MARK) for _ in range(3))
    )
    assert [answer.status for answer in answers] == [201] * 3
    assert len({answer.said for answer in answers}) == 1
    n = vera.acknowledged[_act(point)]
    assert n == (head if kept else head + 1)
    await public.upto(await vera.publish(), within=A_POLL)
    assert [one.cursor for one in public.readers] == [n + 1] * READERS


def _act(point: str) -> str:
    return "act-" + point.replace("_", "-")
