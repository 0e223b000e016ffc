"""The transaction: lock, number, commit, announce. Nothing else writes.

An act is a function of an open SQLAlchemy session. Acts on one lane (a briefing) are done one
after the other in the order they came; those that wait while a commit is on its way to the disk
go together into the next one, each behind its own savepoint. So many publishers share a disk's
sync, and the order of the numbers stays the order of the commits.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from hub.domain.briefing import Briefing
from hub.domain.errors import Unavailable
from hub.domain.event import Event
from hub.store.away import tell, translated
from hub.store.engine import READERS, is_sqlite, make_engines
from hub.store.lines import Lines
from hub.store.log import Passage, in_hand
from hub.store.writing import forget_recorded, write_recorded

T = TypeVar("T")
Announce = Callable[[int, int], None]
"""Called after the commit, on the loop: this briefing's log has reached this number."""
Observe = Callable[[float, BaseException | None], None]
"""Called when an act has ended, after so many seconds: with its commit, or with this error."""

Breath = Callable[[], Awaitable[None]]
"""Awaited after acts that were announced, before their answers: who publishes waits for readers."""

HandOver = Callable[[Passage], None]
"""Called before the announcement, where what was committed can be shown without reading it."""

Gained = dict[int, list[tuple[Briefing, list[Event]]]]
"""What the logs have gained, act by act, by briefing id."""

BATCH = 64
# Whoever asks has an answer within 2 s, whatever the database does: itself it gives up sooner.
ANSWER_SECONDS = 1.8

COMMITTED: ContextVar[float | None] = ContextVar("committed", default=None)
"""When this task's last act was on the disk, in seconds of time.perf_counter()."""


@dataclass(slots=True)
class _Waiting:
    act: Callable[[Session], Any]
    done: asyncio.Future[Any]
    committed: float | None = None


@dataclass(slots=True)
class _Outcome:
    value: Any = None
    error: Exception | None = None


