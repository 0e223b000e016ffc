"""What people do in front of their windows, and what they see there."""

import re

from playwright.async_api import Locator, Page, expect

from tests.browser import Visit
from tests.cast import Actor
from tests.centre import SLUG, Centre

AT = f"/briefings/{SLUG}"
PODIUM = f"{AT}/podium"

# What stands in the feed, from the newest: the words, or what stands in their place.
SAID = "#updates > article :is(.line b, .quote .words, .change div:last-child dd, .notice, .gone)"


async def sign_in(centre: Centre, visit: Visit, actor: Actor) -> None:
    """Gives the window a session, without the sign-in page."""
    secret = (await centre.client(actor)).cookies["hub_session"]
    await visit.context.add_cookies([{"name": "hub_session", "value": secret, "url": centre.url}])


async def complete_to(page: Page, n: int) -> None:
    """The page says, in English, that it has everything up to this number."""
    said = re.compile(rf"^Complete to #{n}, \d\d:\d\d:\d\d$")
    await expect(page.locator("#connection")).to_have_text(said)
    assert await page.locator("#feed").get_attribute("data-n") == str(n)


def said(page: Page) -> Locator:
    """The visible words of the feed, newest first: `expect(said(page)).to_have_text([...])`."""
    return page.locator(SAID).filter(visible=True)


async def numbers(page: Page) -> list[int]:
    """The numbers of what is in the feed, from the top."""
    found: list[int] = await page.evaluate(
        "[...document.querySelectorAll('#updates > *')].map((one) => Number(one.dataset.n))"
    )
    return found


async def publish(page: Page, text: str, *, kind: str = "Statement") -> None:
    """At the podium, by hand: chooses the kind, writes, presses Ctrl+Enter, and sees it taken."""
    await page.get_by_role("radio", name=kind, exact=True).check()
    await page.fill("#text", text)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#text")).to_have_value("")


async def keep_open(page: Page) -> None:
    """From here on `still_open` says whether the page was loaded anew."""
    await page.evaluate("window.openSince = performance.timeOrigin")


async def still_open(page: Page) -> bool:
    return bool(await page.evaluate("window.openSince === performance.timeOrigin"))
