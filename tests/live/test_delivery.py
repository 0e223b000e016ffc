"""Rounds of delivery: joined writes, and a publisher who waits for the readers."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from hub.domain.audience import Audience
from hub.live.delivery import BEHIND_SECONDS, BREATH_SECONDS, Delivery
from hub.live.gauges import Gauges
from hub.live.socket import Socket
from hub.live.watches import Watches
from tests.centre import SLUG, Centre, bare_centre, shared_renderer
from tests.live.test_stream import Paper


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(sqlite_url) as centre:
        yield centre


def delivery_of(centre: Centre, watches: Watches) -> Delivery:
    return Delivery(
        watches, centre.database, shared_renderer(), gauges=Gauges(), blind=lambda: None
    )


async def test_what_comes_while_a_round_gathers_is_written_together(centre: Centre) -> None:
    watches = Watches(centre.database)
    delivery = delivery_of(centre, watches)
    watch, _ = await watches.at(SLUG)
    paper = Paper()
    room = watch.stream(Audience.ROOM, "en")
    Socket(paper, key=None).join(room, cursor=room.head, epoch="e")
    centre.database.announce = delivery.hear
    greeting = len(paper.writes)
    for _ in range(5):
        await centre.say("words")
    rounds = asyncio.create_task(delivery.rounds())
    async with asyncio.timeout(10):
        while paper.numbers[-1:] != [room.head] or room.head < 6:
            paper.written.clear()
            await paper.written.wait()
    rounds.cancel()
    assert paper.numbers == [2, 3, 4, 5, 6]
    assert len(paper.writes) == greeting + 1


async def test_who_publishes_waits_for_browsers_that_are_behind_but_not_for_ever(
    centre: Centre,
) -> None:
    watches = Watches(centre.database)
    delivery = delivery_of(centre, watches)
    watch, _ = await watches.at(SLUG)
    await delivery.breath()
    await centre.say("words")
    # Heard, and nobody delivers.
    delivery.hear(watch.briefing_id, watch.number + 1)
    assert await _late_breath(delivery) > BREATH_SECONDS * 0.9
    # Delivered at last: nobody waits any more.
    rounds = asyncio.create_task(delivery.rounds())
    await delivery.breath()
    rounds.cancel()
    assert watch.number > 1


async def _late_breath(delivery: Delivery) -> float:
    """How long a publisher waits once the browsers are too far behind."""
    loop = asyncio.get_running_loop()
    while delivery._behind() <= BEHIND_SECONDS:  # noqa: ASYNC110 - time itself is awaited
        await asyncio.sleep(BEHIND_SECONDS / 10)
    asked = loop.time()
    await delivery.breath()
    return loop.time() - asked


async def test_an_answer_waits_for_a_breath_after_what_was_announced(centre: Centre) -> None:
    taking, taken = asyncio.Event(), asyncio.Event()

    async def breath() -> None:
        taking.set()
        await taken.wait()

    centre.database.breath = breath
    publishing = asyncio.create_task(centre.say("words"))
    await taking.wait()
    # It is on the disk already, and told; only who publishes waits.
    assert (await centre.briefing()).number > 1
    assert not publishing.done()
    taken.set()
    await publishing


async def test_who_records_nothing_waits_for_nobody(centre: Centre) -> None:
    async def breath() -> None:
        raise AssertionError("nothing was announced")

    centre.database.breath = breath
    await centre.do(lambda session: None)


async def test_who_is_cancelled_as_the_answer_comes_is_cancelled(centre: Centre) -> None:
    async def breath() -> None:
        # Behind it in the same turn of the loop comes the answer.
        asyncio.get_running_loop().call_soon(publishing.cancel)

    centre.database.breath = breath
    publishing = asyncio.create_task(centre.say("words"))
    with pytest.raises(asyncio.CancelledError):
        await publishing
    assert (await centre.briefing()).number > 1
