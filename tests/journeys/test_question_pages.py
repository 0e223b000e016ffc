"""The pages of questions as everybody may use them: axe, both themes, wide and narrow."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser import Visits
from tests.cast import ANA, BAO, MILAN, Actor
from tests.centre import Centre, now, open_centre
from tests.desk_acts import Desk
from tests.journeys.test_axe import AXE, CHECK, RULES, SIDEWAYS
from tests.journeys.windows import AT, sign_in

LONG = "https://press.example.org/" + "donaudampfschifffahrtsgesellschaft" * 3
PAGES: list[tuple[str, Actor | None]] = [
    (AT, ANA),
    (AT, None),
    (f"{AT}/questions", None),
    (f"{AT}/questions/mine", ANA),
    (f"{AT}/questions/answered", None),
    (f"{AT}/questions/declined", ANA),
    (f"{AT}/questions/waits/edit", ANA),
    (f"{AT}/questions/waits/withdrawal", ANA),
    (f"{AT}/questions/declined/appeal", ANA),
    (f"{AT}/order", None),
    ("/season", MILAN),
]

Furnished = tuple[Centre, dict[str, str]]


@pytest.fixture(scope="module")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Furnished]:
    """One of everything; only looked at."""
    folder = tmp_path_factory.mktemp("questions")
    async with open_centre(f"sqlite:///{folder / 'hub.db'}") as centre:
        desk = Desk(centre)
        known = {
            "answered": await desk.called(ANA, f"Is it {LONG}?"),
            "taken": await desk.called(BAO, "How many buses?"),
            "referred": await desk.called(BAO, "Does the airport close?"),
        }
        await desk.answer(known["answered"], "It is.")
        await desk.take(known["taken"])
        await desk.refer(known["referred"])
        files = now() + timedelta(hours=2)
        known["waits"] = await desk.approved(ANA, "Who pays?", files_at=files, speaks=True)
        known["declined"] = await desk.ask(ANA, "Why he?")
        await desk.decline(known["declined"])
        for n in range(3):
            await desk.approved(BAO, f"Number {n}: {LONG}?")
        await desk.call(known["waits"])
        known["waits"] = await desk.approved(ANA, "And who then?")
        yield centre, known


@pytest.mark.parametrize(("path", "actor"), PAGES)
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    furnished: Furnished, visit: Visits, path: str, actor: Actor | None
) -> None:
    centre, known = furnished
    window = await visit(centre.url)
    if actor is not None:
        await sign_in(centre, window, actor)
    for name, ref in known.items():
        path = path.replace(f"/{name}", f"/{ref}")
    page = window.page
    await page.goto(path)
    await page.evaluate(AXE)
    for width in (1280, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        if width == 320 and path == AT:
            await page.goto(f"{AT}#questions")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            found = await page.evaluate(CHECK, RULES)
            assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
        assert await page.evaluate(SIDEWAYS) <= 0, f"{width} px"


async def test_the_dialogs_are_sound_too(furnished: Furnished, visit: Visits) -> None:
    centre, _ = furnished
    window = await visit(centre.url, viewport=(320, 700))
    await sign_in(centre, window, ANA)
    page = window.page
    await page.goto(f"{AT}#questions")
    await page.evaluate(AXE)
    for name in ("Edit…", "Withdraw…", "Appeal once…"):
        await page.get_by_role("link", name=name).first.click()
        await expect(page.locator("#act")).to_be_visible()
        assert await page.evaluate(CHECK, RULES) == []
        assert await page.evaluate(SIDEWAYS) <= 0
        await page.keyboard.press("Escape")
