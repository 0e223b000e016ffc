"""Documents as they are read: a drop in three browsers, and three hundred pages on a phone."""

import asyncio
from typing import Any

from playwright.async_api import Page, expect

from tests.browser import PHONE
from tests.cast import ANA, BAO
from tests.centre import Centre
from tests.inspection.honest import pdf
from tests.journeys.conftest import Seat
from tests.journeys.windows import keep_open, still_open
from tests.papers import Papers

PAGES = 300
TITLE: dict[str, Any] = {"titles": {"": "Quyết định 1187", "en": "Decision 1187"}}


async def _long(centre: Centre) -> tuple[Papers, str, str]:
    """A document of three hundred pages that is out, and where it is read."""
    papers, content = Papers(centre), pdf(PAGES)
    words = "\f".join(f"Schools stay closed, page {n}" for n in range(1, PAGES + 1))
    found: dict[str, Any] = {"pages": PAGES, "text": words}
    ref = await papers.dropped("Quyết định.pdf", content, found=found, **TITLE)
    return papers, ref, f"/files/{await papers.address(ref)}/read"


async def _on(page: Page, number: int) -> None:
    """The page says so, and has the picture of it in sight."""
    await expect(page.locator("#page")).to_have_value(str(number))
    await expect(page.locator(f"#p{number} img")).to_be_in_viewport()
    await page.wait_for_function(
        "(id) => document.querySelector(`#${id} img`).naturalWidth > 0", arg=f"p{number}"
    )


async def test_a_drop_and_its_withdrawal_are_seen_in_three_browsers(
    centre: Centre, seat: Seat
) -> None:
    windows = [await seat(ANA), await seat(BAO), await seat(viewport=PHONE)]
    pages = [window.page for window in windows]
    papers = Papers(centre)
    ref = await papers.draft(found={"pages": 2}, **TITLE)
    for page in pages:
        await keep_open(page)
        await expect(page.locator(f"#doc-{ref}")).to_have_count(0)
    await papers.drop(ref)
    await asyncio.gather(*(_is_out(page, ref) for page in pages))
    await papers.again(ref, pages=3)
    await papers.drop(ref, "Trang 2 đã sửa.")
    for page in pages:
        newer = page.locator(f"#d-{ref}-2")
        await expect(newer.locator(".kicker")).to_contain_text("New version of a document")
        await expect(newer.locator(".what-is-new")).to_contain_text("Trang 2 đã sửa.")
        await expect(page.locator(f"#d-{ref}-1")).to_contain_text("There is a newer version")
    await papers.withdraw(ref, "Nhầm tệp.")
    for page in pages:
        await expect(page.locator(f"#w-{ref} .notice")).to_have_text("Nhầm tệp.")
        await expect(page.locator(f"#doc-{ref} a[href^='/files']")).to_have_count(0)
        await expect(page.locator(f"#d-{ref}-2 a[href^='/files']")).to_have_count(0)
        assert await still_open(page)


async def _is_out(page: Page, ref: str) -> None:
    dropped = page.locator(f"#d-{ref}-1")
    await expect(dropped.locator(".kicker")).to_have_text("Document dropped")
    await expect(dropped).to_contain_text("Decision 1187")
    await expect(page.locator(f"#doc-{ref} .button")).to_have_text(["Read", "Download"])


async def test_three_hundred_pages_are_read_on_a_phone_by_touch_and_by_keyboard(
    centre: Centre, seat: Seat
) -> None:
    _, _, address = await _long(centre)
    page = (await seat(ANA, address, viewport=PHONE)).page
    await _on(page, 1)
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    # What is far away is not fetched, and not drawn by anybody.
    assert await page.locator("img").evaluate_all(
        "(all) => all.filter((one) => one.naturalWidth > 0).length"
    ) < 20  # fmt: skip
    for number in (2, 3):
        await page.keyboard.press("ArrowRight")
        await _on(page, number)
    await page.keyboard.press("ArrowLeft")
    await _on(page, 2)
    await page.fill("#page", "250")
    await page.keyboard.press("Enter")
    await expect(page.locator("#p250")).to_be_focused()
    await page.locator("#page").blur()
    await _on(page, 250)
    # By the arrow under the page, as with a finger.
    await page.locator("#p250").get_by_role("link", name="Next page").click()
    await _on(page, 251)
    await page.reload()
    await _on(page, 251)


async def test_the_words_of_a_page_are_found_heard_and_marked_but_not_seen(
    centre: Centre, seat: Seat
) -> None:
    _, _, address = await _long(centre)
    page = (await seat(None, address)).page
    await _on(page, 1)
    assert await page.evaluate("window.find('Schools stay closed, page 123')")
    await expect(page.locator("#p123")).to_be_in_viewport()
    words = page.locator("#p123 .words-over")
    assert await words.evaluate("(one) => getComputedStyle(one).color") == "rgba(0, 0, 0, 0)"
    await page.get_by_role("link", name="As text").click()
    await expect(page.locator("#p300 .plain-words")).to_have_text("Schools stay closed, page 300")
    await expect(page.locator("#pages img")).to_have_count(0)


async def test_without_javascript_a_page_is_turned_by_links_and_found_by_its_number(
    centre: Centre, seat: Seat
) -> None:
    _, _, address = await _long(centre)
    page = (await seat(None, "/", javascript=False)).page
    # Without scripts a browser fetches every picture: that takes a while, and nobody waits for it.
    await page.goto(address, wait_until="domcontentloaded")
    await page.locator("#p1").get_by_role("link", name="Next page").click()
    await expect(page.locator("#p2")).to_be_in_viewport()
    await page.fill("#page", "200")
    await page.get_by_role("button", name="Go", exact=True).click(no_wait_after=True)
    await expect(page.locator("#p200")).to_be_in_viewport()
    assert page.url.endswith("/read#p200")


async def test_an_open_viewer_says_that_the_document_was_withdrawn_as_soon_as_it_asks(
    centre: Centre, seat: Seat
) -> None:
    papers, ref, address = await _long(centre)
    reader = await seat(ANA, address)
    reader.expects(r"status of 410")
    page = reader.page
    await _on(page, 1)
    await papers.withdraw(ref, "Nhầm tệp: bản của tuần trước.")
    await page.fill("#page", "100")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Nhầm tệp: bản của tuần trước.")
    await expect(page.locator("#pages img")).to_have_count(0)
