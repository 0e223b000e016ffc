"""Nothing is given out before the scanner and the inspection have passed it, whatever fails."""

import asyncio
import contextlib
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import update

from hub.checks import Checks
from hub.domain.document import NotChecked
from hub.domain.handing_in import File, Sheet
from hub.domain.version import CheckState, Version
from hub.inspection.inspector import Inspector
from hub.store import filing
from hub.store.leftovers import clear_away
from hub.store.scanner import Scanner, Verdict, scanner_at
from hub.store.shelf import DiskShelf
from tests.cast import VERA
from tests.centre import PATIENCE, SLUG, Centre, bare_centre, now, open_centre
from tests.clamd import clamd
from tests.files import EICAR, pdf, png
from tests.staging import Staging
from tests.web.handing import lines, says, upload
from tests.workers import Worker, serve

CSV = ("figures.csv", b"gauge,metres\nBen Nua,10.4\n")
INFECTED = ("note.txt", b"Open me\n" + EICAR + b"\n")


async def sign_in(centre: Centre, worker: Worker) -> httpx2.AsyncClient:
    """Vera, at another worker."""
    vera = await centre.client(VERA)
    return httpx2.AsyncClient(
        base_url=worker.url,
        headers={"Origin": worker.url, "Accept-Language": "en"},
        cookies=dict(vera.cookies),
        trust_env=False,
    )


