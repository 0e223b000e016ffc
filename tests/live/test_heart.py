"""The heart: a beat rides with an event where it can, and who answers no ping is let go."""

import json
import time
from collections.abc import AsyncIterator

import pytest

from hub.live.fanout import Fanout
from hub.live.heart import ANSWER_SECONDS, ASK_SECONDS, BEAT_SECONDS, SILENT, SPREAD, Heart
from hub.live.stream import Stream
from tests.centre import SLUG, Centre, bare_centre
from tests.live.test_fanout import attached
from tests.live.test_races import fanout_of
from tests.live.test_stream import Paper


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(sqlite_url) as centre:
        yield centre


def kinds(paper: Paper) -> list[str]:
    """What was said, in order: the first word of each message."""
    return [next(iter(json.loads(text))) for texts in paper.writes for text in texts]


async def beating(fanout: Fanout) -> tuple[Heart, float]:
    """A heart whose next beat asks nothing, and when that is due."""
    heart, now = fanout._heart, time.monotonic()
    heart._measure_at = now + 1000
    await heart._look(now)
    await heart._look(now)
    return heart, now + BEAT_SECONDS


async def only_stream(fanout: Fanout) -> Stream:
    [stream] = (await fanout.watch(SLUG)).streams.values()
    return stream


async def say(centre: Centre, fanout: Fanout) -> None:
    """An update, read and written."""
    await centre.say("words")
    await fanout.delivery.read(await fanout.watch(SLUG), unless=lambda: False)
    await fanout.delivery._write_grown()


async def test_a_beat_goes_out_with_the_next_event_where_events_follow_each_other(
    centre: Centre,
) -> None:
    async with fanout_of(centre, hears=False) as fanout:
        paper, _ = await attached(fanout)
        heart, due = await beating(fanout)
        await say(centre, fanout)
        said = kinds(paper)
        # That event is as fresh when the beat is due as one that came just before it.
        (await only_stream(fanout)).written_at = due
        await heart._look(due)
        assert kinds(paper) == said
        await say(centre, fanout)
        assert kinds(paper) == [*said, "n", "beat"]
        await heart._look(due + SPREAD * BEAT_SECONDS)
        assert kinds(paper) == [*said, "n", "beat"]


async def test_a_beat_that_waits_in_vain_goes_out_by_itself(centre: Centre) -> None:
    async with fanout_of(centre, hears=False) as fanout:
        paper, _ = await attached(fanout)
        heart, due = await beating(fanout)
        said = kinds(paper)
        (await only_stream(fanout)).written_at = due
        await heart._look(due)
        assert kinds(paper) == said
        await heart._look(due + SPREAD * BEAT_SECONDS)
        assert kinds(paper) == [*said, "beat"]


async def test_who_does_not_answer_is_let_go_and_who_does_stays(centre: Centre) -> None:
    async with fanout_of(centre, hears=False) as fanout:
        (silent, _), (there, _) = await attached(fanout), await attached(fanout)
        heart, due = await beating(fanout)
        silent.answers = False
        asked = due - BEAT_SECONDS + ASK_SECONDS
        await heart._look(asked)
        assert silent.unanswered
        await heart._look(asked + ANSWER_SECONDS)
        assert (silent.closed, there.closed) == (SILENT, None)
