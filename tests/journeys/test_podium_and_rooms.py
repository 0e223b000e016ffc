"""The podium publishes, corrects, retracts; two rooms and the public read it as it happens."""

import re

from playwright.async_api import Page, expect

from hub.store.agenda import NewBriefing, add_briefing
from tests.browser import Visit
from tests.cast import ANA, BAO, OANH, SECRET, VERA
from tests.centre import Centre, now
from tests.journeys.conftest import Seat
from tests.journeys.windows import (
    PODIUM,
    complete_to,
    keep_open,
    numbers,
    publish,
    said,
    still_open,
)

DIEP = "Tạ Thị Ngọc Diệp"
BARE = """(article) => {
  const bare = article.cloneNode(true);
  for (const part of [bare, ...bare.querySelectorAll("*")])
    for (const { name } of [...part.attributes])
      if (/^(data-.*|datetime|href)$/.test(name)) part.removeAttribute(name);
  return bare.outerHTML;
}"""


async def test_what_vera_publishes_corrects_and_retracts_is_read_in_every_room(seat: Seat) -> None:
    ana, bao, citizen = await seat(ANA), await seat(BAO), await seat()
    vera, oanh = (await seat(VERA, PODIUM)).page, (await seat(OANH, PODIUM)).page
    readers = [window.page for window in (ana, bao, citizen)]
    for page in readers:
        await complete_to(page, 1)
    await complete_to(oanh, 3)
    for page in (*readers, vera, oanh):
        await keep_open(page)

    await publish(vera, "Schools are closed\n\nNight classes too.", kind="Flash")
    await publish(vera, "The river stands at **11.4** metres.")
    await vera.get_by_label("Pin as a key point").check()
    await publish(vera, "Shelters are open.", kind="Key point")
    for page in readers:
        await expect(said(page)).to_have_text(
            [
                "Shelters are open.",
                "The river stands at 11.4 metres.",
                "Schools are closed",
                "Night classes too.",
                "The briefing has started.",
            ]
        )
        await expect(page.locator("#updates .by")).to_have_text(
            [f"{DIEP}, spokesperson of the city, Office of the City"] * 3
        )
        await expect(page.locator("#points li > p:first-child")).to_have_text("Shelters are open.")

    await _correct(vera, "#3", "The river stands at **10.4** metres.")
    await _retract(vera, "#2", "No school is closed.")
    for page in readers:
        await expect(said(page)).to_have_text(
            [
                "No school is closed.",
                "The river stands at 10.4 metres.",
                "Shelters are open.",
                "The river stands at 10.4 metres.",
                "No school is closed.",
                "The briefing has started.",
            ]
        )
        await expect(page.locator("del")).to_have_text("11.4")
        assert "Schools are closed" not in await page.content()
        await complete_to(page, 6)
        assert await numbers(page) == [6, 5, 4, 3, 2, 1]
    # A colleague at the other podium page has the same rows, with the acts that are left.
    for page in (vera, oanh):
        await complete_to(page, 8)
        await expect(page.locator("#published > li .words")).to_have_text(
            ["Shelters are open.", "The river stands at 10.4 metres.", "No school is closed."]
        )
        await expect(page.get_by_role("link", name="Retract #")).to_have_count(2)
    for page in (*readers, vera, oanh):
        assert await still_open(page)


async def test_a_name_on_background_is_read_at_the_podium_alone(seat: Seat) -> None:
    ana, citizen = (await seat(ANA)).page, (await seat()).page
    vera, oanh = (await seat(VERA, PODIUM)).page, (await seat(OANH, PODIUM)).page
    await complete_to(ana, 1)
    await complete_to(citizen, 1)
    await complete_to(oanh, 3)

    await vera.select_option("#speaker", SECRET)
    await vera.get_by_role("radio", name="On background").check()
    await vera.fill("#attribution", "an engineer of the drainage company")
    await publish(vera, "Two pumps stand still.")
    for page in (ana, citizen):
        await expect(page.locator("#updates .by")).to_have_text(
            "Attribute to: “an engineer of the drainage company”. No name, no photograph."
        )
        await expect(page.locator("#updates .tag")).to_have_text("On background")
    await _correct(vera, "#2", "Three pumps stand still.")
    for page in (ana, citizen):
        await complete_to(page, 3)
        assert SECRET not in await page.content()
        await page.locator("#updates .when a").first.click()
        await expect(said(page)).to_have_text(["Three pumps stand still."] * 2)
        assert SECRET not in await page.content()
    await expect(oanh.locator("#published > li")).to_contain_text(SECRET)


