"""Vera puts documents in order by mouse and by finger, and another podium sees it."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.cast import OANH, VERA
from tests.files import png
from tests.journeys.conftest import Seat
from tests.journeys.test_documents_at_the_podium import SIDE, file
from tests.journeys.windows import keep_open, still_open

NAMES = ("first", "second", "third")


async def in_order(page: Page, *names: str) -> None:
    await expect(page.locator("#documents .name")).to_have_text(names)


@pytest.mark.parametrize("pointer", ["mouse", "finger"])
async def test_a_document_is_dragged_before_another_one_and_to_the_end(
    seat: Seat, pointer: str
) -> None:
    vera, oanh = (await seat(VERA, SIDE)).page, (await seat(OANH, SIDE)).page
    for name in NAMES:
        await vera.set_input_files("#files", [file(f"{name}.csv")])
        await expect(vera.locator("#documents")).to_contain_text(f"{name}.csv")
    await in_order(oanh, "first", "second", "third")
    for page in (vera, oanh):
        await keep_open(page)
    drag = by_mouse if pointer == "mouse" else by_finger
    rows = vera.locator("#documents li")
    await drag(vera, rows.nth(2), rows.nth(0), -1)
    for page in (vera, oanh):
        await in_order(page, "third", "first", "second")
    await drag(vera, rows.nth(0), rows.nth(2), +1)
    for page in (vera, oanh):
        await in_order(page, "first", "second", "third")
        await still_open(page)
    assert await vera.locator("#documents [data-reader-before]").count() == 0


async def test_what_is_let_go_where_it_was_or_given_up_stays(seat: Seat) -> None:
    vera = (await seat(VERA, SIDE)).page
    await vera.set_input_files("#files", [file("first.csv"), file("second.png", png())])
    await expect(vera.locator("#documents li")).to_have_count(2)
    placed: list[str] = []
    vera.on("request", lambda sent: placed.append(sent.url) if "/place" in sent.url else None)
    rows = vera.locator("#documents li")
    await by_mouse(vera, rows.nth(1), rows.nth(1), +1)
    x, y = await grip_of(rows.nth(1))
    await vera.mouse.move(x, y)
    await vera.mouse.down()
    await vera.mouse.move(*await edge_of(rows.nth(0), -1))
    await expect(rows.nth(0)).to_have_attribute("data-reader-before", "")
    await vera.keyboard.press("Escape")
    await expect(rows.nth(0)).not_to_have_attribute("data-reader-before", "")
    await vera.mouse.up()
    # What is done after it has come: nothing of the above is on its way any more.
    await rows.nth(0).get_by_role("button", name="Down").click()
    await expect(rows.nth(1)).to_contain_text("first.csv")
    assert len(placed) == 1


async def by_mouse(page: Page, line: Locator, goal: Locator, side: int) -> None:
    await page.mouse.move(*await grip_of(line))
    await page.mouse.down()
    await page.mouse.move(*await edge_of(goal, side), steps=4)
    await page.mouse.up()


async def by_finger(page: Page, line: Locator, goal: Locator, side: int) -> None:
    client = await page.context.new_cdp_session(page)
    x, y = await grip_of(line)
    to_x, to_y = await edge_of(goal, side)
    way = [(x + (to_x - x) * part / 4, y + (to_y - y) * part / 4) for part in range(5)]
    for kind, points in (
        ("touchStart", [way[0]]),
        *(("touchMove", [point]) for point in way[1:]),
        ("touchEnd", []),
    ):
        touches = [{"x": at[0], "y": at[1]} for at in points]
        await client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    await client.detach()


async def grip_of(line: Locator) -> tuple[float, float]:
    """The middle of what the pointer takes hold of."""
    await line.locator(".grip").scroll_into_view_if_needed()
    box = await line.locator(".grip").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def edge_of(line: Locator, side: int) -> tuple[float, float]:
    """Near the upper edge (-1) or the lower one (+1)."""
    box = await line.bounding_box()
    assert box is not None
    return box["x"] + 40, box["y"] + (4 if side < 0 else box["height"] - 4)
