"""What goes to a disk: in threads of its own, flushed, and refused where there is no room."""

import asyncio
import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import structlog

from hub.domain.errors import NoRoom, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
# EFBIG: more than this file system, or a limit set for the process, allows of one file.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

log = structlog.get_logger(__name__)


class Threads:
    """A few threads for one kind of files: a disk that hangs holds up nothing else."""

    def __init__(self, name: str, count: int = 4) -> None:
        self._pool = ThreadPoolExecutor(count, name)

    def start(self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> "asyncio.Future[T]":
        """Runs it, awaited or not. Raises what it raises, NoRoom and Unavailable for the disk."""
        done = partial(_on_disk, partial(call, *args, **more))
        return asyncio.get_running_loop().run_in_executor(self._pool, done)

    def close(self) -> None:
        """No more after what is being done; waits for nothing."""
        self._pool.shutdown(wait=False)


def make_folder(folder: Path) -> None:
    """The folder, and those above it, for nobody else's eyes, there after a power cut too."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
    flush(folder.parent)


def flush(path: Path) -> None:
    """Returns when the file, or the names in the folder, would survive a power cut."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def replace(path: Path, content: bytes) -> None:
    """The file has this content, or stays as it was."""
    coming = path.with_suffix(".new")
    try:
        fd = os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(fd)
        coming.replace(path)
    except BaseException:
        coming.unlink(missing_ok=True)
        raise
    flush(path.parent)


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """Turns what the disk says into NoRoom and Unavailable; that there is no such file, and that
    another holds it, is for the caller."""
    try:
        yield
    except (FileNotFoundError, BlockingIOError):
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoom from error
        log.error("disk.failed", error=repr(error))
        raise Unavailable from error


def _on_disk(call: Callable[[], T]) -> T:
    with refusing():
        return call()
