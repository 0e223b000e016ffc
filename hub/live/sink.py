"""Where frames go out: straight to the transport, or through ASGI where there is no such way."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from hub.live.protocol import SINK

# Frames kept for one browser on a foreign server before it counts as paused.
QUEUE = 64


class Sink(Protocol):
    """One browser's writing end: takes whole frames, as bytes or as texts, while it is open and
    not paused. `drained` is called when it can take more again, `fell` when its `file` may not be
    written to any more, `unanswered` is a ping of ours."""

    drained: Callable[[], None] | None
    fell: Callable[[], None] | None
    unanswered: bool

    @property
    def open(self) -> bool: ...

    @property
    def paused(self) -> bool: ...

    @property
    def file(self) -> int | None:
        """Where whole frames may be written to past it, until `fell`; None: nowhere."""

    def take(self, wire: bytes, texts: Sequence[str]) -> bool: ...

    def finish(self, rest: bytes) -> None:
        """Takes what its file did not take of whole frames."""

    def ask(self, wire: bytes, texts: Sequence[str]) -> None:
        """Takes, and pings, where pings are not the server's."""

    def close(self, code: int, reason: str) -> None: ...


class AsgiSink:
    """For servers that know nothing of us: a short queue and a task that sends. Owns its task."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._queue: asyncio.Queue[str | tuple[int, str]] = asyncio.Queue()
        self._task = asyncio.create_task(self._send())
        self.drained: Callable[[], None] | None = None
        self.fell: Callable[[], None] | None = None
        self.unanswered = False
        self.file = None
        self.open = True

    @property
    def paused(self) -> bool:
        """Whether enough is waiting."""
        return self._queue.qsize() >= QUEUE

    def take(self, wire: bytes, texts: Sequence[str]) -> bool:
        """Whole frames as text; False where it is not open or paused."""
        if not self.open or self.paused:
            return False
        for text in texts:
            self._queue.put_nowait(text)
        return True

    def finish(self, rest: bytes) -> None:
        """It has no file."""
        raise NotImplementedError

    def ask(self, wire: bytes, texts: Sequence[str]) -> None:
        """Takes: the server has pings of its own."""
        self.take(wire, texts)

    def close(self, code: int, reason: str) -> None:
        """Says goodbye after what is queued."""
        if self.open:
            self.open = False
            self._queue.put_nowait((code, reason))

    def stop(self) -> None:
        """The browser has gone."""
        self.open = False
        self._task.cancel()

    async def _send(self) -> None:
        try:
            while True:
                match await self._queue.get():
                    case str() as text:
                        await self._websocket.send_text(text)
                        if self._queue.empty() and self.drained is not None:
                            self.drained()
                    case (code, reason):
                        await self._websocket.close(code, reason)
                        return
        except WebSocketDisconnect:
            self.open = False


def sink_of(websocket: WebSocket) -> Sink:
    """The best way to write to this browser."""
    direct: Sink | None = websocket.scope.get("extensions", {}).get(SINK)
    return direct if direct is not None else AsgiSink(websocket)
