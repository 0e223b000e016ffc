"""The level of a stream: the many who have all of it and can take more at once.

To each of them the same bytes are written. So nothing is looked up for them but the number of
their file: at thousands of sockets what a write touches in memory costs as much as the write.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.live.socket import Socket


class Level:
    """All in here stand at the event `at`, but while they are written to some still at the one
    before. A socket leaves as soon as its transport is anything but open and empty: at the latest
    when its connection is lost, which is told before its file is closed and the number given to
    somebody else."""

    def __init__(self) -> None:
        self.at = 0
        self._there: dict[int, Socket] = {}
        self._before = 0
        self._waiting: dict[int, Socket] = {}

    def __len__(self) -> int:
        return len(self._there) + len(self._waiting)

    def cursor(self, file: int) -> int:
        """The last event that was written to it."""
        return self._before if file in self._waiting else self.at

    def enter(self, file: int, socket: "Socket", *, cursor: int) -> bool:
        """Whether it stands where the others do, and is one of them from now on."""
        if not self:
            self.at = cursor
        if cursor != self.at or file in self._there or file in self._waiting:
            return False
        self._there[file] = socket
        return True

    def leave(self, file: int) -> int:
        """Returns its cursor."""
        cursor = self.cursor(file)
        if self._waiting.pop(file, None) is None:
            del self._there[file]
        return cursor

    def behind(self) -> "list[Socket]":
        """Who stood before the others when the writing to them was broken off."""
        return list(self._waiting.values())

    def everybody(self) -> "list[Socket]":
        """All in here."""
        return [*self._waiting.values(), *self._there.values()]

    def write(self, wire: bytes, *, upto: int, most: int) -> Iterator[int]:
        """Brings everybody to the event `upto`; between two pieces, of so many sockets at most,
        others may come and go. Yields how many were written to."""
        if self._waiting:
            raise RuntimeError("some are being written to")
        self._before, self.at = self.at, upto
        self._waiting, self._there = self._there, {}
        files = list(self._waiting)
        for at in range(0, len(files), most):
            yield self._write(files[at : at + most], wire)

    def _write(self, files: list[int], wire: bytes) -> int:
        waiting, there, write = self._waiting, self._there, os.write
        size, written = len(wire), 0
        for file in files:
            # Whoever has left meanwhile is gone from here, whoever came has it already.
            if (socket := waiting.pop(file, None)) is None:
                continue
            try:
                sent = write(file, wire)
            except OSError:
                # Full, or broken: its transport finds out which.
                sent = 0
            there[file] = socket
            if sent != size:
                socket.sink.finish(wire[sent:])
            written += 1
        return written
