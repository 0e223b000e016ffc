"""Vietnamese, English, French: the interface, the words of a briefing, and the days."""

import re

import pytest
from playwright.async_api import Page, expect

from hub.domain.words import LANGUAGES
from hub.render import Renderer
from tests.cast import ANA, VERA
from tests.centre import Centre, shared_renderer
from tests.journeys.acts import speak
from tests.journeys.conftest import Seat
from tests.journeys.windows import AT, PODIUM

WORDS = {
    "vi": "Trường học đóng cửa.",
    "en": "Schools are closed.",
    "fr": "Les écoles sont fermées.",
}
SECOND = {"vi": "Máy bơm chạy.", "en": "The pumps run.", "fr": "Les pompes tournent."}
TITLES = {
    "vi": ("vi", "Bão số 9 và các trường học"),
    "en": ("en", "Storm No. 9 and the schools"),
    "fr": ("vi", "Bão số 9 và các trường học"),  # nobody has translated it
}
DAYS = {
    "vi": r"(Thứ (Hai|Ba|Tư|Năm|Sáu|Bảy)|Chủ Nhật), ngày \d+ tháng \d+ năm \d{4}",
    "en": r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d+ \w+ \d{4}",
    "fr": r"(lun|mar|mercre|jeu|vendre|same)di \d+ \w+ \d{4}|dimanche \d+ \w+ \d{4}",
}
# The same in every language.
SHARED = re.compile(r"Tiếng Việt|English|Français|Sông Hồng Press Centre|[\W\d_]*")
# Every piece of text that a reader sees and nobody published.
INTERFACE = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const own = ".words, .by, h1, option, time, kbd, .visitor span, #points li > p:first-child, " +
    "#correction > .soft, script, [lang]:not(html)";
  const found = new Set();
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim();
    if (text && !walk.currentNode.parentElement.closest(own)) found.add(text);
  }
  for (const one of document.querySelectorAll("[aria-label]")) found.add(one.ariaLabel);
  return [...found];
}"""


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return shared_renderer()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_browsers_language_is_the_pages_and_its_words_come_first(
    centre: Centre, seat: Seat, renderer: Renderer, language: str
) -> None:
    def word(message: str, **values: object) -> str:
        return renderer.translate(language, message, **values)

    await speak(centre, WORDS, pinned=True)
    page = (await seat(ANA, locale=language)).page
    clock = r"\d\d:\d\d:\d\d"
    complete = word("Complete to #%(n)s, %(time)s", n=2, time="TIME").replace("TIME", clock)
    await expect(page.locator("#connection")).to_have_text(re.compile(f"^{complete}$"))
    await expect(page.locator("html")).to_have_attribute("lang", language)
    spoken, title = TITLES[language]
    await expect(page.locator("h1")).to_have_text(title)
    await expect(page.locator("h1")).to_have_attribute("lang", spoken)
    live = word("Live since %(time)s", time="TIME").replace("TIME", r"\d\d:\d\d")
    await expect(page.locator("#state")).to_have_text(re.compile(f"^{live}$"))
    await expect(page.locator("header.briefing p")).to_have_text(
        re.compile(f"^({DAYS[language]}), Flood Control Hall$")
    )
    await expect(page.get_by_role("button", name=word("Copy quote")).first).to_be_visible()

    update = page.locator("#updates > .update")
    await expect(update.locator(".words").first).to_have_text(WORDS[language])
    await expect(update.locator(".words").first).to_have_attribute("lang", language)
    await expect(page.locator("#points li > p").first).to_have_text(WORDS[language])
    others = [code for code in LANGUAGES if code != language]
    for code in others:
        await update.locator(f"details[lang={code}] summary").click()
        await expect(update.locator(f".words[lang={code}]")).to_have_text(WORDS[code])
    # And what comes by the socket is in the page's language too.
    await speak(centre, SECOND)
    await expect(page.locator("#updates .words").first).to_have_text(SECOND[language])


async def test_the_language_one_chooses_is_remembered_and_leads_back(
    centre: Centre, seat: Seat, renderer: Renderer
) -> None:
    await centre.say("Trường học đóng cửa.")
    citizen = await seat(locale="en")
    await citizen.page.get_by_role("link", name="Français").click()
    await expect(citizen.page).to_have_url(centre.url + AT)
    await expect(citizen.page.locator("html")).to_have_attribute("lang", "fr")
    await expect(citizen.page.get_by_role("link", name="Français")).to_have_attribute(
        "aria-current", "true"
    )
    await citizen.page.goto("/")
    await expect(citizen.page.locator("html")).to_have_attribute("lang", "fr")
    # Another tab, another day: the browser keeps it.
    again = await citizen.context.new_page()
    await again.goto("/sign-in")
    await expect(again.locator("h1")).to_have_text(renderer.translate("fr", "Sign in"))
    await again.get_by_role("link", name="Tiếng Việt").click()
    await expect(again.locator("h1")).to_have_text(renderer.translate("vi", "Sign in"))


async def test_no_word_of_the_interface_is_left_in_another_language(
    centre: Centre, seat: Seat
) -> None:
    ref = await centre.say("Trường học đóng cửa.", pinned=True)
    citizen, ana, vera = await seat(), await seat(ANA), await seat(VERA, PODIUM)
    citizen.expects("status of 404")
    for window, path in (
        (citizen, "/"),
        (citizen, "/sign-in"),
        (citizen, "/nothing-here"),
        (ana, AT),
        (ana, f"{AT}/updates/{ref}"),
        (vera, PODIUM),
        (vera, f"{AT}/updates/{ref}/correction"),
        (vera, f"{AT}/updates/{ref}/retraction"),
    ):
        spoken = {}
        for language in LANGUAGES:
            await window.page.goto(f"/languages/{language}?to={path}")
            spoken[language] = await _interface(window.page)
        for one, other in (("en", "vi"), ("en", "fr"), ("vi", "fr")):
            shared = spoken[one] & spoken[other]
            left = {text for text in shared if not SHARED.fullmatch(text)}
            # Single words may be one: flash, note, agenda, menu.
            assert {text for text in left if " " in text} == set(), path


async def _interface(page: Page) -> set[str]:
    found: list[str] = await page.evaluate(INTERFACE)
    return {re.sub(r"[\d:#]+", "0", text) for text in found}
