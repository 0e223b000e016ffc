"""The podium's questions in a browser: called, answered, promised, acknowledged, closed over."""

import re

import pytest
from playwright.async_api import Page, expect

from hub.domain.audience import Audience
from hub.domain.briefing import BriefingState
from hub.domain.question_state import QuestionState
from hub.store import desk as store
from hub.store.acts import change
from tests.cast import ANA, BAO, MILAN, VERA
from tests.centre import SLUG, Centre, now
from tests.desk_acts import Desk
from tests.journeys.conftest import Seat
from tests.journeys.windows import AT, PODIUM, keep_open, said, still_open
from tests.web.test_podium_by_hand import faults

ASKED = "Who orders the second evacuation?"
WORDS = "The chair of the ward orders it."
FOLLOWS = re.compile(r"^Complete to #\d+, ")


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)


async def message(centre: Centre, words: str) -> None:
    milan = centre.people[MILAN.name]
    await store.message(centre.database, SLUG, words, key=None, by=milan, now=now())


async def at_the_podium(seat: Seat, viewport: tuple[int, int] = (1440, 1000)) -> Page:
    page = (await seat(VERA, PODIUM, viewport=viewport)).page
    await expect(page.locator("#connection")).to_have_text(FOLLOWS)
    await keep_open(page)
    return page


