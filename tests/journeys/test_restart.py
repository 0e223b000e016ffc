"""The hub goes down and comes up again while people are reading."""

import asyncio

from playwright.async_api import expect

from hub.config import Config
from hub.server import listen, serving
from hub.store import schema
from tests.browser import Visits
from tests.centre import SECRET_KEY, Centre, shared_renderer
from tests.journeys.windows import AT, complete_to, keep_open, numbers, said, still_open
from tests.migrated import migrate


async def test_rooms_reconnect_to_a_hub_that_was_started_again_and_are_complete(
    sqlite_url: str, visit: Visits
) -> None:
    config, port = _config(sqlite_url)
    async with Centre(config) as centre:
        ana = await visit(centre.url)
        ana.expects("ERR_CONNECTION_REFUSED|response code: 503")
        page = ana.page
        async with serving(config, listen("127.0.0.1", port), shared_renderer()):
            await page.goto(AT)
            await complete_to(page, 1)
            await keep_open(page)
            await centre.say("Before.")
            await complete_to(page, 2)
        await expect(page.locator("#connection")).to_have_text("Reconnecting, complete to #2")
        await centre.say("Written down while nobody served.")
        async with serving(config, listen("127.0.0.1", port), shared_renderer()):
            await complete_to(page, 3)
            assert await numbers(page) == [3, 2, 1]
            await expect(said(page)).to_have_text(
                ["Written down while nobody served.", "Before.", "The briefing has started."]
            )
            await centre.say("After.")
            await complete_to(page, 4)
            assert await still_open(page)


async def test_a_database_brought_back_from_a_backup_makes_the_page_load_itself_anew_once(
    sqlite_url: str, visit: Visits
) -> None:
    config, port = _config(sqlite_url)
    async with Centre(config) as centre:
        ana = await visit(centre.url)
        ana.expects("ERR_CONNECTION_REFUSED|response code: 503")
        page = ana.page
        await page.clock.install()
        loads: list[str] = []
        page.on("load", lambda page: loads.append(page.url))
        async with serving(config, listen("127.0.0.1", port), shared_renderer()):
            await page.goto(AT)
            await complete_to(page, 1)
        await expect(page.locator("#connection")).to_contain_text("Reconnecting")
        await asyncio.to_thread(schema.begin_new_epoch, sqlite_url)
        await centre.say("Of the other history.")
        async with serving(config, listen("127.0.0.1", port), shared_renderer()):
            await expect(page.locator("#updates")).to_contain_text("Of the other history.")
            await complete_to(page, 2)
            # And once more under a hub that runs: it finds out by itself.
            await asyncio.to_thread(schema.begin_new_epoch, sqlite_url)
            await centre.say("Of a third history.")
            await expect(page.locator("#connection")).to_contain_text("Reconnecting")
            # Soon after the first time it waits for some seconds, so as not to load for ever.
            await page.clock.fast_forward(5_000)
            await expect(page.locator("#updates")).to_contain_text("Of a third history.")
            await complete_to(page, 3)
            await centre.say("And on it goes.")
            await complete_to(page, 4)
        assert loads == [centre.url + AT] * 3


def _config(database_url: str) -> tuple[Config, int]:
    """A hub that has its port for good; nobody serves there yet."""
    migrate(database_url)
    with listen("127.0.0.1", 0) as listening:
        port: int = listening.getsockname()[1]
    config = Config(
        database_url=database_url,
        public_url=f"http://127.0.0.1:{port}",
        secret_key=SECRET_KEY,
        drain_seconds=0.1,
    )
    return config, port
