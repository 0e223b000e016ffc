"""The podium in a browser: keys, the draft, refusals, and what happens when the line is cut."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser import Visit, Visits
from tests.cast import ANA, OANH, SECRET, SPEAKERS, VERA
from tests.centre import Centre, open_centre
from tests.web.test_podium import AT, HTMX, LONG, PODIUM, send

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

AtThePodium = Callable[..., Awaitable[Visit]]


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


@pytest.fixture
def at_the_podium(centre: Centre, visit: Visits) -> AtThePodium:
    """Vera's window on the podium, following."""

    async def sit(viewport: tuple[int, int] = (1440, 900)) -> Visit:
        vera = await visit(centre.url, viewport=viewport)
        await sign_in(centre, vera)
        await vera.page.goto(PODIUM)
        await expect(vera.page.locator("#connection")).to_contain_text(", ")
        return vera

    return sit


async def sign_in(centre: Centre, vera: Visit) -> None:
    secret = (await centre.client(VERA)).cookies["hub_session"]
    await vera.context.add_cookies([{"name": "hub_session", "value": secret, "url": centre.url}])


async def by_a_colleague(centre: Centre, act: str, values: dict[str, str]) -> None:
    answer = await send(await centre.client(OANH), f"{AT}/{act}", HTMX, values)
    assert answer.status_code == 204


async def _lose_the_answer(route: Route) -> None:
    await route.fetch()
    await route.abort("connectionreset")


async def in_the_room(centre: Centre, words: str) -> int:
    return (await (await centre.client(ANA)).get(AT)).text.count(f"<p>{words}</p>")


async def faults(page: Page) -> list[str]:
    await page.evaluate(AXE)
    found = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(all => all.violations)", RULES
    )
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


async def test_with_the_keys_alone_words_are_published_corrected_and_retracted(
    centre: Centre, at_the_podium: AtThePodium
) -> None:
    page = (await at_the_podium()).page
    for key in ("F2", "Alt+2"):
        await page.keyboard.press(key)
    await page.keyboard.type("School is closed")
    await page.keyboard.press("Control+Enter")
    rows = page.locator("#published > li")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Flash")
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.get_by_role("radio", name="Statement", exact=True)).to_be_checked()

    await page.keyboard.press("F4")
    await expect(page.locator("#correction-text")).to_be_focused()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("Schools are closed")
    await page.keyboard.press("Escape")
    await expect(page.locator("#act")).not_to_be_visible()
    await page.keyboard.press("F4")
    await expect(page.locator("#correction-text")).to_have_value("Schools are closed")
    await page.keyboard.press("Control+Enter")
    await expect(rows).to_contain_text("Schools are closed")
    await expect(page.locator("#act")).not_to_be_visible()

    await page.keyboard.press("Shift+F4")
    await expect(page.locator("#notice")).to_be_focused()
    await page.keyboard.type("They are open.")
    await page.keyboard.press("Control+Enter")
    await expect(rows).to_contain_text("Retracted at")
    assert await in_the_room(centre, "Schools are closed") == 0


async def test_the_draft_survives_a_reload_and_is_gone_once_it_is_published(
    at_the_podium: AtThePodium,
) -> None:
    page = (await at_the_podium()).page
    await page.fill("#text", "The pumps run")
    await page.keyboard.press("Alt+b")
    await page.keyboard.type("a city engineer")
    await page.select_option("#speaker", SECRET)
    await page.select_option("#tongue", "en")
    await page.get_by_text("In the other languages too").click()
    await page.fill("#text-fr", "Les pompes tournent")
    await expect(page.locator("#kept")).to_contain_text("kept as a draft at")
    key = await page.locator("#composer [name=key]").input_value()
    await page.reload()
    await expect(page.locator("#kept")).to_contain_text("your draft of")
    for field, value in (
        ("#text", "The pumps run"),
        ("#attribution", "a city engineer"),
        ("#speaker", SECRET),
        ("#tongue", "en"),
        ("#text-fr", "Les pompes tournent"),
        ("#composer [name=key]", key),
    ):
        await expect(page.locator(field)).to_have_value(value)
    await expect(page.locator("#preview")).to_contain_text("Attribute to: “a city engineer”")
    await expect(page.locator("#preview")).not_to_contain_text(SECRET)
    await page.locator("#text").press("Control+Enter")
    await expect(page.locator("#kept")).to_contain_text("published at")
    await page.reload()
    await expect(page.locator("#connection")).to_contain_text(", ")
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator("#kept")).to_have_text("")


async def test_a_refusal_stands_beside_its_field_and_goes_when_it_is_mended(
    at_the_podium: AtThePodium,
) -> None:
    vera = await at_the_podium()
    vera.expects("status of 422")
    page = vera.page
    await page.fill("#text", "On terms")
    await page.keyboard.press("Alt+b")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#attribution-refusal")).to_contain_text("how to attribute it")
    await expect(page.locator("#attribution")).to_be_focused()
    assert await faults(page) == []
    await page.keyboard.type("an engineer")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#published > li")).to_have_count(1)
    await expect(page.locator("#composer .refusal:visible")).to_have_count(0)
    await page.fill("#text", LONG)
    await expect(page.locator("#count")).to_have_text("5,001 of 5,000 characters: 1 too many")
    await expect(page.locator("#preview")).to_contain_text("5001 characters are too many")


