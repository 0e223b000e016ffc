"""All documents of a briefing as one zip, made while it is sent: nothing of it is kept."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from zipstream import ZipStream

from hub.domain.words import fold
from hub.live.seen_documents import SeenDocument
from hub.web.giving import Handout
from hub.web.outflow import FILE_HEADERS, Line, begin, some

T = TypeVar("T")

SUMS = "SHA256SUMS"
"""What `sha256sum --check` reads, beside the files."""

_STEM_BYTES = 200
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of the zip: its name there, and the bytes that are given out."""

    name: str
    given: str
    size: int


class Bundle(Response):
    """The zip as an answer. Its length is known before its first byte."""

    def __init__(self, handout: Handout, copies: Sequence[Copy], headers: dict[str, str]) -> None:
        self._handout = handout
        self._loop = asyncio.get_running_loop()
        self._zip = ZipStream(sized=True)
        for copy in copies:
            self._zip.add(self._bytes_of(copy), copy.name, size=copy.size)
        sums = "".join(f"{copy.given}  {copy.name}\n" for copy in copies)
        self._zip.add(sums.encode(), SUMS)
        self._named = FILE_HEADERS | headers | {
            "Content-Type": "application/zip",
            "Content-Length": str(len(self._zip)),
        }  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await begin(send, 200, self._named)
        if scope["method"] != "HEAD":
            pieces = iter(self._zip)
            async with Line(receive) as line:
                while not line.gone:
                    # In a thread: it adds up what it passes on, and waits for the shelf.
                    body = await self._handout.zipping.start(next, pieces, None)
                    if body is None:
                        break
                    await send(some(body))
                else:
                    return
        await send({"type": "http.response.body", "body": b""})

    def _bytes_of(self, copy: Copy) -> Iterator[bytes]:
        """In the thread that zips. The shelf is read on the loop, as for everybody else."""
        pieces = self._await(self._handout.outflow.open(copy.given, 0, copy.size))
        while body := self._await(_next(pieces)):
            yield body

    def _await(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


async def _next(pieces: AsyncIterator[bytes]) -> bytes:
    return await anext(pieces, b"")


def copies(documents: Sequence[SeenDocument]) -> list[Copy]:
    """The newest file of each; nothing of what was withdrawn."""
    newest = [one.version for one in documents if one.version is not None]
    names = safe_names([version.name for version in newest])
    return [
        Copy(name, version.sha256, version.size)
        for name, version in zip(names, newest, strict=True)
    ]


def safe_names(names: Sequence[str]) -> list[str]:
    """These names as every system can unpack them into one folder: no two are the same there."""
    taken, safe = {SUMS.casefold()}, []
    for name in names:
        path = PurePosixPath(name)
        stem, suffix = path.stem, path.suffix
        if fold(stem).partition(".")[0] in _DEVICES:
            stem = f"_{stem}"
        stem = _cut(stem, _STEM_BYTES - len(suffix.encode())).rstrip(". ") or "_"
        number, found = 1, f"{stem}{suffix}"
        while found.casefold() in taken:
            number += 1
            found = f"{stem} ({number}){suffix}"
        taken.add(found.casefold())
        safe.append(found)
    return safe


def _cut(text: str, length: int) -> str:
    return text.encode()[: max(length, 1)].decode(errors="ignore")
