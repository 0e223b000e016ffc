"""Asked in the room, approved, called, answered: what each of four browsers sees of it."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy.orm import Session

from hub.store.finding import briefing_at
from tests.browser import Visit, Visits
from tests.cast import ANA, BAO, MILAN, VERA
from tests.centre import SLUG, Centre, now
from tests.desk_acts import Desk
from tests.journeys.acts import retract
from tests.journeys.conftest import Seat
from tests.journeys.windows import AT, complete_to, keep_open, sign_in, still_open
from tests.journeys.wire import Wire, distant_centre

QUESTION = "Who pays the teachers who keep the shelters open?"
ANSWER = "The city pays them from Monday."
PLACE = "#mine .state-line"


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)


@pytest.fixture
async def distant(sqlite_url: str) -> AsyncIterator[tuple[Centre, Wire]]:
    async with distant_centre(sqlite_url) as distant:
        yield distant


async def test_a_question_is_asked_approved_called_and_answered_before_four_browsers(
    seat: Seat, desk: Desk
) -> None:
    ana, bao, citizen = [(await seat(actor)).page for actor in (ANA, BAO, None)]
    milan = (await seat(MILAN)).page
    for page in (ana, bao, citizen, milan):
        await complete_to(page, 1)
        await keep_open(page)
    await expect(citizen.locator("#ask")).to_have_count(0)
    await expect(milan.locator("#ask")).to_have_count(0)

    await ask(ana, QUESTION)
    await expect(ana.locator(PLACE)).to_have_text("With the desk · nobody else sees it yet")
    await expect(ana.locator("#limits")).to_have_text("1 of 3 questions that you may have open")
    ref = str(await ana.locator("#mine li").get_attribute("data-ref"))
    for page in (bao, citizen, milan):
        assert QUESTION not in await page.content()

    await desk.approve(ref)
    await expect(ana.locator(PLACE)).to_have_text("Approved: place 1 of 1")
    for page in (ana, bao, citizen, milan):
        await expect(page.locator("#queue li.question .ask")).to_have_text([QUESTION])
    await expect(ana.locator(f"#k-{ref} .small")).to_have_attribute("data-reader-mine", "Yours")
    for page in (bao, citizen, milan):
        assert await page.locator("[data-reader-mine]").count() == 0
        assert ANA.name not in await page.content()
        assert str(ANA.outlet) not in await page.content()

    await desk.call(ref)
    await expect(ana.locator(PLACE)).to_have_text("Called: it is being read out")
    for page in (bao, citizen):
        await expect(page.locator("#called-title")).to_be_visible()

    await desk.answer(ref, ANSWER)
    await expect(ana.locator(PLACE)).to_have_text("Answered · read the answer")
    for page in (ana, bao, citizen, milan):
        article = page.locator("#updates > article").first
        await expect(article.locator(".kicker")).to_have_text("Question and answer")
        await expect(article.locator(".asked")).to_have_text(QUESTION)
        await expect(article.locator(".quote .words")).to_have_text(ANSWER)
        await expect(page.locator("#queue li.question")).to_have_count(0)
        assert await still_open(page)
    await expect(ana.locator("#updates .kicker[data-reader-mine]")).to_have_count(1)

    # A pair has an address that leads there; whoever reads it learns no more than the room.
    await citizen.locator("#updates .asked a").click()
    await expect(citizen).to_have_url(re.compile(f"{AT}/questions/{ref}$"))
    await expect(citizen.locator(".quote .words")).to_have_text(ANSWER)
    assert ANA.name not in await citizen.content()


async def test_the_copied_quote_of_an_answer_is_the_answer(seat: Seat, desk: Desk) -> None:
    ref = await desk.called(ANA, QUESTION)
    await desk.answer(ref, ANSWER)
    bao = await seat(BAO)
    await bao.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await bao.page.get_by_role("button", name="Copy quote").click()
    copied = await bao.page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == f"“{ANSWER}”"
    assert QUESTION not in copied


async def test_ana_edits_withdraws_and_appeals_in_her_page(seat: Seat, desk: Desk) -> None:
    window = await seat(ANA)
    window.expects("status of 409")
    ana = window.page
    await complete_to(ana, 1)
    await ask(ana, QUESTION)
    await open_act(ana, "Edit…")
    await ana.fill("#edit-words", "And the cooks?")
    await ana.keyboard.press("Control+Enter")
    await expect(ana.locator("#act")).not_to_be_visible()
    await expect(ana.locator("#mine .ask")).to_have_text("And the cooks?")
    ref = str(await ana.locator("#mine li").get_attribute("data-ref"))

    # Called while the form was open: the refusal says so, and the words stay.
    await open_act(ana, "Edit…")
    await ana.fill("#edit-words", "And the drivers?")
    await desk.approve(ref)
    await desk.call(ref)
    await ana.keyboard.press("Control+Enter")
    await expect(ana.locator("#edit-alert")).to_contain_text("stands at “called”")
    await expect(ana.locator("#edit-words")).to_have_value("And the drivers?")
    await ana.get_by_role("link", name="Leave it as it is").click()
    await expect(ana.locator(PLACE)).to_have_text("Called: it is being read out")
    await expect(ana.locator("#mine .acts")).to_have_count(0)

    await desk.decline(ref, "private")
    await expect(ana.locator("#mine")).to_contain_text("Regulation, article 12.3")
    await open_act(ana, "Appeal once…")
    await ana.fill("#appeal-words", "Nobody is named.")
    await ana.get_by_role("button", name="Send the appeal").click()
    await expect(ana.locator("#mine")).to_contain_text("Appeal: the desk looks at it again.")
    await expect(ana.locator("#mine .acts")).to_have_count(0)

    await ask(ana, "Never mind?")
    await open_act(ana, "Withdraw…")
    await ana.get_by_role("button", name="Withdraw it").click()
    await expect(ana.locator(PLACE).first).to_have_text("Withdrawn")


async def test_what_becomes_of_ones_own_is_said_to_who_listens(seat: Seat, desk: Desk) -> None:
    ana, bao = (await seat(ANA)).page, (await seat(BAO)).page
    ref = await desk.ask(ANA, QUESTION, speaks=True)
    await expect(ana.locator(PLACE)).to_have_count(1)
    await desk.approve(ref)
    await expect(ana.locator("#announcer")).to_have_text(f"{QUESTION} Approved: place 1 of 1")
    await desk.call(ref)
    await expect(ana.locator("#announcer")).to_have_text(f"{QUESTION} Called: you have the floor")
    await expect(bao.locator("#called-title")).to_be_visible()
    await expect(bao.locator("#announcer")).to_have_text("")


async def test_the_limit_is_said_before_it_bites_and_the_words_stay(seat: Seat, desk: Desk) -> None:
    window = await seat(ANA)
    window.expects("status of (409|422)")
    ana = window.page
    await complete_to(ana, 1)
    for n in (1, 2, 3):
        await ask(ana, f"Number {n}?")
        await expect(ana.locator("#limits")).to_contain_text(f"{n} of 3 questions")
    await expect(ana.locator("#limits")).to_contain_text("That is all for now")
    await ana.fill("#question", "One too many?")
    await ana.keyboard.press("Control+Enter")
    await expect(ana.locator("#ask-alert")).to_contain_text("3 questions of yours wait already")
    await expect(ana.locator("#question")).to_have_value("One too many?")
    ref = str(await ana.locator("#mine li").first.get_attribute("data-ref"))
    await desk.decline(ref)
    await expect(ana.locator("#limits")).to_contain_text("2 of 3 questions")
    await ana.locator("#question").press("Control+Enter")
    await expect(ana.locator("#mine .ask").first).to_have_text("One too many?")
    await ana.fill("#question", "x" * 601)
    await expect(ana.locator("#question-count")).to_have_text("601 of 600 characters: 1 too many")


async def test_words_written_in_a_tunnel_are_kept_and_asked_once_when_it_ends(
    distant: tuple[Centre, Wire], visit: Visits
) -> None:
    centre, wire = distant
    window: Visit = await visit(centre.url)
    window.expects("WebSocket connection|ERR_|Failed to fetch|HTTP error")
    await sign_in(centre, window, ANA)
    ana = window.page
    await ana.goto(AT)
    await complete_to(ana, 1)
    hub = wire.cut()
    await ana.fill("#question", QUESTION)
    await ana.locator("#question").press("Control+Enter")
    await expect(ana.locator("#ask-alert")).to_contain_text("could not be reached")
    await expect(ana.locator("#question")).to_have_value(QUESTION)
    await wire.lead_to(hub)
    await ana.reload()
    # The draft, and its key, outlive the page.
    await expect(ana.locator("#question")).to_have_value(QUESTION)
    await expect(ana.locator("#ask-kept")).to_contain_text("your draft of")
    for _ in range(2):
        await ana.locator("#question").press("Control+Enter")
    await expect(ana.locator("#question")).to_have_value("")
    await expect(ana.locator("#mine .ask")).to_have_text([QUESTION])
    await ana.reload()
    await expect(ana.locator("#question")).to_have_value("")
    await expect(ana.locator("#mine .ask")).to_have_text([QUESTION])


async def test_what_changed_while_the_line_was_cut_is_in_the_page_when_it_is_back(
    distant: tuple[Centre, Wire], visit: Visits
) -> None:
    centre, wire = distant
    window: Visit = await visit(centre.url)
    window.expects("WebSocket connection|ERR_|Failed to fetch")
    await sign_in(centre, window, ANA)
    ana, desk = window.page, Desk(centre)
    ref = await desk.ask(ANA, QUESTION)
    await ana.goto(AT)
    await complete_to(ana, 1)
    hub = wire.cut()
    await desk.decline(ref)
    await wire.lead_to(hub)
    await expect(ana.locator("#mine")).to_contain_text("Declined")


async def test_a_follow_up_is_asked_from_the_update_and_moves_nothing(
    seat: Seat, desk: Desk, centre: Centre
) -> None:
    update = await centre.say("The river stands at 10.4 metres.")
    page = (await seat(ANA)).page
    await complete_to(page, 2)
    article = page.locator(f"#u-{update}")
    before = await article.bounding_box()
    await article.hover()
    link = page.get_by_role("link", name="Ask a follow-up")
    await expect(link).to_be_visible()
    assert await article.bounding_box() == before
    await link.click()
    await expect(page.locator("#question")).to_be_focused()
    await page.keyboard.type("And at noon?")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#mine .ask")).to_have_text("And at noon?")
    ref = str(await page.locator("#mine li").get_attribute("data-ref"))
    assert (await desk.question(ref)).follows == update
    # Words that are retracted must not stay anywhere in the page, nor in this list.
    await retract(centre, update, "It does not.")
    await expect(article).to_contain_text("It does not.")
    assert "10.4" not in await page.content()
    # Readers who cannot ask are offered nothing.
    citizen = (await seat()).page
    await complete_to(citizen, 3)
    await citizen.locator(f"#u-{update}").hover()
    await expect(citizen.get_by_role("link", name="Ask a follow-up")).to_have_count(0)


async def test_all_of_asking_is_done_with_the_keyboard_alone(seat: Seat) -> None:
    page = (await seat(ANA)).page
    await complete_to(page, 1)
    await to_by_tab(page, page.locator("#question"))
    await page.keyboard.type(QUESTION)
    await to_by_tab(page, page.locator("#files"))
    await page.keyboard.type("0330PM")
    await to_by_tab(page, page.locator("#ask [name=speaks]:checked"))
    await page.keyboard.press("ArrowDown")
    await to_by_tab(page, page.get_by_role("button", name="Send to the desk"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#mine .ask")).to_have_text(QUESTION)
    await expect(page.locator("#mine")).to_contain_text("you file at 15:30 · you speak")
    await to_by_tab(page, page.get_by_role("link", name="Withdraw…"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#act")).to_be_visible()
    await to_by_tab(page, page.get_by_role("button", name="Withdraw it"))
    await page.keyboard.press("Enter")
    await expect(page.locator(PLACE)).to_have_text("Withdrawn")
    await expect(page.locator("#act")).not_to_be_visible()


async def test_on_a_phone_asking_is_a_tab_and_stays_in_reach(seat: Seat, desk: Desk) -> None:
    page = (await seat(ANA, viewport=(320, 700))).page
    await complete_to(page, 1)
    await expect(page.locator("#question")).not_to_be_visible()
    await page.locator(".tabs").get_by_role("link", name="Ask").click()
    await expect(page.locator("#question")).to_be_focused()
    await ask(page, QUESTION)
    await expect(page.locator(PLACE)).to_be_visible()
    citizen = (await seat(viewport=(320, 700))).page
    await expect(citizen.locator(".tabs a:visible")).to_have_text(
        ["Updates", "Key points", "Questions"]
    )


async def test_without_scripts_a_question_is_asked_refused_edited_and_withdrawn(
    seat: Seat, desk: Desk
) -> None:
    window = await seat(ANA, javascript=False)
    window.expects("status of 422")
    page = window.page
    await page.get_by_role("button", name="Send to the desk").click()
    await expect(page.locator("#question-refusal")).to_have_text("Write something here first.")
    await page.fill("#question", QUESTION)
    await page.get_by_role("button", name="Send to the desk").click()
    await expect(page).to_have_url(re.compile(f"{AT}#mine$"))
    await expect(page.locator("#mine .ask")).to_have_text(QUESTION)
    await page.get_by_role("link", name="Edit…").click()
    await page.fill("#edit-words", "And the cooks?")
    await page.get_by_role("button", name="Send the new words").click()
    await expect(page.locator("#mine .ask")).to_have_text("And the cooks?")
    await page.get_by_role("link", name="Withdraw…").click()
    await page.get_by_role("button", name="Withdraw it").click()
    await expect(page.locator(PLACE)).to_have_text("Withdrawn")


async def test_a_promise_that_is_late_says_so_though_nothing_happens(
    seat: Seat, desk: Desk, centre: Centre
) -> None:
    ref = await desk.called(ANA, QUESTION)
    await desk.take(ref)
    citizen = (await seat()).page
    await complete_to(citizen, 4)
    due = citizen.locator(".due").first
    await expect(due).to_be_visible()
    await expect(citizen.locator(".due[data-reader-overdue]")).to_have_count(0)
    later = (await desk.question(ref)).due_at
    assert later is not None
    page = (await seat(path="about:blank")).page
    await page.clock.set_fixed_time(later.replace(year=later.year + 1))
    await page.goto(AT)
    await expect(page.locator(".due[data-reader-overdue]")).to_have_count(2)
    # The answer, after the close, is in every open page and ends the promise.
    await desk.answer(ref, ANSWER)
    await expect(citizen.locator("#updates > article").first).to_contain_text(ANSWER)
    await expect(citizen.locator("#queue .due")).to_have_count(0)
    await expect(citizen.locator(".promise .kicker .tag")).to_have_text("Answered")


async def test_when_the_briefing_closes_the_words_stay_and_the_button_goes(
    seat: Seat, centre: Centre
) -> None:
    ana = (await seat(ANA)).page
    await complete_to(ana, 1)
    await ana.fill("#question", QUESTION)
    vera = centre.people[VERA.name]

    def close(session: Session) -> None:
        briefing_at(session, SLUG, lock=True).close(by=vera, now=now())

    await centre.do(close)
    await expect(ana.locator(".closed-note")).to_be_visible()
    await expect(ana.locator("#question")).to_have_value(QUESTION)
    await expect(ana.get_by_role("button", name="Send to the desk")).not_to_be_visible()


async def ask(page: Page, words: str) -> None:
    """Writes, sends with Ctrl+Enter, and sees it among one's own."""
    await page.fill("#question", words)
    await page.locator("#question").press("Control+Enter")
    await expect(page.locator("#question")).to_have_value("")
    await expect(page.locator("#mine .ask").first).to_have_text(words)


async def open_act(page: Page, name: str) -> None:
    await page.locator("#mine").get_by_role("link", name=name).first.click()
    await expect(page.locator("#act")).to_be_visible()


async def to_by_tab(page: Page, part: Locator) -> None:
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await part.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"{part} is not reached with the Tab key")
