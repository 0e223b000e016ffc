"""Vera hands documents in, drops them, and every window has them; by keyboard, after a cut."""

import re

from playwright.async_api import CDPSession, FilePayload, Page, Request, expect

from tests.browser import Visits
from tests.cast import ANA, BAO, OANH, VERA
from tests.files import pdf, png
from tests.journeys.conftest import Seat
from tests.journeys.windows import PODIUM, keep_open, sign_in, still_open
from tests.journeys.wire import distant_centre

SIDE = f"{PODIUM}#side"
LARGE = b"The river stands at eleven metres.\n" * 300_000
SLOWLY = 1_500_000
"""Bytes a second."""


def file(name: str, body: bytes = b"gauge,metres\nBen Nua,10.4\n") -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}


async def line(page: Page, *, upload: int) -> CDPSession:
    """How many bytes a second the page can send from now on; until it is detached."""
    client = await page.context.new_cdp_session(page)
    await client.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload},
    )
    return client


async def test_ten_files_at_once_show_how_far_they_are_and_are_all_checked(seat: Seat) -> None:
    page = (await seat(VERA, SIDE)).page
    slow = await line(page, upload=SLOWLY // 4)
    files = [file(f"{number}.csv", b"a,b\n1,2\n" * 10_000) for number in range(10)]
    await page.set_input_files("#files", files)
    bars = page.locator("#uploads progress")
    await expect(bars).to_have_count(10)
    await expect(page.get_by_role("progressbar", name="Upload of 3.csv")).to_be_visible()
    await expect(page.locator("#uploads")).to_contain_text(re.compile(r"[1-9]\d* % of"))
    await slow.detach()
    await expect(bars).to_have_count(0)
    rows = page.locator("#documents li")
    await expect(rows).to_have_count(10)
    await expect(rows.filter(has_text="Checked")).to_have_count(10, timeout=30_000)


async def test_an_upload_that_is_cut_goes_on_by_itself_where_it_stood(
    sqlite_url: str, visit: Visits
) -> None:
    async with distant_centre(sqlite_url) as (centre, wire):
        vera = await visit(centre.url)
        vera.expects("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket connection")
        await sign_in(centre, vera, VERA)
        page = vera.page
        await page.goto(SIDE)
        begun: list[int] = []

        def note(request: Request) -> None:
            if request.method == "PATCH":
                begun.append(int(request.headers["upload-offset"]))

        page.on("request", note)
        await line(page, upload=SLOWLY)
        await page.set_input_files("#files", [file("river.txt", LARGE)])
        on_its_way = page.locator("#uploads li")
        await expect(on_its_way).to_contain_text(re.compile(r"[2-9]\d % of"))
        hub = wire.cut()
        await expect(on_its_way).to_contain_text("It goes on by itself")
        await wire.lead_to(hub)
        await expect(on_its_way).to_have_count(0, timeout=60_000)
        await expect(page.locator("#documents li")).to_contain_text("10 MB")
        assert begun[0] == 0
        assert begun[-1] > 0


async def test_an_upload_can_be_cancelled_and_the_focus_stays_near(seat: Seat) -> None:
    page = (await seat(VERA, SIDE)).page
    await line(page, upload=SLOWLY // 4)
    await page.set_input_files("#files", [file("river.txt", LARGE)])
    cancel = page.get_by_role("button", name="Cancel the upload of river.txt")
    await cancel.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#uploads li")).to_have_count(0)
    await expect(page.locator("#files")).to_be_focused()
    await expect(page.locator("#announcer")).to_have_text("The upload of river.txt was cancelled.")


async def test_with_the_keyboard_alone_a_picture_is_described_put_first_and_dropped(
    seat: Seat,
) -> None:
    page = (await seat(VERA, SIDE)).page
    await page.set_input_files("#files", [file("figures.csv"), file("map.png", png())])
    rows = page.locator("#documents li")
    picture = rows.filter(has_text="map.png")
    await expect(picture).to_contain_text("say what the picture shows")
    await expect(rows.filter(has_text="figures.csv")).to_contain_text("Checked")
    await picture.get_by_role("link", name="Say what it shows: map").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#description-vi")).to_be_focused()
    await page.keyboard.type("Nơi trú ẩn")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#act")).not_to_be_visible()
    await picture.get_by_role("button", name="Drop: map").focus()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(rows.first).to_contain_text("map.png")
    await page.keyboard.press("F8")
    await expect(picture).to_contain_text("Dropped at")
    await expect(rows.filter(has_text="figures.csv")).not_to_contain_text("Dropped at")


async def test_a_drop_is_in_three_browsers_and_two_podiums_show_the_same(seat: Seat) -> None:
    rooms = [(await seat(who)).page for who in (ANA, BAO, None)]
    vera, oanh = (await seat(VERA, SIDE)).page, (await seat(OANH, SIDE)).page
    for page in (*rooms, vera, oanh):
        await keep_open(page)
    await vera.set_input_files("#files", [file("Kế hoạch.pdf", pdf(3))])
    await vera.get_by_role("button", name="Drop: Kế hoạch").click()
    for page in rooms:
        await expect(page.locator("#updates .drop")).to_contain_text("Kế hoạch")
        await expect(page.locator("#documents")).to_contain_text("3 pages")
    await oanh.get_by_role("link", name="Withdraw: Kế hoạch").click()
    await oanh.get_by_label("Why").fill("Bản cũ")
    await oanh.keyboard.press("Control+Enter")
    for page in rooms:
        await expect(page.locator("#updates .retraction")).to_contain_text("Bản cũ")
    for page in (vera, oanh):
        await expect(page.locator("#documents")).to_contain_text("Bản cũ")
    same = [await page.locator("#documents").inner_text() for page in (vera, oanh)]
    assert same[0] == same[1]
    for page in (*rooms, vera, oanh):
        assert await still_open(page)


async def test_what_has_passed_can_be_attached_at_once_and_goes_out_with_the_update(
    seat: Seat,
) -> None:
    vera, ana = (await seat(VERA, SIDE)).page, (await seat(ANA)).page
    await vera.set_input_files("#files", [file("figures.csv")])
    box = vera.locator("#carried").get_by_label("figures")
    await box.check()
    await vera.fill("#text", "The figures")
    await expect(vera.locator("#preview")).to_contain_text("figures")
    await vera.keyboard.press("Control+Enter")
    await expect(ana.locator("#updates .attached a").first).to_have_text("figures")
    await expect(vera.locator("#documents")).to_contain_text("Dropped at")
    await expect(box).not_to_be_checked()
