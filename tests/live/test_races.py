"""Between the page and the socket nothing is lost: read, publish and attach in any order."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import pytest

from hub.domain.audience import Audience
from hub.domain.errors import Unavailable
from hub.live.bus import LocalBell
from hub.live.fanout import Fanout
from hub.live.presence import Presence
from hub.live.socket import Socket
from hub.store.acts import change_update
from hub.store.finding import epoch
from hub.store.screens import briefing_screen
from tests.cast import ANA, VERA
from tests.centre import SLUG, Centre, bare_centre, now, open_centre, shared_renderer
from tests.live.test_stream import Paper

ROUNDS = 1_200
TOGETHER = 60
SOCKET_ROUNDS = 240

Job = Callable[[], Coroutine[None, None, None]]


class Reader:
    """One page: what it was read with, and what its socket brought."""

    def __init__(self, cursor: int, paper: Paper, socket: Socket) -> None:
        self.cursor = cursor
        self.paper = paper
        self.socket = socket


@asynccontextmanager
async def fanout_of(centre: Centre, *, hears: bool) -> AsyncIterator[Fanout]:
    """A fan-out without a server. `hears`: its own commits ring its bell, as in a worker."""
    fanout = Fanout(
        centre.database,
        shared_renderer(),
        bell=LocalBell(alone=hears),
        presence=Presence(shared=True),
        epoch=await centre.database.read(epoch),
    )
    await fanout.start()
    if hears:
        centre.database.announce = fanout.announce
    try:
        yield fanout
    finally:
        await fanout.close()


@pytest.mark.parametrize("hears", [True, False], ids=["bell", "timer"])
async def test_page_and_socket_together_are_complete(database_url: str, hears: bool) -> None:
    dice = random.Random(9)
    rounds = ROUNDS if hears else ROUNDS // 8
    async with bare_centre(database_url) as centre, fanout_of(centre, hears=hears) as fanout:
        readers: list[Reader] = []

        async def read() -> None:
            screen = await centre.database.read(
                lambda session: briefing_screen(session, SLUG, Audience.ROOM)
            )
            for _ in range(dice.randrange(4)):
                await asyncio.sleep(0)
            paper = Paper()
            socket = Socket(paper, key=None)
            watch = await fanout.watch(SLUG)
            language = dice.choice(["vi", "en"])
            assert await fanout.attach(
                socket, watch, Audience.ROOM, language, after=screen.head, page_epoch=screen.epoch
            )
            readers.append(Reader(screen.head, paper, socket))

        async def publish() -> None:
            for _ in range(dice.randrange(4)):
                await asyncio.sleep(0)
            await centre.say("words")

        for _ in range(rounds // TOGETHER):
            jobs: list[Job] = dice.choices([read, publish], k=TOGETHER)
            await asyncio.gather(*(_patiently(job) for job in jobs))
            for reader in dice.sample(readers, len(readers) // 2):
                # Some leave, so that the streams stay as small as those of a real room.
                await complete(centre, reader)
                reader.socket.leave()
                readers.remove(reader)
        for reader in readers:
            await complete(centre, reader)


async def complete(centre: Centre, reader: Reader) -> None:
    """Waits until the reader has the head, and checks how it came there."""
    head = (await centre.briefing()).head(Audience.ROOM)
    async with asyncio.timeout(20):
        while reader.socket.cursor < head:
            reader.paper.written.clear()
            await reader.paper.written.wait()
    assert reader.paper.numbers == list(range(reader.cursor + 1, reader.socket.cursor + 1))


async def test_real_pages_and_real_sockets_together_are_complete(sqlite_url: str) -> None:
    dice = random.Random(11)
    async with open_centre(sqlite_url) as centre:
        client = await centre.client(ANA)
        done = asyncio.Event()

        async def publish() -> None:
            while not done.is_set():
                await centre.publish("words")
                await asyncio.sleep(dice.random() / 200)

        async def read() -> None:
            page = (await client.get(f"/briefings/{SLUG}")).text
            cursor = int(page.split('data-n="', 1)[1].split('"', 1)[0])
            await asyncio.sleep(dice.random() / 50)
            async with centre.follow(Audience.ROOM, ANA, after=cursor) as ana:
                await ana.upto(cursor + dice.randrange(1, 6))
                assert ana.numbers == list(range(cursor + 1, cursor + 1 + len(ana.numbers)))

        publishing = asyncio.create_task(publish())
        for _ in range(SOCKET_ROUNDS // 12):
            await asyncio.gather(*(read() for _ in range(12)))
        done.set()
        await publishing


async def _patiently(job: Job) -> None:
    """A machine that is busy with other tests may let the database's patience run out."""
    while True:
        try:
            return await job()
        except Unavailable:
            continue


async def test_nobody_is_sent_what_was_retracted_while_the_streams_are_being_told(
    database_url: str,
) -> None:
    """The log is read once for all streams, which then are told one after the other: whoever comes
    to one that has not been told yet waits for it."""
    async with bare_centre(database_url) as centre, fanout_of(centre, hears=False) as fanout:
        watch = await fanout.watch(SLUG)
        ref = await centre.say("canary")
        await fanout.look(watch, (await centre.briefing()).number)
        streams = [
            watch.stream(audience, language)
            for audience in (Audience.PUBLIC, Audience.ROOM)
            for language in ("vi", "en", "fr")
        ]
        cursor = streams[0].head - 1
        for stream in streams:
            assert await fanout.attach(
                Socket(Paper(), key=None), watch, stream.audience, stream.language,
                after=stream.head - 1, page_epoch=None,
            )  # fmt: skip
        assert all(stream.reaches(stream.head - 1) for stream in streams)
        vera = centre.people[VERA.name]
        await change_update(
            centre.database, SLUG, ref, lambda update: update.retract("Nhầm.", by=vera, now=now())
        )
        number = (await centre.briefing()).number
        looking = asyncio.create_task(fanout.look(watch, number))
        while watch.number < number:  # noqa: ASYNC110 - a moment of which nobody tells
            await asyncio.sleep(0)
        # The first has been told.
        papers = [Paper() for _ in streams[1:]]
        for paper, stream in zip(papers, streams[1:], strict=True):
            await fanout.attach(
                Socket(paper, key=None), watch, stream.audience, stream.language,
                after=cursor, page_epoch=None,
            )  # fmt: skip
        await looking
        assert all(paper.numbers for paper in papers)
        assert [paper for paper in papers if "canary" in str(paper.writes)] == []