async def test_the_preview_is_what_the_room_is_shown_then(seat: Seat) -> None:
    ana, vera = (await seat(ANA)).page, (await seat(VERA, PODIUM)).page
    await complete_to(ana, 1)
    await vera.get_by_role("radio", name="Flash").check()
    await vera.fill("#text", "Trường học **đóng cửa**\n\nĐón con trước 16:30.")
    await vera.get_by_text("In the other languages too").click()
    await vera.fill("#text-en", "Schools are closed\n\nFetch children by 16:30.")
    await vera.fill("#text-fr", "Les écoles ferment\n\nCherchez les enfants avant 16 h 30.")
    await expect(vera.locator("#preview details")).to_have_count(2)
    previewed = await _article(vera, "#preview article")
    await vera.locator("#text").press("Control+Enter")
    await complete_to(ana, 2)
    assert await _article(ana, "#updates > article:first-child") == previewed


async def test_start_pause_and_close_change_the_words_of_the_state_everywhere(
    centre: Centre, seat: Seat
) -> None:
    new = NewBriefing(
        slug="later", title="Later", scheduled_at=now(), language="en", zone="Asia/Ho_Chi_Minh"
    )
    await centre.do(lambda session: add_briefing(session, new, by=None, now=now()), "later")
    podium = await seat(VERA, "/briefings/later/podium")
    rooms = [await seat(ANA, "/briefings/later"), await seat(None, "/briefings/later")]
    vera = podium.page
    await _state(podium, *rooms, says=r"Starts .* at \d\d:\d\d")
    for page in (podium.page, *(room.page for room in rooms)):
        await complete_to(page, 0)
    await vera.get_by_role("button", name="Start the briefing").click()
    await _state(podium, *rooms, says=r"Live since \d\d:\d\d")
    await vera.get_by_role("button", name="Pause the briefing").click()
    await _state(podium, *rooms, says="Paused")
    await vera.get_by_role("button", name="Resume the briefing").click()
    await _state(podium, *rooms, says=r"Live since \d\d:\d\d")
    await vera.get_by_text("Close…").click()
    await vera.get_by_role("button", name="Close the briefing for good").click()
    await _state(podium, *rooms, says=r"Closed at \d\d:\d\d")
    await expect(vera.locator("#controls")).to_contain_text("Only corrections and retractions")
    for room in rooms:
        await expect(said(room.page)).to_have_text(
            [
                "The briefing is closed.",
                "The briefing goes on.",
                "The briefing is paused.",
                "The briefing has started.",
            ]
        )


async def _correct(vera: Page, number: str, text: str) -> None:
    await vera.get_by_role("link", name=f"Correct {number}").click()
    await vera.fill("#correction-text", text)
    await vera.keyboard.press("Control+Enter")
    await expect(vera.locator("#act")).not_to_be_visible()


async def _retract(vera: Page, number: str, notice: str) -> None:
    await vera.get_by_role("link", name=f"Retract {number}").click()
    await vera.fill("#notice", notice)
    await vera.keyboard.press("Control+Enter")
    await expect(vera.locator("#act")).not_to_be_visible()


async def _article(page: Page, selector: str) -> str:
    """An article's markup without what tells one article from another: name, number, time."""
    html: str = await page.locator(selector).evaluate(BARE)
    return re.sub(r"(?<=\bu-)\w+|\d\d:\d\d:\d\d|#\d+|\s+", " ", html)


async def _state(*visits: Visit, says: str) -> None:
    for visit in visits:
        await expect(visit.page.locator("#state")).to_have_text(re.compile(f"^{says}$"))
