"""The heart of a worker: each page hears the head, so that it knows whether it is complete."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

import structlog

from hub.domain.audience import Audience
from hub.live.delivery import WRITES
from hub.live.frame import say, websocket_frame
from hub.live.gauges import Gauges
from hub.live.presence import Presence
from hub.live.reports import EVERY_SECONDS, Trouble
from hub.live.socket import SLOW, Socket
from hub.live.stream import Stream
from hub.live.vitals import Vitals
from hub.live.watch import Watch
from hub.live.watchdog import watching
from hub.live.watches import Watches, following

BEAT_SECONDS = 5.0
# The part of that time over which the beats to many are spread.
SPREAD = 0.4
_FEW = 3
LOOK_SECONDS = 1.0

# What those who work here are told; of the database everybody is.
_TOLD = (Trouble.BELL, Trouble.BEHIND, Trouble.DRAINING)

log = structlog.get_logger(__name__)


class Heart:
    """Beats to every socket, closes those that have stalled, measures the worker."""

    def __init__(
        self, watches: Watches, *, presence: Presence, gauges: Gauges, vitals: Vitals
    ) -> None:
        self._watches = watches
        self._presence = presence
        self._gauges = gauges
        self._vitals = vitals
        self._measure_at = self._beat_at = 0.0
        self._told: set[Trouble] = set()

    async def beat(self) -> None:
        """Until cancelled."""
        with watching(self._gauges) as watchdog:
            while True:
                await self._vitals.wait(LOOK_SECONDS)
                try:
                    self._vitals.loop_was_late(watchdog.late())
                    await self._look(time.monotonic())
                except Exception:
                    # A heart that stood still would make every page believe that it is cut off.
                    log.exception("heart.missed")

    async def _look(self, now: float) -> None:
        self._close_stalled(now)
        if now >= self._measure_at:
            self._measure_at = now + EVERY_SECONDS - LOOK_SECONDS / 2
            self._measure()
        # What is wrong is said when it begins and when it ends, not a beat later.
        wrong = set(self._vitals.troubles())
        if now >= self._beat_at or wrong != self._told:
            urgent = wrong != self._told
            self._beat_at, self._told = now + BEAT_SECONDS, wrong
            await self._say_head(over=0.0 if urgent else SPREAD * BEAT_SECONDS)
            self._watches.let_go(now)

    def _measure(self) -> None:
        counts: Counter[Audience] = Counter()
        for _, stream in self._watches.streams():
            counts[stream.audience] += len(stream.sockets)
        self._gauges.count_sockets(counts)
        self._vitals.measure(counts)

    def _close_stalled(self, now: float) -> None:
        for socket in self._watches.sockets():
            if socket.stalled(now):
                self._gauges.closed.labels(str(SLOW)).inc()
                socket.sink.close(SLOW, "too slow: come back with your cursor")

    async def _say_head(self, *, over: float = 0.0) -> None:
        """To everybody, spread `over` so many seconds: thousands at once hold up an update."""
        parts = [
            (watch, stream, sockets[at : at + WRITES])
            for watch, stream in self._watches.streams()
            for sockets in [list(stream.sockets)]
            for at in range(0, len(sockets), WRITES)
        ]
        for watch, stream, sockets in parts:
            self._say_to(sockets, watch, stream)
            await asyncio.sleep(over / len(parts) if len(parts) > _FEW else 0)

    def _say_to(self, sockets: Sequence[Socket], watch: Watch, stream: Stream) -> None:
        blind = self._vitals.blind_since
        troubles = self._vitals.troubles()
        beat: dict[str, object] = {"beat": stream.head}
        here = self._presence.here(watch.briefing_id, following(watch))
        if here is not None:
            beat["here"] = here
        if blind is not None:
            beat["since"] = blind.isoformat(timespec="seconds")
        text = within = say(beat)
        wire = inside = websocket_frame(text)
        staff = {
            trouble.value: troubles[trouble].isoformat(timespec="seconds")
            for trouble in _TOLD
            if trouble in troubles
        }
        # What is wrong inside is nobody's business outside, whoever reads there.
        if staff and stream.audience != Audience.PUBLIC:
            within = say(beat | {"staff": staff})
            inside = websocket_frame(within)
        for socket in sockets:
            # What the beat calls complete has been written before it.
            socket.offer()
            if socket.staff:
                socket.whisper(inside, within)
            else:
                socket.whisper(wire, text)
