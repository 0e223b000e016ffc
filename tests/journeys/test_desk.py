"""Moderators at the desk: beside colleagues, by pointer, with hundreds waiting, and on a phone."""

import asyncio

from playwright.async_api import Page, expect

from hub.domain.audience import Audience
from tests.browser import PHONE
from tests.cast import ANA, BAO, MILAN
from tests.centre import Centre
from tests.crowd import crowd
from tests.desk_acts import Desk
from tests.journeys.benches import DESK, another_moderator, hand, holds, in_lists, stands
from tests.journeys.conftest import Seat
from tests.journeys.test_axe import AXE, CHECK, RULES, SIDEWAYS
from tests.journeys.windows import AT, complete_to, keep_open, still_open


async def everything_there(centre: Centre, *pages: Page) -> None:
    """Each page has all that the log has."""
    head = (await centre.briefing()).head(Audience.DESK)
    for page in pages:
        await complete_to(page, head)


async def act(page: Page, number: int, name: str) -> None:
    """Presses the button of an act on a card."""
    await page.locator(f'.card[data-number="{number}"] .who').click()
    await hand(page).get_by_role("button", name=name).click()


async def test_followed_pages_equal_each_other_and_a_fresh_one_after_every_act(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    minh = await another_moderator(centre)
    pages = [(await seat(MILAN, DESK)).page, (await seat(minh, DESK)).page]
    for page in pages:
        await complete_to(page, 1)
        await keep_open(page)
    refs = [
        await desk.ask((ANA, BAO)[n % 2], f"How high is the dyke at post {n}?") for n in range(4)
    ]
    await desk.approve(refs[0])
    await desk.approve(refs[1])
    await desk.approve(refs[2])
    await desk.move(refs[2], refs[0])
    await desk.call(refs[2])
    await desk.answer(refs[2])
    await desk.call(refs[1])
    await desk.take(refs[1])
    await desk.merge(refs[3], refs[0])
    await desk.undo()
    await desk.decline(refs[3])
    last = await desk.approved(BAO, "Is the bridge open?")
    await desk.call(last)
    await desk.refer(last)
    await everything_there(centre, *pages)
    shown = await stands(pages[0])
    assert [len(cards) for cards in shown.values()] == [0, 1, 0, 4]
    assert await stands(pages[1]) == shown
    assert await still_open(pages[0])
    await pages[1].reload()
    await everything_there(centre, pages[1])
    assert await stands(pages[1]) == shown


async def test_what_a_colleague_holds_is_seen_and_a_stale_act_is_refused_with_what_happened(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    await desk.ask(ANA, "Is it over?")
    visits = [await seat(MILAN, DESK), await seat(await another_moderator(centre), DESK)]
    milan, minh = (visit.page for visit in visits)
    await everything_there(centre, milan, minh)
    await act(minh, 1, "Decline…")
    await expect(milan.locator(".card.held")).to_contain_text("Đỗ Nhật Minh holds this card")
    # At a held card the form asks first.
    await act(milan, 1, "Approve")
    await expect(milan.locator("#act")).to_contain_text("Đỗ Nhật Minh holds this card")
    await milan.locator("#act").get_by_role("button", name="Approve").click()
    await in_lists(milan, approved="1")
    await in_lists(minh, approved="1")

    visits[1].expects("409")
    await minh.keyboard.press("1")
    await minh.keyboard.press("Enter")
    await expect(minh.locator("#decline-alert")).to_have_text(
        "Meanwhile this question has become “Approved”, by Milan Horák. "
        "Look at it as it stands now."
    )
    await minh.keyboard.press("Escape")
    await expect(minh.locator(".card.held")).to_have_count(0)
    await in_lists(minh, approved="1")


async def test_two_at_one_card_in_one_instant_are_one_act_and_one_clear_refusal(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    visits = [await seat(MILAN, DESK), await seat(await another_moderator(centre), DESK)]
    pages = [visit.page for visit in visits]
    for visit in visits:
        visit.expects("409")
    for number in range(1, 6):
        await desk.ask(ANA, f"Question {number}?")
        await everything_there(centre, *pages)
        for page in pages:
            await page.locator("#new .card .who").click()
            await expect(hand(page)).to_have_attribute("data-number", str(number))
        before = (await centre.briefing()).number
        await asyncio.gather(*(page.keyboard.press("a") for page in pages))
        for page in pages:
            await expect(page.locator("#new .card")).to_have_count(0)
        await everything_there(centre, *pages)
        assert (await centre.briefing()).number == before + 1
        assert await stands(pages[0]) == await stands(pages[1])
        await desk.decline(str(await pages[0].locator("#approved .card").get_attribute("data-ref")))


async def test_likely_duplicates_are_merged_by_one_press_each(centre: Centre, seat: Seat) -> None:
    desk = Desk(centre)
    await desk.ask(ANA, "When does the hospital at Bãi Dâu get emergency power again?")
    await desk.ask(BAO, "Bao giờ bệnh viện Bãi Dâu có điện trở lại?", language="vi")
    await desk.ask(BAO, "Does the hospital at Bai Dau have emergency power again?")
    page = (await seat(MILAN, DESK)).page
    await everything_there(centre, page)
    twin = page.locator('.card[data-number="3"] .twin')
    await expect(twin).to_contain_text("Likely the same as Q-1")
    await twin.get_by_role("link", name="Q-1").click()
    await holds(page, 1)
    for number in (2, 3):
        card = page.locator(f'.card[data-number="{number}"]')
        if await card.locator('.merge[data-into="1"]').count():
            await card.locator('.merge[data-into="1"]').click()
        else:
            await act(page, number, "Merge into…")
            await page.locator("#merge-into").fill("Q-1")
            await page.keyboard.press("Enter")
        await expect(page.locator("#disposed .outcome").first).to_contain_text("Merged into Q-1")
    await in_lists(page, new="1", disposed="3 2")


async def test_cards_are_dragged_and_the_order_asks_why(centre: Centre, seat: Seat) -> None:
    desk = Desk(centre)
    for n, actor in enumerate((ANA, BAO, ANA), start=1):
        await desk.ask(actor, f"Question {n}?")
    page = (await seat(MILAN, DESK)).page
    await everything_there(centre, page)

    async def drag(number: int, to: str) -> None:
        line = page.locator(f'.card[data-number="{number}"] .line')
        await line.drag_to(page.locator(to), target_position={"x": 60, "y": 4})

    for number in (1, 2):
        await drag(number, ".list:has(#approved) .head")
        # Under a pointer that drags, nothing else may move.
        await expect(page.locator("#approved .card")).to_have_count(number)
    await in_lists(page, new="3", approved="1 2")
    await drag(2, '.card[data-number="1"]')
    await expect(page.locator("#act h2")).to_have_text("Move Q-2 in the order")
    await expect(page.locator("#move-before")).to_contain_text("1. Q-1 Question 1?")
    await page.keyboard.press("2")
    await page.keyboard.press("Enter")
    await in_lists(page, new="3", approved="2 1")
    await drag(2, ".list:has(#called) .head")
    await in_lists(page, new="3", approved="1", called="2")
    await drag(3, ".list:has(#disposed) .head")
    await expect(page.locator("#act h2")).to_have_text("Decline Q-3")
    await page.keyboard.press("Escape")
    await in_lists(page, new="3", approved="1", called="2")


async def test_a_new_question_is_announced_and_counted_for_who_wants_it(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    page = (await seat(MILAN, DESK)).page
    await everything_there(centre, page)
    title = await page.title()
    await desk.ask(ANA, "One?")
    await expect(page.locator("#announcer")).to_contain_text("New: Q-1, Ana Brito, Delta Wire")
    await expect(page.locator("#fresh")).to_contain_text("1 new, oldest waits 00:0")
    assert await page.title() == title
    await page.get_by_text("Briefing and settings…").click()
    await page.get_by_label("How many are new, in the title").check()
    await expect(page).to_have_title(f"(1 new) {title}")
    await page.reload()
    await desk.ask(BAO, "Two?")
    await expect(page).to_have_title(f"(2 new) {title}")


async def test_three_hundred_that_wait_stay_fluid(centre: Centre, seat: Seat) -> None:
    await crowd(centre, 300)
    page = (await seat(MILAN, DESK)).page
    await everything_there(centre, page)
    await page.keyboard.press("j")
    await holds(page, 1)
    await page.evaluate(
        """window.long = [];
        new PerformanceObserver((seen) => {
          for (const one of seen.getEntries()) window.long.push(one.duration);
        }).observe({ type: "longtask" })"""
    )
    for n in range(1, 11):
        await page.keyboard.press("a")
        await expect(page.locator(f'#approved .card[data-number="{n}"]')).to_have_count(1)
        await holds(page, n + 1)
    await expect(page.locator("#new .card")).to_have_count(290)
    # What nobody could press a key in, for each act.
    assert sum(await page.evaluate("window.long")) / 10 < 100


async def test_axe_finds_nothing_at_the_desk(centre: Centre, seat: Seat) -> None:
    desk = Desk(centre)
    await desk.called(ANA)
    await desk.decline(await desk.approved(BAO, "Who pays?"))
    ref = await desk.approved(BAO, "Is the hospital at Bãi Dâu on emergency power?")
    await desk.ask(ANA, "Has the hospital at Bãi Dâu emergency power?")
    for path in (DESK, f"{AT}/questions/{ref}/desk", f"{AT}/questions/{ref}/move"):
        for width in (1440, 768, 320):
            page = (await seat(MILAN, path, viewport=(width, 900))).page
            if path == DESK:
                await everything_there(centre, page)
            await page.evaluate(AXE)
            assert await page.evaluate(CHECK, RULES) == [], (path, width)
            assert await page.evaluate(SIDEWAYS) <= 0, (path, width)


async def test_on_a_phone_the_lists_are_tabs_and_nothing_is_too_wide(
    centre: Centre, seat: Seat
) -> None:
    desk = Desk(centre)
    await desk.ask(ANA, "One?")
    await desk.approved(BAO, "Two?")
    page = (await seat(MILAN, DESK, viewport=PHONE)).page
    await everything_there(centre, page)
    await expect(page.locator("#new .card")).to_be_visible()
    await expect(page.locator("#approved .card")).to_be_hidden()
    await page.locator('.tabs [href="#approved"]').click()
    await expect(page.locator("#approved .card")).to_be_visible()
    await act(page, 2, "Call now")
    await page.locator('.tabs [href="#called"]').click()
    await expect(page.locator("#called .card")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


async def test_the_desk_works_without_scripts(centre: Centre, seat: Seat) -> None:
    desk = Desk(centre)
    await desk.ask(ANA, "One?")
    page = (await seat(MILAN, DESK, javascript=False)).page
    await page.locator("#new").get_by_role("link", name="Q-1").click()
    await page.get_by_role("button", name="Approve").click()
    await in_lists(page, approved="1")
    await page.locator("#approved").get_by_role("link", name="Q-1").click()
    await expect(page.locator(".in-hand")).to_contain_text("Place 1. Round 1 · local, turn 1")
    await page.get_by_role("button", name="Call", exact=True).click()
    await in_lists(page, called="1")
    await page.get_by_role("button", name="Undo your last act").click()
    await in_lists(page, approved="1")
    await page.get_by_text("Decline several…").click()
    await page.get_by_role("checkbox", name="Choose Q-1").check()
    await page.get_by_role("radio", name="It is not a question.").check()
    await page.get_by_role("button", name="Decline what is chosen").click()
    await in_lists(page, disposed="1")
    await expect(page).to_have_url(f"{centre.url}{AT}/desk")
