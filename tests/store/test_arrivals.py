"""Uploads on their way: whoever is killed, cut off or discarded in between, what is here counts."""

import asyncio
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.domain.errors import NotFound, TooLarge
from hub.store.arrivals import Arrivals, BeingWritten, WrongOffset
from tests.web.dock import WHOLE, Sender

MB = 1 << 20
DAY = timedelta(days=1)
PATIENCE = 20.0

SENDS_FOR_EVER = """
import asyncio, os, sys
from datetime import timedelta
from pathlib import Path
from hub.store.arrivals import Arrivals

async def main():
    arrivals = Arrivals(Path(sys.argv[1]), 1 << 40, timedelta(days=1))
    upload = await arrivals.begin(None, person=1)
    print(upload, flush=True)
    async def chunks():
        while True:
            yield bytes(range(256)) * 256
            await asyncio.sleep(0)
    await arrivals.append(upload, 0, chunks())
asyncio.run(main())
"""


@pytest.fixture
def arrivals(tmp_path: Path) -> Iterator[Arrivals]:
    found = Arrivals(tmp_path / "arrivals", 8 * MB, DAY)
    yield found
    found.close()


async def chunks(*given: bytes, then: BaseException | None = None) -> AsyncIterator[bytes]:
    for chunk in given:
        yield chunk
    if then is not None:
        raise then


