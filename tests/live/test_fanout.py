"""The fan-out in its narrow moments: between a commit, its reading, and the write to a browser."""

import asyncio
import json
import shutil
import socket as network
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

import hub.live.socket
from hub.domain.audience import Audience
from hub.folders import folder
from hub.live.bus import LocalBell
from hub.live.fanout import TAIL_SECONDS, Fanout
from hub.live.presence import Presence
from hub.live.socket import SLOW, Socket
from hub.live.watch import Watch
from hub.render import Renderer
from hub.store import acts
from hub.store.database import Database
from hub.store.finding import epoch
from hub.store.schema import begin_new_epoch
from tests.cast import VERA
from tests.centre import (
    PATIENCE,
    SLUG,
    Centre,
    Follower,
    bare_centre,
    now,
    open_centre,
    shared_renderer,
)
from tests.live.test_races import fanout_of
from tests.live.test_stream import Paper

T = TypeVar("T")


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(sqlite_url) as centre:
        yield centre


@pytest.fixture
async def fanout(centre: Centre) -> AsyncIterator[Fanout]:
    """It hears of its own commits, as in a worker."""
    async with fanout_of(centre, hears=True) as fanout:
        yield fanout


async def attached(
    fanout: Fanout, *, after: int | None = None, language: str = "en", watch: Watch | None = None
) -> tuple[Paper, bool]:
    """Somebody who reads in the room, and whether they may follow."""
    paper = Paper()
    follows = await fanout.attach(
        Socket(paper, key=None),
        watch or await fanout.watch(SLUG),
        Audience.ROOM,
        language,
        after=after,
        page_epoch=None,
    )
    return paper, follows


