"""The supervisor: a group of workers, each at a socket that is never closed under it.

uvicorn's own shares one socket among all workers, which fills them unevenly; here each has its
own on the same port (SO_REUSEPORT) and the kernel spreads the connections by their hash. The
supervisor holds the sockets too: what waits in one outlives the worker, for the next one at it.
"""

import asyncio
import signal
import socket
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from hub.supervisor.sockets import renewed
from hub.supervisor.worker import Worker

# A loop may be busy for seconds; one that says nothing for so long will not come back.
SILENT_SECONDS = 30.0
START_SECONDS = 60.0
STEADY_SECONDS = 10.0
LONGEST_PAUSE = 5.0
SHUT_SECONDS = 2.0
TRIES = 3
# What kills one may kill them all: then everybody waits for those who start.
TOGETHER_SECONDS = 0.2
_LOOK_SECONDS = 1.0

log = structlog.get_logger(__name__)


class NeverStarted(Exception):
    """No worker could start; the words are the worker's own."""


@dataclass(slots=True)
class Seat:
    """A listening socket and the worker in charge of it. `deaths` came one after the other."""

    listening: socket.socket
    worker: Worker | None = None
    deaths: int = 0

    @property
    def served(self) -> bool:
        """Whether its worker accepts."""
        return self.worker is not None and self.worker.ready.is_set() and self.worker.running


class Supervisor:
    """`argv` starts a worker. `leave_seconds`: how long one may take to let go and end."""

    def __init__(
        self,
        argv: Sequence[str],
        sockets: Sequence[socket.socket],
        *,
        leave_seconds: float,
    ) -> None:
        self._argv = argv
        self._seats = [Seat(listening) for listening in sockets]
        self._leave_seconds = leave_seconds
        self._workers: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewal = asyncio.Event()
        self._ever_ready = False

    async def run(self) -> None:
        """Until SIGTERM or SIGINT, and all have ended; SIGHUP renews them. Raises NeverStarted."""
        loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = loop.create_future()
        loop.add_signal_handler(signal.SIGHUP, self._renewal.set)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_stop)
        for seat in self._seats:
            self._own(self._fill(seat))
        self._own(self._watch())
        self._own(self._renew_when_told())
        try:
            await self._over
        finally:
            await self._stop()

    def _told_to_stop(self) -> None:
        if not self._over.done():
            self._over.set_result(None)
            return
        for worker in self._workers:  # told twice: now
            worker.kill()

    def _own(self, work: Coroutine[Any, Any, None]) -> None:
        """A task of ours: it ends with us, and what breaks it ends us."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not self._over.done():
            self._over.set_exception(error)

    async def _start(self, seat: Seat) -> Worker:
        worker = await Worker.start(self._argv, seat.listening)
        self._workers.add(worker)
        log.info("worker.started", pid=worker.pid)
        return worker

    async def _started(self, worker: Worker) -> bool:
        started = await worker.started()
        if started:
            self._ever_ready = True
            log.info("worker.ready", pid=worker.pid, seconds=round(worker.age, 2))
        return started

    async def _fill(self, seat: Seat) -> None:
        """Puts a worker in charge where there is none, or a dead one."""
        before = seat.worker
        worker = await self._start(seat)
        if seat.worker is not before:
            self._let_go([worker])  # a renewal was quicker
            return
        seat.worker = worker
        await self._started(worker)
        await self._keep(seat, worker)

    async def _keep(self, seat: Seat, worker: Worker) -> None:
        """Replaces it when it dies."""
        ended = await worker.ended()
        self._workers.discard(worker)
        if seat.worker is not worker:
            return
        log.error("worker.died", pid=worker.pid, ended=ended, reason=worker.reason)
        steady = worker.ready.is_set() and worker.age > STEADY_SECONDS
        seat.deaths = 1 if steady else seat.deaths + 1
        if not self._ever_ready and (worker.reason or seat.deaths >= TRIES):
            raise NeverStarted(worker.reason or f"the workers do not start: {ended}")
        await asyncio.sleep(TOGETHER_SECONDS)
        others = [other for other in self._seats if other is not seat]
        if seat.worker is worker and any(other.served for other in others):
            # Nobody shall wait for a worker that starts while another one can answer.
            seat.listening = renewed(seat.listening)
        if seat.deaths > 1:
            await asyncio.sleep(min(LONGEST_PAUSE, 0.1 * 2**seat.deaths))
        if seat.worker is worker:
            self._own(self._fill(seat))

    async def _see_off(self, worker: Worker) -> None:
        ended = await worker.ended()
        self._workers.discard(worker)
        log.info("worker.left", pid=worker.pid, ended=ended)

    async def _watch(self) -> None:
        """Kills who does not say that its loop runs, and who does not leave."""
        looked = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now = time.monotonic()
            if now - looked > 3 * _LOOK_SECONDS:
                # It was us who stood still, with a machine that slept perhaps: hear them first.
                for worker in self._workers:
                    worker.heard_at = now
            looked = now
            for worker in list(self._workers):
                silent = SILENT_SECONDS if worker.ready.is_set() else START_SECONDS
                due = worker.heard_at + silent if worker.leave_by is None else worker.leave_by
                if now > due and not worker.killed:
                    log.error("worker.stuck", pid=worker.pid, silent=round(now - worker.heard_at))
                    worker.kill()

    async def _renew_when_told(self) -> None:
        while True:
            await self._renewal.wait()
            self._renewal.clear()
            await self._renew()

    async def _renew(self) -> None:
        """A new worker to each seat, then all the old ones leave together: so each browser comes
        back once and to a new one. If one of the new cannot start, nothing has changed."""
        log.info("renewal.begun")
        fresh: list[Worker] = []
        for seat in self._seats:
            worker = await self._start(seat)
            fresh.append(worker)
            if not await self._started(worker):
                break
        if len(fresh) < len(self._seats) or not all(worker.running for worker in fresh):
            log.error("renewal.given_up", reason=fresh[-1].reason)
            self._let_go(fresh)
            return
        old = [seat.worker for seat in self._seats if seat.worker is not None]
        for seat, worker in zip(self._seats, fresh, strict=True):
            seat.worker, seat.deaths = worker, 0
            self._own(self._keep(seat, worker))
        # Who is let go by one of the old must not come to another of them.
        await asyncio.gather(*(worker.shut(within=SHUT_SECONDS) for worker in old))
        self._let_go(old)
        log.info("renewal.done", pids=[worker.pid for worker in fresh])

    def _let_go(self, workers: Sequence[Worker]) -> None:
        for worker in workers:
            worker.release(within=self._leave_seconds)
            self._own(self._see_off(worker))

    async def _stop(self) -> None:
        """All at once, and nobody is left."""
        log.info("group.stopping")
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for seat in self._seats:
            seat.listening.close()
        for worker in self._workers:
            worker.terminate(within=self._leave_seconds)
        ends = [asyncio.create_task(worker.ended()) for worker in self._workers]
        if ends:
            await asyncio.wait(ends, timeout=self._leave_seconds)
        for worker in self._workers:
            if worker.running:
                log.error("worker.stuck", pid=worker.pid)
                worker.kill()
        await asyncio.gather(*ends)
        log.info("group.ended")
