"""Who has files looked at: one process a worker, when there is something to look at."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from hub.domain.filetype import Family, Fault, type_of
from hub.inspection.process import Ended, Inspecting
from hub.inspection.report import Pages, Report

T = TypeVar("T", Report, Pages)


class Closed(Exception):
    """The inspector was closed meanwhile; nothing is known of the file."""


class Inspector:
    """One request after another. `office`: the program soffice, if there is one.

    What a request makes comes into `out` when it is whole, or not at all.
    """

    def __init__(
        self,
        *,
        office: str | None = None,
        look_seconds: float = 30.0,
        pages_seconds: float = 10.0,
        idle_seconds: float = 60.0,
        requests: int = 50,
    ) -> None:
        self._office = office
        self._look_seconds = look_seconds
        self._pages_seconds = pages_seconds
        self._idle_seconds = idle_seconds
        self._requests = requests
        self._turn = asyncio.Lock()
        self._process: Inspecting | None = None
        self._retiring: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process and self._process.running else None

    async def look(self, path: Path, name: str, out: Path) -> Report:
        """What a file is, and what was made of it in the folder `out`. Raises OSError, Closed."""
        request = {"look": str(path), "name": name}
        return await self._made(request, out, Report, self._look_seconds)

    async def pages(self, path: Path, first: int, last: int, width: int, out: Path) -> Pages:
        """Eight pages at most of a clean PDF, from 1, as pictures. Raises OSError, Closed."""
        request = {"pages": str(path), "first": first, "last": last, "width": width}
        return await self._made(request, out, Pages, self._pages_seconds)

    async def close(self) -> None:
        """Ends the process, and what it is at."""
        self._closed = True
        if self._retiring:
            self._retiring.cancel()
        await self._end()

    async def _made(
        self, request: Mapping[str, object], out: Path, kind: type[T], seconds: float
    ) -> T:
        async with self._turn:
            with tempfile.TemporaryDirectory(
                dir=out, prefix=".making-", ignore_cleanup_errors=True
            ) as folder:
                made = await self._asked({**request, "out": folder}, kind, seconds)
                for file in made.files:
                    _hand_over(Path(folder) / file, out / file)
                return made

    async def _asked(self, request: Mapping[str, object], kind: type[T], seconds: float) -> T:
        """What the process answers, in time. One that has served before gets a second chance."""
        while True:
            process = await self._ready()
            try:
                async with asyncio.timeout(seconds):
                    answer = await process.ask(request)
                made = _of(kind, answer)
            except TimeoutError:
                await self._end()
                return kind(refused=Fault.TOO_SLOW, why=f"{seconds:g} seconds")
            except Ended as end:
                await self._end()
                if self._closed:
                    raise Closed from None
                if process.asked > 1:
                    continue
                fault = Fault.TOO_SLOW if end.slow else Fault.DAMAGED
                return kind(refused=fault, why=str(end))
            except BaseException:
                await self._end()
                raise
            # LibreOffice leaves parts of itself running.
            used = self._office is not None and _is_office(made)
            if used or process.asked >= self._requests:
                await self._end()
            else:
                self._retiring = asyncio.create_task(self._retire(), name="inspector retires")
            return made

    async def _ready(self) -> Inspecting:
        if self._closed:
            raise Closed
        if self._retiring:
            self._retiring.cancel()
            self._retiring = None
        if self._process is None or not self._process.running:
            starting = asyncio.ensure_future(Inspecting.start(office=self._office))
            try:
                self._process = await asyncio.shield(starting)
            except asyncio.CancelledError:
                # It may be there already, and nobody would know of it.
                await (await starting).end()
                raise
        return self._process

    async def _retire(self) -> None:
        await asyncio.sleep(self._idle_seconds)
        await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.end()


def _of(kind: type[T], answer: dict[str, Any]) -> T:
    """Raises Ended at what is no such answer, OSError where not the file but the disk failed."""
    if "failed" in answer:
        raise OSError(answer.get("errno"), str(answer["failed"])[:200])
    try:
        made: T = kind.of(answer)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Ended(f"no answer: {error}"[:200]) from error
    return made


def _is_office(made: Report | Pages) -> bool:
    kind = made.type if isinstance(made, Report) else None
    return kind is not None and type_of(kind).family == Family.OFFICE


def _hand_over(made: Path, place: Path) -> None:
    if made.is_symlink() or not made.is_file():
        raise OSError(f"{made.name} was not made")
    with contextlib.suppress(FileNotFoundError):
        place.unlink()
    shutil.move(made, place)
