"""With the keyboard alone: in, through the room, at the podium, and out again."""

from playwright.async_api import Locator, Page, expect
from sqlalchemy.orm import Session

from tests.cast import ANA, VERA
from tests.centre import Centre, now
from tests.journeys.conftest import Seat
from tests.journeys.windows import AT, PODIUM, complete_to, said

# What a mouse could press and that is before one's eyes, by number; of radio buttons one a group.
CONTROLS = """() => {
  const groups = new Set();
  return [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]"))
    .filter((one) => one.type !== "radio" || (!groups.has(one.name) && groups.add(one.name)))
    .map((one, n) => {
      for (const same of one.type === "radio" ? document.getElementsByName(one.name) : [one])
        same.dataset.control = n + ": " + (one.name || one.textContent.trim());
      return one.dataset.control;
    });
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  // A choice that looks like a button is framed whole.
  const framed = one.closest(".kinds label") ?? one;
  const { outlineStyle, outlineWidth } = getComputedStyle(framed);
  const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return [one.dataset.control, seen || one === document.body];
}"""


async def test_every_control_of_every_window_is_reached_with_tab_and_shows_its_focus(
    centre: Centre, seat: Seat
) -> None:
    await centre.say("Trường học đóng cửa.", pinned=True)
    await centre.say("The pumps run.")
    ana, vera, citizen = await seat(ANA), await seat(VERA, PODIUM), await seat(None, "/")
    await complete_to(ana.page, 3)
    await complete_to(vera.page, 5)
    for page in (ana.page, vera.page, citizen.page):
        wanted = set(await page.evaluate(CONTROLS))
        reached: dict[str, bool] = {}
        for _ in range(len(wanted) + 12):  # a field for a time takes several
            await page.keyboard.press("Tab")
            control, is_seen = await page.evaluate(FOCUSED)
            reached[control] = is_seen
        assert wanted - set(reached) == set()
        assert [control for control, is_seen in reached.items() if not is_seen] == []


async def test_ana_signs_in_reads_and_copies_without_a_mouse(centre: Centre, seat: Seat) -> None:
    await centre.say("The first.")
    await centre.say("The second.")
    link = await _link(centre)
    ana = await seat(None, link)
    page = ana.page
    await ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await _tab_to(page, page.get_by_role("button", name=f"Sign in as {ANA.name}"))
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{AT}")
    await complete_to(page, 3)

    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the newest update")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#feed")).to_be_focused()
    articles = page.locator("#updates > article")
    for key, nth in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1), ("n", 0)):
        await page.keyboard.press(key)
        await expect(articles.nth(nth)).to_be_focused()
    await page.keyboard.press("c")
    await expect(articles.nth(0).locator(".copy")).to_have_text("Copied")
    assert (await page.evaluate("navigator.clipboard.readText()")).startswith("“The second.”")

    await page.keyboard.press("p")
    await expect(page.locator("#hush")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#announcer")).to_have_text("Announcements paused")
    await page.keyboard.press("p")
    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys in the feed")
    await expect(keys).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(keys).to_be_hidden()
    await expect(articles.nth(0)).to_be_focused()


async def test_one_letter_keys_are_turned_off_and_stay_off(centre: Centre, seat: Seat) -> None:
    await centre.say("The first.")
    page = (await seat(ANA)).page
    await complete_to(page, 2)
    await _tab_to(page, page.get_by_role("button", name="Keys"))
    await page.keyboard.press("Enter")
    await _tab_to(page, page.get_by_role("checkbox", name="One-letter keys"))
    await page.keyboard.press("Space")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Keys")).to_be_focused()
    await page.reload()
    await complete_to(page, 2)
    await page.locator("#updates > article").first.focus()
    await page.keyboard.press("j")
    await expect(page.locator("#updates > article").first).to_be_focused()


async def test_vera_holds_a_briefing_without_a_mouse(centre: Centre, seat: Seat) -> None:
    page = (await seat(VERA, PODIUM)).page
    ana = (await seat(ANA)).page
    await complete_to(page, 3)
    await complete_to(ana, 1)

    await page.keyboard.press("F2")
    await page.keyboard.type("The river falls.")
    await page.keyboard.press("Control+Enter")
    await expect(said(ana)).to_have_text(["The river falls.", "The briefing has started."])
    await _tab_to(page, page.get_by_role("button", name="Pin #2"))
    await page.keyboard.press("Enter")
    await expect(ana.locator("#points li")).to_have_count(1)

    correct = page.get_by_role("link", name="Correct #2")
    await _tab_to(page, correct, back=True)
    await page.keyboard.press("Enter")
    await expect(page.locator("#correction-text")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#act")).to_be_hidden()
    await expect(correct).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#correction-text")).to_be_focused()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("The river rises.")
    await page.keyboard.press("Control+Enter")
    await expect(said(ana).first).to_have_text("The river rises.")
    await expect(page.locator("#act")).to_be_hidden()
    await expect(correct).to_be_focused()

    await _tab_to(page, page.get_by_role("link", name="Retract #2"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_be_focused()
    await page.keyboard.type("It stands still.")
    await page.keyboard.press("Control+Enter")
    await expect(said(ana).first).to_have_text("It stands still.")

    await _tab_to(page, page.get_by_role("button", name="Pause the briefing"))
    await page.keyboard.press("Enter")
    await expect(ana.locator("#state")).to_have_text("Paused")
    await _tab_to(page, page.get_by_role("button", name="Resume the briefing"), back=True)
    await page.keyboard.press("Enter")
    await expect(ana.locator("#state")).to_contain_text("Live since")
    await _tab_to(page, page.get_by_text("Close…"))
    await page.keyboard.press("Enter")
    await _tab_to(page, page.get_by_role("button", name="Close the briefing for good"))
    await page.keyboard.press("Enter")
    await expect(ana.locator("#state")).to_contain_text("Closed at")
    await _tab_to(page, page.get_by_role("button", name="Sign out"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()


async def _link(centre: Centre) -> str:
    def act(session: Session) -> str:
        return centre.keyring.make_link(session, centre.people[ANA.name], now=now())

    return f"/sign-in/{await centre.do(act, 'people')}"


async def _tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Presses Tab until it is there; a whole round is enough."""
    for _ in range(120):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        if await wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")
