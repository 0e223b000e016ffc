"""All of the desk with the keyboard alone."""

from playwright.async_api import Page, expect

from hub.store import desk as store
from tests.cast import ANA, BAO, MILAN, VERA
from tests.centre import SLUG, Centre, now
from tests.desk_acts import Desk
from tests.journeys.benches import DESK, hand, holds, in_lists
from tests.journeys.conftest import Seat


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def opened(page: Page, form: str) -> None:
    await expect(page.locator(f"#act form#{form}")).to_be_visible()


async def closed(page: Page) -> None:
    await expect(page.locator("#act")).to_be_hidden()


async def test_milan_sorts_calls_and_ends_questions_without_a_mouse(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    for actor, words in ((ANA, "One?"), (BAO, "Two?"), (ANA, "Three?"), (BAO, "Four?")):
        await desk.ask(actor, words)
    await desk.ask(ANA, "When do the schools in Long Khê open again?")
    milan = await seat(MILAN, DESK)
    milan.expects("422")
    page = milan.page
    await in_lists(page, new="1 2 3 4 5")
    await press(page, "j")
    await holds(page, 1)
    await press(page, "j", "j", "k")
    await holds(page, 2)

    # Approved: the hand stays in its list, at the card that came up.
    await press(page, "k", "a")
    await in_lists(page, new="2 3 4 5", approved="1")
    await holds(page, 2)
    await press(page, "a")
    await in_lists(page, new="3 4 5", approved="1 2")
    await press(page, "a")
    await in_lists(page, new="4 5", approved="1 2 3")

    await holds(page, 4)
    await press(page, "d")
    await opened(page, "decline")
    await press(page, "Escape")
    await closed(page)
    await holds(page, 4)
    await press(page, "d")
    await opened(page, "decline")
    await press(page, "4", "Enter")
    await closed(page)
    await in_lists(page, new="5", approved="1 2 3", disposed="4")
    await expect(page.locator("#disposed .outcome")).to_contain_text("article 12.4")
    await press(page, "u")
    await in_lists(page, new="4 5", approved="1 2 3")

    await holds(page, 5)
    await press(page, "m")
    await opened(page, "merge")
    await page.keyboard.type("4")
    await press(page, "Enter")
    await closed(page)
    await in_lists(page, new="4", approved="1 2 3", disposed="5")
    await expect(page.locator("#disposed .outcome")).to_contain_text("Merged into Q-4")

    # In the order: the last one before the second, for a reason.
    await press(page, "ArrowRight", "j", "j")
    await holds(page, 3)
    for key in ("[", "Alt+ArrowUp"):
        await press(page, key)
        await opened(page, "move")
        await press(page, "Escape")
        await closed(page)
    await press(page, "[")
    await opened(page, "move")
    await press(page, "[", "3", "Enter")
    await closed(page)
    await in_lists(page, new="4", approved="3 1 2", disposed="5")
    await expect(hand(page).locator(".why")).to_have_text(
        "Round 2 · local, turn 1 · outlet not yet called · "
        "moved: The interpreter leaves (article 14.5). article 14"
    )
    # The first is called at once; now the other outlet is first, and one out of turn asks why.
    await press(page, "c")
    await in_lists(page, new="4", approved="2 1", called="3", disposed="5")
    await holds(page, 1)
    await expect(hand(page).locator(".why")).to_have_text(
        "Round 2 · local, turn 1 · outlet called once. article 14"
    )
    await press(page, "c")
    await opened(page, "call")
    await press(page, "1", "Enter")
    await closed(page)
    await in_lists(page, new="4", approved="2", called="3 1", disposed="5")
    await holds(page, 2)

    await press(page, "t")
    await opened(page, "taken")
    await page.keyboard.type("Sở Giáo dục")
    await press(page, "Enter")
    await closed(page)
    await expect(page.locator("#approved .card")).to_have_count(0)
    await expect(page.locator("#disposed .outcome").first).to_contain_text(
        "Taken: Sở Giáo dục, due"
    )
    await press(page, "ArrowRight")
    await holds(page, 3)
    await press(page, "r")
    await opened(page, "referral")
    await page.keyboard.type("Bộ Giáo dục")
    await press(page, "Enter")
    await closed(page)
    await expect(page.locator("#disposed .outcome").first).to_contain_text("Referral: Bộ Giáo dục")

    await press(page, "ArrowLeft", "ArrowLeft", "h")
    await holds(page, 4)
    await expect(hand(page).locator("[data-act=hold]")).to_contain_text("Let go")
    await press(page, "h")
    await expect(hand(page).locator("[data-act=hold]")).to_contain_text("Hold")


async def test_messages_search_help_and_several_are_reached_by_keys(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    await desk.ask(ANA, "Bao giờ trường Đống Đa mở cửa?", language="vi")
    await desk.ask(BAO, "Two?")
    await desk.ask(BAO, "Three?")
    page = (await seat(MILAN, DESK)).page
    await in_lists(page, new="1 2 3")

    await press(page, "p")
    await expect(page.locator("#wire-words")).to_be_focused()
    await page.keyboard.type("Take the radio first, a question follows.")
    await press(page, "Enter")
    await expect(page.locator("#messages .reversed q")).to_have_text(
        "Take the radio first, a question follows."
    )
    await expect(page.locator("#wire-words")).to_have_value("")
    await press(page, "Escape")
    ref = str(await page.locator("#messages .wire").get_attribute("id"))[2:]
    await store.acknowledge(centre.database, SLUG, ref, by=centre.people[VERA.name], now=now())
    await expect(page.locator("#messages .reversed")).to_have_count(0)
    await expect(page.locator("#messages")).to_contain_text("by Vera Lind:")

    await press(page, "/")
    await page.keyboard.type("dong da")
    await expect(page.locator("#matching")).to_have_text("1 card shown")
    await expect(page.locator(".card:visible .name")).to_have_text(["Q-1"])
    await page.locator("#search").fill("")
    await page.select_option("#by-language", "en")
    await expect(page.locator(".card:visible .name")).to_have_text(["Q-2", "Q-3"])
    await page.select_option("#by-language", "")
    await press(page, "Escape", "j")

    await press(page, "?")
    await expect(page.get_by_role("dialog", name="Keys at the desk")).to_be_visible()
    await press(page, "Escape")

    await press(page, "x", "j", "x")
    await expect(page.locator("#chosen")).to_have_text("Chosen: Q-2, Q-3")
    await page.get_by_role("radio", name="It is not a question.").check()
    await page.get_by_role("button", name="Decline what is chosen").press("Enter")
    await in_lists(page, new="1", disposed="3 2")
    await expect(page.locator("#chosen")).to_have_text("None is chosen yet: tick the cards.")

    # Turned off, they stay off.
    await page.locator("#desk-keys-button").press("Enter")
    await page.locator("#desk-keys-on").press("Space")
    await press(page, "Escape")
    await page.reload()
    await in_lists(page, new="1", disposed="3 2")
    await page.locator("#new .card").focus()
    await press(page, "a")
    await press(page, "?")
    await expect(page.locator("#desk-keys")).to_be_hidden()
    await in_lists(page, new="1", disposed="3 2")
