"""A worker's vital signs: what is wrong with it since when, and what it tells the others."""

import asyncio
import contextlib
import os
import re
import resource
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from hub import __version__
from hub.domain.audience import Audience
from hub.domain.errors import Unavailable
from hub.live.gauges import Gauges
from hub.live.reports import Report, Reports, Trouble

DRAIN = "drain"
"""The key in the lifespan's state: says that this worker is about to stop."""

NAME = f"{re.sub('[^0-9A-Za-z.-]', '-', socket.gethostname())[:48] or 'worker'}:{os.getpid()}"

# The log is looked into every 2 s at least: longer than this it cannot be read, whatever hangs.
UNREAD_SECONDS = 5.0
# A Redis that was gone for a blink is nobody's trouble; it is heard once a second.
BLINK = timedelta(seconds=2.5)
LATE_LOOP_SECONDS = 2.0
LATE_DELIVERY_SECONDS = 3.0
# Nobody may try again for a while: so long after it last failed, writing is said to fail.
UNWRITTEN_SECONDS = 60.0
# Who was late is watched for so long.
LATE_LASTS_SECONDS = 10.0


class Bell(Protocol):
    """`away_since`: since when Redis cannot be heard; None: it can, or there is none."""

    @property
    def healthy(self) -> bool: ...

    @property
    def away_since(self) -> datetime | None: ...


class Vitals:
    """Of one worker. `blind_since` tells since when reading the log has failed."""

    def __init__(
        self, gauges: Gauges, *, bell: Bell, blind_since: Callable[[], datetime | None]
    ) -> None:
        self.reports = Reports()
        self.draining_since: datetime | None = None
        self._woken = asyncio.Event()
        self._worker = secrets.token_hex(6)
        self._gauges = gauges
        self._bell = bell
        self._blind_since = blind_since
        self._started = datetime.now(UTC)
        self._read_at = self._started
        self._read = time.monotonic()
        self._unwritten_since: datetime | None = None
        self._unwritten_until = 0.0
        self._late_since: datetime | None = None
        self._late_until = 0.0
        self._loop_lag = 0.0
        self._delivered = (time.monotonic(), 0.0)
        gauges.registry.register(self.reports)
        gauges.log_behind.set_function(self.unread)
        gauges.bell_away.set_function(lambda: _seconds_since(bell.away_since))
        gauges.database_away.set_function(lambda: _seconds_since(self.blind_since))
        gauges.bell.set_function(lambda: float(bell.healthy))

    def drain(self) -> None:
        """This worker is about to stop."""
        if self.draining_since is None:
            self.draining_since = datetime.now(UTC)
            self._gauges.draining.set(1)
            self._woken.set()

    async def wait(self, seconds: float) -> None:
        """So long, or until there is something to say at once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()

    def heard_forgery(self, channel: str) -> None:
        """Something came over Redis on this channel that no worker sends."""
        self._gauges.forged.labels(channel).inc()

    def log_was_read(self) -> None:
        """Just now, up to its end."""
        self._read_at, self._read = datetime.now(UTC), time.monotonic()

    def acted(self, error: BaseException | None) -> None:
        """An act has ended: with its commit, or with this error."""
        if isinstance(error, Unavailable):
            now = time.monotonic()
            if now >= self._unwritten_until:
                self._unwritten_since = datetime.now(UTC)
                self._woken.set()
            self._unwritten_until = now + UNWRITTEN_SECONDS
        elif error is None and self._unwritten_until:
            self._unwritten_until = 0.0
            self._woken.set()

    def unread(self) -> float:
        """Seconds since the log was last read."""
        return time.monotonic() - self._read

    @property
    def blind_since(self) -> datetime | None:
        """When the log was last read, if it cannot be read now: reading fails, or hangs."""
        hangs = self.unread() > UNREAD_SECONDS
        return self._blind_since() or (self._read_at if hangs else None)

    def loop_was_late(self, seconds: float) -> None:
        """The event loop came this much later than it was asked to."""
        self._gauges.loop_lag.set(seconds)
        self._loop_lag = max(self._loop_lag, seconds)
        if seconds > LATE_LOOP_SECONDS:
            self._is_late(seconds)
        if (worst := self._gauges.lag.worst()) > LATE_DELIVERY_SECONDS:
            self._is_late(worst)

    def troubles(self) -> dict[Trouble, datetime]:
        """What is wrong here, since when."""
        now = datetime.now(UTC)
        away, blind = self._bell.away_since, self.blind_since
        # Where nothing can be read either, that is what is wrong.
        unwritten = blind is None and time.monotonic() < self._unwritten_until
        found = {
            Trouble.BELL: away if away is not None and now - away > BLINK else None,
            Trouble.DATABASE: blind,
            Trouble.WRITING: self._unwritten_since if unwritten else None,
            Trouble.BEHIND: self._late_since if time.monotonic() < self._late_until else None,
            Trouble.DRAINING: self.draining_since,
        }
        return {trouble: since for trouble, since in found.items() if since is not None}

    def measure(self, sockets: Mapping[Audience, int]) -> Report:
        """How it stands, for the others and for the page; what was worst since the last time."""
        now = time.monotonic()
        before, delivered = self._delivered
        self._delivered = now, self._gauges.delivered()
        median, worst = self._gauges.lag.quantiles(0.5, 0.99) or (None, None)
        report = Report(
            worker=self._worker,
            name=NAME,
            version=__version__,
            started=self._started.timestamp(),
            public=sockets.get(Audience.PUBLIC, 0),
            room=sockets.get(Audience.ROOM, 0),
            podium=sockets.get(Audience.PODIUM, 0),
            deliveries=(self._delivered[1] - delivered) / max(now - before, 0.001),
            lag50=median,
            lag99=worst,
            loop_lag=self._loop_lag,
            unread=self.unread(),
            bell=True if self._bell.healthy else None if self._bell.away_since is None else False,
            memory=_memory(),
            troubles={trouble: since.timestamp() for trouble, since in self.troubles().items()},
        )
        self._loop_lag = 0.0
        self.reports.take(report, own=True)
        return report

    def _is_late(self, seconds: float) -> None:
        now = time.monotonic()
        if now >= self._late_until:
            self._late_since = datetime.now(UTC) - timedelta(seconds=seconds)
        self._late_until = now + LATE_LASTS_SECONDS


def _seconds_since(since: datetime | None) -> float:
    return (datetime.now(UTC) - since).total_seconds() if since else 0.0


def _memory() -> int:
    """Resident bytes."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        # The most it ever had: where there is no /proc.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()
