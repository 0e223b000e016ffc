"""Axe finds nothing on any page, in both themes, wide and narrow; nothing scrolls sideways."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import Visits
from tests.cast import ADAM, ANA, VERA, Actor
from tests.centre import Centre, open_centre
from tests.journeys.everything import furnish
from tests.journeys.windows import AT, PODIUM, sign_in

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = "(rules) => axe.run(document, { runOnly: rules }).then((all) => all.violations)"
# How many pixels of the page stand out of the window.
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"

Furnished = tuple[Centre, dict[str, str]]

PAGES: list[tuple[str, Actor | None]] = [
    ("/", None),
    ("/", ANA),
    ("/sign-in", None),
    ("link", None),
    ("/sign-in/spent", None),
    (AT, None),
    (AT, ANA),
    (f"{AT}?before=6", ANA),
    ("/briefings/later", None),
    ("/briefings/past", None),
    (PODIUM, VERA),
    ("/briefings/later/podium", VERA),
    ("corrected", None),
    ("retracted", ANA),
    ("correction form", VERA),
    ("retraction form", VERA),
    ("/operations", ADAM),
    ("/nothing-here", None),
]


@pytest.fixture(scope="module")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Furnished]:
    """Only looked at: all tests here share it."""
    folder = tmp_path_factory.mktemp("axe")
    async with open_centre(f"sqlite:///{folder / 'hub.db'}") as centre:
        yield centre, await furnish(centre)


@pytest.mark.parametrize(("place", "actor"), PAGES)
async def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(
    furnished: Furnished, visit: Visits, place: str, actor: Actor | None
) -> None:
    centre, known = furnished
    page = await _open(centre, visit, known.get(place, place), actor)
    await _is_sound(page)


async def test_axe_finds_nothing_in_what_opens_in_a_page(
    furnished: Furnished, visit: Visits
) -> None:
    centre, _ = furnished
    room = await _open(centre, visit, AT, ANA)
    await room.get_by_role("button", name="Keys").click()
    await _is_sound(room)
    await room.keyboard.press("Escape")
    for more in await room.locator("#updates summary").all():
        await more.click()
    await _is_sound(room)
    await room.set_viewport_size({"width": 320, "height": 700})
    await room.get_by_role("button", name="Menu").click()
    await expect(room.locator("#menu")).to_be_visible()
    assert await _faults(room) == []


async def _open(centre: Centre, visit: Visits, path: str, actor: Actor | None) -> Page:
    window = await visit(centre.url)
    window.expects("status of 404")
    if actor is not None:
        await sign_in(centre, window, actor)
    await window.page.goto(path)
    await window.page.evaluate(AXE)
    return window.page


async def _is_sound(page: Page) -> None:
    for width in (1280, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert await _faults(page) == [], f"{width} px, {scheme}"
        assert await page.evaluate(SIDEWAYS) <= 0, f"{width} px"


async def _faults(page: Page) -> list[str]:
    found = await page.evaluate(CHECK, RULES)
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
