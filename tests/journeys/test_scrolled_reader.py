"""A reader who has scrolled is not moved, whatever happens above; a pill says how much it was."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser import PHONE
from tests.cast import ANA
from tests.centre import Centre
from tests.journeys.acts import correct, retract
from tests.journeys.conftest import Seat
from tests.journeys.windows import complete_to, numbers

TITLE = "Storm No. 9 and the schools · Sông Hồng Press Centre"
LONGER = "It has become a good deal longer than it was. " * 9

# The first update that is wholly in view, and where its top stands, with fractions of a pixel.
SEEN = """() => {
  const bar = document.querySelector(".status").getBoundingClientRect().bottom;
  const seen = [...document.querySelectorAll("#updates > article")]
    .find((one) => one.getBoundingClientRect().top > bar);
  return [seen.id, seen.getBoundingClientRect().top];
}"""
REST = """() => new Promise((rest) => {
  const look = (last) =>
    scrollY > 400 && scrollY === last ? rest() : requestAnimationFrame(() => look(scrollY));
  addEventListener("scrollend", () => look(-1), { once: true });
  if (scrollY > 400) look(-1);
})"""
TOP = "(id) => document.getElementById(id).getBoundingClientRect().top"
# Records the worst that is seen between any two pictures, not only at the end.
WATCH = """([id, top]) => {
  window.moved = 0;
  const look = () => {
    const now = document.getElementById(id).getBoundingClientRect().top;
    window.moved = Math.max(window.moved, Math.abs(now - top));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@pytest.fixture
async def refs(centre: Centre) -> list[str]:
    """Thirty updates, the oldest first."""
    return [await centre.say(f"Number {n}. " + "The river rises. " * (n % 5)) for n in range(30)]


async def test_updates_corrections_and_retractions_above_move_the_reader_by_no_pixel(
    centre: Centre, seat: Seat, refs: list[str]
) -> None:
    page = (await seat(ANA)).page
    await complete_to(page, 31)
    await page.mouse.wheel(0, 1_234)
    seen = await _stands_still(page)
    await page.evaluate(WATCH, seen)
    for n in range(6):
        await centre.say(f"New {n}. " + "It goes on. " * 5 * n)
        await correct(centre, refs[-1 - n], LONGER)
    await retract(centre, refs[-3], "Withdrawn.")
    await expect(page.locator(".pill")).to_have_text("↑ 13 new")
    # What the reader is looking at may itself change, and still begins where it began.
    await correct(centre, seen[0][2:], LONGER)
    await expect(page.locator(".pill")).to_have_text("↑ 14 new")
    assert await page.evaluate(TOP, seen[0]) == pytest.approx(seen[1], abs=0.5)
    assert await page.evaluate("window.moved") < 1


async def test_the_pill_the_title_and_a_line_tell_what_is_new_and_the_pill_leads_there(
    centre: Centre, seat: Seat, refs: list[str]
) -> None:
    page = (await seat(ANA)).page
    await complete_to(page, 31)
    await page.mouse.wheel(0, 900)
    await _stands_still(page)
    await expect(page.locator(".pill")).to_be_hidden()
    await centre.say("The first new one.")
    await expect(page.locator(".pill")).to_have_text("↑ 1 new")
    await expect(page).to_have_title(f"(1) {TITLE}")
    await centre.say("The second new one.")
    await expect(page.locator(".pill")).to_have_text("↑ 2 new")
    await expect(page).to_have_title(f"(2) {TITLE}")
    # The line stands at the newest that was there before.
    read_to = page.locator("[data-reader-read-to]")
    await expect(read_to).to_have_attribute("id", f"u-{refs[-1]}")
    said = re.compile(r"^You had read to here, \d\d:\d\d:\d\d$")
    await expect(read_to).to_have_attribute("data-reader-read-to", said)
    await expect(page.locator("[data-reader-unread]")).to_have_count(2)

    await page.locator(".pill").click()
    await expect(page.locator("#updates > article").first).to_be_in_viewport(ratio=1)
    await expect(page.locator(".pill")).to_be_hidden()
    await expect(page).to_have_title(TITLE)
    # The marks stay for orientation until something new comes.
    await expect(page.locator("[data-reader-unread]")).to_have_count(2)
    await centre.say("Seen at once.")
    await expect(page.locator("[data-reader-unread], [data-reader-read-to]")).to_have_count(0)
    await expect(page.locator(".pill")).to_be_hidden()


async def _by_the_pill(page: Page) -> None:
    await page.locator(".pill").focus()
    await page.keyboard.press("Enter")


async def _by_the_key(page: Page) -> None:
    await page.locator("#updates > article").nth(12).focus()
    await page.keyboard.press("n")


@pytest.mark.parametrize("way", [_by_the_pill, _by_the_key])
async def test_a_key_brings_the_newest_into_view_and_the_focus_into_the_feed(
    centre: Centre, seat: Seat, refs: list[str], way: Callable[[Page], Awaitable[None]]
) -> None:
    page = (await seat(ANA)).page
    await complete_to(page, 31)
    await page.mouse.wheel(0, 900)
    await _stands_still(page)
    await centre.say("The newest.")
    await expect(page.locator(".pill")).to_have_text("↑ 1 new")
    await way(page)
    await expect(page.locator("#updates > article").first).to_be_in_viewport(ratio=1)
    await expect(page.locator(".pill")).to_be_hidden()
    assert await page.evaluate("document.getElementById('feed').contains(document.activeElement)")


async def test_the_focus_stays_where_it_is_through_all_that_arrives(
    centre: Centre, seat: Seat, refs: list[str]
) -> None:
    page = (await seat(ANA)).page
    await complete_to(page, 31)
    button = page.locator(f"#u-{refs[-1]} .copy")
    await button.focus()
    await centre.say("Another one.")
    await correct(centre, refs[-1], "Number 29, corrected.")
    await complete_to(page, 33)
    await expect(button).to_be_focused()


async def test_on_a_phone_the_tab_of_the_feed_counts_while_another_part_is_open(
    centre: Centre, seat: Seat, refs: list[str]
) -> None:
    page = (await seat(ANA, viewport=PHONE)).page
    await complete_to(page, 31)
    await page.get_by_role("link", name="Key points").click()
    await expect(page.locator("#feed")).to_be_hidden()
    await centre.say("While elsewhere.")
    await expect(page.locator(".fresh-count")).to_have_text("1 new")
    await page.get_by_role("link", name="Updates").click()
    await expect(page.locator("#updates > article").first).to_be_in_viewport()
    await expect(page.locator(".fresh-count")).to_have_text("")


async def test_older_updates_come_into_the_page_and_are_corrected_there_like_the_others(
    centre: Centre, seat: Seat
) -> None:
    refs = [await centre.say(f"Number {n}.") for n in range(60)]
    page = (await seat(ANA)).page
    await complete_to(page, 61)
    assert (await numbers(page))[-1] > 1
    await page.get_by_role("link", name="Older updates").click()
    await expect(page.get_by_role("link", name="Older updates")).to_be_hidden()
    assert await numbers(page) == list(range(61, 0, -1))
    await retract(centre, refs[0], "Never happened.")
    await expect(page.locator(f"#u-{refs[0]}")).to_contain_text("Never happened.")
    await expect(page.locator(f"#u-{refs[0]}")).not_to_contain_text("Number 0.")


async def _stands_still(page: Page) -> tuple[str, float]:
    """What is seen first, once the scrolling has come to rest."""
    await page.evaluate(REST)
    seen: list[str | float] = await page.evaluate(SEEN)
    return str(seen[0]), float(seen[1])
