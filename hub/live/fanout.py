"""The fan-out of one worker: hears the bell, reads the log, writes to every browser.

Four tasks, owned by start() and close(): the reader (log to rings), the writer (rings to
sockets), the timer (reads also when no bell rang) and the heart (beats, stalled sockets).
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import structlog

from hub.domain.audience import Audience
from hub.domain.errors import Unavailable
from hub.live.bus import Ears, LocalBell, RedisBell
from hub.live.frame import say, websocket_frame
from hub.live.gauges import Gauges
from hub.live.presence import Presence
from hub.live.socket import DRAINING, SIGNED_OUT, SLOW, Socket
from hub.live.stream import Stream
from hub.live.watch import Watch
from hub.render import Renderer
from hub.store.database import Database
from hub.store.finding import briefing_at, epoch
from hub.store.keys import still_signed_in
from hub.store.log import positions

BEAT_SECONDS = 5.0
TAIL_SECONDS = 2.0
TAIL_WITHOUT_BELL_SECONDS = 0.5
# The first event goes out at once; what follows within this time goes into one write.
JOIN_SECONDS = 0.008
# Writes between two looks at what else the loop has to do.
WRITES = 500
KEYS_SECONDS = 30.0
IDLE_SECONDS = 120.0

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
        self._presence = presence
        presence.counts = self._counts
        self._watches: dict[str, Watch] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._unread: set[int] = set()
        self._rung = asyncio.Event()
        self._grown: dict[Stream, None] = {}
        self._pushed = asyncio.Event()
        self._keys_ended = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._read_at = datetime.now(UTC)

    async def start(self) -> None:
        """Starts its tasks."""
        await self._bell.start(
            Ears(rung=self._hear, gap=self._look_everywhere, keys_ended=self._keys_ended.set)
        )
        for work in (self._read, self._write, self._tail, self._beat, self._check_keys):
            self._tasks.append(asyncio.create_task(work(), name=f"fanout {work.__name__}"))

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

    async def watch(self, slug: str) -> Watch:
        """The watched briefing; reads the database only the first time. Raises NotFound."""
        found = self._watches.get(slug)
        if found is None:
            try:
                async with self._opening.setdefault(slug, asyncio.Lock()):
                    found = self._watches.get(slug) or await self._open(slug)
            finally:
                self._opening.pop(slug, None)
        found.used_at = time.monotonic()
        return found

    async def attach(
        self,
        socket: Socket,
        watch: Watch,
        audience: Audience,
        language: str,
        *,
        after: int | None,
        page_epoch: str | None,
    ) -> bool:
        """Lets a browser follow from its cursor on; False, after telling it so, to load anew."""
        stream = watch.stream(audience, language)
        cursor = stream.head if after is None else after
        if cursor > stream.head or watch.number < watch.rung:
            # The page was read from the database later than our last look at the log, or what
            # is in the ring may have been retracted a moment ago.
            await self._read_watch(watch)
        known = page_epoch in (None, self.epoch) and cursor <= stream.head
        there = known and (
            stream.reaches(cursor)
            or await watch.read_back(
                stream, after=cursor, database=self._database, renderer=self._renderer
            )
        )
        # Meanwhile the database may have been replaced: nobody feeds the old streams any more.
        fed = self._watches.get(watch.slug) is watch and watch.feeds(stream)
        if not (there and fed):
            socket.say({"reload": True})
            return False
        socket.join(stream, cursor=cursor, epoch=self.epoch)
        return True

    def following(self, watch: Watch) -> int:
        """How many read this briefing here."""
        return sum(
            len(stream.sockets)
            for stream in watch.streams.values()
            if stream.audience != Audience.PODIUM
        )

    async def _open(self, slug: str) -> Watch:
        briefing = await self._database.read(lambda session: briefing_at(session, slug))
        # Whoever was first has it: nobody may follow a watch that the reader does not know.
        watch = self._watches.setdefault(
            slug, Watch(briefing.id, slug, briefing.public, briefing.number, dict(briefing.heads))
        )
        # A bell that rang while the database was asked was not for us yet.
        self._unread.add(briefing.id)
        self._rung.set()
        return watch

    def _hear(self, briefing_id: int, number: int) -> None:
        for watch in self._watches.values():
            if watch.briefing_id == briefing_id and number > watch.number:
                watch.rung = number
                self._unread.add(briefing_id)
                self._rung.set()

    def _look_everywhere(self) -> None:
        self._unread.update(watch.briefing_id for watch in self._watches.values())
        self._rung.set()

    async def _read(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            unread, self._unread = self._unread, set()
            for watch in list(self._watches.values()):
                if watch.briefing_id in unread:
                    try:
                        await self._read_watch(watch)
                    except Unavailable:
                        self._went_blind()
                    except Exception:
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
        if grown:
            self._pushed.set()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._pushed.wait()
            self._pushed.clear()
            started = loop.time()
            grown, self._grown = self._grown, {}
            for stream in grown:
                await self._flush(stream)
            await asyncio.sleep(max(0.0, JOIN_SECONDS - (loop.time() - started)))

    async def _flush(self, stream: Stream) -> None:
        head = stream.head
        delivered = 0
        for written, socket in enumerate(list(stream.sockets), start=1):
            before = socket.cursor
            socket.offer()
            delivered += socket.cursor - before
            if written % WRITES == 0:
                await asyncio.sleep(0)
        self.gauges.deliveries.inc(delivered)
        if (at := stream.happened(head)) is not None:
            self.gauges.lag.observe(max(0.0, time.time() - at.timestamp()))

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
        watched = {watch.briefing_id: watch for watch in self._watches.values()}
        found, name = await self._database.read(
            lambda session: (positions(session, watched), epoch(session))
        )
        self._read_at = datetime.now(UTC)
        if self.blind_since is not None:
            log.info("fanout.sees_again", since=self.blind_since.isoformat())
            self.blind_since = None
        if name != self.epoch:
            self._begin_again(name)
            return
        for briefing_id, number in found.items():
            self._hear(briefing_id, number)
        self.gauges.log_number.set(sum(watch.number for watch in watched.values()))
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
        for socket in list(self._sockets()):
            socket.say({"reload": True})
            self._close(socket, DRAINING, "the press centre was restored")
        self._watches.clear()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + BEAT_SECONDS
        while True:
            asked = loop.time()
            await asyncio.sleep(1)
            self.gauges.loop_lag.set(max(0.0, loop.time() - asked - 1))
            now = time.monotonic()
            for socket in list(self._sockets()):
                if socket.stalled(now):
                    self._close(socket, SLOW, "too slow: come back with your cursor")
            if loop.time() >= due:
                due = loop.time() + BEAT_SECONDS
                await self._say_head()
                self._let_go(now)

    async def _say_head(self) -> None:
        self.gauges.count_sockets(
            socket.stream.audience for socket in self._sockets() if socket.stream
        )
        written = 0
        for watch in list(self._watches.values()):
            message: dict[str, object] = {}
            here = self._presence.here(watch.briefing_id, self.following(watch))
            if here is not None:
                message["here"] = here
            if self.blind_since is not None:
                message["since"] = self.blind_since.isoformat(timespec="seconds")
            for stream in list(watch.streams.values()):
                text = say({"beat": stream.head} | message)
                wire = websocket_frame(text)
                for socket in list(stream.sockets):
                    # What the beat says is complete has been written before it.
                    socket.offer()
                    socket.whisper(wire, text)
                    written += 1
                    if written % WRITES == 0:
                        await asyncio.sleep(0)

    async def _check_keys(self) -> None:
        while True:
            try:
                async with asyncio.timeout(KEYS_SECONDS):
                    await self._keys_ended.wait()
            except TimeoutError:
                pass
            self._keys_ended.clear()
            keys = {socket.key for socket in self._sockets() if socket.key is not None}
            if not keys:
                continue
            try:
                good = await self._database.read(
                    lambda session, keys=keys: still_signed_in(  # type: ignore[misc]
                        session, keys, now=datetime.now(UTC)
                    )
                )
            except Unavailable:
                continue
            for socket in list(self._sockets()):
                if socket.key in keys - good:
                    self._close(socket, SIGNED_OUT, "signed out")

    def _close(self, socket: Socket, code: int, reason: str) -> None:
        self.gauges.closed.labels(str(code)).inc()
        socket.sink.close(code, reason)

    def _let_go(self, now: float) -> None:
        """Forgets streams and briefings that nobody has followed for a while."""
        for slug, watch in list(self._watches.items()):
            for key, stream in list(watch.streams.items()):
                if stream.idle(now) > IDLE_SECONDS:
                    del watch.streams[key]
            if not watch.streams and now - watch.used_at > IDLE_SECONDS:
                del self._watches[slug]

    def _sockets(self) -> Iterator[Socket]:
        for watch in list(self._watches.values()):
            for stream in list(watch.streams.values()):
                yield from list(stream.sockets)

    def _counts(self) -> Mapping[int, int]:
        return {
            watch.briefing_id: count
            for watch in self._watches.values()
            if (count := self.following(watch))
        }
