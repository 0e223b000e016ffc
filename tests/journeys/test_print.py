"""A briefing on paper: the words and what they are worth, without the machine around them."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import Visit
from tests.cast import ANA
from tests.centre import Centre
from tests.journeys.acts import correct, retract, speak
from tests.journeys.conftest import Seat
from tests.journeys.windows import AT, complete_to

WORDS = {"vi": "Trường học đóng cửa.", "en": "Schools are closed.", "fr": "Écoles fermées."}


async def test_on_paper_the_interface_is_gone_and_every_word_stays(
    centre: Centre, seat: Seat
) -> None:
    river = await speak(centre, WORDS, pinned=True)
    wrong = await centre.say("The bridge is closed.")
    await correct(centre, river, "Trường học mở cửa.")
    await retract(centre, wrong, "It is open.")
    page = await _printed(await seat(ANA, scheme="dark"))
    for gone in (
        page.get_by_role("button"),
        page.get_by_role("navigation"),
        page.get_by_role("link", name=re.compile("Skip to|Older updates|Back to")),
        page.locator("#connection, #following, .pill, .visitor, .colophon"),
    ):
        await expect(gone.filter(visible=True)).to_have_count(0)
    await expect(page.locator(".nameplate")).to_be_visible()
    await expect(page.locator("h1")).to_have_text("Storm No. 9 and the schools")
    await expect(page.locator("#state")).to_have_text(re.compile("Live since"))
    for stays in (
        "Trường học mở cửa.",
        "It is open.",
        "Retracted: do not use #3",
        "On the record",
        "Tạ Thị Ngọc Diệp",
        "The briefing has started.",
        "newest first, times of Asia/Ho Chi Minh",
    ):
        await expect(page.get_by_text(stays).filter(visible=True).first).to_be_visible()
    # Black on white, whatever the screen is like.
    ink = "getComputedStyle(document.querySelector('.words')).color"
    assert await page.evaluate(ink) == "rgb(25, 24, 21)"


async def test_a_permalink_on_paper_is_the_quotation_with_its_corrections(
    centre: Centre, seat: Seat
) -> None:
    river = await speak(centre, WORDS)
    await correct(centre, river, "Trường học mở cửa.")
    page = await _printed(await seat(None, f"{AT}/updates/{river}", javascript=False))
    await expect(page.get_by_role("button").filter(visible=True)).to_have_count(0)
    await expect(page.locator(".change ins").first).to_be_visible()
    await expect(page.locator(".by").first).to_contain_text("Tạ Thị Ngọc Diệp")


async def test_the_agenda_on_paper_is_a_list_of_briefings(centre: Centre, seat: Seat) -> None:
    await centre.say("Schools are closed.")
    page = await _printed(await seat(None, "/"))
    interface = re.compile("Sign in|Follow live|Calendar|English|Français|Skip to")
    await expect(page.get_by_role("link", name=interface).filter(visible=True)).to_have_count(0)
    for stays in ("Storm No. 9 and the schools", "Schools are closed.", "Past briefings"):
        await expect(page.get_by_text(stays).filter(visible=True).first).to_be_visible()


@pytest.mark.parametrize("width", [794, 1280])
async def test_nothing_is_cut_off_at_the_edge_of_the_sheet(
    centre: Centre, seat: Seat, width: int
) -> None:
    await centre.say("Lời nói " * 300)
    page = await _printed(await seat(viewport=(width, 1123)))
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Everything begins at one line down the sheet.
    begins = {
        await page.locator(part).first.evaluate("(one) => one.getBoundingClientRect().left")
        for part in (".nameplate", "h1", "#state", "#feed-title", "#updates .when time")
    }
    assert begins == {0}


async def _printed(window: Visit) -> Page:
    if window.page.url.endswith(AT):
        await complete_to(window.page, int(await _head(window.page)))
    await window.page.emulate_media(media="print")
    return window.page


async def _head(page: Page) -> str:
    return await page.locator("#feed").get_attribute("data-n") or ""