class Database:
    """One database, opened by one event loop. The app may set `announce` and `observe`, once."""

    def __init__(self, url: str) -> None:
        """Raises ValueError for an address that cannot serve."""
        self._writing, self._reading = make_engines(url)
        # SQLite has one writer anyway; a lane each would only make them wait by polling.
        self._one_lane = is_sqlite(url)
        self._lanes: dict[str, deque[_Waiting]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._looking: set[Future[Any]] = set()
        self._lines = Lines()
        self._write_threads = ThreadPoolExecutor(READERS, "write")
        self._read_threads = ThreadPoolExecutor(READERS, "read")
        self.announce: Announce = _nobody
        self.hand_over: HandOver = _nobody_wants
        self.observe: Observe = _nobody_looks
        self.breath: Breath = _at_once
        self.answer_seconds = ANSWER_SECONDS
        # How many snapshots were read.
        self.reads = 0

    async def act(self, lane: str, act: Callable[[Session], T]) -> T:
        """Runs the act in a transaction and returns what it returns, once it is on the disk.

        Raises what the act raises (then nothing of it is kept), or Unavailable when the
        database does not answer: then it may or may not be done, and its key will tell.
        """
        began, failed = time.perf_counter(), None
        try:
            return await self._act(lane, act)
        except BaseException as error:
            failed = error
            raise
        finally:
            self.observe(time.perf_counter() - began, failed)

    async def _act(self, lane: str, act: Callable[[Session], T]) -> T:
        name = "" if self._one_lane else lane
        waiting = self._lanes.get(name)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if waiting is None:
            waiting = self._lanes[name] = deque()
            worker = asyncio.create_task(self._work(name, waiting), name=f"lane {name}")
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        item = _Waiting(act, done)
        waiting.append(item)
        value = await self._in_time(done)
        COMMITTED.set(item.committed)
        return value

    async def read(self, look: Callable[[Session], T]) -> T:
        """Runs the look in a read-only snapshot. Raises what it raises, or Unavailable."""
        self.reads += 1
        looking = self._read_threads.submit(self._look, look)
        self._looking.add(looking)
        looking.add_done_callback(self._looking.discard)
        return await self._in_time(asyncio.wrap_future(looking))

    async def close(self) -> None:
        """Finishes what was begun, if the database lets it, and lets go of every connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                if self._workers:
                    await asyncio.wait(self._workers)
                self._read_threads.shutdown(wait=False, cancel_futures=True)
                # Also those nobody waits for any more: a connection that comes back after the
                # end of its pool is let go by nobody.
                looking = [asyncio.wrap_future(one) for one in tuple(self._looking)]
                await asyncio.gather(*looking, return_exceptions=True)
        self._write_threads.shutdown(wait=False, cancel_futures=True)
        self._read_threads.shutdown(wait=False, cancel_futures=True)
        self._writing.dispose()
        self._reading.dispose()

    async def _in_time(self, answer: asyncio.Future[T]) -> T:
        """What the database answers. Raises Unavailable when it does not: its thread waits on."""
        try:
            async with asyncio.timeout(self.answer_seconds):
                return await answer
        except TimeoutError as error:
            raise Unavailable from error

    async def _work(self, name: str, waiting: deque[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        while waiting:
            taken = [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
            # Who was told that the database is away may have asked elsewhere meanwhile.
            batch = [item for item in taken if not item.done.done()]
            if not batch:
                continue
            outcomes, gained, committed = await loop.run_in_executor(
                self._write_threads, self._commit, [item.act for item in batch]
            )
            for briefing_id, parts in gained.items():
                if (passage := in_hand(parts)) is not None:
                    self.hand_over(passage)
                self.announce(briefing_id, parts[-1][1][-1].number)
            if gained:
                await self.breath()
            for item, outcome in zip(batch, outcomes, strict=True):
                item.committed = committed
                if item.done.done():
                    continue
                if outcome.error is not None:
                    item.done.set_exception(outcome.error)
                else:
                    item.done.set_result(outcome.value)
        # No await between the test above and this: an act that came later starts a new lane.
        del self._lanes[name]

    def _commit(self, acts: list[Callable[[Session], Any]]) -> tuple[list[_Outcome], Gained, float]:
        """In a thread. The outcomes in order, what the logs have gained, and when all that was on
        the disk."""
        gained: Gained = {}
        try:
            with Session(self._writing, expire_on_commit=False) as session, session.begin():
                session.info.update(lines=self._lines, acts=True)
                outcomes = [self._try(session, act, gained, alone=len(acts) == 1) for act in acts]
        except _Alone as stopped:
            return [_Outcome(error=stopped.error)], {}, time.perf_counter()
        except Exception as error:
            tell(error)
            return [_Outcome(error=translated(error)) for _ in acts], {}, time.perf_counter()
        return outcomes, gained, time.perf_counter()

    def _try(
        self,
        session: Session,
        act: Callable[[Session], Any],
        gained: Gained,
        *,
        alone: bool,
    ) -> _Outcome:
        try:
            with contextlib.nullcontext() if alone else session.begin_nested():
                value = act(session)
                written = write_recorded(session)
        except Exception as error:
            if isinstance(error, OperationalError) or not session.is_active:
                raise
            if alone:
                raise _Alone(error) from error
            forget_recorded(session)
            return _Outcome(error=error)
        for briefing, events in written:
            gained.setdefault(briefing.id, []).append((briefing, events))
        return _Outcome(value)

    def _look(self, look: Callable[[Session], T]) -> T:
        try:
            with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
                session.info["lines"] = self._lines
                with session.begin():
                    found = look(session)
                    session.expunge_all()
                return found
        except (DBAPIError, PoolTimeout) as error:
            tell(error)
            raise translated(error) from error


class _Alone(Exception):
    """Rolls back the transaction of an act that was alone in it."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


async def _at_once() -> None:
    """Nobody reads: there is nothing to wait for."""


def _nobody_wants(passage: Passage) -> None:
    """Whoever shows it reads it."""


def _nobody(briefing_id: int, number: int) -> None:
    """Announces to nobody: for commands that write and leave."""


def _nobody_looks(seconds: float, error: BaseException | None) -> None:
    """Where nothing is measured."""
