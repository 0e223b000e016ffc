"""The fan-out of one worker: hears the bell, reads the log, writes to every browser.

Its tasks, owned by start() and close(): the delivery (log to rings, rings to sockets), the timer
(looks into the log also when no bell rang), and the heart's and the revocation's.
"""

import asyncio
import time
from datetime import UTC, datetime

import structlog

from hub.domain.audience import Audience
from hub.domain.errors import Unavailable
from hub.live.bus import Ears, LocalBell, RedisBell
from hub.live.gauges import Gauges
from hub.live.heart import WRITES, Heart
from hub.live.presence import Presence
from hub.live.revocation import Revocation
from hub.live.socket import DRAINING, Socket
from hub.live.stream import Stream
from hub.live.vitals import Vitals
from hub.live.watch import Watch
from hub.live.watches import Watches
from hub.render import Renderer
from hub.store.database import Database
from hub.store.finding import epoch
from hub.store.log import positions

TAIL_SECONDS = 2.0
TAIL_WITHOUT_BELL_SECONDS = 0.5
# The first event goes out at once; what follows within this time goes into one write.
JOIN_SECONDS = 0.008
# How many times as long as a round of writes took the next one gathers, and for how long at most.
GATHER = 2
GATHER_SECONDS = 0.1

log = structlog.get_logger(__name__)


