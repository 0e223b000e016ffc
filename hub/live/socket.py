"""One browser: a cursor into a stream, and a way to write to it. Nothing waits for it."""

import time

from hub.live.frame import say, websocket_frame
from hub.live.sink import Sink
from hub.live.stream import Stream

DRAINING = 1012
SLOW = 1013
SIGNED_OUT = 4401
REVOKED = 4403

STALLED_SECONDS = 15.0


class Socket:
    """`key` is the digest of the session or token it came with, None for the public. `staff`
    are told on the beat what is wrong with the hub."""

    __slots__ = ("cursor", "key", "sink", "staff", "stalled_since", "stream")

    def __init__(self, sink: Sink, *, key: str | None, staff: bool = False) -> None:
        self.sink = sink
        self.key = key
        self.staff = staff
        self.cursor = 0
        self.stalled_since: float | None = None
        self.stream: Stream | None = None

    def join(self, stream: Stream, *, cursor: int, epoch: str) -> None:
        """Greets, writes what is missing and follows from now on, without a gap between them:
        there is no await in here."""
        self.stream = stream
        self.cursor = cursor
        self.say({"hello": stream.head, "epoch": epoch})
        self.sink.drained = self.offer
        stream.sockets[self] = None
        self.offer()

    def leave(self) -> None:
        """Follows no longer."""
        self.sink.drained = None
        if self.stream is not None:
            self.stream.sockets.pop(self, None)

    def offer(self) -> None:
        """Writes everything between the cursor and the head that the browser can take now."""
        stream, sink = self.stream, self.sink
        if stream is None or not sink.open:
            return
        while self.cursor < stream.head:
            chunk = stream.after(self.cursor)
            if chunk is None and not sink.paused:
                sink.close(SLOW, "behind: come back with your cursor")
                return
            if chunk is None or not sink.take(chunk.wire, chunk.texts):
                if self.stalled_since is None:
                    self.stalled_since = time.monotonic()
                return
            self.cursor = chunk.upto
            self.stalled_since = None

    def say(self, message: dict[str, object]) -> None:
        """Writes one message of the protocol that is not an event."""
        text = say(message)
        self.whisper(websocket_frame(text), text)

    def whisper(self, wire: bytes, text: str) -> None:
        """Writes a message that was framed for many, if the browser can take it now."""
        self.sink.take(wire, [text])

    def stalled(self, now: float) -> bool:
        """Whether it has taken nothing for too long. `now` is monotonic."""
        return self.stalled_since is not None and now - self.stalled_since > STALLED_SECONDS
