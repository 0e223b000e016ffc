"""A browser without scripts: in by link, reading, publishing, correcting, retracting."""

import pytest
from playwright.async_api import Page, expect
from sqlalchemy.orm import Session

from tests.browser import Visit, Visits
from tests.cast import ANA, VERA, Actor
from tests.centre import Centre, now
from tests.journeys.conftest import Seat
from tests.journeys.windows import AT, PODIUM, numbers, said


async def test_vera_works_at_the_podium_without_scripts_and_ana_reads_it_so(
    centre: Centre, visit: Visits
) -> None:
    vera, ana = await _sign_in(centre, visit, VERA), await _sign_in(centre, visit, ANA)
    await expect(vera).to_have_url(centre.url + PODIUM)
    await expect(ana).to_have_url(centre.url + AT)
    await vera.get_by_role("radio", name="Flash").check()
    await vera.fill("#text", "Schools are closed.")
    await vera.get_by_role("button", name="Publish").click()
    await vera.fill("#text", "The river stands at 11.4 metres.")
    await vera.get_by_role("button", name="Publish").click()
    await expect(vera).to_have_url(centre.url + PODIUM)
    await vera.get_by_role("button", name="Pin #3").click()

    await vera.get_by_role("link", name="Correct #3").click()
    await vera.fill("#correction-text", "The river stands at 10.4 metres.")
    await vera.fill("#correction-note", "A slip.")
    await vera.get_by_role("button", name="Publish the correction").click()
    await vera.get_by_role("link", name="Retract #2").click()
    await vera.fill("#notice", "No school is closed.")
    await vera.get_by_role("button", name="Retract").click()
    await vera.get_by_role("button", name="Pause the briefing").click()
    await expect(vera.locator("#state")).to_have_text("Paused")

    # The page says that it does not follow, and how to see what is new.
    await expect(said(ana)).to_have_text(["The briefing has started."])
    await expect(ana.locator("noscript")).to_be_visible()
    await ana.get_by_role("link", name="reload for what is new").click()
    await expect(ana.locator("#state")).to_have_text("Paused")
    await expect(said(ana)).to_have_text(
        [
            "The briefing is paused.",
            "No school is closed.",
            "The river stands at 10.4 metres.",
            "The river stands at 10.4 metres.",
            "No school is closed.",
            "The briefing has started.",
        ]
    )
    await expect(ana.locator("#points li > p").first).to_have_text(
        "The river stands at 10.4 metres."
    )
    for button in ("Copy quote", "Keys", "Pause announcements"):
        await expect(ana.get_by_role("button", name=button)).to_have_count(0)


async def test_what_is_refused_comes_back_with_the_form_filled_in(
    centre: Centre, visit: Visits
) -> None:
    vera = await _sign_in(centre, visit, VERA, expects="status of (409|422)")
    await vera.get_by_role("radio", name="Holding statement").check()
    await vera.get_by_role("radio", name="On background").check()
    await vera.fill("#text", "Two pumps stand still.")
    await vera.get_by_text("In the other languages too").click()
    await vera.fill("#text-fr", "Deux pompes sont à l’arrêt.")
    await vera.select_option("#speaker", index=1)
    await vera.get_by_role("button", name="Publish").click()
    await expect(vera.locator("#attribution-refusal")).to_contain_text("how to attribute it")
    await expect(vera.locator("#text")).to_have_value("Two pumps stand still.")
    await expect(vera.locator("#text-fr")).to_have_value("Deux pompes sont à l’arrêt.")
    await expect(vera.get_by_role("radio", name="Holding statement")).to_be_checked()
    await expect(vera.get_by_role("radio", name="On background")).to_be_checked()
    assert await vera.locator("#speaker").evaluate("(list) => list.selectedIndex") == 1
    await vera.fill("#attribution", "an engineer")
    await vera.get_by_role("button", name="Publish").click()
    await expect(vera.locator("#published > li")).to_have_count(1)

    await vera.get_by_role("link", name="Correct #2").click()
    await vera.fill("#correction-note", "Nothing was wrong.")
    await vera.get_by_role("button", name="Publish the correction").click()
    await expect(vera.locator("#correction-alert")).to_contain_text("same as the words before")
    await expect(vera.locator("#correction-note")).to_have_value("Nothing was wrong.")
    await vera.get_by_role("link", name="Leave it as it is").click()
    await vera.get_by_role("link", name="Retract #2").click()
    await vera.get_by_role("button", name="Retract").click()
    await expect(vera.locator("#notice-refusal")).to_have_text("Write something here first.")
    await vera.get_by_role("link", name="Keep it").click()
    await expect(vera).to_have_url(centre.url + PODIUM)


async def test_older_updates_and_languages_are_links(centre: Centre, seat: Seat) -> None:
    for n in range(60):
        await centre.say(f"Number {n}.")
    page = (await seat(javascript=False)).page
    assert await numbers(page) == list(range(61, 11, -1))
    await page.get_by_role("link", name="Older updates").click()
    assert await numbers(page) == list(range(11, 0, -1))
    await expect(page.get_by_text("Older updates: this page does not follow")).to_be_visible()
    older = page.url
    await page.get_by_role("link", name="Tiếng Việt").click()
    await expect(page.locator("html")).to_have_attribute("lang", "vi")
    await expect(page).to_have_url(older)
    await page.get_by_role("link", name="English").click()
    await page.get_by_role("link", name="Back to the newest").click()
    await expect(page).to_have_url(centre.url + AT)


@pytest.mark.parametrize("width", [320, 1280])
async def test_every_part_of_a_briefing_is_reached_without_scripts(
    centre: Centre, seat: Seat, width: int
) -> None:
    await centre.say("Shelters are open.", pinned=True)
    page = (await seat(javascript=False, viewport=(width, 700))).page
    await expect(page.locator("#updates")).to_be_visible()
    if width < 768:
        await page.get_by_role("link", name="Key points").click()
    await expect(page.locator("#points li > p").first).to_be_visible()


async def _sign_in(
    centre: Centre, visit: Visits, actor: Actor, *, expects: str | None = None
) -> Page:
    def act(session: Session) -> str:
        return centre.keyring.make_link(session, centre.people[actor.name], now=now())

    secret = await centre.do(act, "people")
    window: Visit = await visit(centre.url, javascript=False)
    if expects:
        window.expects(expects)
    await window.page.goto(f"/sign-in/{secret}")
    await window.page.get_by_role("button", name=f"Sign in as {actor.name}").click()
    return window.page
