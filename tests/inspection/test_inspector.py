"""The process that looks: bounded, replaced when it falls, never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import hub
from hub.domain.filetype import Fault
from hub.inspection.inspector import Closed, Inspector
from hub.inspection.report import Pages, Report
from tests.inspection import honest
from tests.inspection.looking import group, look, names


@asynccontextmanager
async def inspecting(**how: float) -> AsyncIterator[Inspector]:
    inspector = Inspector(**how)  # type: ignore[arg-type]
    try:
        yield inspector
    finally:
        await inspector.close()


async def started(inspector: Inspector, folder: Path) -> int:
    """The process, once it has looked at something."""
    await look(inspector, folder / "first", "notes.txt", b"words")
    assert inspector.pid is not None
    return inspector.pid


async def gone(pid: int) -> None:
    """Returns when nothing of this group runs."""
    await until(lambda: not group(pid))


async def until(holds: Callable[[], bool]) -> None:
    """Of what happens in another process nobody tells."""
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def pipe(folder: Path) -> Path:
    """A file that takes for ever to open: nobody writes into it."""
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


async def test_there_is_no_process_until_there_is_something_to_look_at(tmp_path: Path) -> None:
    async with inspecting() as inspector:
        assert inspector.pid is None
        pid = await started(inspector, tmp_path)
        await look(inspector, tmp_path / "second", "notes.txt", b"words")
        assert inspector.pid == pid
    assert group(pid) == []


async def test_one_that_hangs_is_ended_and_the_next_file_is_looked_at(tmp_path: Path) -> None:
    async with inspecting(look_seconds=100, pages_seconds=0.2) as inspector:
        pid = await started(inspector, tmp_path)
        pages = await inspector.pages(pipe(tmp_path), 1, 1, 600, tmp_path / "first" / "out")
        assert pages.refused == Fault.TOO_SLOW
        assert group(pid) == []
        assert names(tmp_path / "first" / "out") == []
        after = await look(inspector, tmp_path / "next", "notes.txt", b"words")
        assert after.report.refused is None


async def test_one_that_falls_harms_neither_the_next_nor_what_it_was_not_at(
    tmp_path: Path,
) -> None:
    async with inspecting() as inspector:
        pid = await started(inspector, tmp_path)
        looking = asyncio.create_task(
            inspector.look(pipe(tmp_path), "plan.pdf", tmp_path / "first" / "out")
        )
        await at_work(pid, tmp_path / "first" / "out")
        os.kill(pid, signal.SIGKILL)
        # It had served before: the file gets another, fresh process.
        await until(lambda: inspector.pid not in {None, pid})
        fresh = inspector.pid
        assert fresh is not None
        os.kill(fresh, signal.SIGKILL)
        report = await looking
        assert (report.refused, report.why) == (Fault.DAMAGED, "SIGKILL")
        after = await look(inspector, tmp_path / "next", "notes.txt", b"words")
        assert after.report.refused is None


async def at_work(pid: int, out: Path) -> None:
    """Returns when it has been asked."""
    await until(lambda: bool(names(out) and group(pid)))


async def test_who_asked_and_went_away_leaves_neither_process_nor_file(tmp_path: Path) -> None:
    async with inspecting() as inspector:
        pid = await started(inspector, tmp_path)
        out = tmp_path / "first" / "out"
        looking = asyncio.create_task(inspector.look(pipe(tmp_path), "plan.pdf", out))
        await at_work(pid, out)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        assert (names(out), group(pid), inspector.pid) == ([], [], None)


async def test_who_goes_away_while_it_starts_leaves_no_process(tmp_path: Path) -> None:
    async with inspecting() as inspector:
        looking = asyncio.create_task(inspector.look(tmp_path, "plan.pdf", tmp_path))
        await asyncio.sleep(0)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        assert inspector.pid is None
        assert names(tmp_path) == []


async def test_closing_ends_what_it_is_at_without_a_verdict(tmp_path: Path) -> None:
    inspector = Inspector()
    pid = await started(inspector, tmp_path)
    out = tmp_path / "first" / "out"
    looking = asyncio.create_task(inspector.look(pipe(tmp_path), "plan.pdf", out))
    await at_work(pid, out)
    await inspector.close()
    with pytest.raises(Closed):
        await looking
    with pytest.raises(Closed):
        await inspector.look(tmp_path, "plan.pdf", out)
    assert group(pid) == []


async def test_it_goes_home_when_nobody_asks_and_after_so_many_files(tmp_path: Path) -> None:
    async with inspecting(idle_seconds=0.05) as inspector:
        pid = await started(inspector, tmp_path)
        await gone(pid)
    async with inspecting(requests=2) as inspector:
        pid = await started(inspector, tmp_path / "other")
        await look(inspector, tmp_path / "second", "notes.txt", b"words")
        assert (group(pid), inspector.pid) == ([], None)


async def test_requests_come_one_after_another(tmp_path: Path) -> None:
    async with inspecting() as inspector:
        looked = await asyncio.gather(
            *(look(inspector, tmp_path / str(n), "plan.pdf", honest.pdf(n)) for n in (1, 2, 3))
        )
    assert [one.report.pages for one in looked] == [1, 2, 3]


async def test_a_file_that_is_not_there_is_no_fault_of_the_file(tmp_path: Path) -> None:
    async with inspecting() as inspector:
        with pytest.raises(OSError, match="No such file"):
            await inspector.look(tmp_path / "none", "plan.pdf", tmp_path)


async def test_a_page_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_bytes(b"words")
    async with inspecting() as inspector:
        pages = await inspector.pages(tmp_path / "no.pdf", 1, 1, 600, tmp_path)
    assert pages == Pages(refused=Fault.DAMAGED, why=pages.why)


async def test_it_may_use_so_much_and_has_no_network(tmp_path: Path) -> None:
    async with inspecting() as inspector:
        pid = await started(inspector, tmp_path)
        limits, network, devices = seen_of(pid)
    _, here, _ = seen_of(os.getpid())
    assert "Max address space         1073741824" in limits
    assert "Max core file size        0 " in limits
    if network != here:
        assert devices == ["lo"]


def seen_of(pid: int) -> tuple[str, str, list[str]]:
    """Its limits, which network it is in, and what there is of it."""
    about = Path("/proc", str(pid))
    devices = (about / "net" / "dev").read_text().splitlines()[2:]
    return (
        (about / "limits").read_text(),
        str((about / "ns" / "net").readlink()),
        [line.split(":")[0].strip() for line in devices],
    )


def test_it_does_not_outlive_whom_it_serves(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path), str(pipe(tmp_path))],
        cwd=Path(hub.__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert group(pid)
    parent.kill()
    parent.communicate()
    asyncio.run(gone(pid))


_PARENT = """
import asyncio, sys
from pathlib import Path
from hub.inspection.inspector import Inspector

