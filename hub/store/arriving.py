"""What is known of the uploads on their way: a page of JSON each, beside the bytes."""

import contextlib
import json
import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from hub.domain.errors import NotFound
from hub.store import disk

UNFINISHED_LIMIT = 16
"""Uploads that one person can have on their way; the one begun first gives way to one more."""

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_BYTES, _PAGE, _COMING = ".part", ".json", ".new"


@dataclass(frozen=True, slots=True)
class Arriving:
    """An upload of a person. `size` in bytes, None: not known before its end. `begun`: seconds
    since 1970. `answer`: it has been taken, and this was said."""

    id: str
    person: int
    size: int | None
    about: Mapping[str, str]
    begun: float
    answer: Mapping[str, Any] | None = None


class Pages:
    """A folder of them, which several workers share. Every verb waits for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        disk.make_folder(folder)

    def begin(self, size: int | None, person: int, about: dict[str, str]) -> str:
        """A new one, empty; the person's oldest goes if there are too many. Returns its id."""
        theirs = [one for one in self._all() if one.person == person and one.answer is None]
        theirs.sort(key=lambda one: one.begun)
        for one in theirs[: max(0, len(theirs) + 1 - UNFINISHED_LIMIT)]:
            self.discard(one.id)
        upload = secrets.token_hex(16)
        path = self.bytes_of(upload)
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, disk.PRIVATE_FILE))
            self._note(Arriving(upload, person, size, about, time.time()))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return upload

    def describe(self, upload: str) -> Arriving:
        """Raises NotFound."""
        try:
            return Arriving(**json.loads(self._path(upload, _PAGE).read_bytes()))
        except FileNotFoundError:
            raise NotFound from None

    def offset(self, upload: str) -> int:
        """How many bytes are here, or were when it was taken. Raises NotFound."""
        arriving = self.describe(upload)
        if arriving.answer is not None:
            return arriving.size or 0
        try:
            return self.bytes_of(upload).stat().st_size
        except FileNotFoundError:
            raise NotFound from None

    def grown(self, upload: str) -> float:
        """When it last did. Raises NotFound."""
        for kind in (_BYTES, _PAGE, _COMING):
            with contextlib.suppress(FileNotFoundError):
                return self._path(upload, kind).stat().st_mtime
        raise NotFound

    def settle(self, upload: str, answer: dict[str, Any]) -> None:
        """The bytes go, the answer stays. Raises NotFound."""
        self._note(replace(self.describe(upload), size=self.offset(upload), answer=answer))
        self.bytes_of(upload).unlink(missing_ok=True)

    def discard(self, upload: str) -> None:
        """Nothing stays; the page goes first: without it the upload is not known any more."""
        for kind in (_PAGE, _BYTES, _COMING):
            self._path(upload, kind).unlink(missing_ok=True)

    def sweep(self, before: float) -> int:
        """Removes what has not grown since; returns how many."""
        gone = 0
        for upload in {path.stem for path in self._folder.iterdir() if _ID.fullmatch(path.stem)}:
            with contextlib.suppress(NotFound):
                if self.grown(upload) < before:
                    self.discard(upload)
                    gone += 1
        return gone

    def room(self) -> int:
        """Bytes that are free on this disk."""
        found = os.statvfs(self._folder)
        return found.f_bavail * found.f_frsize

    def bytes_of(self, upload: str) -> Path:
        """Where they are. Raises NotFound for what cannot be an id."""
        return self._path(upload, _BYTES)

    def _all(self) -> Iterator[Arriving]:
        for path in self._folder.glob(f"*{_PAGE}"):
            with contextlib.suppress(NotFound):
                yield self.describe(path.stem)

    def _note(self, arriving: Arriving) -> None:
        disk.replace(self._path(arriving.id, _PAGE), json.dumps(asdict(arriving)).encode())

    def _path(self, upload: str, kind: str) -> Path:
        if not _ID.fullmatch(upload):
            raise NotFound
        return self._folder / (upload + kind)
