"""The heart of a worker: each page hears the head, so that it knows whether it is complete."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from hub.live.frame import say, websocket_frame
from hub.live.gauges import Gauges
from hub.live.presence import Presence
from hub.live.socket import SLOW
from hub.live.watches import Watches, following

BEAT_SECONDS = 5.0
# Writes between two looks at what else the loop has to do.
WRITES = 500


class Heart:
    """Beats to every socket, closes those that have stalled, measures the loop.

    `blind_since` tells since when the log cannot be read, None while it can.
    """

    def __init__(
        self,
        watches: Watches,
        *,
        presence: Presence,
        gauges: Gauges,
        blind_since: Callable[[], datetime | None],
    ) -> None:
        self._watches = watches
        self._presence = presence
        self._gauges = gauges
        self._blind_since = blind_since

    async def beat(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time() + BEAT_SECONDS
        while True:
            asked = loop.time()
            await asyncio.sleep(1)
            self._gauges.loop_lag.set(max(0.0, loop.time() - asked - 1))
            self._close_stalled(time.monotonic())
            if loop.time() >= due:
                due = loop.time() + BEAT_SECONDS
                self._gauges.count_sockets(
                    stream.audience for _, stream in self._watches.streams() for _ in stream.sockets
                )
                await self._say_head()
                self._watches.let_go(time.monotonic())

    def _close_stalled(self, now: float) -> None:
        for socket in self._watches.sockets():
            if socket.stalled(now):
                self._gauges.closed.labels(str(SLOW)).inc()
                socket.sink.close(SLOW, "too slow: come back with your cursor")

    async def _say_head(self) -> None:
        written = 0
        blind = self._blind_since()
        for watch, stream in self._watches.streams():
            beat: dict[str, object] = {"beat": stream.head}
            here = self._presence.here(watch.briefing_id, following(watch))
            if here is not None:
                beat["here"] = here
            if blind is not None:
                beat["since"] = blind.isoformat(timespec="seconds")
            text = say(beat)
            wire = websocket_frame(text)
            for socket in list(stream.sockets):
                # What the beat calls complete has been written before it.
                socket.offer()
                socket.whisper(wire, text)
                written += 1
                if written % WRITES == 0:
                    await asyncio.sleep(0)
