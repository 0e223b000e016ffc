"""Small applications on any protocols of uvicorn's kind, for what the hub never does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from hub.live.frame import websocket_frame
from hub.live.protocol import SINK, HubHttpProtocol, HubWebSocketProtocol
from hub.server import listen

DROP = b"x" * 65_536
POURED = 24 << 20
"""Bytes."""


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Says everything back; text the hub's own way, past ASGI, where there is that way."""
    await receive()
    await send({"type": "websocket.accept"})
    sink = scope["extensions"].get(SINK)
    while (message := await receive())["type"] == "websocket.receive":
        text, data = message.get("text"), message.get("bytes")
        if text is not None:
            if sink is not None and sink.take(websocket_frame(text), [text]):
                continue
            await send({"type": "websocket.send", "text": text})
        else:
            await send({"type": "websocket.send", "bytes": data})


async def talk(scope: Any, receive: Any, send: Any) -> None:
    """Says more than any buffer takes, and hears all the same what is said to it."""
    await receive()
    await send({"type": "websocket.accept"})

    async def on_and_on() -> None:
        while True:
            await send({"type": "websocket.send", "text": "x" * 65_536})

    talking = asyncio.create_task(on_and_on())
    while (await receive())["type"] == "websocket.receive":
        pass
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)


async def pour(_scope: Any, _receive: Any, send: Any) -> None:
    """An answer of far more than the kernel keeps between two programs."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(POURED // len(DROP)):
        await send({"type": "http.response.body", "body": DROP, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@dataclass(slots=True)
class Speaker:
    """A server of one of these. `url` is http://..."""

    url: str
    server: "_Server"

    @property
    def connections(self) -> int:
        """How many it holds open."""
        return len(self.server.server_state.connections)

    async def is_left_alone(self, *, within: float) -> None:
        """Once it holds no connection open. TimeoutError."""
        async with asyncio.timeout(within):
            while self.connections:
                await self.server.ticked()


@contextlib.asynccontextmanager
async def speaking(
    protocol: type[WebSocketsSansIOProtocol] = HubWebSocketProtocol,
    app: Any = echo,
    *,
    http: type[HttpToolsProtocol] = HubHttpProtocol,
    largest: int = 16 << 20,
) -> AsyncIterator[Speaker]:
    """Until the block ends. `largest`: bytes of a message."""
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app,
        http=http,
        ws=protocol,
        ws_max_size=largest,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await server.up.wait()
        yield Speaker(f"http://127.0.0.1:{listening.getsockname()[1]}", server)
    finally:
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._tick = asyncio.Event()

    async def ticked(self) -> None:
        """Once it has looked around again; it does ten times a second."""
        self._tick.clear()
        await self._tick.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def on_tick(self, counter: int) -> bool:
        self._tick.set()
        return await super().on_tick(counter)
