"""The heart of a worker: each page hears the head, so that it knows whether it is complete."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Iterable, Sequence

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
# Every second beat asks whether somebody is there; who has not answered by then is not.
ASK_SECONDS = 10.0
ANSWER_SECONDS = 8.0
SILENT = 1011

Said = tuple[bytes, str]
"""One message of the protocol, framed and as text."""

# What those who work here are told; of the database everybody is.
_TOLD = (Trouble.BELL, Trouble.WRITING, Trouble.BEHIND, Trouble.DRAINING)

log = structlog.get_logger(__name__)


class Heart:
    """Beats to every socket, closes those that have stalled, measures the worker."""

    def __init__(
        self, watches: Watches, *, presence: Presence, gauges: Gauges, vitals: Vitals
    ) -> None:
        self._watches = watches
        self._presence = presence
        self._colleagues = presence.colleagues
        self._gauges = gauges
        self._vitals = vitals
        self._measure_at = self._beat_at = self._ask_at = self._ride_until = 0.0
        self._answers_due = math.inf
        # Streams whose beat waits for an event to go out with.
        self._riding: list[tuple[Watch, Stream]] = []
        self._told: set[Trouble] = set()
        # Who was told to be at each desk.
        self._desks: dict[int, list[str] | None] = {}

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
        if now >= self._answers_due:
            self._answers_due = math.inf
            self._close_silent()
        # What is wrong is said when it begins and when it ends, not a beat later.
        wrong = set(self._vitals.troubles())
        if wrong != self._told:
            self._told = wrong
            await self._say_head(self._watches.streams())
        elif comings := self._comings():
            await self._say_head(comings)
        elif now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS - LOOK_SECONDS / 2
            await self._beat(now)
            self._watches.let_go(now)
        elif self._riding and now >= self._ride_until:
            riding, self._riding = self._riding, []
            await self._say_head(pair for pair in riding if pair[1].rider is not None)

    async def _beat(self, now: float) -> None:
        if now >= self._ask_at:
            self._ask_at = now + ASK_SECONDS - LOOK_SECONDS / 2
            self._answers_due = now + ANSWER_SECONDS
            await self._say_head(self._watches.streams(), over=SPREAD * BEAT_SECONDS, asking=True)
            return
        self._riding, by_themselves = [], []
        self._ride_until = now + SPREAD * BEAT_SECONDS
        for watch, stream in self._watches.streams():
            said, inside = self._said(watch, stream)
            # Where events follow each other, the beat goes out with the next one.
            if said == inside and now - stream.written_at < SPREAD * BEAT_SECONDS:
                stream.rider = said
                self._riding.append((watch, stream))
            else:
                by_themselves.append((watch, stream))
        await self._say_head(by_themselves, over=SPREAD * BEAT_SECONDS)

    def _comings(self) -> list[tuple[Watch, Stream]]:
        """The desks at which somebody has sat down or that somebody has left since it was told."""
        desks = [pair for pair in self._watches.streams() if pair[1].audience == Audience.DESK]
        at = {watch.briefing_id: self._colleagues.at(watch.briefing_id) for watch, _ in desks}
        before, self._desks = self._desks, at
        return [
            (watch, stream)
            for watch, stream in desks
            if at[watch.briefing_id] != before.get(watch.briefing_id) and stream.sockets
        ]

    def _measure(self) -> None:
        counts: Counter[Audience] = Counter()
        for _, stream in self._watches.streams():
            counts[stream.audience] += len(stream.sockets)
        self._gauges.count_sockets(counts)
        self._vitals.measure(counts)

    def _close_stalled(self, now: float) -> None:
        for _, stream in self._watches.streams():
            for socket in list(stream.apart):
                if socket.stalled(now):
                    self._gauges.closed.labels(str(SLOW)).inc()
                    socket.sink.close(SLOW, "too slow: come back with your cursor")

    def _close_silent(self) -> None:
        for socket in self._watches.sockets():
            if socket.sink.unanswered:
                socket.sink.close(SILENT, "no answer to a ping")

    async def _say_head(
        self, streams: Iterable[tuple[Watch, Stream]], *, over: float = 0.0, asking: bool = False
    ) -> None:
        """To all of them, spread `over` so many seconds: thousands at once hold up an update."""
        parts = [
            (watch, stream, sockets[at : at + WRITES])
            for watch, stream in streams
            for sockets in [list(stream.sockets)]
            for at in range(0, len(sockets), WRITES)
        ]
        for watch, stream, sockets in parts:
            stream.rider = None
            self._say_to(sockets, watch, stream, asking=asking)
            await asyncio.sleep(over / len(parts) if len(parts) > _FEW else 0)

    def _say_to(
        self, sockets: Sequence[Socket], watch: Watch, stream: Stream, *, asking: bool
    ) -> None:
        outside, inside = self._said(watch, stream)
        for socket in sockets:
            # What the beat calls complete has been written before it.
            socket.offer()
            said = inside if socket.staff else outside
            if asking:
                socket.ask(*said)
            else:
                socket.whisper(*said)

    def _said(self, watch: Watch, stream: Stream) -> tuple[Said, Said]:
        """The beat of a stream, and that for those of its readers who work here."""
        blind = self._vitals.blind_since
        troubles = self._vitals.troubles()
        beat: dict[str, object] = {"beat": stream.head}
        here = self._presence.here(watch.briefing_id, following(watch))
        if here is not None:
            beat["here"] = here
        if stream.audience == Audience.DESK:
            beat |= self._at_the_desk(watch)
        if blind is not None:
            beat["since"] = blind.isoformat(timespec="seconds")
        outside = inside = _framed(beat)
        staff = {
            trouble.value: troubles[trouble].isoformat(timespec="seconds")
            for trouble in _TOLD
            if trouble in troubles
        }
        # What is wrong inside is nobody's business outside, whoever reads there.
        if staff and stream.audience != Audience.PUBLIC:
            inside = _framed(beat | {"staff": staff})
        return outside, inside

    def _at_the_desk(self, watch: Watch) -> dict[str, object]:
        names = self._colleagues.at(watch.briefing_id)
        return {} if names is None else {"desk": names}


def _framed(message: dict[str, object]) -> Said:
    text = say(message)
    return websocket_frame(text), text
