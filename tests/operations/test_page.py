"""The operations page: who may look, also while nobody can be asked who they are."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from playwright.async_api import Locator, Page, expect

import hub.live.vitals
from hub.domain.audience import Audience
from hub.web.operations import TICKET
from tests.browser import Visits
from tests.cast import ADAM, ANA, MILAN, OANH, VERA
from tests.centre import PATIENCE, Centre, open_centre
from tests.journeys.windows import sign_in
from tests.services import Server, fresh_database

AT = "/operations"
FRAGMENT = {"HX-Request": "true"}

# As when another tab is in front.
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub shares its loop with the tests here: that it is held up is no trouble."""
    for name in ("LATE_LOOP_SECONDS", "LATE_DELIVERY_SECONDS"):
        monkeypatch.setattr(hub.live.vitals, name, 60.0)


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


async def test_without_javascript_the_page_shows_the_worker_and_what_it_serves(
    centre: Centre,
) -> None:
    adam = await centre.client(ADAM)
    async with centre.follow(Audience.ROOM, ANA), centre.follow(), centre.follow():
        async with asyncio.timeout(PATIENCE):
            while "public 2, room 1, podium 0" not in (page := (await adam.get(AT)).text):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    assert "Nothing is wrong." in page
    assert "1 worker" in page
    assert page.count("<svg") == 6
    # By reloading: nothing of it is kept by anybody else.
    assert (await adam.get(AT)).headers["cache-control"] == "private, no-cache"
    assert '<a href="/operations"' in (await adam.get("/")).text
    for actor in (None, ANA, MILAN, VERA, OANH):
        assert "/operations" not in (await (await centre.client(actor)).get("/")).text


async def test_the_open_page_is_sent_only_what_changes_and_nothing_to_others(
    centre: Centre,
) -> None:
    adam = await centre.client(ADAM)
    part = await adam.get(AT, headers=FRAGMENT)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert re.findall(r'^<\w+[^>]* id="(\w+)"', part.text, re.MULTILINE) == [
        "asof", "wrong", "workers", "plots",
    ]  # fmt: skip
    assert part.headers["cache-control"] == "no-store"
    for actor, status in ((None, 401), (ANA, 404), (MILAN, 404), (VERA, 404), (OANH, 404)):
        answer = await (await centre.client(actor)).get(AT, headers=FRAGMENT)
        assert answer.status_code == status
        assert 'id="wrong"' not in answer.text
        assert TICKET not in answer.cookies


async def test_with_the_database_away_an_administrators_ticket_opens_the_page_and_no_other(
    own_postgres: Server,
) -> None:
    async with _on(own_postgres) as centre:
        adam, ana = await centre.client(ADAM), await centre.client(ANA)
        stranger = await centre.client()
        assert (await adam.get(AT)).status_code == 200
        ticket = adam.cookies[TICKET]
        until, seal = ticket.split(".")
        await asyncio.to_thread(own_postgres.kill)
        await _wrong(adam, "The database has not answered since")
        forged = [
            f"{int(until) + 1}.{seal}",
            f"{until}.{'0' * len(seal)}",
            f"{int(time.time()) - 1}.{seal}",
            f"-{until}.{seal}",
            f"{'9' * 5000}.{seal}",
            "x", "", ".", seal, until,
        ]  # fmt: skip
        session = adam.cookies["hub_session"]
        for value in forged:
            assert await _status(stranger, hub_session=session, **{TICKET: value}) == 503, value
        # It is good for that session alone.
        for other in (ana.cookies["hub_session"], "x"):
            assert await _status(stranger, hub_session=other, **{TICKET: ticket}) == 503
        assert await _status(stranger, **{TICKET: ticket}) == 303
        assert await _status(stranger, hub_session=session, **{TICKET: ticket}) == 200
        await asyncio.to_thread(own_postgres.start)
        await _wrong(adam, "Nothing is wrong.")
        # As soon as it can be asked, who they are decides.
        assert await _status(stranger, hub_session="x", **{TICKET: ticket}) == 303


@asynccontextmanager
async def _on(own_postgres: Server) -> AsyncIterator[Centre]:
    with fresh_database(own_postgres.url) as url:
        async with open_centre(url) as centre:
            yield centre


async def _status(client: httpx2.AsyncClient, **cookies: str) -> int:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return (await client.get(AT, headers={"Cookie": cookie})).status_code


async def _wrong(client: httpx2.AsyncClient, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while words not in (await client.get(AT)).text:  # noqa: ASYNC110 - nobody tells it
            await asyncio.sleep(0.1)


async def test_the_open_page_follows_and_says_when_it_cannot_and_rests_while_hidden(
    centre: Centre, visit: Visits
) -> None:
    adam = await visit(centre.url)
    adam.expects("503|ERR_FAILED")
    await sign_in(centre, adam, ADAM)
    await adam.page.clock.install()
    await adam.page.goto(AT)
    async with centre.follow():
        await expect(_connections(adam.page)).to_have_text("1")
    stopped = adam.page.locator("#stopped")
    await expect(stopped).to_be_hidden()
    await adam.page.route("**/operations", lambda route: route.abort())
    await expect(stopped).to_have_text(
        re.compile(r"^This page has not been renewed since \d\d:\d\d:\d\d: ")
    )
    await adam.page.unroute("**/operations")
    await expect(stopped).to_be_hidden()
    asked: list[str] = []
    adam.page.on("request", lambda request: asked.append(request.url))
    await adam.page.evaluate(HIDE, True)
    # What was on its way already has come.
    await adam.page.wait_for_load_state("networkidle")
    asked.clear()
    await adam.page.clock.fast_forward(60_000)
    assert asked == []
    async with adam.page.expect_request("**/operations"):
        await adam.page.evaluate(HIDE, False)


def _connections(page: Page) -> Locator:
    return page.locator("#workers tbody td b").first
