"""Something is away: who is told what, that it goes by itself, and that nothing is lost."""

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, Page, expect

import hub.live.vitals
import hub.store.database
from hub.config import Config
from hub.server import listen, serving
from tests.browser import Visit, Visits
from tests.cast import ADAM, ANA, MILAN, VERA, Actor
from tests.centre import SECRET_KEY, Centre, bare_centre, open_centre, shared_renderer
from tests.journeys.windows import AT, PODIUM, complete_to, keep_open, said, sign_in, still_open
from tests.services import Server, fresh_database

OPERATIONS = "/operations"
# A page says that it reconnects after 2,000 ms. By then it has tried for certain, and shows
# another second.
SOON = 1_100

# What is inside is nobody's business outside.
INTERNALS = re.compile("redis|database|timer|worker|server is|falling behind", re.IGNORECASE)


@dataclass
class Watchers:
    """Everybody in front of their windows at once."""

    public: Page
    ana: Page
    milan: Page
    vera: Page
    adam: Page

    @classmethod
    async def come(cls, centre: Centre, visit: Visits, *complaints: str) -> "Watchers":
        """Opens all five; what their browsers will complain of is part of the test."""
        people: list[tuple[Actor | None, str]] = [
            (None, AT), (ANA, AT), (MILAN, AT), (VERA, PODIUM), (ADAM, OPERATIONS),
        ]  # fmt: skip
        seats = await asyncio.gather(
            *(_seat(centre, visit, actor, path, complaints) for actor, path in people)
        )
        watchers = cls(*(seat.page for seat in seats))
        for page in watchers.windows:
            await complete_to(page, await _number(page))
            await keep_open(page)
        return watchers

    @property
    def windows(self) -> tuple[Page, ...]:
        """All but the administrator, who sits in none."""
        return self.public, self.ana, self.milan, self.vera

    async def staff_read(self, words: str) -> None:
        """Those who work at the briefing do, within the expectation's ten seconds."""
        for page in (self.milan, self.vera):
            await expect(inside(page)).to_have_text(re.compile(words))
            await expect(inside(page)).to_be_visible()

    async def staff_read_nothing(self) -> None:
        """And nothing is left of it."""
        for page in (self.milan, self.vera):
            await expect(inside(page)).to_be_hidden()
            await expect(inside(page)).to_have_text("")

    async def readers_know_nothing(self) -> None:
        """Neither on their page nor behind it."""
        for page in (self.public, self.ana):
            await expect(inside(page)).to_have_count(0)
            assert INTERNALS.findall(await page.content()) == []


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub shares its loop with the tests here: that it is held up is no trouble, and a
    database that is late is not away."""
    monkeypatch.setattr(hub.store.database, "ANSWER_SECONDS", 10.0)
    for name in ("LATE_LOOP_SECONDS", "LATE_DELIVERY_SECONDS"):
        monkeypatch.setattr(hub.live.vitals, name, 60.0)


@pytest.fixture
async def rung(sqlite_url: str, own_redis: Server) -> AsyncIterator[Centre]:
    """With a Redis of its own."""
    async with open_centre(sqlite_url, redis_url=own_redis.url) as centre:
        yield centre


async def test_redis_away_is_told_to_those_who_work_here_and_to_nobody_else(
    rung: Centre, own_redis: Server, visit: Visits
) -> None:
    people = await Watchers.come(rung, visit)
    await expect(wrong(people.adam)).to_have_text("Nothing is wrong.")
    await asyncio.to_thread(own_redis.kill)
    await people.staff_read(r"^Redis has been away since \d\d:\d\d:\d\d\. Updates go out by")
    await expect(wrong(people.adam)).to_contain_text("The bell has been away since")
    await people.readers_know_nothing()
    # It is told on the way of the updates, and they go on.
    await rung.publish("Words without a bell.")
    for page in (people.public, people.ana):
        await expect(said(page).first).to_have_text("Words without a bell.")
        await expect(page.locator("#connection")).to_contain_text("Complete to")
    await asyncio.to_thread(own_redis.start)
    await people.staff_read_nothing()
    await expect(wrong(people.adam)).to_have_text("Nothing is wrong.")
    for page in people.windows:
        assert await still_open(page)


@pytest.fixture
async def filed(sqlite_url: str) -> AsyncIterator[Centre]:
    """On a file."""
    async with open_centre(sqlite_url) as centre:
        yield centre


async def test_that_only_publishing_fails_is_told_to_those_who_work_here(
    filed: Centre, visit: Visits
) -> None:
    people = await Watchers.come(filed, visit, "503")
    await people.vera.fill("#text", "Words that must not be lost.")
    path = filed.config.database_url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as outsider:
        outsider.execute("BEGIN IMMEDIATE")
        await people.vera.keyboard.press("Control+Enter")
        await people.staff_read(r"^Publishing has failed since \d\d:\d\d:\d\d: the database can be")
        await expect(wrong(people.adam)).to_contain_text("Writing to the database has failed since")
        await people.readers_know_nothing()
        for page in people.windows:
            await expect(connection(page)).to_contain_text("Complete to")
        outsider.execute("ROLLBACK")
    assert await people.vera.input_value("#text") == "Words that must not be lost."
    await people.vera.focus("#text")
    await people.vera.keyboard.press("Control+Enter")
    await expect(said(people.ana).first).to_have_text("Words that must not be lost.")
    await people.staff_read_nothing()
    await expect(wrong(people.adam)).to_have_text("Nothing is wrong.")


@pytest.fixture
async def centre(own_postgres: Server) -> AsyncIterator[Centre]:
    """On a PostgreSQL of its own."""
    with fresh_database(own_postgres.url) as url:
        async with open_centre(url) as centre:
            yield centre


async def test_with_the_database_away_every_page_stays_and_says_since_when_it_is_not_current(
    centre: Centre, own_postgres: Server, visit: Visits
) -> None:
    people = await Watchers.come(centre, visit, "503")
    await people.vera.fill("#text", "Words that must not be lost.")
    await asyncio.to_thread(own_postgres.kill)
    for page in people.windows:
        await expect(connection(page)).to_have_text(
            re.compile(r"^Not current since \d\d:\d\d:\d\d$")
        )
    await people.staff_read(r"^Publishing is not possible just now: .* since \d\d:\d\d:\d\d\.")
    await expect(wrong(people.adam)).to_contain_text("The database has not answered since")
    await people.readers_know_nothing()
    # Who comes only now reads what was there.
    late = (await _seat(centre, visit, None, AT, ("503",))).page
    await expect(said(late)).to_have_text(["The briefing has started."])
    await expect(late.locator("main")).to_contain_text("Not current since")
    await people.vera.keyboard.press("Control+Enter")
    await expect(people.vera.get_by_role("alert").filter(visible=True)).to_contain_text(
        "Nothing is lost: try again in a moment."
    )
    assert await people.vera.input_value("#text") == "Words that must not be lost."
    await asyncio.to_thread(own_postgres.start)
    await people.staff_read_nothing()
    for page in people.windows:
        await expect(connection(page)).to_contain_text("Complete to")
    await expect(wrong(people.adam)).to_have_text("Nothing is wrong.")
    await people.vera.focus("#text")
    await people.vera.keyboard.press("Control+Enter")
    for page in (people.public, people.ana):
        await expect(said(page).first).to_have_text("Words that must not be lost.")
    for page in people.windows:
        assert await still_open(page)


async def test_a_server_that_is_restarted_says_so_to_those_who_work_here_and_others_wait(
    sqlite_url: str, visit: Visits
) -> None:
    async with bare_centre(sqlite_url) as bare:
        with listen("127.0.0.1", 0) as free:
            port: int = free.getsockname()[1]
        config = Config(
            database_url=bare.config.database_url,
            public_url=f"http://127.0.0.1:{port}",
            secret_key=SECRET_KEY,
            drain_seconds=0.7,
        )
        bare.url = config.public_url
        async with serving(config, listen("127.0.0.1", port), shared_renderer()):
            refused = ("ERR_", "503")
            public = (await _seat(bare, visit, None, AT, refused)).page
            vera = (await _seat(bare, visit, VERA, PODIUM, refused)).page
            for page in (public, vera):
                await complete_to(page, await _number(page))
            # From here on the reader's seconds pass when they are made to.
            await public.clock.install()
            await public.clock.pause_at(await public.evaluate("Date.now() / 1000 + 1"))
            await public.evaluate(
                "window.said = []; new MutationObserver(() => window.said.push("
                "document.getElementById('connection').textContent)).observe("
                "document.getElementById('connection'), {childList: true, characterData: true,"
                " subtree: true})"
            )
        await expect(inside(vera)).to_have_text(re.compile("^This server is being restarted"))
        async with serving(config, listen("127.0.0.1", port), shared_renderer()):
            await expect(inside(vera)).to_be_hidden()
            # It is back sooner than anybody need have been told.
            before = await connection(public).inner_text()
            await public.clock.run_for(SOON)
            await expect(connection(public)).not_to_have_text(before)
            await public.clock.resume()
            await bare.say("After.")
            await complete_to(public, 2)
            assert INTERNALS.findall(await public.content()) == []
            assert [text for text in await public.evaluate("window.said") if "Re" in text] == []


async def _seat(
    centre: Centre, visit: Visits, actor: Actor | None, path: str, complaints: tuple[str, ...] = ()
) -> Visit:
    person = await visit(centre.url)
    for pattern in complaints:
        person.expects(pattern)
    if actor is not None:
        await sign_in(centre, person, actor)
    await person.page.goto(path)
    return person


async def _number(page: Page) -> int:
    return int(await page.locator("#feed").get_attribute("data-n") or 0)


def inside(page: Page) -> Locator:
    return page.locator("#inside")


def connection(page: Page) -> Locator:
    return page.locator("#connection")


def wrong(page: Page) -> Locator:
    return page.locator("#wrong")
