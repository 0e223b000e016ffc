"""A stream: one audience and language of one briefing, in this worker.

It keeps the last frames in a ring and the sockets that read it. A socket is a cursor, not a
queue: what it lacks is always a piece of the ring.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from hub.domain.audience import Audience
from hub.live.frame import Frame
from hub.live.level import Level

if TYPE_CHECKING:
    from hub.live.socket import Socket

RING = 512
"""Frames kept for those who come back."""

CHUNK = 256 * 1024
"""Bytes joined into one write at most."""


class Chunk(NamedTuple):
    """Consecutive frames joined for one write. `upto` is the last one's number."""

    upto: int
    wire: bytes
    texts: Sequence[str]


class Stream:
    """`head` is the number of the last frame; frames head-len(ring)+1 ... head are in the ring."""

    def __init__(self, audience: Audience, language: str, *, head: int) -> None:
        self.audience = audience
        self.language = language
        self.head = head
        self.sockets: dict[Socket, None] = {}
        # Those of them who are not on the level.
        self.apart: dict[Socket, None] = {}
        self.level = Level()
        # What is said behind the next events, framed and as text, and when (monotonic) the last
        # ones were written.
        self.rider: tuple[bytes, str] | None = None
        self.written_at = float("-inf")
        # Counts what was taken back from the ring: what was read before that may be stale.
        self.generation = 0
        self._ring: deque[Frame] = deque()
        self._chunks: dict[int, Chunk] = {}
        self._idle_since: float | None = None

    @property
    def first(self) -> int:
        """The number of the oldest frame in the ring; head + 1 when it is empty."""
        return self.head - len(self._ring) + 1

    def push(self, frames: Sequence[Frame]) -> None:
        """Adds the frames that follow. ValueError if they do not."""
        for frame in frames:
            if frame.n != self.head + 1:
                raise ValueError(f"frame {frame.n} does not follow {self.head}")
            self._ring.append(frame)
            self.head = frame.n
        while len(self._ring) > RING:
            self._ring.popleft()
        self._chunks.clear()

    def put_back(self, frames: Sequence[Frame], *, generation: int) -> bool:
        """Puts older frames, read again, before the ring; False if they no longer fit there."""
        if generation != self.generation:
            return False
        older = [frame for frame in frames if frame.n < self.first]
        if not older or older[-1].n != self.first - 1:
            return False
        self._ring.extendleft(reversed(older))
        self._chunks.clear()
        return True

    def forget(self, refs: frozenset[str]) -> None:
        """Takes every frame that shows these updates out of the ring, and all before it.

        Whoever needs them reads them again, as they stand now: words that were corrected or
        retracted are never replayed.
        """
        stale = [at for at, frame in enumerate(self._ring) if frame.shows & refs]
        if stale:
            for _ in range(stale[-1] + 1):
                self._ring.popleft()
        self.generation += 1
        self._chunks.clear()

    def flush(self, most: int) -> Iterator[int]:
        """Writes to everybody what they lack and can take now, to so many at once. Yields how
        many events were taken, summed over those."""
        head, level = self.head, self.level
        self.written_at = time.monotonic()
        rider, self.rider = self.rider, None
        # This may overtake a flush that lets others in between its pieces.
        for socket in level.behind():
            socket.fall()
        if level and level.at < head:
            chunk = self.after(level.at)
            if chunk is not None and chunk.upto == head:
                events, wire = head - level.at, chunk.wire + (rider[0] if rider else b"")
                for written in level.write(wire, upto=head, most=most):
                    yield written * events
            else:
                for socket in level.everybody():
                    socket.fall()
        apart = list(self.apart)
        for at in range(0, len(apart), most):
            yield sum(_catch_up(socket, rider) for socket in apart[at : at + most])

    def abandon(self) -> None:
        """Sends everybody away to load anew: what happened could not be put into a frame."""
        for socket in list(self.sockets):
            socket.say({"reload": True})
            socket.sink.close(1000, "load the page anew")

    def happened(self, n: int) -> datetime | None:
        """When the event of this number happened, if it is in the ring."""
        return self._ring[n - self.first].at if self.first <= n <= self.head else None

    def touch(self) -> None:
        """Somebody is about to read it."""
        self._idle_since = None

    def idle(self, now: float) -> float:
        """For how many seconds nobody has read it, as of this (monotonic) look and earlier ones."""
        if self.sockets:
            self._idle_since = None
            return 0.0
        if self._idle_since is None:
            self._idle_since = now
        return now - self._idle_since

    def reaches(self, cursor: int) -> bool:
        """Whether the ring holds everything after this cursor."""
        return self.first - 1 <= cursor <= self.head

    def after(self, cursor: int) -> Chunk | None:
        """What follows the cursor, as much as fits one write; None: it is off the ring."""
        if not self.reaches(cursor):
            return None
        chunk = self._chunks.get(cursor)
        if chunk is None:
            chunk = self._chunks[cursor] = self._join(cursor)
        return chunk

    def texts(self, after: int, upto: int) -> list[str]:
        """The messages of the events after+1 ... upto; ValueError: they are not all in the ring."""
        if not (self.reaches(after) and upto <= self.head):
            raise ValueError(f"{after + 1} to {upto} are not in the ring")
        start = after + 1 - self.first
        return [frame.text for frame in islice(self._ring, start, start + max(0, upto - after))]

    def _join(self, cursor: int) -> Chunk:
        start = cursor + 1 - self.first
        wires: list[bytes] = []
        texts: list[str] = []
        size = 0
        upto = cursor
        for at in range(start, len(self._ring)):
            frame = self._ring[at]
            if size and size + len(frame.wire) > CHUNK:
                break
            wires.append(frame.wire)
            texts.append(frame.text)
            size += len(frame.wire)
            upto = frame.n
        return Chunk(upto, wires[0] if len(wires) == 1 else b"".join(wires), texts)


def _catch_up(socket: "Socket", rider: tuple[bytes, str] | None) -> int:
    before = socket.cursor
    socket.offer()
    if rider is not None:
        socket.whisper(*rider)
    return socket.cursor - before
