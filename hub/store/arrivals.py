"""Uploads on their way, on the local disk, so that any worker can go on with any of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.domain.errors import NoRoom, TooLarge
from hub.store.arriving import UNFINISHED_LIMIT, Arriving, Pages
from hub.store.disk import Threads
from hub.store.growing import PIECE, BeingWritten, Growing, Sum, WrongOffset

__all__ = ["UNFINISHED_LIMIT", "Arrivals", "Arrived", "Arriving", "BeingWritten", "WrongOffset"]

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here wholly. `id` is the upload's, the same at every further try."""

    id: str
    path: Path
    sha256: str
    size: int


class Arrivals:
    """A folder of them. What has not grown for `lasting` goes with the next sweep(); `spare_bytes`
    of the disk are left to the others who write there."""

    def __init__(
        self, folder: Path, limit_bytes: int, lasting: timedelta, *, spare_bytes: int = 0
    ) -> None:
        self.limit_bytes = limit_bytes
        self.lasting = lasting
        self._pages = Pages(folder)
        self._spare = spare_bytes
        self._threads = Threads("arrivals")
        # Of the beginnings that this worker wrote: what it need not read again at the end.
        self._sums: dict[str, Sum] = {}

    async def begin(
        self, size: int | None, *, person: int, about: Mapping[str, str] | None = None
    ) -> str:
        """A new upload of this person, of `size` bytes if that is known; returns its id, 128 bits
        of chance. Raises TooLarge, NoRoom."""
        if size is not None and size > self.limit_bytes:
            raise self.too_large()
        return await self._threads.start(self._begin, size, person, dict(about or {}))

    async def describe(self, upload: str) -> Arriving:
        """What was said of it when it began. Raises NotFound."""
        return await self._threads.start(self._pages.describe, upload)

    async def offset(self, upload: str) -> int:
        """How many bytes are here. Raises NotFound."""
        return await self._threads.start(self._pages.offset, upload)

    async def expires(self, upload: str) -> datetime:
        """From when on it may be gone, if nothing more comes. Raises NotFound."""
        grown = await self._threads.start(self._pages.grown, upload)
        return datetime.fromtimestamp(grown, UTC) + self.lasting

    async def append(self, upload: str, offset: int, chunks: AsyncIterator[bytes]) -> int:
        """Writes what comes behind the first `offset` bytes; returns how many are here then.

        Whatever ends it, what has come is kept, and on the disk. Raises NotFound, WrongOffset,
        BeingWritten, TooLarge, NoRoom, and what `chunks` raises.
        """
        size = (await self.describe(upload)).size
        limit = self.limit_bytes if size is None else size
        growing = await self._threads.start(self._open, upload, offset)
        last = bytearray()
        try:
            await self._write(growing, chunks, limit, last)
        finally:
            # Not even the end of the program breaks this off.
            await asyncio.shield(self._threads.start(self._close, growing, upload, last))
        return growing.size

    @contextlib.asynccontextmanager
    async def finish(self, upload: str) -> AsyncIterator[Arrived]:
        """The whole file, with nobody else at it until the block ends; settle() or discard() it
        there, or it waits for another try. Raises NotFound, WrongOffset, BeingWritten."""
        size, offset = (await self.describe(upload)).size, await self.offset(upload)
        if size not in (None, offset):
            raise WrongOffset
        growing = await self._threads.start(self._open, upload, offset)
        try:
            checksum = await asyncio.shield(self._threads.start(growing.checksum))
            self._sums[upload] = growing.sum
            yield Arrived(upload, self._pages.bytes_of(upload), checksum, offset)
        finally:
            await asyncio.shield(self._threads.start(growing.let_go))

    async def settle(self, upload: str, answer: Mapping[str, Any]) -> None:
        """It has been taken: the bytes go, what was answered stays for who did not hear it."""
        self._sums.pop(upload, None)
        await self._threads.start(self._pages.settle, upload, dict(answer))

    async def discard(self, upload: str) -> None:
        """Nothing of it stays; whoever is sending it is cut off."""
        self._sums.pop(upload, None)
        await self._threads.start(self._pages.discard, upload)

    async def sweep(self, now: datetime) -> int:
        """Removes what has not grown for `lasting`; returns how many."""
        for upload in list(self._sums):
            if not (await self._threads.start(self._pages.bytes_of(upload).exists)):
                del self._sums[upload]
        return await self._threads.start(self._pages.sweep, (now - self.lasting).timestamp())

    def too_large(self) -> TooLarge:
        """The refusal with the limit in it."""
        return TooLarge(limit=self.limit_bytes // _MEGABYTE)

    def close(self) -> None:
        """Lets go of its threads."""
        self._threads.close()

    async def _write(
        self, growing: Growing, chunks: AsyncIterator[bytes], limit: int, last: bytearray
    ) -> None:
        """One piece goes to the disk while the next one comes in; what is left is in `last`."""
        come, piece = growing.size, bytearray()
        going: asyncio.Future[None] | None = None
        try:
            async for chunk in chunks:
                come += len(chunk)
                if come > limit:
                    raise self.too_large()
                piece += chunk
                if len(piece) >= PIECE:
                    if going is not None:
                        await asyncio.shield(going)
                    going, piece = self._threads.start(self._add, growing, piece), bytearray()
        finally:
            if going is not None:
                # Where it fails nothing may follow: there would be a hole.
                await asyncio.shield(going)
            last += piece

    def _begin(self, size: int | None, person: int, about: dict[str, str]) -> str:
        self._leave_room(size or 0)
        return self._pages.begin(size, person, about)

    def _open(self, upload: str, offset: int) -> Growing:
        known = self._sums.get(upload) or Sum()
        return Growing(self._pages.bytes_of(upload), offset, known)

    def _add(self, growing: Growing, piece: bytearray) -> None:
        if piece:
            self._leave_room(len(piece))
        growing.write(piece)

    def _close(self, growing: Growing, upload: str, last: bytearray) -> None:
        try:
            self._add(growing, last)
        finally:
            growing.close()
            self._sums[upload] = growing.sum

    def _leave_room(self, size: int) -> None:
        if self._spare and self._pages.room() < size + self._spare:
            raise NoRoom
