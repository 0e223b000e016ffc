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
        # Those of them who are still to be written to.
        self._waiting: set[int] = set()

    def __len__(self) -> int:
        return len(self._there)

    def cursor(self, file: int) -> int:
        """The last event that was written to it."""
        return self._before if file in self._waiting else self.at

    def enter(self, file: int, socket: "Socket", *, cursor: int) -> bool:
        """Whether it stands where the others do, and is one of them from now on."""
        if not self:
            self.at = cursor
        if cursor != self.at or file in self._there:
            return False
        self._there[file] = socket
        return True

    def leave(self, file: int) -> int:
        """Returns its cursor."""
        cursor = self.cursor(file)
        del self._there[file]
        self._waiting.discard(file)
        return cursor

    def behind(self) -> "list[Socket]":
        """Who stood before the others when the writing to them was broken off."""
        return [self._there[file] for file in self._waiting]

    def everybody(self) -> "list[Socket]":
        """All in here."""
        return list(self._there.values())

    def write(self, wire: bytes, *, upto: int, most: int) -> Iterator[int]:
        """Brings everybody to the event `upto`; between two pieces, of so many sockets at most,
        others may come and go. Yields how many were written to."""
        if self._waiting:
            raise RuntimeError("some are being written to")
        self._before, self.at = self.at, upto
        files = list(self._there)
        self._waiting.update(files)
        for at in range(0, len(files), most):
            # Whoever has left meanwhile waits no more, whoever came has it already.
            piece = [file for file in files[at : at + most] if file in self._waiting]
            self._write(piece, wire)
            yield len(piece)

    def _write(self, files: list[int], wire: bytes) -> None:
        write, size = os.write, len(wire)
        short: list[tuple[int, int]] = []
        for file in files:
            try:
                sent = write(file, wire)
            except OSError:
                # Full, or broken: its transport finds out which.
                sent = 0
            if sent != size:
                short.append((file, sent))
        self._waiting.difference_update(files)
        for file, sent in short:
            self._there[file].sink.finish(wire[sent:])
