"""A file that grows at its end: nobody else's meanwhile, and summed up while it is written."""

import fcntl
import hashlib
import io
import os
from pathlib import Path
from threading import Lock

from hub.domain.errors import N_, NotFound, Refusal, WrongState

PIECE = 1 << 20


class WrongOffset(WrongState):
    """The bytes do not follow on those that are here, or some are missing still."""

    says = N_("The upload stands elsewhere. Ask where, and go on from there.")


class BeingWritten(Refusal):
    """Another request is at it just now."""

    says = N_("Another connection is sending this file just now. Try again in a moment.")


class Sum:
    """The checksum of the first `upto` bytes of a file."""

    def __init__(self) -> None:
        self.upto = 0
        self._sha256 = hashlib.sha256()

    def add(self, part: memoryview | bytes) -> None:
        self._sha256.update(part)
        self.upto += len(part)

    def __str__(self) -> str:
        return self._sha256.hexdigest()


class Growing:
    """An open file of `size` bytes. Its verbs wait for the disk: call them in threads.

    `known` is what an earlier writer knew of its checksum. Raises NotFound, WrongOffset where it
    has not this size, BeingWritten.
    """

    def __init__(self, path: Path, size: int, known: Sum) -> None:
        try:
            # Closed when nobody holds it any more, also by whoever was cut off while waiting.
            self._file = io.FileIO(os.open(path, os.O_RDWR | os.O_APPEND), "rb+")
        except FileNotFoundError:
            raise NotFound from None
        try:
            # Seen by other workers too, and gone with the process that holds it.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(self._file.fileno()).st_size != size:
                raise WrongOffset
        except BlockingIOError:
            self._file.close()
            raise BeingWritten from None
        except BaseException:
            self._file.close()
            raise
        self.size = size
        self.sum = known
        # Whoever was cut off closes it while a thread may still be writing.
        self._turn = Lock()

    def write(self, piece: bytearray) -> None:
        """Adds all of it, or as much as there is room for. Raises NotFound if it was removed."""
        rest = memoryview(piece)
        with self._turn:
            if os.fstat(self._file.fileno()).st_nlink == 0:
                raise NotFound
            while rest:
                written = self._file.write(rest)
                if self.sum.upto == self.size:
                    self.sum.add(rest[:written])
                self.size += written
                rest = rest[written:]

    def checksum(self) -> str:
        """Of all of it; read is only what has not been summed up by who wrote it."""
        with self._turn:
            while part := os.pread(self._file.fileno(), PIECE, self.sum.upto):
                self.sum.add(part)
        return str(self.sum)

    def close(self) -> None:
        """What is there then is on the disk."""
        try:
            with self._turn:
                os.fsync(self._file.fileno())
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Closes it as it is."""
        with self._turn:
            self._file.close()
