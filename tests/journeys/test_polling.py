"""No socket to be had: the public page follows by asking, and comes back to the socket."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from hub.config import Config
from hub.server import listen, serving
from tests.browser import Visits
from tests.cast import ANA
from tests.centre import SECRET_KEY, Centre, shared_renderer
from tests.journeys.acts import correct, retract
from tests.journeys.windows import AT, complete_to, keep_open, numbers, said, sign_in, still_open
from tests.migrated import migrate

REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 2\r\n\r\n"
EXPECTED = "WebSocket connection to .* failed|status of 503"


class Gate:
    """Stands before the hub and, while it is `closed`, refuses every socket as a hub does that has
    too many; pages and their files pass."""

    def __init__(self) -> None:
        self.listening = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.hub = ""
        self.closed = True
        self.segments: list[str] = []
        self._ends: set[asyncio.StreamWriter] = set()

    async def pass_on(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One connection."""
        self._ends.add(back)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await near.readuntil(b"\r\n\r\n")
            if self.closed and b"upgrade: websocket" in head.lower():
                back.write(REFUSAL)
                return back.close()
            where = urlsplit(self.hub)
            far, forth = await asyncio.open_connection(where.hostname, where.port)
            self._ends.add(forth)
            forth.write(head)
            self._note(head)
            await asyncio.gather(self._carry(near, forth), self._carry(far, back))
        return None

    def hang_up(self) -> None:
        """Every connection breaks off."""
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(65_536):
            self._note(piece)
            sink.write(piece)
            await sink.drain()
        sink.close()

    def _note(self, piece: bytes) -> None:
        self.segments += re.findall(r"GET /briefings/[\w-]+/events/(\S+) HTTP", piece.decode("l1"))


@pytest.fixture
async def gated(sqlite_url: str) -> AsyncIterator[tuple[Centre, Gate]]:
    """A press centre that is reached through the gate alone."""
    migrate(sqlite_url)
    gate, listening = Gate(), listen("127.0.0.1", 0)
    gate.hub = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = Config(
        database_url=sqlite_url,
        public_url=gate.url,
        secret_key=SECRET_KEY,
        api_rate=0,
        drain_seconds=0.1,
    )
    server = await asyncio.start_server(gate.pass_on, sock=gate.listening)
    async with serving(config, listening, shared_renderer()), Centre(config) as centre:
        yield centre, gate
        gate.hang_up()
    server.close()


async def test_a_page_that_gets_no_socket_follows_by_asking_and_comes_back_to_the_socket(
    gated: tuple[Centre, Gate], visit: Visits
) -> None:
    """Complete, each thing once and in order, and through a correction and a retraction."""
    centre, gate = gated
    reader = await visit(centre.url)
    reader.expects(EXPECTED)
    page = reader.page
    # The page's own timers, so that its seconds can be made to pass.
    await page.clock.install()
    await page.goto(AT)
    await keep_open(page)
    # It asks by itself, and says so in the words of a page that is complete.
    await _comes_to(page, 1)
    kept = await centre.publish("The river stands at 11.4 metres.")
    wrong = await centre.publish("The bridge is closed.")
    await _comes_to(page, 3)
    await correct(centre, kept["ref"], "The river stands at 10.4 metres.")
    await retract(centre, wrong["ref"], "It is open.")
    await _comes_to(page, 5)
    assert {one.split("?")[1] for one in gate.segments} == {"language=en"}

    gate.closed = False
    async with page.expect_websocket() as opened:
        await page.evaluate("dispatchEvent(new Event('online'))")
    await (await opened.value).wait_for_event("framereceived")
    await complete_to(page, 5)
    asked = len(gate.segments)
    await page.clock.fast_forward(9_000)
    await centre.publish("Trains run.")
    await complete_to(page, 6)
    assert await numbers(page) == [6, 5, 4, 3, 2, 1]
    await expect(said(page)).to_have_text(
        [
            "Trains run.",
            "It is open.",
            "The river stands at 10.4 metres.",
            "It is open.",
            "The river stands at 10.4 metres.",
            "The briefing has started.",
        ]
    )
    assert len(gate.segments) == asked, "it still asks"
    assert await still_open(page)


async def test_the_room_never_asks_where_only_the_publics_record_stands(
    gated: tuple[Centre, Gate], visit: Visits
) -> None:
    centre, gate = gated
    ana = await visit(centre.url)
    ana.expects(EXPECTED)
    await sign_in(centre, ana, ANA)
    await ana.page.clock.install()
    await ana.page.goto(AT)
    for _ in range(40):
        await ana.page.clock.fast_forward(1_000)
    await _says(ana.page, "Reconnecting, complete to #1")
    assert gate.segments == []
    gate.closed = False
    await ana.page.evaluate("dispatchEvent(new Event('online'))")
    await _says(ana.page, r"Complete to #1, .*")


async def _comes_to(page: Page, n: int) -> None:
    """Lets the page's seconds pass, each in a moment, until it has everything up to this number."""
    feed = page.locator("#feed")
    for _ in range(60):
        await page.clock.fast_forward(1_000)
        with contextlib.suppress(AssertionError):
            await expect(feed).to_have_attribute("data-n", str(n), timeout=100)
            await expect(page.locator("#connection")).to_contain_text("Complete", timeout=100)
            break
    await complete_to(page, n)


async def _says(page: Page, words: str) -> None:
    await expect(page.locator("#connection")).to_have_text(re.compile(f"^{words}$"))
