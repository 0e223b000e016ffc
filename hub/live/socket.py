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

_MINE_TEXT = say({"mine": True})
_MINE = websocket_frame(_MINE_TEXT)


class Socket:
    """`key` is the digest of the session or token it came with, None for the public; `person`
    the id of whose that is, `name` theirs. `staff` are told on the beat what is wrong with the
    hub."""

    __slots__ = (
        "_cursor", "_file", "_owes", "key", "name", "person", "sink", "staff", "stalled_since",
        "stream",
    )  # fmt: skip

    def __init__(
        self,
        sink: Sink,
        *,
        key: str | None,
        person: int | None = None,
        name: str = "",
        staff: bool = False,
    ) -> None:
        self.sink = sink
        self.key = key
        self.person = person
        self.name = name
        self.staff = staff
        self.stalled_since: float | None = None
        self.stream: Stream | None = None
        self._cursor = 0
        # Its place on the stream's level, while it is there.
        self._file: int | None = None
        # Whether it is still to be told that something of its person's own has changed.
        self._owes = False

    @property
    def cursor(self) -> int:
        """The number of the last event that was written to it."""
        if self._file is None or self.stream is None:
            return self._cursor
        return self.stream.level.cursor(self._file)

    def join(self, stream: Stream, *, cursor: int, epoch: str) -> None:
        """Greets, writes what is missing and follows from now on, without a gap between them:
        there is no await in here."""
        self.stream = stream
        self._cursor = cursor
        self.say({"hello": stream.head, "epoch": epoch})
        self.sink.drained, self.sink.fell = self.offer, self.fall
        stream.sockets[self] = stream.apart[self] = None
        self.offer()

    def leave(self) -> None:
        """Follows no longer."""
        self.sink.drained = self.sink.fell = None
        if self.stream is not None:
            self.fall()
            self.stream.sockets.pop(self, None)
            self.stream.apart.pop(self, None)
            self.stream = None

    def offer(self) -> None:
        """Writes everything between the cursor and the head that the browser can take now."""
        stream, sink = self.stream, self.sink
        if stream is None or not sink.open:
            return
        if self._file is not None and self.cursor < stream.head:
            self.fall()
        while self.cursor < stream.head:
            chunk = stream.after(self.cursor)
            if chunk is None and not sink.paused:
                sink.close(SLOW, "behind: come back with your cursor")
                return
            if chunk is None or not sink.take(chunk.wire, chunk.texts):
                break
            self._cursor = chunk.upto
            self.stalled_since = None
        if not sink.paused:
            self.stalled_since = None
            if self._owes:
                self.nudge()
            self._rise(stream)
        elif self.stalled_since is None:
            self.stalled_since = time.monotonic()

    def fall(self) -> None:
        """It is not one of the many any more, if it was: its sink is not ready, or they went on
        without it."""
        if self._file is not None and self.stream is not None:
            self._cursor = self.stream.level.leave(self._file)
            self._file = None
            self.stream.apart[self] = None

    def say(self, message: dict[str, object]) -> None:
        """Writes one message of the protocol that is not an event."""
        text = say(message)
        self.whisper(websocket_frame(text), text)

    def whisper(self, wire: bytes, text: str) -> None:
        """Writes a message that was framed for many, if the browser can take it now."""
        self.sink.take(wire, [text])

    def nudge(self) -> None:
        """Tells that something of the person's own has changed; they ask what. Said as often as
        it takes: what is lost with a socket is asked for by the next one's page."""
        self._owes = not self.sink.take(_MINE, [_MINE_TEXT])

    def ask(self, wire: bytes, text: str) -> None:
        """Whispers, and asks whether anybody is there."""
        self.sink.ask(wire, [text])

    def stalled(self, now: float) -> bool:
        """Whether it has taken nothing for too long. `now` is monotonic."""
        return self.stalled_since is not None and now - self.stalled_since > STALLED_SECONDS

    def _rise(self, stream: Stream) -> None:
        file = self.sink.file
        if self._file is not None or file is None:
            return
        if stream.level.enter(file, self, cursor=self._cursor):
            self._file = file
            stream.apart.pop(self, None)
