"""A second pair of eyes on the event loop: where it stands when it stands still."""

import asyncio
import contextlib
import sys
import threading
import time
import traceback
from collections.abc import Iterator

import structlog

from hub.live.gauges import Gauges

BLOCKED_SECONDS = 1.0
LOOK_SECONDS = 0.25

log = structlog.get_logger(__name__)


@contextlib.contextmanager
def watching(gauges: Gauges) -> Iterator["Watchdog"]:
    """In the event loop's thread: whatever blocks it for over a second meanwhile is logged, with
    the stack that did it, and counted. The watching thread ends with the block."""
    watchdog = Watchdog(gauges)
    watchdog.start()
    try:
        yield watchdog
    finally:
        watchdog.stop()


class Watchdog:
    """The loop touches `_seen` four times a second; a thread looks whether it still does."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges
        self._loop = asyncio.get_running_loop()
        self._loops_thread = threading.get_ident()
        self._late = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """From now on."""
        self._seen = time.monotonic() - LOOK_SECONDS
        self._touch()
        self._thread.start()

    def stop(self) -> None:
        """Without waiting: the thread sees it at its next look."""
        self._timer.cancel()
        self._ended.set()

    def late(self) -> float:
        """How late the loop came at worst, in seconds, since this was asked last."""
        late, self._late = self._late, 0.0
        return late

    def _touch(self) -> None:
        now = time.monotonic()
        self._late = max(self._late, now - self._seen - LOOK_SECONDS)
        self._seen = now
        self._timer = self._loop.call_later(LOOK_SECONDS, self._touch)

    def _watch(self) -> None:
        told: float | None = None
        looked = time.monotonic()
        while not self._ended.wait(LOOK_SECONDS):
            now, before, seen = time.monotonic(), looked, self._seen
            looked = now
            if told is not None and seen != told:
                log.warning("loop.goes_on", blocked_seconds=round(seen - told, 2))
                told = None
            # Where this thread stood still as well, the whole process was stopped: no stack tells
            # why.
            alone = now - before < BLOCKED_SECONDS
            if told is None and alone and now - seen > BLOCKED_SECONDS:
                told = seen
                self._gauges.blocked.inc()
                log.error("loop.blocked", stack=self._stack())

    def _stack(self) -> str:
        frame = sys._current_frames().get(self._loops_thread)
        return "".join(traceback.format_stack(frame)) if frame is not None else ""
