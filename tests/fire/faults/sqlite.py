"""SQLite's file is held by somebody else, or the disk is full: nothing is written by halves."""

import asyncio
import contextlib
import resource
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2

from tests.centre import SLUG
from tests.fire.ground import Ground, beside
from tests.fire.load import ANSWERED_WITHIN, Load
from tests.workers import Worker

LOCKED_SECONDS = 5.0
FULL_SECONDS = 3.0
MEGABYTES = 24


async def sqlite_locked_by_an_outsider(ground: Ground) -> None:
    """For five seconds nobody can write: that is said, and reading goes on."""
    url = f"sqlite:///{ground.folder / 'hub.db'}"
    async with ground.centre(url) as centre, ground.workers(centre) as workers:
        async with ground.load(centre, workers) as load:
            async with beside(_locked(ground.folder / "hub.db")):
                await _is_refused(load)
                await _is_read(load)
                await asyncio.sleep(LOCKED_SECONDS)
                await _is_read(load)
            await load.heals()


async def the_disk_is_full(ground: Ground) -> None:
    """The database's and the log's. With space again it goes on as it is."""
    with _small_disk(ground.folder / "disk") as disk:
        ground.folder = disk
        url = f"sqlite:///{disk / 'hub.db'}"
        async with ground.centre(url) as centre, ground.workers(centre) as workers:
            async with ground.load(centre, workers) as load:
                with _full(disk, workers):
                    await _is_refused(load)
                    await _is_read(load)
                    await asyncio.sleep(FULL_SECONDS)
                    await _is_refused(load)
                    await _is_read(load)
                await load.heals()
            with contextlib.closing(sqlite3.connect(disk / "hub.db")) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def _is_refused(load: Load) -> None:
    """Publishing is, at every worker, in time and with a word about when to come back."""
    for at, address in enumerate(load.addresses):
        act = f"act-refused-{len(load.vera.answers)}-{at}"
        answer = await load.vera.attempt(act, address)
        assert (answer.status, answer.retry_after) == (503, "2"), answer


async def _is_read(load: Load) -> None:
    """A page is, at every worker."""
    async with httpx2.AsyncClient(trust_env=False, timeout=ANSWERED_WITHIN) as client:
        for address in load.addresses:
            assert (await client.get(f"{address}/briefings/{SLUG}")).status_code == 200


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    # Entered and left in threads of a pool.
    with contextlib.closing(sqlite3.connect(path, timeout=10, check_same_thread=False)) as one:
        one.isolation_level = None
        one.execute("BEGIN IMMEDIATE")
        yield
        one.execute("ROLLBACK")


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own where we may mount one; else a folder."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "hub-test", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def _full(disk: Path, workers: Sequence[Worker]) -> Iterator[None]:
    """Not a byte more: of the disk, or where it is no disk of ours, of any file of theirs."""
    if disk.is_mount():
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            for size in (65_536, 512, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * size)
        try:
            yield
        finally:
            filler.unlink()
        return
    kind = resource.RLIMIT_FSIZE
    for worker in workers:
        _, most = resource.prlimit(worker.process.pid, kind)
        resource.prlimit(worker.process.pid, kind, (0, most))
    try:
        yield
    finally:
        for worker in workers:
            _, most = resource.prlimit(worker.process.pid, kind)
            resource.prlimit(worker.process.pid, kind, (most, most))