async def has(paper: Paper, n: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while n not in paper.numbers:  # noqa: ASYNC110 - a sheet of paper announces nothing
            await asyncio.sleep(0.002)


def told(paper: Paper) -> list[dict[str, object]]:
    return [json.loads(text) for texts in paper.writes for text in texts]


async def correct(centre: Centre, ref: str, text: str) -> None:
    vera = centre.people[VERA.name]
    await acts.correct(
        centre.database, SLUG, ref, {"": text}, note="", edition=None, key=None, by=vera, now=now()
    )


async def test_who_attaches_in_the_moment_after_a_retraction_is_not_sent_the_words(
    centre: Centre, fanout: Fanout
) -> None:
    """The ring still holds them then: it is the retraction's own answer that comes first."""
    vera = centre.people[VERA.name]
    for number in range(20):
        before, _ = await attached(fanout)
        ref = await centre.say(f"canary {number}", pinned=True)
        await has(before, (await centre.briefing()).head(Audience.ROOM))
        assert f"canary {number}" in str(before.writes)
        await acts.retract(centre.database, SLUG, ref, "Wrong.", key=None, by=vera, now=now())
        after, follows = await attached(fanout, after=0)
        assert follows
        assert f"canary {number}" not in str(after.writes)


async def test_a_correction_sends_nobody_away_who_is_a_moment_behind(centre: Centre) -> None:
    """What it takes out of the ring may be what they were about to be sent."""
    briefing = await centre.briefing()
    watch = Watch(briefing.id, SLUG, briefing.public, briefing.number, dict(briefing.heads))
    renderer = shared_renderer()
    room = watch.stream(Audience.ROOM, "en")
    behind, slow = Paper(), Paper()
    for paper in (behind, slow):
        Socket(paper, key=None).join(room, cursor=room.head, epoch="e")
    slow.paused = True
    first = room.head + 1
    ref = await centre.say("words", pinned=True)
    await watch.read_on(centre.database, renderer)
    await correct(centre, ref, "other words")
    await watch.read_on(centre.database, renderer)
    for socket in list(room.sockets):
        socket.offer()
    assert (behind.closed, behind.numbers) == (None, [first, first + 1])
    # Who cannot take them comes back, and is then sent the words as they stand.
    slow.paused = False
    assert slow.drained is not None
    slow.drained()
    assert (slow.closed, slow.numbers) == (SLOW, [])


async def test_a_beat_comes_after_what_it_calls_complete(centre: Centre) -> None:
    async with fanout_of(centre, hears=False) as fanout:
        paper, _ = await attached(fanout)
        watch = await fanout.watch(SLUG)
        for _ in range(20):
            await centre.say("words")
            await fanout.delivery.read(watch, unless=lambda: False)
            await fanout._heart._say_head([(watch, next(iter(watch.streams.values())))])
        known = 0
        for message in told(paper):
            known = int(str(message.get("n", message.get("hello", known))))
            assert message.get("beat", known) == known


class Slow(Database):
    """A database whose answers are on their way for as long as one likes."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.read_once = asyncio.Event()
        self.arrives = asyncio.Event()
        self.arrives.set()

    async def read(self, look: Callable[[Session], T]) -> T:
        """What was true when it was asked, told when it arrives."""
        found = await super().read(look)
        self.read_once.set()
        await self.arrives.wait()
        return found


async def test_a_bell_that_rings_while_a_briefing_is_first_looked_at_is_heard(
    centre: Centre,
) -> None:
    """Else its first follower would wait for the timer."""
    await centre.database.close()
    centre.database = slow = Slow(centre.config.database_url)
    async with fanout_of(centre, hears=True) as fanout:
        slow.read_once.clear()
        slow.arrives.clear()
        attaching = asyncio.create_task(attached(fanout))
        await slow.read_once.wait()
        await centre.say("words")
        slow.arrives.set()
        asked = asyncio.get_running_loop().time()
        paper, _ = await attaching
        await has(paper, (await centre.briefing()).head(Audience.ROOM))
        assert asyncio.get_running_loop().time() - asked < TAIL_SECONDS / 2


async def test_who_attaches_while_the_database_is_replaced_is_not_left_in_silence(
    centre: Centre, fanout: Fanout
) -> None:
    watch = await fanout.watch(SLUG)
    name = await asyncio.to_thread(begin_new_epoch, centre.config.database_url)
    await fanout._look_at_the_log()
    assert fanout.epoch == name
    paper, follows = await attached(fanout, watch=watch)
    assert not follows
    assert told(paper) == [{"reload": True}]
    paper, follows = await attached(fanout)
    assert follows
    await centre.say("the new history")
    await has(paper, (await centre.briefing()).head(Audience.ROOM))


async def test_a_template_that_fails_for_one_event_in_one_language_silences_nothing_else(
    centre: Centre, tmp_path: Path
) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(folder("templates"), templates)
    broken = templates / "updates" / "update.html"
    trap = (
        "{% if language == 'fr' and 'trap' in update.words.values()|join %}{{ nobody }}{% endif %}"
    )
    broken.write_text(broken.read_text().replace("{% block room %}", "{% block room %}" + trap))
    fanout = Fanout(
        centre.database,
        _renderer(templates),
        bell=LocalBell(alone=True),
        presence=Presence(shared=True),
        epoch=await centre.database.read(epoch),
    )
    centre.database.announce = fanout.announce
    await fanout.start()
    try:
        english, _ = await attached(fanout, language="en")
        french, _ = await attached(fanout, language="fr")
        await centre.say("before")
        await has(french, 2)
        await centre.say("a trap")
        head = (await centre.briefing()).head(Audience.ROOM)
        await has(english, head)
        # In its place stands that it cannot be shown; the page is complete all the same.
        await has(french, head)
        (shown,) = (message["html"] for message in told(french) if message.get("n") == head)
        assert f'id="e-{head}"' in str(shown)
        assert "trap" not in str(shown)
        await centre.say("after")
        await has(english, head + 1)
        await has(french, head + 1)
        assert french.closed is None
        assert french.numbers == english.numbers == list(range(2, head + 2))
    finally:
        await fanout.close()


async def test_a_browser_that_stops_reading_is_closed_and_comes_back_without_a_loss(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub.live.socket, "STALLED_SECONDS", 0.2)
    async with open_centre(sqlite_url) as centre, centre.follow() as other:
        writer = await _who_does_not_read(centre)
        reading = asyncio.create_task(_read_on(other))
        last = 0
        while await _closed(centre, SLOW) == 0:
            for _ in range(20):
                last = (await centre.publish("x" * 4900))["n"]
            assert last < 2000
        writer.transport.abort()
        # Nobody else was held up by it.
        async with asyncio.timeout(PATIENCE):
            while last not in other.numbers:  # noqa: ASYNC110 - read by the task
                await asyncio.sleep(0.002)
        reading.cancel()
        assert other.numbers == list(range(2, last + 1))
        async with centre.follow(after=last - 15) as again:
            await again.upto(last)
            assert again.numbers == list(range(last - 14, last + 1))


async def _read_on(follower: Follower) -> None:
    while True:
        await follower.next()


async def _who_does_not_read(centre: Centre) -> asyncio.StreamWriter:
    """A socket without a WebSocket library, which would read on by itself; little fits in it."""
    port = int(centre.url.rpartition(":")[2])
    narrow = network.create_connection(("127.0.0.1", port))
    narrow.setsockopt(network.SOL_SOCKET, network.SO_RCVBUF, 4096)
    reader, writer = await asyncio.open_connection(sock=narrow, limit=4096)
    writer.write(
        f"GET /briefings/{SLUG}/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Origin: {centre.url}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    async with asyncio.timeout(PATIENCE):
        await reader.readuntil(b"hello")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return writer


async def _closed(centre: Centre, code: int) -> float:
    """How many sockets the hub has closed with this code."""
    figures = (await (await centre.client()).get("/metrics")).text
    for line in figures.splitlines():
        if line.startswith(f'hub_sockets_closed_total{{reason="{code}"}}'):
            return float(line.rpartition(" ")[2])
    return 0.0


def _renderer(templates: Path) -> Renderer:
    return Renderer(templates=templates, static=folder("static"), locale=folder("locale"))
