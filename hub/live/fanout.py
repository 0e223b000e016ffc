"""The fan-out of one worker: hears the bell, reads the log, writes to every browser.

Its tasks, owned by start() and close(): the delivery's rounds, the timer (looks into the log also
when no bell rang), and the heart's and the revocation's.
"""

import asyncio
from datetime import UTC, datetime

import structlog

from hub.domain.audience import Audience
from hub.domain.errors import Unavailable
from hub.live.bus import Ears, LocalBell, RedisBell
from hub.live.delivery import Delivery
from hub.live.gauges import Gauges
from hub.live.heart import Heart
from hub.live.presence import Presence
from hub.live.revocation import Revocation
from hub.live.socket import DRAINING, Socket
from hub.live.vitals import Vitals
from hub.live.watch import Watch
from hub.live.watches import Watches
from hub.render import Renderer
from hub.store.database import Database
from hub.store.finding import epoch
from hub.store.log import positions
from hub.store.people import moderators

TAIL_SECONDS = 2.0
TAIL_WITHOUT_BELL_SECONDS = 0.5
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
        presence.colleagues.own = self._watches.desks
        self._colleagues = presence.colleagues
        self._revocation = Revocation(self._watches, database, self.gauges)
        self.vitals = Vitals(self.gauges, bell=bell, blind_since=lambda: self.blind_since)
        self._heart = Heart(
            self._watches, presence=presence, gauges=self.gauges, vitals=self.vitals
        )
        self.delivery = Delivery(
            self._watches, database, renderer, gauges=self.gauges, blind=self._went_blind
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._read_at = datetime.now(UTC)

    async def start(self) -> None:
        """Starts its tasks."""
        await self._bell.start(
            Ears(
                rung=self.delivery.hear,
                gap=self._look_everywhere,
                keys_ended=self._revocation.heard,
            ),
            self.vitals,
        )
        works = (self.delivery.rounds, self._tail, self._heart.beat, self._revocation.watch)
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

    def acted(self, seconds: float, error: BaseException | None) -> None:
        """An act has ended, after so long: with its commit, or with this error."""
        self.gauges.count_act(seconds, error)
        self.vitals.acted(error)

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
            self.delivery.look_at(watch.briefing_id)
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

        def current() -> bool:
            # The page may have been read later than our last look at the log, and what is in the
            # ring may have been retracted a moment ago.
            return cursor <= stream.head and watch.is_current()

        if not current():
            await self.delivery.read(watch, unless=current)
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
        self.delivery.hear(watch.briefing_id, number)
        if not watch.is_current():
            await self.delivery.read(watch, unless=watch.is_current)

    def _look_everywhere(self) -> None:
        self.delivery.look_at(*(watch.briefing_id for watch in self._watches))

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
        strangers = self._colleagues.strangers()
        found, name, names = await self._database.read(
            lambda session: (
                positions(session, watched),
                epoch(session),
                moderators(session, strangers) if strangers else {},
            )
        )
        self._colleagues.introduce(strangers, names)
        self._read_at = datetime.now(UTC)
        self.vitals.log_was_read()
        if self.blind_since is not None:
            log.info("fanout.sees_again", since=self.blind_since.isoformat())
            self.blind_since = None
        if name != self.epoch:
            self._begin_again(name)
            return
        for briefing_id, number in found.items():
            self.delivery.hear(briefing_id, number)
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
