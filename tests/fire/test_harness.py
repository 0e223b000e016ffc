"""The harness of the faults: it sees what happens on the wire, and it is not the one who fails."""

from pathlib import Path

from hub.domain.audience import Audience
from tests.cast import ANA, VERA
from tests.centre import bare_centre, open_centre
from tests.fire.history import RIGHT
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import record, verdict
from tests.workers import serve


async def test_readers_cut_without_end_have_each_event_once_and_in_order(database_url: str) -> None:
    async with open_centre(database_url) as centre:
        async with (
            crowd([centre.url], 40, after=0) as public,
            crowd([centre.url], 10, audience=Audience.ROOM, token=centre.tokens[ANA.name]) as room,
            publisher([centre.url], centre.tokens[VERA.name], rate=20) as vera,
        ):
            async with public.cutting(30), room.cutting(10), vera.going_on():
                await public.readers[0].upto(30)
            n = await vera.settled(within=5)
            await public.upto(n, within=5)
            await room.upto(n, within=5)
            assert await verdict(centre, vera, public, room) == RIGHT
            assert public.closes["cut"] > 10
            assert public.reloads == room.reloads == 0
            assert vera.unclear == []


async def test_a_reader_too_far_behind_loads_a_page_and_goes_on(sqlite_url: str) -> None:
    async with open_centre(sqlite_url) as centre:
        for at in range(520):
            await centre.say(f"act-early-{at}")
        async with (
            crowd([centre.url], 3, after=0) as public,
            publisher([centre.url], centre.tokens[VERA.name]) as vera,
        ):
            vera.sent = {f"act-early-{at}": 0.0 for at in range(520)}
            await public.upto(await vera.publish(), within=5)
            assert public.reloads == 3
            assert await verdict(centre, vera, public) == RIGHT


async def test_a_reader_who_stops_reading_is_complete_when_it_reads_again(
    postgres_url: str, tmp_path: Path
) -> None:
    async with bare_centre(postgres_url) as centre, serve(postgres_url, tmp_path) as worker:
        async with (
            crowd([worker.url], 3, deaf=1, after=0) as public,
            publisher([worker.url], centre.tokens[VERA.name]) as vera,
        ):
            hearing = public.readers[0]
            for _ in range(4):
                n = await vera.publish(words="x" * 4000)
            await hearing.upto(n)
            deaf = public.readers[-1]
            assert deaf.cursor < n
            deaf.read_again()
            await public.upto(n, within=20)
            assert await verdict(centre, vera, public) == RIGHT


async def test_the_record_tells_what_is_in_the_database(database_url: str) -> None:
    async with bare_centre(database_url) as centre:
        await centre.say("act-one, in words")
        assert await record(centre) == [(1, None), (2, "act-one")]