async def test_words_for_a_briefing_that_a_colleague_paused_wait_for_it(
    centre: Centre, at_the_podium: AtThePodium
) -> None:
    vera = await at_the_podium()
    vera.expects("status of 409")
    page = vera.page
    await by_a_colleague(centre, "pause", {})
    await expect(page.locator("#state")).to_have_text("Paused")
    await page.fill("#text", "After the pause")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#composer-alert")).to_have_text(
        "The briefing is paused. Resume it, then publish."
    )
    await expect(page.locator("#text")).to_have_value("After the pause")
    await page.get_by_role("button", name="Resume").click()
    await expect(page.locator("#state")).to_contain_text("Live since")
    await page.locator("#text").press("Control+Enter")
    await expect(page.locator("#published")).to_contain_text("After the pause")
    await expect(page.locator("#composer-alert")).to_have_text("")


async def test_after_an_answer_that_was_lost_the_same_words_are_published_once(
    centre: Centre, at_the_podium: AtThePodium
) -> None:
    vera = await at_the_podium()
    vera.expects("ERR_CONNECTION_|htmx:error")
    page = vera.page
    await page.route(f"**{AT}/updates", _lose_the_answer, times=1)
    await page.fill("#text", "Said once")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#composer-alert")).to_contain_text("could not be reached")
    await expect(page.locator("#text")).to_have_value("Said once")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator("#composer-alert")).to_have_text("")
    await expect(page.locator("#published > li")).to_have_count(1)
    assert await in_the_room(centre, "Said once") == 1


async def test_who_was_signed_out_meanwhile_signs_in_elsewhere_and_sends_the_same_words(
    centre: Centre, at_the_podium: AtThePodium
) -> None:
    vera = await at_the_podium()
    vera.expects("status of 401")
    page = vera.page
    await vera.context.clear_cookies()
    await page.fill("#text", "Signed out, not lost")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#composer-alert")).to_contain_text("You are not signed in")
    sign_in_again = page.get_by_role("link", name="Sign in in another tab")
    await expect(sign_in_again).to_have_attribute(
        "href", "/sign-in?to=%2Fbriefings%2Fstorm-9%2Fpodium"
    )
    await expect(page.locator("#text")).to_have_value("Signed out, not lost")
    await sign_in(centre, vera)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#text")).to_have_value("")
    assert await in_the_room(centre, "Signed out, not lost") == 1


async def test_a_new_speaker_on_the_list_leaves_the_chosen_one_chosen(
    centre: Centre, at_the_podium: AtThePodium
) -> None:
    page = (await at_the_podium()).page
    await page.select_option("#speaker", SECRET)
    await by_a_colleague(centre, "speakers", {"name": "Lương Quốc Bảo"})
    await expect(page.locator("#speaker option")).to_have_count(len(SPEAKERS) + 1)
    await expect(page.locator("#speaker")).to_have_value(SECRET)


async def test_without_javascript_the_podium_publishes_and_corrects(
    centre: Centre, visit: Visits
) -> None:
    vera = await visit(centre.url, javascript=False)
    vera.expects("status of 422")
    page = vera.page
    await sign_in(centre, vera)
    await page.goto(PODIUM)
    await expect(page.get_by_text("What the room will see")).not_to_be_visible()
    await page.fill("#text", "The pumps stand still")
    await page.get_by_label("On background").check()
    await page.get_by_role("button", name="Publish").click()
    await expect(page.locator("#attribution-refusal")).to_contain_text("how to attribute it")
    await expect(page.locator("#text")).to_have_value("The pumps stand still")
    await page.get_by_label("Attributable as").fill("a city engineer")
    await page.get_by_role("button", name="Publish").click()
    await expect(page).to_have_url(f"{centre.url}{PODIUM}")
    await page.get_by_role("link", name="Correct #").click()
    await page.get_by_label("Words, Tiếng Việt").fill("The pumps run")
    await page.get_by_role("button", name="Publish the correction").click()
    await expect(page.locator("#published > li")).to_contain_text("The pumps run")


@pytest.mark.parametrize("width", [320, 768, 1440])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    centre: Centre, at_the_podium: AtThePodium, width: int
) -> None:
    await centre.say("Đường ngập " * 40)
    page = (await at_the_podium((width, 800))).page
    for place in ("#write", "#done", "#side"):
        await page.goto(f"{PODIUM}{place}")
        assert await faults(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for key in ("F4", "Shift+F4"):
        await page.keyboard.press(key)
        await expect(page.locator("#act form")).to_be_visible()
        assert await faults(page) == []
        await page.keyboard.press("Escape")
        await expect(page.locator("#act")).not_to_be_visible()
