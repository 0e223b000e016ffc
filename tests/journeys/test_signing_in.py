"""In by a link that works once, in again by password, and out in every tab."""

from playwright.async_api import Page, expect
from sqlalchemy.orm import Session

from tests.browser import Visits
from tests.cast import ANA, VERA, Actor
from tests.centre import Centre, now
from tests.journeys.windows import AT, PODIUM, complete_to

PASSWORD = "three pumps and a lantern"


async def test_a_link_signs_in_once_and_sets_the_password_that_signs_in_next_time(
    centre: Centre, visit: Visits
) -> None:
    link = await _link(centre, ANA)
    ana = await visit(centre.url)
    ana.expects("status of (404|422)")
    page = ana.page
    # To look at it, as mail programs do, uses nothing up.
    await page.goto(link)
    await page.goto(link)
    await expect(page.locator("h1")).to_have_text(f"This link is for {ANA.name}")
    await page.get_by_text("Choose a password too").click()
    await page.get_by_label("New password").fill("short")
    await page.get_by_role("button", name=f"Sign in as {ANA.name}").click()
    await expect(page.get_by_role("alert")).to_contain_text("10 to 256 characters")
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_role("button", name=f"Sign in as {ANA.name}").click()
    await expect(page).to_have_url(centre.url + AT)
    await complete_to(page, 1)
    await expect(page.locator(".visitor")).to_contain_text(f"{ANA.name}, {ANA.outlet}")
    await page.get_by_role("button", name="Sign out").click()

    await page.goto(link)
    await expect(page.locator("h1")).to_have_text("This link no longer works")
    await page.get_by_role("link", name="Sign in").click()
    await _sign_in(page, ANA.name, "not the password")
    await expect(page.get_by_role("alert")).to_have_text(
        "This name and this password do not belong together. Check both and try again."
    )
    await expect(page.get_by_label("Name")).to_have_value(ANA.name)
    await expect(page.get_by_label("Password")).to_have_value("")
    await _sign_in(page, "ana brito", PASSWORD)
    await expect(page).to_have_url(centre.url + AT)
    await complete_to(page, 1)


async def test_of_two_who_press_the_same_link_one_is_let_in(centre: Centre, visit: Visits) -> None:
    link = await _link(centre, VERA)
    vera, thief = await visit(centre.url), await visit(centre.url)
    thief.expects("status of 404")
    for window in (vera, thief):
        await window.page.goto(link)
    for window in (vera, thief):
        await window.page.get_by_role("button", name=f"Sign in as {VERA.name}").click()
    await expect(vera.page).to_have_url(centre.url + PODIUM)
    await expect(thief.page.locator("h1")).to_have_text("This link no longer works")
    assert await thief.context.cookies() == []


async def test_who_has_to_sign_in_first_comes_to_the_page_that_was_asked_for(
    centre: Centre, visit: Visits
) -> None:
    ref = await centre.say("The bridge is closed.")
    wanted = f"{AT}/updates/{ref}/retraction"
    vera = await visit(centre.url)
    page = vera.page
    await page.goto(await _link(centre, VERA))
    await page.get_by_text("Choose a password too").click()
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_role("button", name=f"Sign in as {VERA.name}").click()
    await expect(page).to_have_url(centre.url + PODIUM)
    await page.get_by_role("button", name="Sign out").click()
    await page.goto(wanted)
    await expect(page.locator("h1")).to_have_text("Sign in")
    await page.get_by_role("link", name="Français").click()
    await page.get_by_role("link", name="English").click()
    await _sign_in(page, VERA.name, PASSWORD)
    await expect(page).to_have_url(centre.url + wanted)


async def test_signing_out_closes_the_room_in_the_other_tab_and_says_so(
    centre: Centre, visit: Visits
) -> None:
    ana = await visit(centre.url)
    await ana.page.goto(await _link(centre, ANA))
    await ana.page.get_by_role("button", name=f"Sign in as {ANA.name}").click()
    await complete_to(ana.page, 1)
    other = await ana.context.new_page()
    await other.goto("/")
    await other.get_by_role("button", name="Sign out").click()
    await expect(ana.page.locator("#connection")).to_have_text(
        "You have been signed out. This page no longer follows."
    )
    await centre.say("Not for this page any more.")
    citizen = await visit(centre.url)
    await citizen.page.goto(AT)
    await complete_to(citizen.page, 2)
    await expect(ana.page.locator("#updates")).not_to_contain_text("Not for this page")


async def _link(centre: Centre, actor: Actor) -> str:
    def act(session: Session) -> str:
        return centre.keyring.make_link(session, centre.people[actor.name], now=now())

    return f"/sign-in/{await centre.do(act, 'people')}"


async def _sign_in(page: Page, name: str, password: str) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
