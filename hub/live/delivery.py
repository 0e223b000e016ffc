"""The delivery of one worker: what the bells tell of is read, rendered and written, in rounds."""

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog

from hub.domain.errors import Unavailable
from hub.live.gauges import Gauges
from hub.live.stream import Stream
from hub.live.watch import Watch
from hub.live.watches import Watches
from hub.render import Renderer
from hub.store.database import Database
from hub.store.log import Passage

# The first event goes out at once; what follows within this time goes into one write.
JOIN_SECONDS = 0.008
# Where writing each event by itself would take this share of the time, as the last rounds tell,
# a round gathers: so many times as long as its writes take, and no longer than that.
CROWDED = 0.4
GATHER = 5
GATHER_SECONDS = 0.1
# What one round weighs among the last ones.
NEWEST = 0.25
# Writes between two looks at what else the loop has to do.
WRITES = 200
# Who publishes waits while the browsers are this far behind, and no longer than that.
BEHIND_SECONDS = 0.25
BREATH_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Delivery:
    """From the log to the rings, from the rings to the sockets. `blind` is called when the log
    cannot be read."""

    def __init__(
        self,
        watches: Watches,
        database: Database,
        renderer: Renderer,
        *,
        gauges: Gauges,
        blind: Callable[[], None],
    ) -> None:
        self._watches = watches
        self._database = database
        self._renderer = renderer
        self._gauges = gauges
        self._blind = blind
        self._unread: set[int] = set()
        # How many events each stream has grown by that have not been written.
        self._grown: dict[Stream, int] = {}
        self._due = asyncio.Event()
        # On the loop's clock: when a bell rang first for what is on its way, and for what waits
        # for the next round.
        self._delivering_since: float | None = None
        self._waiting_since: float | None = None
        self._delivered = asyncio.Event()

    def hear(self, briefing_id: int, number: int) -> None:
        """This briefing's log has reached this number."""
        for watch in self._watches:
            if watch.briefing_id == briefing_id and number > watch.number:
                watch.rung = number
                if self._waiting_since is None:
                    self._waiting_since = asyncio.get_running_loop().time()
                self._due.set()

    def take(self, passage: Passage) -> None:
        """What was committed in this worker; the bell for it rings next."""
        for watch in self._watches:
            if watch.briefing_id == passage.briefing.id:
                watch.take(passage)

    def look_at(self, *briefing_ids: int) -> None:
        """Something of these briefings may not have been read, though no bell has told of it."""
        self._unread.update(briefing_ids)
        self._due.set()

    async def read(self, watch: Watch, *, unless: Callable[[], bool]) -> None:
        """Reads on for somebody who cannot wait for the next round, `unless` others have read
        what they need meanwhile. Raises Unavailable."""
        await self._read(watch, unless=unless)
        self._due.set()

    async def breath(self) -> None:
        """Returns when the browsers have nearly all that was published, or after a second.

        Publishing slows down before readers fall behind.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BREATH_SECONDS):
                while self._behind() > BEHIND_SECONDS:
                    self._delivered.clear()
                    await self._delivered.wait()

    async def rounds(self) -> None:
        """Until cancelled.

        The first event goes out at once. What follows meanwhile is read together, rendered
        together and written together. A write that carries several events costs hardly more
        than one: so where writing each by itself would take much of the time, rounds gather, the
        longer the dearer they are, and publishing goes on meanwhile.
        """
        loop = asyncio.get_running_loop()
        began, share = loop.time(), 0.0
        while True:
            await self._due.wait()
            self._due.clear()
            self._delivering_since, self._waiting_since = self._waiting_since, None
            await self._read_unread()
            events, spent = await self._write_grown()
            for watch in self._watches:
                # After the events that everybody has: whoever asks what is new finds it.
                watch.nudge()
            self._delivering_since = None
            self._delivered.set()
            before, began = began, loop.time()
            share += NEWEST * (events * spent / max(began - before, spent, 1e-6) - share)
            gather = min(GATHER_SECONDS, GATHER * spent) if share > CROWDED else 0.0
            await asyncio.sleep(max(JOIN_SECONDS - spent, gather))

    def _behind(self) -> float:
        """For how long the oldest event has waited that not every browser was written, seconds."""
        since = self._delivering_since or self._waiting_since
        return 0.0 if since is None else asyncio.get_running_loop().time() - since

    async def _read_unread(self) -> None:
        unread, self._unread = self._unread, set()
        for watch in self._watches:
            told = watch.briefing_id not in unread
            if not (told and watch.is_current()):
                try:
                    await self._read(watch, unless=watch.is_current if told else _never)
                except Unavailable:
                    self._blind()
                except Exception:
                    # One briefing that cannot be read must not silence the others.
                    log.exception("delivery.read", briefing=watch.slug)

    async def _read(self, watch: Watch, *, unless: Callable[[], bool]) -> None:
        before = {stream: stream.head for stream in watch.streams.values()}
        rung = watch.rung
        grown = await watch.read_on(self._database, self._renderer, unless=unless)
        if watch.rung == rung:
            # A forged bell may tell any number: it is asked about once.
            watch.rung = watch.number
        for stream in grown:
            frames = stream.head - before.get(stream, stream.head)
            self._gauges.frames.labels(stream.audience.value).inc(frames)
            self._grown[stream] = self._grown.get(stream, 0) + frames

    async def _write_grown(self) -> tuple[int, float]:
        """Returns how many events a stream has grown by at most, and what the writes alone took,
        in seconds of this thread's time."""
        grown, self._grown = self._grown, {}
        spent = sum([await self._write(stream) for stream in grown])
        return max(grown.values(), default=0), spent

    async def _write(self, stream: Stream) -> float:
        head = stream.head
        spent = 0.0
        flushing = stream.flush(WRITES)
        while True:
            began = time.thread_time()
            delivered = next(flushing, None)
            spent += time.thread_time() - began
            if delivered is None:
                break
            self._gauges.deliveries.inc(delivered)
            await asyncio.sleep(0)
        if (happened := stream.happened(head)) is not None:
            self._gauges.lag.observe(max(0.0, time.time() - happened.timestamp()))
        return spent


def _never() -> bool:
    """Nobody can have read it: nobody knows of it."""
    return False