async def test_the_called_question_appears_is_answered_and_leaves_the_floor(
    centre: Centre, seat: Seat, desk: Desk
) -> None:
    vera, ana = await at_the_podium(seat), (await seat(ANA)).page
    await expect(ana.locator("#connection")).to_have_text(FOLLOWS)
    ref = await desk.approved(BAO, ASKED, speaks=True)
    await expect(vera.locator(".next")).to_contain_text(ASKED)
    assert BAO.name not in await vera.content()
    await expect(vera.locator("#answering")).to_be_hidden()

    await desk.call(ref)
    floor = vera.locator(".asked-now")
    await expect(floor.locator(".words")).to_have_text(ASKED)
    await expect(floor.locator(".call")).to_contain_text(f"{BAO.name}, {BAO.outlet}, local press")
    await expect(floor.locator(".call")).to_contain_text("waits to speak")
    await expect(floor.locator(".elapsed")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    await expect(vera.locator("#announcer")).to_contain_text(ASKED)
    await expect(vera.locator("#answers")).to_have_value(ref)
    assert await faults(vera) == []

    await vera.keyboard.press("F2")
    await vera.keyboard.type(WORDS)
    await expect(vera.locator("#preview")).to_contain_text(ASKED)
    await expect(vera.locator("#preview")).to_contain_text(WORDS)
    await vera.keyboard.press("Control+Enter")
    await expect(floor).to_have_count(0)
    await expect(vera.locator("#text")).to_have_value("")
    await expect(vera.locator("#answering")).to_be_hidden()
    await expect(ana.locator("#updates > article").first).to_contain_text(ASKED)
    await expect(said(ana).first).to_have_text(WORDS)
    assert BAO.name not in await ana.content()
    assert await still_open(vera)


async def test_words_that_were_begun_before_the_call_are_no_answer_to_it(
    seat: Seat, desk: Desk
) -> None:
    vera = await at_the_podium(seat)
    await vera.fill("#text", "First a word on the schools.")
    ref = await desk.called(ANA, ASKED)
    await expect(vera.locator(".asked-now")).to_be_visible()
    await expect(vera.locator("#answers")).to_have_value("")
    await vera.locator("#text").press("Control+Enter")
    await expect(vera.locator("#text")).to_have_value("")
    # The next one answers it, unless somebody says no.
    await expect(vera.locator("#answers")).to_have_value(ref)
    await vera.get_by_role("button", name="Not an answer").click()
    await expect(vera.locator("#answers")).to_have_value("")
    await expect(vera.locator("#text")).to_be_focused()
    other = await desk.approved(BAO, "And the schools?")
    await expect(vera.locator(".next")).to_contain_text("And the schools?")
    await expect(vera.locator("#answers")).to_have_value("")
    await vera.keyboard.press("Alt+a")
    await expect(vera.locator("#answers")).to_have_value(ref)
    # With a second one called nobody knows which is meant: it is chosen.
    await desk.call(other)
    await expect(vera.locator("#answers option[data-state=called]")).to_have_count(2)
    await expect(vera.locator("#answers")).to_have_value("")
    await vera.get_by_role("link", name="Answer Q-2").click()
    await expect(vera.locator("#answers")).to_have_value(other)


async def test_an_answer_to_what_a_colleague_ended_comes_back_with_its_words(
    seat: Seat, desk: Desk
) -> None:
    window = await seat(VERA, PODIUM)
    window.expects("status of 409")
    vera = window.page
    ref = await desk.called(ANA, ASKED)
    await expect(vera.locator("#answers")).to_have_value(ref)
    await vera.fill("#text", WORDS)
    await desk.decline(ref)
    await expect(vera.locator(".asked-now")).to_have_count(0)
    await vera.locator("#text").press("Control+Enter")
    await expect(vera.locator("#composer-alert")).to_contain_text("is not open any more")
    await expect(vera.locator("#text")).to_have_value(WORDS)
    await expect(vera.locator("#published > li")).to_have_count(0)
    await vera.locator("#text").press("Control+Enter")
    await expect(vera.locator("#published > li")).to_have_count(1)
    assert (await desk.question(ref)).state == QuestionState.DECLINED


async def test_a_promise_by_the_keys_and_its_answer_after_the_close_reach_everybody(
    centre: Centre, seat: Seat, desk: Desk
) -> None:
    vera, ana, bao = await at_the_podium(seat), (await seat(ANA)).page, (await seat(BAO)).page
    for page in (ana, bao):
        await expect(page.locator("#connection")).to_have_text(FOLLOWS)
    ref = await desk.called(ANA, ASKED)
    await expect(vera.locator(".asked-now")).to_be_visible()
    await vera.keyboard.press("Alt+t")
    await expect(vera.locator("#department-promised")).to_be_focused()
    due = await vera.locator("#hours-promised option:checked").inner_text()
    assert due.endswith(": 16 working hours")
    assert await faults(vera) == []
    await vera.keyboard.type("Department of Health")
    await vera.keyboard.press("Control+Enter")
    await expect(vera.locator("#act")).to_be_hidden()
    await expect(vera.locator(".promised")).to_contain_text("Department of Health")
    await expect(vera.locator(".promised")).to_contain_text(due.removesuffix(": 16 working hours"))
    await expect(bao.locator("#updates")).to_contain_text("Department of Health")

    person = centre.people[VERA.name]
    await change(centre.database, SLUG, lambda briefing: briefing.close(by=person, now=now()))
    await expect(vera.locator(".only-promised")).to_be_visible()
    await expect(vera.locator("#answers")).to_have_value(ref)
    await expect(vera.locator("#answers option")).to_have_count(1)
    await vera.fill("#text", WORDS)
    await vera.keyboard.press("Control+Enter")
    for page in (ana, bao):
        await expect(said(page).first).to_have_text(WORDS)
    await expect(vera.locator(".promised")).to_have_count(0)
    await expect(vera.get_by_role("button", name="Publish")).to_be_hidden()
    assert (await desk.question(ref)).state == QuestionState.ANSWERED


async def test_another_body_is_named_by_the_keys(seat: Seat, desk: Desk) -> None:
    vera = await at_the_podium(seat)
    ref = await desk.called(ANA, ASKED)
    await expect(vera.locator(".asked-now")).to_be_visible()
    await vera.keyboard.press("Alt+r")
    await expect(vera.locator("#body")).to_be_focused()
    await vera.keyboard.type("Ministry of Transport")
    await vera.keyboard.press("Control+Enter")
    await expect(vera.locator(".asked-now")).to_have_count(0)
    assert (await desk.question(ref)).state == QuestionState.REFERRED


async def test_who_takes_what_a_colleague_has_taken_is_told_in_the_dialog(
    seat: Seat, desk: Desk
) -> None:
    window = await seat(VERA, PODIUM)
    window.expects("status of 409")
    vera = window.page
    ref = await desk.called(ANA, ASKED)
    await expect(vera.locator(".asked-now")).to_be_visible()
    await vera.get_by_role("link", name="Take it, answer in writing").click()
    await vera.fill("#department-promised", "Mine")
    await desk.take(ref)
    await expect(vera.locator(".asked-now")).to_have_count(0)
    await vera.keyboard.press("Control+Enter")
    await expect(vera.locator("#taken-alert")).to_contain_text(f"by {MILAN.name}")
    await expect(vera.locator("#department-promised")).to_have_value("Mine")


async def test_a_message_of_the_desk_is_acknowledged_with_one_key_and_the_desk_sees_it(
    centre: Centre, seat: Seat
) -> None:
    vera = await at_the_podium(seat)
    await message(centre, "Two minutes, please.")
    await message(centre, "Then the radio.")
    wires = vera.locator("#messages > .wire")
    await expect(wires.locator(".said")).to_have_text(["Two minutes, please.", "Then the radio."])
    await expect(vera.locator("#announcer")).to_contain_text("Then the radio.")
    assert await faults(vera) == []
    head = (await centre.briefing()).head(Audience.DESK)
    async with centre.follow(Audience.DESK, MILAN, after=head) as milan:
        await vera.keyboard.press("F6")
        await milan.upto(head + 1)
    await expect(wires.locator(".said")).to_have_text(["Then the radio."])
    await wires.get_by_role("button", name="I have read this").click()
    await expect(wires).to_have_count(0)
    await vera.get_by_text("Read: messages from the desk").click()
    await expect(vera.locator(".wire-read li")).to_have_text(
        [re.compile(rf"Then the radio\. read at .* by {VERA.name}"),
         re.compile(rf"Two minutes, please\. read at .* by {VERA.name}")]
    )  # fmt: skip


@pytest.mark.parametrize("javascript", [True, False])
async def test_the_close_asks_what_becomes_of_three_open_questions(
    centre: Centre, seat: Seat, desk: Desk, javascript: bool
) -> None:
    refs = [await desk.approved(who, f"{what}?") for who, what in ((ANA, "A"), (BAO, "B"))]
    refs.append(await desk.called(ANA, "C?"))
    window = await seat(VERA, PODIUM, javascript=javascript)
    window.expects("status of 409")
    vera = window.page
    await vera.get_by_text("Close…").click()
    await vera.get_by_role("button", name="Close the briefing for good").click()
    await expect(vera.locator("fieldset.ending")).to_have_count(4)
    await vera.locator(f"#what-{refs[0]}").select_option("taken")
    await vera.fill(f"#department-{refs[0]}", "Department of Health")
    await vera.locator(f"#what-{refs[1]}").select_option("no_time")
    await vera.fill(f"#note-{refs[1]}", "Come tomorrow.")
    await vera.get_by_role("button", name="Close the briefing for good").click()
    await expect(vera.locator(f"#what-{refs[2]}-refusal")).to_have_text(
        "Say what becomes of this one."
    )
    if javascript:
        assert await faults(vera) == []
    await expect(vera.locator(f"#department-{refs[0]}")).to_have_value("Department of Health")
    await expect(vera.locator(f"#note-{refs[1]}")).to_have_value("Come tomorrow.")
    assert (await centre.briefing()).state == BriefingState.LIVE
    await vera.locator(f"#what-{refs[2]}").select_option("answered_before")
    await vera.get_by_role("button", name="Close the briefing for good").click()
    await vera.wait_for_url(f"**{PODIUM}")
    await expect(vera.locator("#state")).to_contain_text("Closed at")
    await expect(vera.locator(".promised")).to_contain_text("Department of Health")
    states = [(await desk.question(ref)).state for ref in refs]
    assert states == [QuestionState.TAKEN, QuestionState.DECLINED, QuestionState.DECLINED]


async def test_without_javascript_a_question_is_answered_promised_and_a_message_read(
    centre: Centre, seat: Seat, desk: Desk
) -> None:
    first, second = await desk.called(ANA, ASKED), await desk.called(BAO, "And the schools?")
    await message(centre, "Two minutes, please.")
    window = await seat(VERA, PODIUM, javascript=False)
    window.expects("status of 422")
    vera = window.page
    await vera.get_by_role("button", name="I have read this").click()
    await expect(vera.locator("#messages > .wire")).to_have_count(0)
    await vera.get_by_role("link", name="Answer Q-1").click()
    await expect(vera.locator("#answers")).to_have_value(first)
    await vera.fill("#text", WORDS)
    await vera.get_by_role("button", name="Publish").click()
    await expect(vera.locator(".asked-now")).to_have_count(1)
    await vera.get_by_role("link", name="Take it, answer in writing").click()
    await vera.get_by_role("button", name="Promise it").click()
    await vera.get_by_role("link", name="Leave it as it is").click()
    await expect(vera.locator(".asked-now")).to_have_count(1)
    assert (await desk.question(first)).state == QuestionState.ANSWERED
    assert (await desk.question(second)).state == QuestionState.CALLED


@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    centre: Centre, seat: Seat, desk: Desk, width: int, scheme: str
) -> None:
    await desk.take(await desk.called(ANA, "Một câu hỏi dài " * 30))
    await desk.called(BAO, ASKED)
    await desk.approved(ANA, "And the schools?")
    await message(centre, "Please keep to two minutes, the radio files on the hour.")
    vera = (await seat(VERA, PODIUM, viewport=(width, 800), scheme=scheme)).page
    for path in (PODIUM, f"{PODIUM}#write", f"{AT}/closing"):
        await vera.goto(path)
        assert await faults(vera) == [], path
        assert await vera.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await vera.locator("[id^=what]").first.select_option("taken")
    assert await faults(vera) == []
