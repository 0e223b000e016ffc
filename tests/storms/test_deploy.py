"""Two versions of the hub run together: other templates, other static files, another schema."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.browser import Visits
from tests.cast import VERA
from tests.centre import bare_centre
from tests.fire.history import RIGHT
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import verdict
from tests.journeys.windows import AT
from tests.journeys.wire import Wire
from tests.storms.next_version import MARK, NextVersion
from tests.workers import serve

READERS = 40
SOON = 5.0
UPDATES = "#updates > article.update"

# Tells when updates of both versions stand in one page.
WATCH = f"""() => new MutationObserver(() => {{
  const all = document.querySelectorAll("{UPDATES}").length;
  const marked = document.querySelectorAll("{UPDATES}.{MARK}").length;
  if (marked > 0 && marked < all) mixed();
}}).observe(document, {{ childList: true, subtree: true, attributes: true }})"""


async def test_while_two_versions_run_together_no_page_is_of_both_and_nothing_is_lost(
    postgres_url: str, redis_url: str, tmp_path: Path, visit: Visits
) -> None:
    next_version, wire = NextVersion(tmp_path), Wire()
    settings: dict[str, Any] = {"HUB_WORKERS": "2", "HUB_PUBLIC_URL": wire.url}
    async with (
        bare_centre(postgres_url) as centre,
        serve(postgres_url, tmp_path, redis_url=redis_url, **settings) as old,
    ):
        await wire.lead_to(old.url)
        addresses = [old.url]
        reader, careless = (await visit(wire.url)).page, (await visit(wire.url)).page
        async with (
            crowd(addresses, READERS, after=0, origin=wire.url) as public,
            publisher(addresses, centre.tokens[VERA.name]) as vera,
        ):
            n = await vera.publish()
            mixed = [await _opened(page) for page in (reader, careless)]
            # The control: a page that does not say of which version it is.
            await careless.evaluate("delete document.querySelector('#feed').dataset.edition")
            async with vera.going_on():
                await next_version.migrate(postgres_url)
                # The old worker goes on with a schema that knows more than it does.
                await public.upto(await vera.publish(), within=SOON)
                async with serve(
                    postgres_url,
                    tmp_path,
                    redis_url=redis_url,
                    **(settings | next_version.environment),
                ) as new:
                    addresses.append(new.url)
                    public.cut(0.5)
                    await public.upto(await vera.publish(address=new.url), within=SOON)
                    await public.upto(await vera.publish(address=old.url), within=SOON)
                    wire.cut()
                    await wire.lead_to(new.url)
                    for page in (reader, careless):
                        await expect(page.locator(f"{UPDATES}.{MARK}").first).to_be_visible()
                    del addresses[0]
                    old.terminate()
                    await old.ended()
                    n = await vera.publish()
                    await public.upto(n, within=SOON)
                    await expect(reader.locator("#feed")).to_have_attribute("data-n", str(n))
                    assert await reader.locator(f"{UPDATES}:not(.{MARK})").count() == 0
                    assert [bool(times) for times in mixed] == [False, True]
                    assert await verdict(centre, vera, public) == RIGHT
                    assert public.reloads == 0
                    for page in (reader, careless):
                        await page.close()
        await wire.close()


async def _opened(page: Page) -> list[int]:
    """The page of the old version, and what is told while it is of both."""
    mixed: list[int] = []
    await page.expose_function("mixed", lambda: mixed.append(1))
    await page.goto(AT)
    await expect(page.locator(UPDATES)).not_to_have_count(0)
    await page.evaluate(WATCH)
    return mixed
