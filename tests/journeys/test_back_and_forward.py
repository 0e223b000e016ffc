"""Away to another page and back: the browser shows the room as it was left, for a moment."""

from playwright.async_api import expect

from tests.browser import Visit
from tests.cast import ANA, VERA
from tests.centre import Centre
from tests.journeys.acts import correct, retract
from tests.journeys.conftest import Seat
from tests.journeys.windows import complete_to, numbers, said

SOON = 1_000  # ms

# Notes when the page is shown again, and when the words are in it no longer.
WATCH = """(words) => {
  addEventListener("pageshow", (event) => {
    window.shown = { again: event.persisted, at: performance.now(), gone: null };
    const look = () => {
      if (window.shown.gone !== null || document.body.textContent.includes(words)) return;
      window.shown.gone = performance.now() - window.shown.at;
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  });
}"""


async def test_words_retracted_meanwhile_are_gone_within_a_second_of_being_shown(
    centre: Centre, seat: Seat
) -> None:
    river = await centre.say("The river stands at 11.4 metres.")
    bridge = await centre.say("The bridge is closed.")
    ana = await seat(ANA)
    await complete_to(ana.page, 3)
    await ana.page.evaluate(WATCH, "The bridge is closed")

    await ana.page.goto("/")
    await centre.say("Shelters are open.")
    await correct(centre, river, "The river stands at 10.4 metres.")
    await retract(centre, bridge, "It is open.")
    await _back(ana)

    await complete_to(ana.page, 6)
    shown = await ana.page.evaluate("window.shown")
    assert shown["again"], "the browser loaded the page anew: nothing was tried"
    assert shown["gone"] is not None
    assert await numbers(ana.page) == [6, 5, 4, 3, 2, 1]
    await expect(said(ana.page)).to_have_text(
        [
            "It is open.",
            "The river stands at 10.4 metres.",
            "Shelters are open.",
            "It is open.",
            "The river stands at 10.4 metres.",
            "The briefing has started.",
        ]
    )


async def test_who_was_signed_out_meanwhile_is_told_so_in_the_page_that_is_shown_again(
    seat: Seat,
) -> None:
    ana = await seat(ANA)
    ana.expects("Unexpected response code: 404")
    await complete_to(ana.page, 1)
    await ana.page.goto("/")
    await ana.page.get_by_role("button", name="Sign out").click()
    await expect(ana.page.get_by_role("link", name="Sign in")).to_be_visible()
    await ana.page.evaluate("history.go(-2)")
    await expect(ana.page.locator("#connection")).to_have_text(
        "You have been signed out. This page no longer follows."
    )


async def test_the_podium_too_has_what_a_colleague_did_meanwhile(
    centre: Centre, seat: Seat
) -> None:
    vera = await seat(VERA, "/briefings/storm-9/podium")
    await complete_to(vera.page, 3)
    await vera.page.fill("#text", "Begun and not sent")
    await vera.page.goto("/")
    await centre.say("Said by a colleague.")
    await _back(vera)
    await complete_to(vera.page, 4)
    await expect(vera.page.locator("#published .words")).to_have_text("Said by a colleague.")
    await expect(vera.page.locator("#text")).to_have_value("Begun and not sent")


async def _back(visit: Visit) -> None:
    # A page out of the cache is never "loaded".
    await visit.page.go_back(wait_until="commit")