class Line:
    """Brings what is put into it, when it is put."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await self.queue.get()) is not None:
            yield chunk


async def grown_to(arrivals: Arrivals, upload: str, size: int) -> None:
    """Returns when so much is on the disk, which announces itself to nobody."""
    async with asyncio.timeout(PATIENCE):
        while await arrivals.offset(upload) < size:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def sum_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_what_arrives_in_several_goes_is_one_file(arrivals: Arrivals) -> None:
    data = os.urandom(5 * MB + 1)
    upload = await arrivals.begin(len(data), person=7, about={"briefing": "storm-9"})
    assert await arrivals.append(upload, 0, chunks(data[:10], data[10:MB])) == MB
    assert await arrivals.append(upload, MB, chunks(data[MB : 4 * MB])) == 4 * MB
    with pytest.raises(WrongOffset):
        async with arrivals.finish(upload):
            pass
    assert await arrivals.append(upload, 4 * MB, chunks(data[4 * MB :])) == len(data)
    found = await arrivals.describe(upload)
    assert (found.person, found.size, found.about) == (7, len(data), {"briefing": "storm-9"})
    async with arrivals.finish(upload) as arrived:
        assert (arrived.sha256, arrived.size) == (sum_of(data), len(data))
        assert arrived.path.read_bytes() == data
        await arrivals.settle(upload, {"ref": "x"})
    assert (await arrivals.describe(upload)).answer == {"ref": "x"}
    assert await arrivals.offset(upload) == len(data)
    assert not arrived.path.exists()


async def test_the_checksum_is_that_of_the_bytes_whoever_wrote_them(
    arrivals: Arrivals, tmp_path: Path
) -> None:
    data = os.urandom(3 * MB)
    other = Arrivals(tmp_path / "arrivals", 8 * MB, DAY)
    upload = await arrivals.begin(len(data), person=1)
    await arrivals.append(upload, 0, chunks(data[:MB]))
    await other.append(upload, MB, chunks(data[MB : 2 * MB]))
    await arrivals.append(upload, 2 * MB, chunks(data[2 * MB :]))
    for one in (arrivals, other, arrivals):
        async with one.finish(upload) as arrived:
            assert arrived.sha256 == sum_of(data)
    other.close()


async def test_what_came_before_the_line_broke_is_kept(arrivals: Arrivals) -> None:
    data = os.urandom(2 * MB + 5)
    upload = await arrivals.begin(4 * MB, person=1)
    with pytest.raises(ConnectionError):
        await arrivals.append(upload, 0, chunks(data[:MB], data[MB:], then=ConnectionError()))
    assert await arrivals.offset(upload) == len(data)


async def test_what_came_before_the_program_was_told_to_end_is_kept(arrivals: Arrivals) -> None:
    upload = await arrivals.begin(4 * MB, person=1)
    line = Line()
    task = asyncio.create_task(arrivals.append(upload, 0, aiter(line)))
    for _ in range(3):
        line.queue.put_nowait(bytes(MB // 2))
    await grown_to(arrivals, upload, MB)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await arrivals.offset(upload) == MB + MB // 2
    # Nobody holds it any more.
    assert await arrivals.append(upload, MB + MB // 2, chunks(b"more")) == MB + MB // 2 + 4


async def test_one_at_a_time_writes(arrivals: Arrivals, tmp_path: Path) -> None:
    other = Arrivals(tmp_path / "arrivals", 8 * MB, DAY)
    upload = await arrivals.begin(4 * MB, person=1)
    line = Line()
    task = asyncio.create_task(arrivals.append(upload, 0, aiter(line)))
    line.queue.put_nowait(bytes(MB))
    await grown_to(arrivals, upload, MB)
    for one in (arrivals, other):
        with pytest.raises(BeingWritten):
            await one.append(upload, MB, chunks(b"mixed in"))
    line.queue.put_nowait(None)
    assert await task == MB
    for wrong in (0, MB - 1, MB + 1):
        with pytest.raises(WrongOffset):
            await other.append(upload, wrong, chunks(b"mixed in"))
    assert await other.append(upload, MB, chunks(b"now")) == MB + 3
    other.close()


async def test_no_more_is_written_than_was_announced(arrivals: Arrivals, tmp_path: Path) -> None:
    upload = await arrivals.begin(10, person=1)
    with pytest.raises(TooLarge):
        await arrivals.append(upload, 0, chunks(b"12345", b"678901"))
    assert await arrivals.offset(upload) == 5
    unknown = await arrivals.begin(None, person=1)
    with pytest.raises(TooLarge):
        await arrivals.append(unknown, 0, chunks(*[bytes(MB)] * 9))
    assert await arrivals.offset(unknown) == 8 * MB
    with pytest.raises(TooLarge):
        await arrivals.begin(8 * MB + 1, person=1)


async def test_what_is_discarded_while_it_comes_is_cut_off(
    arrivals: Arrivals, tmp_path: Path
) -> None:
    upload = await arrivals.begin(4 * MB, person=1)
    line = Line()
    task = asyncio.create_task(arrivals.append(upload, 0, aiter(line)))
    line.queue.put_nowait(bytes(MB))
    await grown_to(arrivals, upload, MB)
    await arrivals.discard(upload)
    line.queue.put_nowait(bytes(MB))
    line.queue.put_nowait(None)
    with pytest.raises(NotFound):
        await task
    assert list((tmp_path / "arrivals").iterdir()) == []


async def test_what_does_not_grow_is_swept_away_and_what_grows_is_not(
    arrivals: Arrivals, tmp_path: Path
) -> None:
    folder = tmp_path / "arrivals"
    old, settled, young = [await arrivals.begin(5, person=1) for _ in range(3)]
    await arrivals.append(settled, 0, chunks(b"whole"))
    await arrivals.settle(settled, {})
    (folder / f"{'1' * 32}.part").write_bytes(b"without a page")
    (folder / f"{'2' * 32}.new").write_bytes(b"half a page")
    long_ago = datetime.now(UTC) - DAY - timedelta(minutes=1)
    for path in folder.iterdir():
        if path.stem != young:
            os.utime(path, (long_ago.timestamp(), long_ago.timestamp()))
    assert await arrivals.expires(old) < datetime.now(UTC) < await arrivals.expires(young)
    assert await arrivals.sweep(datetime.now(UTC)) == 4
    assert {path.stem for path in folder.iterdir()} == {young}


@pytest.mark.parametrize("upload", ["", "0" * 32, "../arrivals", "A" * 32, "0" * 31 + "/"])
async def test_what_is_no_upload_is_not_found(arrivals: Arrivals, upload: str) -> None:
    for asked in (arrivals.describe, arrivals.offset, arrivals.expires):
        with pytest.raises(NotFound):
            await asked(upload)
    with pytest.raises(NotFound):
        await arrivals.append(upload, 0, chunks(b"x"))


async def test_a_killed_worker_leaves_an_upload_that_another_goes_on_with(
    arrivals: Arrivals, tmp_path: Path
) -> None:
    argv = [sys.executable, "-c", SENDS_FOR_EVER, str(tmp_path / "arrivals")]
    async with process(*argv) as worker:
        assert worker.stdout is not None
        upload = (await worker.stdout.readline()).decode().strip()
        await grown_to(arrivals, upload, 2 * MB)
        with pytest.raises(BeingWritten):
            async with arrivals.finish(upload):
                pass
    stands = await arrivals.offset(upload)
    roomy = Arrivals(tmp_path / "arrivals", 1 << 40, DAY)
    await roomy.append(upload, stands, chunks(b"the end"))
    pattern = bytes(range(256))
    written = pattern * (stands // 256) + pattern[: stands % 256]
    async with roomy.finish(upload) as arrived:
        assert arrived.sha256 == sum_of(written + b"the end")
    roomy.close()


async def test_a_page_is_for_nobody_else_and_says_whose_it_is(
    arrivals: Arrivals, tmp_path: Path
) -> None:
    upload = await arrivals.begin(5, person=7, about={"name": "Ảnh.png"})
    folder = tmp_path / "arrivals"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    page = json.loads((folder / f"{upload}.json").read_text())
    assert (page["person"], page["about"]) == (7, {"name": "Ảnh.png"})


async def test_a_large_file_passes_in_little_memory(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "tests.web.dock", str(tmp_path), str(200 * MB)]
    async with process(*argv) as worker:
        assert worker.stdout is not None
        port = (await worker.stdout.readline()).decode().strip()
        async with Sender(f"http://127.0.0.1:{port}") as ana:
            # What a first request of a few pieces costs is the program's own.
            assert (await ana.http.put(WHOLE, content=bytes(4 * MB))).status_code == 200
            before = peak(worker.pid)
            body = chunks(*[os.urandom(MB)] * 200)
            answer = await ana.http.put(WHOLE, content=body)
            assert (answer.status_code, answer.json()["size"]) == (200, 200 * MB)
            assert peak(worker.pid) - before < 30 * MB


@contextlib.asynccontextmanager
async def process(*argv: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program that is killed at the end of the block."""
    worker = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    try:
        yield worker
    finally:
        worker.kill()
        await worker.wait()


def peak(pid: int) -> int:
    """The most memory a process has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