async def main(folder, pipe):
    inspector = Inspector()
    out = Path(folder) / "kept"
    out.mkdir()
    (out / "a.txt").write_text("a")
    await inspector.look(out / "a.txt", "a.txt", out)
    print(inspector.pid, flush=True)
    await inspector.look(Path(pipe), "plan.pdf", out)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("more", [["-P"], []])
def test_it_starts_from_anywhere(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    code = (
        "import asyncio, sys; sys.path[:] = [p for p in sys.path if p]; "
        f"sys.path.append({str(Path(hub.__file__).parents[1])!r})\n"
        "from pathlib import Path; from hub.inspection.inspector import Inspector\n"
        "async def main():\n"
        "    inspector = Inspector(); here = Path.cwd(); (here / 'a.txt').write_text('a')\n"
        "    print((await inspector.look(here / 'a.txt', 'a.txt', here)).type)\n"
        "    await inspector.close()\n"
        "asyncio.run(main())"
    )
    done = subprocess.run(
        [sys.executable, *more, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "txt\n"


def test_what_the_process_says_is_not_believed_as_is() -> None:
    whole = {
        "type": "pdf", "pages": 1, "width": None, "height": None, "clean": "clean.pdf",
        "preview": None, "sizes": [], "text": "words",
    }  # fmt: skip
    assert Report.of(whole).media == "application/pdf"
    for wrong in (
        {"clean": "../../etc/passwd"}, {"clean": "/etc/passwd"}, {"type": "exe"}, {"pages": -1},
        {"pages": "1"}, {"text": None}, {"sizes": [{"width": 1, "height": 1, "file": ".."}]},
    ):  # fmt: skip
        with pytest.raises((ValueError, TypeError, KeyError)):
            Report.of(whole | wrong)


def test_it_imports_nothing_that_is_slow_to_start() -> None:
    code = (
        "import sys, hub.inspection.__main__; "
        "print([one for one in ('sqlalchemy', 'pydantic', 'numpy', 'starlette') "
        "if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(hub.__file__).parents[1],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n"
