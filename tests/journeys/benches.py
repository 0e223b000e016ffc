"""What moderators do at the desk in front of their windows, and what stands on their pages."""

from playwright.async_api import Locator, Page, expect
from sqlalchemy.orm import Session

from hub.domain.audience import Role
from hub.store.people import add_person
from tests.cast import Actor
from tests.centre import SLUG, Centre

DESK = f"/briefings/{SLUG}/desk"
MINH = Actor("Đỗ Nhật Minh", Role.MODERATOR)

# Every card as it stands, by list, without what is of the moment or of who looks.
STANDS = """() => Object.fromEntries(["new", "approved", "called", "disposed"].map((name) => {
  const list = document.getElementById(name).cloneNode(true);
  for (const one of list.querySelectorAll(".hand, .pick")) one.remove();
  for (const one of list.querySelectorAll(".since")) one.textContent = "";
  for (const one of list.querySelectorAll("*"))
    for (const { name } of [...one.attributes])
      if (/^(aria-current|tabindex|draggable|data-said|data-reader-.*|data-htmx-.*)$/.test(name))
        one.removeAttribute(name);
  return [name, [...list.children].map((card) => card.outerHTML.replace(/\\s+/g, " "))];
}))"""


async def another_moderator(centre: Centre) -> Actor:
    """A colleague of Milan's."""

    def act(session: Session) -> None:
        person = add_person(session, MINH.name, role=MINH.role, outlet=None)
        centre.people[MINH.name] = person

    await centre.do(act, "people")
    return MINH


async def stands(page: Page) -> dict[str, list[str]]:
    """All four lists."""
    found: dict[str, list[str]] = await page.evaluate(STANDS)
    return found


async def in_lists(page: Page, **lists: str) -> None:
    """The numbers in each list, from the top: `in_lists(page, new="2 3", called="1")`."""
    for name in ("new", "approved", "called", "disposed"):
        numbers = lists.get(name, "").split()
        await expect(page.locator(f"#{name} .name")).to_have_text([f"Q-{n}" for n in numbers])


def hand(page: Page) -> Locator:
    """The card in the hand."""
    return page.locator('.card[aria-current="true"]')


async def holds(page: Page, number: int) -> None:
    """This card is in the hand, and has the focus."""
    await expect(hand(page)).to_have_attribute("data-number", str(number))
    await expect(hand(page)).to_be_focused()
