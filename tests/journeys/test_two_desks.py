"""Two moderators in two browsers on two workers, at one card in the same instant, again and again.

HUB_TEST_ROUNDS says how often; 300 were seen to hold.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from hub.domain.audience import Audience
from hub.domain.question_state import QuestionState
from tests.browser import Visits
from tests.cast import MILAN
from tests.centre import SLUG, Centre, bare_centre
from tests.desk_acts import Desk
from tests.hall import Hall
from tests.journeys.benches import DESK, MINH, another_moderator, hand, stands
from tests.journeys.windows import complete_to, sign_in
from tests.workers import serve

ROUNDS = int(os.environ.get("HUB_TEST_ROUNDS", "20"))


@dataclass(frozen=True)
class Contest:
    """Where the question stands, what opens a form if any, what both press, and where it may end,
    by how many lines of the log."""

    begins: str
    opens: tuple[str, ...]
    presses: tuple[str, str]
    ends: dict[QuestionState, int]


A = QuestionState
CONTESTS = (
    Contest("ask", (), ("a", "a"), {A.APPROVED: 1}),
    Contest("ask", (), ("a", "c"), {A.APPROVED: 1, A.CALLED: 2}),
    Contest("approved", (), ("c", "c"), {A.CALLED: 1}),
    Contest("ask", ("d", "1"), ("Enter", "Enter"), {A.DECLINED: 1}),
    Contest("called", (), ("w", "w"), {A.ANSWERED: 1}),
)


@pytest.fixture
async def desks(
    postgres_url: str, redis_url: str, tmp_path: Path, visit: Visits
) -> AsyncIterator[tuple[Hall, list[Page]]]:
    """Milan's desk on one worker, and Minh's on the other."""
    async with (
        bare_centre(postgres_url) as centre,
        serve(postgres_url, tmp_path, redis_url=redis_url, HUB_WORKERS="2") as one,
        serve(postgres_url, tmp_path, redis_url=redis_url, HUB_WORKERS="2") as other,
    ):
        pages = []
        for worker, moderator in ((one, MILAN), (other, await another_moderator(centre))):
            centre.url = worker.url
            seat = await visit(worker.url)
            seat.expects("409")
            await sign_in(centre, seat, moderator)
            await seat.page.goto(DESK)
            pages.append(seat.page)
        hall = Hall(centre, SLUG)
        await hall.post(MILAN, "desk/settings", person_limit=99, outlet_limit=99)
        yield hall, pages


@pytest.mark.timeout(60 + 2 * ROUNDS)
async def test_one_card_in_one_instant_is_one_act_one_clear_refusal_and_one_picture(
    desks: tuple[Hall, list[Page]],
) -> None:
    hall, pages = desks
    desk = Desk(hall.centre)
    won = {MILAN.name: 0, MINH.name: 0}
    for number in range(1, ROUNDS + 1):
        contest = CONTESTS[number % len(CONTESTS)]
        ref = str(await getattr(hall, contest.begins)(f"Question {number}?"))
        await everything_there(hall.centre, *pages)
        for page in pages:
            await page.locator(f"#q-{ref} .who").click()
            await expect(hand(page)).to_have_attribute("data-ref", ref)
        for page in pages if contest.opens else ():
            for key in contest.opens:
                await page.keyboard.press(key)
                await expect(page.locator("#act form")).to_be_visible()
            # Whose form was first holds the card, and nothing more is on its way.
            for other in pages:
                await expect(other.locator(f"#q-{ref}.held")).to_have_count(1)
        await everything_there(hall.centre, *pages)
        before = (await hall.centre.briefing()).number
        await asyncio.gather(
            *(page.keyboard.press(key) for page, key in zip(pages, contest.presses, strict=True))
        )
        for page in pages:
            await expect(page.locator("[data-reader-busy]")).to_have_count(0)
        question = await desk.question(ref)
        assert question.state in contest.ends, number
        assert (await hall.centre.briefing()).number == before + contest.ends[question.state]
        assert question.acted_by is not None
        by = question.acted_by.name
        # Who came second is told what became of it and by whom; who came first is told nothing.
        first, second = pages if by == MILAN.name else pages[::-1]
        await expect(refusal(second, ref, contest)).to_contain_text(
            f"by {by}. Look at it as it stands now."
        )
        await everything_there(hall.centre, *pages)
        await expect(refusal(first, ref, contest)).to_have_count(0)
        won[by] += 1
        for page in pages:
            await page.keyboard.press("Escape")
        await everything_there(hall.centre, *pages)
        assert await stands(pages[0]) == await stands(pages[1])
        if question.open:
            await hall.do("decline", ref, reason="no_time")
    assert sum(won.values()) == ROUNDS


def refusal(page: Page, ref: str, contest: Contest) -> Locator:
    """What this moderator is told of the act: in the form, or at the card."""
    return page.locator("#decline-alert" if contest.opens else f"#q-{ref} .hand .refusal")


async def everything_there(centre: Centre, *pages: Page) -> None:
    """Each page has all that the log has."""
    head = (await centre.briefing()).head(Audience.DESK)
    for page in pages:
        await complete_to(page, head)