class Fanout:
    """Everything live in one worker. `epoch` names the database's history."""

    def __init__(
        self,
        database: Database,
        renderer: Renderer,
        *,
        bell: LocalBell | RedisBell,
        presence: Presence,
        epoch: str,
    ) -> None:
        self.epoch = epoch
        self.gauges = Gauges()
        # When the log could last be read; None: it can be read now.
        self.blind_since: datetime | None = None
        self._database = database
        self._renderer = renderer
        self._bell = bell
        self._watches = Watches(database)
        presence.counts = self._watches.counts
        self._revocation = Revocation(self._watches, database, self.gauges)
        self.vitals = Vitals(self.gauges, bell=bell, blind_since=lambda: self.blind_since)
        self._heart = Heart(
            self._watches, presence=presence, gauges=self.gauges, vitals=self.vitals
        )
        self._unread: set[int] = set()
        self._rung = asyncio.Event()
        self._grown: dict[Stream, None] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._read_at = datetime.now(UTC)

    async def start(self) -> None:
        """Starts its tasks."""
        await self._bell.start(
            Ears(rung=self._hear, gap=self._look_everywhere, keys_ended=self._revocation.heard),
            self.vitals,
        )
        works = (self._deliver, self._tail, self._heart.beat, self._revocation.watch)
        for work in works:
            self._tasks.append(asyncio.create_task(work(), name=f"fanout {work.__qualname__}"))

    async def close(self) -> None:
        """Stops its tasks. The sockets are the server's to close."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bell.close()

    def announce(self, briefing_id: int, number: int) -> None:
        """After a commit: rings the bell."""
        self._bell.ring(briefing_id, number)

    def keys_ended(self) -> None:
        """A session or token has ended: its sockets must close, on every worker."""
        self._bell.keys_ended()

    @property
    def revocations(self) -> int:
        """Counts the words that some key has ended: who came in meanwhile is looked at again."""
        return self._revocation.count

    def look_at_keys(self) -> None:
        """Looks at every socket's key once more, here."""
        self._revocation.heard()

    async def watch(self, slug: str) -> Watch:
        """The watched briefing. Raises NotFound."""
        watch, opened = await self._watches.at(slug)
        if opened:
            # A bell that rang while the database was asked was not heard for it.
            self._unread.add(watch.briefing_id)
            self._rung.set()
        return watch

    async def attach(
        self,
        socket: Socket,
        watch: Watch,
        audience: Audience,
        language: str,
        *,
        after: int | None,
        page_epoch: str | None,
        ours: bool = True,
    ) -> bool:
        """Lets a browser follow from its cursor on; False, after telling it so, to load anew.

        `ours`: the page was made by this version of the program.
        """
        stream = watch.stream(audience, language)
        cursor = stream.head if after is None else after
        if cursor > stream.head or watch.number < watch.rung:
            # The page was read from the database later than our last look at the log, or what
            # is in the ring may have been retracted a moment ago.
            await self._read_watch(watch)
        known = ours and page_epoch in (None, self.epoch) and cursor <= stream.head
        there = known and (
            stream.reaches(cursor)
            or await watch.read_back(
                stream, after=cursor, database=self._database, renderer=self._renderer
            )
        )
        # Meanwhile the database may have been replaced: nobody feeds the old streams any more.
        if not (there and self._watches.hold(watch) and watch.feeds(stream)):
            socket.say({"reload": True})
            return False
        socket.join(stream, cursor=cursor, epoch=self.epoch)
        return True

    async def look(self, watch: Watch, number: int) -> None:
        """Brings the rings up to this number of the log's, and to what any bell has told."""
        self._hear(watch.briefing_id, number)
        if watch.number < watch.rung:
            await self._read_watch(watch)

    def _hear(self, briefing_id: int, number: int) -> None:
        for watch in self._watches:
            if watch.briefing_id == briefing_id and number > watch.number:
                watch.rung = number
                self._unread.add(briefing_id)
                self._rung.set()

    def _look_everywhere(self) -> None:
        self._unread.update(watch.briefing_id for watch in self._watches)
        self._rung.set()

    async def _deliver(self) -> None:
        """Reads what the bells tell of and writes it out, in rounds.

        The first event goes out at once. What follows meanwhile is read together, rendered
        together and written together: a write that carries several events costs hardly more
        than one, so the dearer a round was, the longer the next one gathers.
        """
        loop = asyncio.get_running_loop()
        while True:
            await self._rung.wait()
            self._rung.clear()
            await self._read_unread()
            started = loop.time()
            grown, self._grown = self._grown, {}
            for stream in grown:
                await self._flush(stream)
            spent = loop.time() - started
            await asyncio.sleep(min(GATHER_SECONDS, max(JOIN_SECONDS - spent, GATHER * spent)))

    async def _read_unread(self) -> None:
        unread, self._unread = self._unread, set()
        for watch in self._watches:
            if watch.briefing_id in unread:
                try:
                    await self._read_watch(watch)
                except Unavailable:
                    self._went_blind()
                except Exception:
                    # One briefing that cannot be read must not silence the others.
                    log.exception("fanout.read", briefing=watch.slug)

    async def _read_watch(self, watch: Watch) -> None:
        before = {stream: stream.head for stream in watch.streams.values()}
        rung = watch.rung
        grown = await watch.read_on(self._database, self._renderer)
        if watch.rung == rung:
            # A forged bell may tell any number: it is asked about once.
            watch.rung = watch.number
        for stream in grown:
            frames = stream.head - before.get(stream, stream.head)
            self.gauges.frames.labels(stream.audience.value).inc(frames)
            self._grown[stream] = None

    async def _flush(self, stream: Stream) -> None:
        head = stream.head
        delivered = 0
        sockets = list(stream.sockets)
        for at in range(0, len(sockets), WRITES):
            delivered += stream.flush(sockets[at : at + WRITES])
            await asyncio.sleep(0)
        self.gauges.deliveries.inc(delivered)
        if (happened := stream.happened(head)) is not None:
            self.gauges.lag.observe(max(0.0, time.time() - happened.timestamp()))

    async def _tail(self) -> None:
        while True:
            await asyncio.sleep(TAIL_SECONDS if self._bell.healthy else TAIL_WITHOUT_BELL_SECONDS)
            self.gauges.bell.set(self._bell.healthy)
            try:
                await self._look_at_the_log()
            except Unavailable:
                self._went_blind()
            except Exception:
                log.exception("fanout.tail")

    async def _look_at_the_log(self) -> None:
        watched = [watch.briefing_id for watch in self._watches]
        found, name = await self._database.read(
            lambda session: (positions(session, watched), epoch(session))
        )
        self._read_at = datetime.now(UTC)
        self.vitals.log_was_read()
        if self.blind_since is not None:
            log.info("fanout.sees_again", since=self.blind_since.isoformat())
            self.blind_since = None
        if name != self.epoch:
            self._begin_again(name)
            return
        for briefing_id, number in found.items():
            self._hear(briefing_id, number)
        self.gauges.log_number.set(sum(watch.number for watch in self._watches))
        self.gauges.log_behind.set(0)

    def _went_blind(self) -> None:
        if self.blind_since is None:
            self.blind_since = self._read_at
            log.warning("fanout.blind", since=self._read_at.isoformat())
        self.gauges.log_behind.set((datetime.now(UTC) - self.blind_since).total_seconds())

    def _begin_again(self, name: str) -> None:
        """The database is another one: what the pages hold is not its history."""
        log.warning("fanout.new_epoch", epoch=name)
        self.epoch = name
        for socket in self._watches.sockets():
            socket.say({"reload": True})
            self.gauges.closed.labels(str(DRAINING)).inc()
            socket.sink.close(DRAINING, "the press centre was restored")
        self._watches.forget()