@pytest.fixture
async def bare(database_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(database_url) as centre:
        yield centre


@contextlib.asynccontextmanager
async def checking(
    centre: Centre, shelf: DiskShelf, scanner: Scanner | None
) -> AsyncIterator[None]:
    """The checks of one worker, which tries again at once."""
    inspector = Inspector()
    again = timedelta(milliseconds=200)
    work = Checks(centre.database, shelf, inspector, scanner, again=again)
    running = asyncio.create_task(work.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await inspector.close()


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[DiskShelf]:
    shelf = DiskShelf(tmp_path / "files")
    yield shelf
    await shelf.close()


async def hand_in(centre: Centre, shelf: DiskShelf, name: str, body: bytes) -> str:
    """Into the database itself; returns the reference."""
    kept = hashlib.sha256(body).hexdigest()
    with tempfile.NamedTemporaryFile() as arrived:
        arrived.write(body)
        arrived.flush()
        await shelf.put(Path(arrived.name), kept)
    file = File(name=name, kept=kept, size=len(body))
    answer = await filing.hand_in(
        centre.database, SLUG, file, Sheet(), key=None, by=centre.people[VERA.name], now=now()
    )
    return str(answer["ref"])


async def until(centre: Centre, ref: str, check: CheckState) -> Version:
    """The newest version, once it stands so."""
    return await when(centre, ref, lambda version: version.check == check)


async def when(centre: Centre, ref: str, is_so: Callable[[Version], object]) -> Version:
    """The newest version, once it is so."""
    async with asyncio.timeout(3 * PATIENCE):
        while True:
            version = (await Staging(centre).find(ref)).versions[-1]
            if is_so(version):
                return version
            # A row announces nothing.
            await asyncio.sleep(0.02)


async def test_what_is_clean_passes_and_eicar_is_refused(
    bare: Centre, shelf: DiskShelf, tmp_path: Path
) -> None:
    async with clamd(tmp_path / "clamd.ctl") as scanner:
        good, bad = await hand_in(bare, shelf, *CSV), await hand_in(bare, shelf, *INFECTED)
        async with checking(bare, shelf, scanner_at(scanner.address)):
            assert (await until(bare, good, CheckState.PASSED)).type == "csv"
            found = await until(bare, bad, CheckState.REFUSED)
    assert (found.fault, found.given) == ("virus", None)


async def test_pictures_have_their_sizes_and_pdfs_their_first_page_on_the_shelf(
    bare: Centre, shelf: DiskShelf
) -> None:
    picture = await hand_in(bare, shelf, "map.png", png(1200, 800))
    plan = await hand_in(bare, shelf, "plan.pdf", pdf(3))
    async with checking(bare, shelf, None):
        map_, paper = [await until(bare, ref, CheckState.PASSED) for ref in (picture, plan)]
    assert (map_.width, map_.height, paper.pages) == (1200, 800, 3)
    assert map_.sizes
    for name in (*(f"{map_.given}-{width}.webp" for width in map_.sizes), map_.given):
        assert shelf.local(str(name)) is not None
    for version in (map_, paper):
        assert shelf.local(f"{version.given}-preview.webp") is not None


async def test_a_scanner_that_is_away_or_hangs_delays_and_lets_nothing_through(
    bare: Centre, shelf: DiskShelf
) -> None:
    ref = await hand_in(bare, shelf, *CSV)
    async with clamd() as scanner:
        address = scanner_at(scanner.address)
        scanner.hangs = True
        impatient = Scanner(host=address.host, port=address.port, seconds=0.5)
        async with checking(bare, shelf, impatient):
            await when(bare, ref, lambda version: version.held_up_at)
            with pytest.raises(NotChecked):
                await Staging(bare).drop(ref)
            scanner.hangs = False
            assert (await until(bare, ref, CheckState.PASSED)).held_up_at is None
    assert await Scanner(host=address.host, port=address.port).scan(Path(__file__)) == Verdict.AWAY


async def test_the_scanner_is_sent_a_large_file_in_pieces(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"x" * (3 << 20))
    async with clamd() as scanner:
        assert await scanner_at(scanner.address).scan(large) == Verdict.CLEAN
        assert scanner.largest <= 256 * 1024


async def test_the_podium_reads_that_the_scanner_does_not_answer(sqlite_url: str) -> None:
    async with open_centre(sqlite_url, clamd="tcp://127.0.0.1:9") as centre:
        vera = await centre.client(VERA)
        ref = str((await upload(vera, *CSV)).json()["ref"])
        line = await says(vera, ref, "the scanner does not answer")
        assert "Being checked" in line
        assert "Drop" not in line


async def test_a_worker_killed_in_mid_check_is_followed_by_another(
    database_url: str, tmp_path: Path
) -> None:
    async with clamd() as scanner, bare_centre(database_url) as centre:
        scanner.hangs = True
        async with serve(database_url, tmp_path, HUB_CLAMD=scanner.address) as first:
            vera = await sign_in(centre, first)
            async with vera:
                ref = str((await upload(vera, *CSV)).json()["ref"])
                async with asyncio.timeout(PATIENCE):
                    await scanner.asked.wait()
            first.process.kill()
            await first.ended()
        scanner.hangs = False
        async with serve(database_url, tmp_path, HUB_CLAMD=scanner.address) as second:
            vera = await sign_in(centre, second)
            async with vera:
                assert "Being checked" in (await lines(vera))[ref]
                # As if the time of the lease had gone by.
                await centre.do(lambda db: db.execute(update(Version).values(leased_until=now())))
                await says(vera, ref, "Checked")


async def test_a_worker_that_is_stopped_leaves_its_check_to_the_next_at_once(
    bare: Centre, shelf: DiskShelf
) -> None:
    ref = await hand_in(bare, shelf, *CSV)
    async with clamd() as scanner:
        scanner.hangs = True
        async with checking(bare, shelf, scanner_at(scanner.address)):
            async with asyncio.timeout(PATIENCE):
                await scanner.asked.wait()
        assert (await Staging(bare).find(ref)).versions[-1].leased_until is None
        async with checking(bare, shelf, None):
            await until(bare, ref, CheckState.PASSED)


async def test_only_what_is_old_and_of_no_document_is_cleared_from_the_shelf(
    bare: Centre, shelf: DiskShelf
) -> None:
    kept, gone = await hand_in(bare, shelf, *CSV), await hand_in(bare, shelf, "b.csv", b"a\n1\n")
    async with checking(bare, shelf, None):
        named, unnamed = [await until(bare, ref, CheckState.PASSED) for ref in (kept, gone)]
    vera = bare.people[VERA.name]
    await Staging(bare).change(gone, lambda _s, _b, one: one.discard(by=vera, now=now()))
    assert await clear_away(bare.database, shelf, now=now()) == 0
    assert await clear_away(bare.database, shelf, now=now() + timedelta(days=2)) == 1
    assert shelf.local(named.kept) is not None
    assert shelf.local(unnamed.kept) is None
