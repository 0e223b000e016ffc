"""The page of somebody whose permission is withdrawn says so, and asks no more."""

from playwright.async_api import expect

from hub.domain.audience import Role
from hub.store.people import give_role
from tests.browser import Visit
from tests.cast import ANA, MILAN
from tests.centre import Centre
from tests.journeys.conftest import Seat
from tests.journeys.windows import complete_to, numbers

REVOKED = "You may no longer follow this briefing. Ask the press centre why."


async def test_a_page_that_follows_is_told_and_does_not_come_back(
    centre: Centre, seat: Seat
) -> None:
    ana, milan = await seat(ANA), await seat(MILAN)
    await complete_to(ana.page, 1)
    await _no_longer_a_journalist(centre, milan)
    connection = ana.page.locator("#connection")
    await expect(connection).to_have_text(REVOKED)
    await expect(ana.page.locator("#announcer")).to_have_text(REVOKED)
    # Nothing comes any more, and what was read stands there still.
    await centre.say("For journalists.")
    await expect(connection).to_have_text(REVOKED)
    assert await numbers(ana.page) == [1]


async def test_a_page_that_was_away_meanwhile_is_told_when_it_is_shown_again(
    centre: Centre, seat: Seat
) -> None:
    ana, milan = await seat(ANA), await seat(MILAN)
    ana.expects("Unexpected response code: 404")
    await complete_to(ana.page, 1)
    await ana.page.goto("/")
    await _no_longer_a_journalist(centre, milan)
    await ana.page.go_back(wait_until="commit")
    await expect(ana.page.locator("#connection")).to_have_text(REVOKED)


async def _no_longer_a_journalist(centre: Centre, milan: Visit) -> None:
    await centre.do(
        lambda db: give_role(db, ANA.name, role=Role.ADMINISTRATOR, outlet=None), "people"
    )
    # The word that somebody's key has ended lets the hub look at everybody's.
    await milan.page.get_by_role("button", name="Sign out").click()
    await expect(milan.page.get_by_role("link", name="Sign in")).to_be_visible()
