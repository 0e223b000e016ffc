"""The check behind every file that is handed in: scanned, looked at, and put on the shelf clean.

Every worker takes the checks that are due, one after the other. What a worker was at when it was
killed is taken over by another when its lease is over.
"""

import asyncio
import contextlib
import hashlib
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from hub.domain import handing_in
from hub.domain.errors import Unavailable
from hub.domain.filetype import Fault
from hub.domain.handing_in import Found
from hub.domain.version import Version
from hub.inspection.inspector import Inspector
from hub.inspection.report import Report
from hub.store import checks
from hub.store.checks import Due
from hub.store.database import Database
from hub.store.scanner import Scanner, Verdict
from hub.store.shelf import NotKept, Shelf

LOOK_SECONDS = 2.0
"""Between two looks for what other workers were handed, or have left behind."""
AGAIN = timedelta(seconds=15)

log = structlog.get_logger(__name__)


class Checks:
    """What one worker does of it. `scanner` None: none is configured; `again`: after so long a
    file is tried again for which the scanner or the shelf was away."""

    def __init__(
        self,
        database: Database,
        shelf: Shelf,
        inspector: Inspector,
        scanner: Scanner | None,
        *,
        again: timedelta = AGAIN,
    ) -> None:
        self._database = database
        self._shelf = shelf
        self._inspector = inspector
        self._scanner = scanner
        self._again = again
        self._handed_in = asyncio.Event()

    def wake(self) -> None:
        """Something was handed in here: its check begins at once."""
        self._handed_in.set()

    async def run(self) -> None:
        """Until it is cancelled; what it is at then is free for another worker."""
        while True:
            # Before the look: what is handed in during it is looked for once more.
            self._handed_in.clear()
            try:
                due = await checks.take_due(self._database, now=_now())
                if due is not None:
                    await self._do(due)
                    continue
            except Unavailable:
                log.warning("checks.later")
            except Exception:
                # One file must not end the checks of all others; its lease does end.
                log.exception("check.failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._handed_in.wait()

    async def _do(self, due: Due) -> None:
        try:
            verdict = await self._verdict(due)
        except asyncio.CancelledError:
            with contextlib.suppress(Unavailable):
                await asyncio.shield(self._settle(due, _free))
            raise
        except (Unavailable, OSError):
            # The shelf is away, a disk is full: nothing was found, for or against it.
            log.warning("check.later", document=due.ref)
            verdict = self._put_off
        await self._settle(due, verdict)

    async def _settle(self, due: Due, verdict: checks.Verdict) -> None:
        await checks.settle(self._database, due, verdict)

    def _hold_up(self, version: Version) -> None:
        handing_in.held_up(version, until=_now() + self._again, now=_now())

    def _put_off(self, version: Version) -> None:
        version.leased_until = _now() + self._again

    async def _verdict(self, due: Due) -> checks.Verdict:
        try:
            async with self._on_disk(due.kept) as path:
                if self._scanner is not None:
                    match await self._scanner.scan(path):
                        case Verdict.AWAY:
                            return self._hold_up
                        case Verdict.FOUND:
                            return partial(_refuse, fault=Fault.VIRUS)
                return await self._look(due, path)
        except NotKept:
            log.error("check.nothing_kept", document=due.ref, kept=due.kept)
            return partial(_refuse, fault=Fault.DAMAGED)

    async def _look(self, due: Due, path: Path) -> checks.Verdict:
        with tempfile.TemporaryDirectory(prefix="hub-check-") as folder:
            out = Path(folder)
            report = await self._inspector.look(path, due.name, out)
            if report.refused is not None or report.type is None:
                log.info("check.refused", document=due.ref, fault=report.refused, why=report.why)
                return partial(_refuse, fault=report.refused or Fault.DAMAGED)
            found = await self._shelve(due, report, out)
        return lambda version: handing_in.passed(version, found, now=_now())

    async def _shelve(self, due: Due, report: Report, out: Path) -> Found:
        """Puts on the shelf what is given out."""
        given, size = due.kept, due.size
        if report.clean is not None:
            clean = out / report.clean
            given = await asyncio.to_thread(_sha256, clean)
            size = clean.stat().st_size
            await self._shelf.put(clean, given)
        if report.preview is not None:
            await self._shelf.put(out / report.preview, f"{given}-preview.webp")
        for one in report.sizes:
            await self._shelf.put(out / one.file, f"{given}-{one.width}.webp")
        return Found(
            type=report.type or "",
            given=given,
            size=size,
            pages=report.pages,
            width=report.width,
            height=report.height,
            preview=report.preview is not None,
            sizes={str(one.width): one.height for one in report.sizes},
            text=report.text,
        )

    @contextlib.asynccontextmanager
    async def _on_disk(self, name: str) -> AsyncIterator[Path]:
        """What is kept under this name, as a file of this machine."""
        if (path := self._shelf.local(name)) is not None:
            yield path
            return
        with tempfile.TemporaryDirectory(prefix="hub-check-") as folder:
            copy = Path(folder) / "original"
            with await asyncio.to_thread(copy.open, "wb") as file:
                async for piece in await self._shelf.read(name):
                    await asyncio.to_thread(file.write, piece)
            yield copy


def _refuse(version: Version, *, fault: Fault) -> None:
    handing_in.refused(version, fault, now=_now())


def _free(version: Version) -> None:
    version.leased_until = None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
