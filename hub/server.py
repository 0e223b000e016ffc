"""The server: uvicorn with our protocol; with several workers, its supervisor."""

import asyncio
import contextlib
import math
import resource
import socket
from collections.abc import AsyncIterator
from typing import Any

import uvicorn

from hub.app import create_app
from hub.config import Config

APP = "hub.app:from_environment"
PING_SECONDS = 10.0
# Nothing but pongs comes up: whoever sends more than this is closed with 1009.
UPSTREAM_LIMIT = 4096
AFTER_DRAIN_SECONDS = 5


def run(*, host: str, port: int, workers: int, drain_seconds: float) -> None:
    """Serves until a signal ends it. Each worker reads the environment for itself."""
    _open_many_files()
    uvicorn.run(
        APP, factory=True, host=host, port=port, workers=workers, **_settings(drain_seconds)
    )


@contextlib.asynccontextmanager
async def serving(config: Config, listening: socket.socket) -> AsyncIterator[None]:
    """The hub inside this program, one process, until the block ends."""
    _open_many_files()
    server = _Quiet(uvicorn.Config(create_app(config), **_settings(config.drain_seconds)))
    task = asyncio.create_task(server.serve(sockets=[listening]), name="server")
    try:
        await _started(server, task)
        yield
    finally:
        server.should_exit = True
        await task


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0: a free one. OSError if it is taken."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening


class _Quiet(uvicorn.Server):
    """Leaves the signals to the program it is part of."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


async def _started(server: _Quiet, task: asyncio.Task[None]) -> None:
    waiting = asyncio.create_task(server.up.wait())
    done, _ = await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task in done:
        await task


def _settings(drain_seconds: float) -> dict[str, Any]:
    return {
        "ws": "hub.live.protocol:HubWebSocketProtocol",
        "ws_max_size": UPSTREAM_LIMIT,
        "ws_ping_interval": PING_SECONDS,
        "ws_ping_timeout": PING_SECONDS,
        # A frame is compressed for nobody or for each browser apart; the proxy may do it.
        "ws_per_message_deflate": False,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "backlog": 4096,
        "timeout_graceful_shutdown": math.ceil(drain_seconds) + AFTER_DRAIN_SECONDS,
    }


def _open_many_files() -> None:
    """A socket is a file: as many as the system lets us have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
