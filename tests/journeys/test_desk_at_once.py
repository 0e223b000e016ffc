"""At the desk in one press: called from New, answered aloud; what the cards then tell, followed
and loaded; colleagues; and an appeal that comes back from far below."""

from playwright.async_api import expect

from tests.cast import ANA, BAO, MILAN
from tests.centre import Centre
from tests.desk_acts import Desk
from tests.hall import Hall
from tests.journeys.benches import DESK, another_moderator, hand, holds, in_lists, stands
from tests.journeys.conftest import Seat
from tests.journeys.test_desk import act, everything_there
from tests.journeys.test_desk_by_keys import closed, opened, press
from tests.journeys.windows import AT

SLUG = AT.rsplit("/", 1)[1]


async def test_a_new_question_is_called_by_one_key_and_undone_by_another(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    first = await desk.ask(BAO, "One?")
    await desk.ask(ANA, "Two?")
    milan = await seat(MILAN, DESK)
    milan.expects("422")
    page = milan.page
    await everything_there(centre, page)
    await press(page, "j", "j", "c")
    await in_lists(page, new="1", called="2")
    await press(page, "u")
    await in_lists(page, new="1 2")
    # While another one waits before it, it is asked why.
    await desk.approve(first)
    await in_lists(page, new="2", approved="1")
    await page.locator("#new .who").click()
    await press(page, "c")
    await opened(page, "call")
    await expect(page.locator("#call")).to_contain_text("approved and called in one act")
    await press(page, "1", "Enter")
    await closed(page)
    await in_lists(page, called="2", approved="1")
    await page.reload()
    await in_lists(page, called="2", approved="1")


async def test_what_was_answered_aloud_ends_by_one_key_or_with_a_word_to_the_asker(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    await desk.called(ANA, "One?")
    page = (await seat(MILAN, DESK)).page
    ana = (await seat(ANA, f"{AT}#mine")).page
    await everything_there(centre, page)
    await press(page, "j", "w")
    await in_lists(page, disposed="1")
    await expect(page.locator("#disposed .outcome")).to_contain_text("Answered aloud")
    await expect(ana.locator("#mine .state-line")).to_contain_text("Answered · aloud")
    await press(page, "u")
    await in_lists(page, called="1")
    await expect(ana.locator("#mine .state-line")).to_contain_text("Called")
    await page.locator("#called .who").click()
    await press(page, "Shift+W")
    await opened(page, "spoken-answer")
    await page.keyboard.type("At 14:02, by the minister.")
    await press(page, "Enter")
    await closed(page)
    await in_lists(page, disposed="1")
    await expect(ana.locator("#mine")).to_contain_text("The desk says: At 14:02, by the minister.")


async def test_who_follows_and_who_loads_are_told_the_same_of_a_card(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    pages = [(await seat(MILAN, DESK)).page for _ in range(2)]
    await centre.publish("All schools in the city stay closed on Monday.")
    into = await desk.ask(ANA, "Are the schools closed on Monday?")
    await desk.merge(await desk.ask(BAO, "Schools closed?"), into)
    second = await desk.approved(BAO, "Who pays?")
    await desk.approved(ANA, "And then?")
    await desk.move(second, None)
    await everything_there(centre, *pages)
    page = pages[0]
    await expect(page.locator("#new .card")).to_contain_text("Perhaps said already in #2")
    await expect(page.locator("#new .behind")).to_have_text(
        "2 askers, 2 outlets · also Trần Gia Bảo, Báo Sông Hồng Mới"
    )
    await expect(page.locator(f"#q-{second} .why")).to_contain_text(
        "moved: The interpreter leaves (article 14.5)."
    )
    await pages[1].reload()
    await everything_there(centre, pages[1])
    assert await stands(pages[0]) == await stands(pages[1])
    await page.locator("#new").get_by_role("link", name="#2").click()
    await expect(page.locator("#updates")).to_contain_text("stay closed on Monday")


async def test_colleagues_at_the_desk_are_named_while_they_are_there(
    centre: Centre, seat: Seat
) -> None:
    page = (await seat(MILAN, DESK)).page
    said = page.locator("#colleagues")
    await expect(said).to_have_text("Nobody else is at the desk")
    minh = await seat(await another_moderator(centre), DESK)
    await expect(said).to_have_text("With you at the desk: Đỗ Nhật Minh")
    await expect(minh.page.locator("#colleagues")).to_have_text("With you at the desk: Milan Horák")
    await minh.page.close()
    await expect(said).to_have_text("Nobody else is at the desk")


async def test_an_appeal_comes_to_the_top_of_new_though_the_page_had_let_its_card_go(
    centre: Centre, seat: Seat
) -> None:
    hall = Hall(centre, SLUG)
    await hall.post(MILAN, "desk/settings", person_limit=99, outlet_limit=99)
    refs = [await hall.declined(f"Number {n}?") for n in range(1, 4)]
    await hall.ask("New?", actor=BAO)
    page = (await seat(MILAN, DESK)).page
    await everything_there(centre, page)
    # As if two hundred had ended since.
    await page.evaluate("document.getElementById('feed').dataset.most = '2'")
    await hall.declined("Number 5?")
    await in_lists(page, new="4", disposed="5 3")
    await hall.do("appeal", refs[0], ANA, words="It is about a budget.")
    await in_lists(page, new="1 4", disposed="5 3")
    await expect(page.locator("#announcer")).to_contain_text("Appeal: Q-1, Ana Brito")
    # One that the page has still comes too, once.
    await hall.do("appeal", refs[2], ANA, words="So is this.")
    await in_lists(page, new="1 3 4", disposed="5")
    await act(page, 3, "Stays declined…")
    await page.locator("#upholding-note").fill("Article 12.")
    await page.locator("#act").get_by_role("button", name="It stays declined").click()
    await in_lists(page, new="1 4", disposed="5 3")
    await act(page, 1, "Approve")
    await in_lists(page, new="4", approved="1", disposed="5 3")
    await expect(hand(page)).to_have_attribute("data-number", "4")
    await holds(page, 4)
