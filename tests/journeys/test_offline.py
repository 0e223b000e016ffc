"""Twenty seconds without the press centre, and back: what was missed comes once and in order."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser import Visit, Visits
from tests.centre import Centre
from tests.journeys.acts import correct, retract
from tests.journeys.windows import AT, complete_to, keep_open, numbers, said, still_open
from tests.journeys.wire import Wire, distant_centre

TUNNEL = 20_000  # ms
# Longer than two heartbeats and a half, after which the page takes a silent socket for dead.
SILENCE = 16_000

Distant = tuple[Centre, Wire]


@pytest.fixture
async def distant(sqlite_url: str) -> AsyncIterator[Distant]:
    async with distant_centre(sqlite_url) as distant:
        yield distant


async def test_a_phone_in_a_tunnel_for_20_s_has_everything_again_as_soon_as_it_is_out(
    distant: Distant, visit: Visits
) -> None:
    centre, _ = distant
    ana = await _reader(centre, visit)
    ana.expects("ERR_INTERNET_DISCONNECTED")
    kept, wrong = await _two_updates(centre, ana.page)
    await ana.context.set_offline(True)
    await _says(ana.page, r"Reconnecting, complete to #3")
    await _publish_what_is_missed(centre, kept, wrong)
    await ana.page.clock.fast_forward(TUNNEL)
    await _says(ana.page, r"Reconnecting, complete to #3")
    await expect(said(ana.page)).to_have_count(3)
    await ana.context.set_offline(False)
    await _has_everything(ana.page)


async def test_readers_whose_line_was_cut_for_20_s_come_back_by_themselves(
    distant: Distant, visit: Visits
) -> None:
    centre, wire = distant
    ana = await _reader(centre, visit)
    ana.expects("WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET")
    kept, wrong = await _two_updates(centre, ana.page)
    hub = wire.cut()
    await _says(ana.page, r"Reconnecting, complete to #3")
    # In the hub's own process, since the wire of the publisher is cut too.
    await _publish_what_is_missed(centre, kept, wrong)
    await ana.page.clock.fast_forward(TUNNEL)
    await _says(ana.page, r"Reconnecting, complete to #3")
    await wire.lead_to(hub)
    await _a_try_later(ana.page)
    await _has_everything(ana.page)


async def test_a_line_that_fell_silent_is_noticed_though_nobody_hung_up(
    distant: Distant, visit: Visits
) -> None:
    centre, wire = distant
    ana = await _reader(centre, visit)
    kept, wrong = await _two_updates(centre, ana.page)
    wire.fall_silent()
    await _publish_what_is_missed(centre, kept, wrong)
    await _says(ana.page, r"Complete to #3, .*")
    await ana.page.clock.fast_forward(SILENCE)
    await _says(ana.page, r"Reconnecting, complete to #3")
    wire.speak_again()
    await _a_try_later(ana.page)
    await _has_everything(ana.page)


async def _reader(centre: Centre, visit: Visits) -> Visit:
    ana = await visit(centre.url)
    # The page's own timers, so that its seconds can be made to pass.
    await ana.page.clock.install()
    await ana.page.goto(AT)
    await complete_to(ana.page, 1)
    await keep_open(ana.page)
    return ana


async def _two_updates(centre: Centre, page: Page) -> tuple[str, str]:
    refs = (
        await centre.say("The river stands at 11.4 metres."),
        await centre.say("The bridge is closed."),
    )
    await complete_to(page, 3)
    return refs


async def _publish_what_is_missed(centre: Centre, kept: str, wrong: str) -> None:
    await centre.say("Shelters are open.")
    await correct(centre, kept, "The river stands at 10.4 metres.")
    await retract(centre, wrong, "It is open.")
    await centre.say("Trains run.")


async def _has_everything(page: Page) -> None:
    await complete_to(page, 7)
    assert await numbers(page) == [7, 6, 5, 4, 3, 2, 1]
    await expect(said(page)).to_have_text(
        [
            "Trains run.",
            "It is open.",
            "The river stands at 10.4 metres.",
            "Shelters are open.",
            "It is open.",
            "The river stands at 10.4 metres.",
            "The briefing has started.",
        ]
    )
    assert await still_open(page)


async def _says(page: Page, words: str) -> None:
    await expect(page.locator("#connection")).to_have_text(re.compile(f"^{words}$"))


async def _a_try_later(page: Page) -> None:
    """Lets the page's seconds pass, each in a moment, until its next try has got through."""
    for _ in range(40):
        await page.clock.fast_forward(1_000)
        try:
            await expect(page.locator("#connection")).to_contain_text("Complete", timeout=250)
            return
        except AssertionError:
            continue
