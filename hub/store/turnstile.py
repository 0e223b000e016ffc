"""Whose turn it is to write into a SQLite file, fairly, between processes.

SQLite lets whoever asks first after a commit write next: that is nearly always the one who has
just committed, and under load the others starve. So everybody passes a turnstile first: while a
writer commits, the next one stands in it already, and the first must queue up behind.
"""

import fcntl
import os
import random
import threading
import time
from collections.abc import Callable
from types import TracebackType

RETRY_SECONDS = 0.001
_NEVER = threading.Event()


class Turnstile:
    """A lock on a file beside the database. Held only until the database itself is locked."""

    def __init__(self, path: str, *, patience: float) -> None:
        self._path = path
        self._patience = patience

    def __enter__(self) -> "Turnstile":
        """Raises TimeoutError after the patience (in seconds)."""
        self._until = time.monotonic() + self._patience
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self.wait_for(self._turn)
        except BaseException:
            os.close(self._file)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def wait_for(self, attempt: Callable[[], bool]) -> None:
        """Tries again and again, evenly, until it holds or the patience is over."""
        while not attempt():
            if time.monotonic() > self._until:
                raise TimeoutError("others are writing without end")
            _NEVER.wait(RETRY_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter

    def _turn(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
