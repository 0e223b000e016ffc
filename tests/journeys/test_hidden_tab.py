"""The room in a tab behind another one: nothing is missed there, and its title counts."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.centre import Centre
from tests.journeys.acts import correct, retract
from tests.journeys.tabs import tabbed_browser
from tests.journeys.windows import AT, complete_to, numbers, said

TITLE = "Storm No. 9 and the schools · Sông Hồng Press Centre"

HIDDEN = """() => document.hidden || new Promise((hidden) => {
  document.addEventListener("visibilitychange", hidden, { once: true });
}).then(() => document.hidden)"""


@pytest.fixture
async def tabs(tmp_path: Path) -> AsyncIterator[BrowserContext]:
    async with tabbed_browser(tmp_path / "profile") as tabs:
        yield tabs


async def test_a_hidden_room_is_complete_when_it_is_shown_again(
    centre: Centre, tabs: BrowserContext
) -> None:
    ana, another = await _two_tabs(centre, tabs)
    river = await centre.say("The river stands at 11.4 metres.")
    bridge = await centre.say("The bridge is closed.")
    await expect(ana).to_have_title(f"(2) {TITLE}")
    await correct(centre, river, "The river stands at 10.4 metres.")
    await retract(centre, bridge, "It is open.")
    await expect(ana).to_have_title(f"(4) {TITLE}")
    assert await ana.evaluate("document.visibilityState") == "hidden"
    await ana.bring_to_front()
    await expect(ana).to_have_title(TITLE)
    await _has_everything(ana)
    await another.close()


async def test_a_tab_that_the_browser_put_to_sleep_catches_up_when_it_wakes(
    centre: Centre, tabs: BrowserContext
) -> None:
    ana, _ = await _two_tabs(centre, tabs)
    browser = await tabs.new_cdp_session(ana)
    await browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    river = await centre.say("The river stands at 11.4 metres.")
    bridge = await centre.say("The bridge is closed.")
    await correct(centre, river, "The river stands at 10.4 metres.")
    await retract(centre, bridge, "It is open.")
    await expect(ana).to_have_title(TITLE)
    await browser.send("Page.setWebLifecycleState", {"state": "active"})
    await ana.bring_to_front()
    await _has_everything(ana)


async def _two_tabs(centre: Centre, tabs: BrowserContext) -> tuple[Page, Page]:
    """The room, complete, behind the front page."""
    ana = tabs.pages[0]
    await ana.set_extra_http_headers({"Accept-Language": "en"})
    await ana.goto(centre.url + AT)
    await complete_to(ana, 1)
    another = await tabs.new_page()
    await another.goto(centre.url)
    await another.bring_to_front()
    await ana.evaluate(HIDDEN)
    return ana, another


async def _has_everything(page: Page) -> None:
    await expect(page.locator("#connection")).to_have_text(re.compile(r"^Complete to #5, "))
    assert await numbers(page) == [5, 4, 3, 2, 1]
    await expect(said(page)).to_have_text(
        [
            "It is open.",
            "The river stands at 10.4 metres.",
            "It is open.",
            "The river stands at 10.4 metres.",
            "The briefing has started.",
        ]
    )
