"""The crowd: so many readers that come, read, and come back with their cursor when cut off."""

import asyncio
import contextlib
import random
import time
from collections import Counter

from hub.flood.arrivals import Arrivals, Spread
from hub.flood.door import Door, FloodError
from hub.flood.hearing import Ear, Garbled
from hub.flood.line import Line, Refused
from hub.flood.tally import Tally

AT_THE_DOOR = 200
"""Joins in flight at most."""

JOIN_SECONDS = 30.0
# As a page does: docs/protocol.md.
SILENCE_SECONDS = 12.5
LONGEST_WAIT = 15.0
SHORTEST_WAIT = 0.5
FOR_GOOD = frozenset({4401, 4403})
_MISTAKES = frozenset({400, 401, 403, 404})


class Seat:
    """One reader, over all its connections."""

    def __init__(self, crowd: "Crowd", number: int) -> None:
        self.tally = Tally()
        self.arrivals = crowd.arrivals
        self.ear = crowd.ear
        self.line: Line | None = None
        self.seated = False
        self._crowd = crowd
        self._number = number
        self._epoch: str | None = None
        # No cursor: begin where the hub is.
        self._afresh = True

    def greeted(self, head: int, epoch: str) -> None:
        """Starts to count, or goes on from its cursor."""
        if self._afresh:
            self.tally.begin(head)
            self._afresh = False
        self._epoch = epoch

    def must_reload(self) -> None:
        """Will come back as a page that was loaded anew."""
        self._crowd.reloads += 1
        self._afresh = True

    def garbled(self, error: Garbled) -> None:
        """Counts against the hub."""
        self._crowd.garbled[str(error)] += 1

    async def sit(self) -> None:
        """Comes, reads, comes back, until cancelled or sent away for good."""
        wait = SHORTEST_WAIT
        while True:
            try:
                line = await self._join()
                wait = SHORTEST_WAIT
                code = await line.ended
                self._crowd.closed[code] += 1
                if code in FOR_GOOD:
                    return
            except Refused as refused:
                self._crowd.refused_by(refused)
            except (OSError, TimeoutError) as error:
                self._crowd.unreached(error)
            finally:
                if self.line is not None:
                    self.line.hang_up()
                    self.line = None
            # A thousand readers must not come back in the same instant.
            await asyncio.sleep(random.uniform(0, wait))  # noqa: S311
            wait = min(2 * wait, LONGEST_WAIT)

    async def _join(self) -> Line:
        crowd, door = self._crowd, self._crowd.door
        after = None if self._afresh else self.tally.cursor
        async with crowd.at_the_door, asyncio.timeout(JOIN_SECONDS):
            began = time.monotonic()
            request = door.upgrade(after, None if self._afresh else self._epoch)
            _, self.line = await asyncio.get_running_loop().create_connection(
                lambda: Line(self, request),
                door.host,
                door.port,
                ssl=crowd.tls,
                local_addr=door.source(self._number),
            )
            await self.line.joined
            took = round((time.monotonic() - began) * 1000, 1)
        if self.seated:
            crowd.returns += 1
        else:
            self.seated = True
            crowd.seat_taken(took)
        return self.line


class Crowd:
    """`size` readers. What happened to them is counted here."""

    def __init__(self, door: Door, size: int) -> None:
        self.door = door
        self.tls = door.tls
        self.ear = Ear()
        self.arrivals = Arrivals()
        self.at_the_door = asyncio.Semaphore(AT_THE_DOOR)
        self.closed: Counter[int] = Counter()
        self.refused: Counter[int] = Counter()
        self.garbled: Counter[str] = Counter()
        self.reloads = 0
        self.returns = 0
        self.seated = 0
        self.join_seconds = 0.0
        self._joins: Counter[float] = Counter()
        self._full = asyncio.Event()
        self._wrong: FloodError | None = None
        self._seats = [Seat(self, number) for number in range(size)]
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, rate: float) -> None:
        """So many a second; returns when all have been greeted. FloodError if they cannot."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._tasks.append(asyncio.create_task(self._hang_up_on_silence()))
        for number, seat in enumerate(self._seats):
            if (early := began + number / rate - loop.time()) > 0.001:
                await asyncio.sleep(early)
            self._tasks.append(asyncio.create_task(seat.sit()))
            if self._wrong is not None:
                break
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * JOIN_SECONDS):
                await self._full.wait()
        if self._wrong is not None:
            raise self._wrong
        if not self.seated:
            raise FloodError("nobody could join; is the hub there, and has it room?")
        self.join_seconds = loop.time() - began

    @property
    def joins(self) -> Spread:
        """From the connection's first step to the greeting, the first time."""
        return Spread.of(self._joins)

    @property
    def tallies(self) -> list[Tally]:
        """Of everybody who has been greeted."""
        return [seat.tally for seat in self._seats if seat.seated]

    async def complete(self, head: int, patience: float) -> None:
        """Returns when everybody has everything up to the head, or after so many seconds in
        which nothing more came."""
        received = -1
        while any(tally.lost(head) for tally in self.tallies):
            now = sum(tally.received for tally in self.tallies)
            if now != received:
                received, since = now, time.monotonic()
            elif time.monotonic() - since > patience:
                return
            await asyncio.sleep(0.05)

    async def leave(self) -> None:
        """Everybody goes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def seat_taken(self, took: float) -> None:
        """Somebody has joined for the first time, in so many ms."""
        self._joins[took] += 1
        self.seated += 1
        if self.seated == len(self._seats):
            self._full.set()

    def refused_by(self, refused: Refused) -> None:
        """503 asks to come back; that somebody asked wrongly ends the flood."""
        self.refused[refused.status] += 1
        if refused.status in _MISTAKES and not self.seated:
            self._stop(f"the hub lets nobody in: {refused} (--url must be its public address)")

    def unreached(self, error: OSError | TimeoutError) -> None:
        """Before anybody sits, nobody is there."""
        self.refused[0] += 1
        if not self.seated and isinstance(error, ConnectionRefusedError):
            self._stop(f"--url: nothing listens at {self.door.url}")

    def _stop(self, why: str) -> None:
        self._wrong = self._wrong or FloodError(why)
        self._full.set()

    async def _hang_up_on_silence(self) -> None:
        while True:
            await asyncio.sleep(SILENCE_SECONDS)
            for seat in self._seats:
                if seat.line is not None and not seat.line.heard:
                    seat.line.hang_up()
                elif seat.line is not None:
                    seat.line.heard = False
