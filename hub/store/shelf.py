"""The shelf: where the bytes of documents are kept, by checksum. A folder, or an S3 bucket."""

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from hub.store.disk import PRIVATE_FILE, Threads, flush, make_folder
from hub.store.shelf_name import CHUNK, NotKept, checked

__all__ = ["CHUNK", "DiskShelf", "NotKept", "Shelf", "open_shelf"]

# A copy that is on its way for longer than this was left behind by a worker that was killed.
_LEFT_BEHIND_SECONDS = 24 * 3600


class Shelf(Protocol):
    """Files under names that are made of their content, so that none ever changes.

    ValueError for anything else than a name; Unavailable when the storage is away.
    """

    async def put(self, path: Path, name: str) -> None:
        """Keeps a finished file: wholly, or not at all. The same name twice is the same content.

        The file itself stays the caller's to remove; nothing may write to it any more. So a
        caller who is cut off before the database knows of it can do it again. Raises NoRoom.
        """

    async def read(
        self, name: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes from `start` until before `stop`, in pieces; none where there are no more.

        Raises NotKept before the first piece: nothing has been answered by then.
        """

    async def remove(self, name: str) -> None:
        """Keeps it no longer; nothing happens where there is none."""

    def names(self, before: datetime) -> AsyncIterator[str]:
        """All that is kept and was last put before then."""

    def local(self, name: str) -> Path | None:
        """Where it lies on this machine's disk, if it does."""

    async def close(self) -> None:
        """Lets go of threads and connections."""


def open_shelf(address: str) -> Shelf:
    """A folder's path, or `s3://bucket/prefix?endpoint=...`.

    ValueError for what is neither, RuntimeError where the extra `s3` is not installed.
    """
    if address.startswith("s3://"):
        try:
            # Not before it is needed: an extra, and most hubs keep documents on a disk.
            from hub.store.shelf_s3 import S3Shelf  # noqa: PLC0415
        except ImportError:
            raise RuntimeError("to keep documents in S3, install press-hub[s3]") from None
        return S3Shelf(address)
    if "://" in address or not address:
        raise ValueError(f"documents are kept in a folder or in s3://bucket, not in {address!r}")
    return DiskShelf(Path(address))


class DiskShelf:
    """A folder that nobody else may enter: ab/cd/abcd..., and coming/ for copies on their way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._coming = folder / "coming"
        make_folder(self._coming)
        self._threads = Threads("shelf")
        self._clear()

    async def put(self, path: Path, name: str) -> None:
        await self._threads.start(self._put, path, self._place(name))

    async def read(
        self, name: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        place = self._place(name)
        if not await self._threads.start(place.is_file):
            raise NotKept
        return self._pieces(place, start, stop)

    async def remove(self, name: str) -> None:
        await self._threads.start(self._place(name).unlink, missing_ok=True)

    async def names(self, before: datetime) -> AsyncIterator[str]:
        for shelf in await self._threads.start(self._shelves):
            for name in await self._threads.start(_older, shelf, before.timestamp()):
                yield name

    def local(self, name: str) -> Path | None:
        place = self._place(name)
        return place if place.is_file() else None

    async def close(self) -> None:
        self._threads.close()

    def _place(self, name: str) -> Path:
        return self._folder / checked(name)[:2] / name[2:4] / name

    def _put(self, path: Path, place: Path) -> None:
        try:
            # As if it came now: nobody may clear it away before its document is there.
            os.utime(place)
        except FileNotFoundError:
            self._take(path, place)
        flush(place.parent)

    def _take(self, path: Path, place: Path) -> None:
        make_folder(place.parent)
        coming = self._coming / secrets.token_hex(16)
        try:
            try:
                # In the same file system nothing is copied, however large it is.
                os.link(path, coming, follow_symlinks=False)
            except OSError:
                _copy(path, coming)
            coming.chmod(PRIVATE_FILE)
            flush(coming)
            coming.rename(place)
        finally:
            coming.unlink(missing_ok=True)

    def _shelves(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"))

    async def _pieces(self, place: Path, start: int, stop: int | None) -> AsyncIterator[bytes]:
        try:
            fd = await self._threads.start(os.open, place, os.O_RDONLY)
        except FileNotFoundError:
            # Taken away since it was asked for.
            raise NotKept from None
        try:
            while stop is None or start < stop:
                wanted = CHUNK if stop is None else min(CHUNK, stop - start)
                piece = await self._threads.start(os.pread, fd, wanted, start)
                if not piece:
                    return
                start += len(piece)
                yield piece
        finally:
            os.close(fd)

    def _clear(self) -> None:
        old = time.time() - _LEFT_BEHIND_SECONDS
        for path in self._coming.iterdir():
            # Another worker may be clearing too.
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_ctime < old:
                    path.unlink()


def _older(shelf: Path, before: float) -> list[str]:
    found = []
    for path in shelf.iterdir():
        # Another worker may be clearing too.
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            if max(status.st_mtime, status.st_ctime) < before:
                found.append(path.name)
    return found


def _copy(path: Path, coming: Path) -> None:
    fd = os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with path.open("rb") as source, os.fdopen(fd, "wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
