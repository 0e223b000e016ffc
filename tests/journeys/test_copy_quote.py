"""Copy quote: the words with all that an honest quotation needs, and no name that must stay."""

import re

from playwright.async_api import Page, expect
from sqlalchemy.orm import Session

from hub.domain.draft import Draft
from hub.domain.update import Terms, UpdateKind
from hub.store.finding import briefing_at
from tests.browser import Visit
from tests.cast import ANA, SECRET, SPEAKERS, VERA
from tests.centre import SLUG, Centre, now
from tests.journeys.acts import correct
from tests.journeys.conftest import Seat
from tests.journeys.windows import AT, complete_to

NAME, FUNCTION, DEPARTMENT = SPEAKERS[0]
TITLE = "Storm No. 9 and the schools"
DAY = r"\w+day \d{1,2} \w+ \d{4}"
CLOCK = r"\d\d:\d\d:\d\d"


async def test_a_statement_is_copied_with_speaker_briefing_time_terms_and_link(
    centre: Centre, seat: Seat
) -> None:
    ref = await _publish(centre, {"": "The river stands at **11.4** metres.\n\nIt falls."})
    ana = await _ana(seat)
    await complete_to(ana.page, 2)
    assert await _copied(ana.page, "#updates > .update") == [
        "“The river stands at 11.4 metres.",
        "",
        "It falls.”",
        f"— {NAME}, {FUNCTION}, {DEPARTMENT}",
        await _when(ana.page),
        "On the record",
        f"{centre.url}{AT}/updates/{ref}",
    ]
    # After a correction the words are the right ones, and it is said that they were corrected.
    await correct(centre, ref, "The river stands at 10.4 metres.")
    await complete_to(ana.page, 3)
    quote = await _copied(ana.page, f"#u-{ref}")
    assert quote[:2] == [
        "“The river stands at 10.4 metres.”",
        f"— {NAME}, {FUNCTION}, {DEPARTMENT}",
    ]
    assert re.fullmatch(r"Corrected at \d\d:\d\d · On the record", quote[3])


async def test_a_statement_on_background_is_copied_with_its_attribution_and_without_a_name(
    centre: Centre, seat: Seat
) -> None:
    ref = await _publish(
        centre,
        {"": "Two pumps stand still."},
        speaker=SECRET,
        terms=Terms.BACKGROUND,
        attribution="an engineer of the drainage company",
    )
    ana = await _ana(seat)
    await complete_to(ana.page, 2)
    quote = await _copied(ana.page, "#updates > .update")
    assert quote == [
        "“Two pumps stand still.”",
        "Attribute to: “an engineer of the drainage company”. No name, no photograph.",
        await _when(ana.page),
        "On background",
        f"{centre.url}{AT}/updates/{ref}",
    ]
    assert SECRET not in "\n".join(quote)


async def test_each_language_of_a_flash_is_copied_by_the_button_beside_it(
    centre: Centre, seat: Seat
) -> None:
    await _publish(
        centre,
        {"vi": "Trường học đóng cửa\n\nĐón con trước 16:30.", "en": "Schools are closed"},
        kind=UpdateKind.FLASH,
    )
    ana = await _ana(seat)
    await complete_to(ana.page, 2)
    assert (await _copied(ana.page, "#updates > .update"))[0] == "“Schools are closed”"
    await ana.page.locator("#updates summary").click()
    assert (await _copied(ana.page, "#updates details"))[:3] == [
        "“Trường học đóng cửa",
        "",
        "Đón con trước 16:30.”",
    ]


async def test_the_button_says_that_it_copied_and_is_itself_again(
    centre: Centre, seat: Seat
) -> None:
    await _publish(centre, {"": "The river falls."})
    ana = await _ana(seat)
    await ana.page.clock.install()
    await ana.page.reload()
    await complete_to(ana.page, 2)
    button = ana.page.locator(".copy")
    before = await button.bounding_box()
    await button.click()
    await expect(button).to_have_text("Copied")
    await expect(ana.page.locator("#announcer")).to_have_text("Copied")
    assert await button.bounding_box() == before
    await ana.page.clock.fast_forward(2_500)
    await expect(button).to_have_text("Copy quote")


async def _publish(centre: Centre, words: dict[str, str], **more: object) -> str:
    def act(session: Session) -> str:
        draft = Draft(words=words, **more)  # type: ignore[arg-type]
        briefing = briefing_at(session, SLUG, lock=True)
        return briefing.publish(draft, by=centre.people[VERA.name], now=now()).ref

    return await centre.do(act)


async def _ana(seat: Seat) -> Visit:
    ana = await seat(ANA)
    await ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return ana


async def _copied(page: Page, where: str) -> list[str]:
    """The lines on the clipboard after a press on the button there."""
    button = page.locator(f"{where} >> .copy:visible").last
    await button.click()
    await expect(button).to_have_text("Copied")
    quote: str = await page.evaluate("navigator.clipboard.readText()")
    return quote.splitlines()


async def _when(page: Page) -> str:
    """The line with briefing, day and time, as the update itself tells them."""
    time = page.locator("#updates > .update .when time").last
    line = f"{TITLE}, {await time.get_attribute('data-day')}, {await time.text_content()}"
    assert re.fullmatch(f"{TITLE}, {DAY}, {CLOCK}", line)
    return line
