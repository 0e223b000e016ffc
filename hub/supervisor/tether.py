"""A worker's end of the line to its supervisor.

The worker says that its loop runs; the first word says that it accepts. The supervisor says that
another worker accepts at the same socket from now on. That the line is cut means that this one is
to let go and end: it was told, or the supervisor is dead and the port is wanted for the next one.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable

ALIVE, SHUT, FAILED = b"alive\n", b"shut\n", b"failed "
ASK_TO_SHUT = b"?"


class Tether:
    """Owns the line."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def alive(self) -> None:
        """Called on the event loop, each second. Never waits."""
        self._say(ALIVE)

    def failed(self, reason: str) -> None:
        """It cannot start, and trying again does not help."""
        self._say(FAILED + " ".join(reason.split()).encode() + b"\n")

    def listen(
        self,
        *,
        shut: Callable[[Callable[[], None]], None],
        leave: Callable[[], None],
        seconds: float,
    ) -> None:
        """From now on, in a thread: `shut` is called to accept nobody any more, with what to call
        when that is done; `leave` once the line is cut. `seconds` later the process ends,
        whatever it does: a loop that is stuck must not outlive its supervisor."""

        def listen() -> None:
            with contextlib.suppress(OSError):
                while self._line.recv(1):
                    shut(lambda: self._say(SHUT))
            leave()
            time.sleep(seconds)
            os._exit(1)

        threading.Thread(target=listen, name="tether", daemon=True).start()

    def _say(self, word: bytes) -> None:
        # A supervisor that hangs must not hang its workers; who is gone needs no words.
        with contextlib.suppress(OSError):
            self._line.send(word, socket.MSG_DONTWAIT)
