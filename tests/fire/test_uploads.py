"""Uploads that never end, and a disk that has no room for them: nothing of either stays behind."""

import asyncio
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select

from hub.domain.version import Version
from hub.store.arriving import UNFINISHED_LIMIT
from tests.cast import VERA
from tests.centre import Centre, bare_centre
from tests.fire.footprint import footprints, return_to
from tests.fire.patience import comes_true
from tests.small_disk import MB, small_disk
from tests.web.handing import AT, DOCUMENTS, PODIUM, lines, says, upload
from tests.web.typed import Typed
from tests.workers import Worker, serve

BROKEN_OFF = 1_000
# One more than a person can have on their way would end the first, not break it off.
AT_ONCE = UNFINISHED_LIMIT // 2
SIZE = 256 * 1024
TELLING = ("tests.fire.launch", "tells_tasks")
DAYS = 10 * 24 * 3600
BOUNDARY = "a-boundary-of-its-own"
TUS = {
    "Tus-Resumable": "1.0.0",
    "Upload-Length": str(SIZE),
    "Upload-Metadata": "filename YS5jc3Y=",
    "Content-Type": "application/offset+octet-stream",
}
BY_FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
FORM_BEGINS = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\n{"k" * 32}\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
).encode()


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(sqlite_url) as centre:
        yield centre


async def at(centre: Centre, worker: Worker) -> httpx2.AsyncClient:
    """Vera's browser there."""
    vera = await centre.client(VERA, Origin=worker.url)
    vera.base_url = httpx2.URL(worker.url)
    return vera


async def break_off(worker: Worker, cookie: str, number: int) -> None:
    """Some bytes of an upload, by one door or the other, and then the line is cut: once the server
    reads, or so many would wait before it as come at once."""
    path, headers, begins = [(f"{AT}/uploads", TUS, b""), (DOCUMENTS, BY_FORM, FORM_BEGINS)][
        number % 2
    ]
    host, port = worker.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    named = headers | {
        "Host": f"{host}:{port}",
        "Origin": worker.url,
        "Cookie": f"hub_session={cookie}",
        "Content-Length": str(SIZE),
        "Expect": "100-continue",
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{key}: {text}" for key, text in named.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    try:
        assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        writer.write(begins + os.urandom(number * SIZE // BROKEN_OFF // 2))
        await writer.drain()
    finally:
        writer.transport.abort()


async def break_many_off(worker: Worker, cookie: str) -> None:
    """BROKEN_OFF of them."""
    for first in range(0, BROKEN_OFF, AT_ONCE):
        numbers = range(first, first + AT_ONCE)
        await asyncio.gather(*(break_off(worker, cookie, number) for number in numbers))


def kept(folder: Path) -> list[Path]:
    """Every file there."""
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_thousand_uploads_broken_off_leave_nothing(centre: Centre, tmp_path: Path) -> None:
    arriving = tmp_path / "arriving"
    serving = partial(serve, centre.config.database_url, tmp_path, HUB_UPLOADS=str(arriving))
    async with serving(program=TELLING) as worker:
        vera = await at(centre, worker)
        cookie = vera.cookies["hub_session"]
        await vera.get(PODIUM)
        # What so many at once have had of its memory the allocator keeps for the next.
        await break_many_off(worker, cookie)
        before = await footprints([worker])
        await break_many_off(worker, cookie)
        await return_to(before)
        # What can be gone on with waits for its person: so many, and of each its bytes and a page.
        waiting = await asyncio.to_thread(kept, arriving)
        assert 0 < len(waiting) <= 2 * UNFINISHED_LIMIT
        assert await lines(vera) == {}
        whole = await upload(vera, "figures.csv", b"gauge,metres\n")
        await says(vera, whole.json()["ref"], "Checked")
        assert worker.told("request.failed") == []
    assert await centre.do(lambda db: db.scalar(select(func.count(Version.id)))) == 1
    for path in waiting:
        await asyncio.to_thread(os.utime, path, (path.stat().st_mtime - DAYS,) * 2)

    async def nothing() -> bool:
        return not {path.stem for path in kept(arriving)} & {path.stem for path in waiting}

    async with serving():
        await comes_true(nothing, within=10.0, what="nothing of them is there")


async def test_a_full_disk_refuses_uploads_in_words_and_takes_them_when_there_is_room(
    centre: Centre, tmp_path: Path
) -> None:
    data = b"gauge,metres\n" + b"Ben Nua,10.4\n" * (4 * MB // 13)
    with small_disk(tmp_path / "small", 96 * MB) as disk:
        if not disk.mounted:
            pytest.skip("only root mounts a disk; tests/web/test_documents.py has it by a limit")
        shelf = str(disk.folder / "shelf")
        async with serve(centre.config.database_url, tmp_path, HUB_FILES=shelf) as worker:
            vera = await at(centre, worker)
            key = Typed((await vera.get(PODIUM)).text, "handing").values["key"]
            disk.fill(leave=MB)
            by_page = await upload(vera, "figures.csv", data)
            assert by_page.status_code == 507
            assert by_page.json()["detail"].startswith("There is no room for this file just now.")
            files = [("files", ("figures.csv", data))]
            by_form = await vera.post(DOCUMENTS, data={"key": key, "press": "1"}, files=files)
            back = Typed(by_form.text, "handing")
            assert by_form.status_code == 507
            assert "no room for this file" in back.refusals["handing-alert"]
            assert back.values["press"] == "1"
            # All else goes on.
            assert (await vera.get(PODIUM)).status_code == 200
            disk.make_room()
            again = {"key": back.values["key"], "press": "1"}
            assert (await vera.post(DOCUMENTS, data=again, files=files)).status_code == 303
            assert (await upload(vera, "figures.csv", data)).status_code == 201
            for ref in await lines(vera):
                await says(vera, ref, "Checked")
            assert len(await lines(vera)) == 2
            assert worker.told("request.failed") == []
