"""The server of one process: uvicorn with our protocols, a drain, and an orderly end."""

import asyncio
import contextlib
import gc
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import uvicorn

from hub.app import HOUSE, create_app, from_environment
from hub.config import Config
from hub.live.protocol import DRAIN_SECONDS, LEAVE_BY, HubHttpProtocol, HubWebSocketProtocol
from hub.live.vitals import DRAIN
from hub.render import Renderer
from hub.web.house import House

# Nothing but pongs comes up: whoever sends more than this is closed with 1009.
UPSTREAM_LIMIT = 4096
BACKLOG = 4096

# Longer than proxies and programs keep an idle connection (60 s and less): where both close at the
# same moment a request is lost that nobody had refused.
KEEP_ALIVE_SECONDS = 75

AFTER_DRAIN_SECONDS = 5
"""For requests that are not answered yet when the drain time is over."""

SWITCH_SECONDS = 0.0005
# So many looks at what is young before one at everything: some seven million objects more.
OLD_SELDOM = 1_000

# uvicorn's own pace: ten ticks a second.
_TICKS = 10
_LOOK_SECONDS = 0.05


def run(
    listening: socket.socket,
    *,
    signals: Sequence[signal.Signals] = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP),
    tied: "Callable[[Server], Callable[[], None]] | None" = None,
) -> None:
    """Serves what the environment describes until a signal ends it.

    `tied` is given the server before it starts and returns what to call each second, from the
    moment it accepts, to tell that the event loop runs.
    """
    _open_many_files()
    server = Server(uvicorn.Config(from_environment, factory=True, **_SETTINGS), signals=signals)
    if tied is not None:
        server.alive = tied(server)
    server.run(sockets=[listening])


@contextlib.asynccontextmanager
async def serving(
    config: Config, listening: socket.socket, renderer: Renderer | None = None
) -> AsyncIterator[House]:
    """The hub inside this program, one process, until the block ends."""
    _open_many_files()
    server = Server(uvicorn.Config(create_app(config, renderer), **_SETTINGS))
    task = asyncio.create_task(server.serve(sockets=[listening]), name="server")
    try:
        await _started(server, task)
        yield server.lifespan.state[HOUSE]
    finally:
        server.should_exit = True
        await task


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A bound socket; port 0: a free one. OSError if it is taken. `shared`: several sockets of
    one program have the port, and the kernel spreads the connections over them."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


class Server(uvicorn.Server):
    """Drains before it stops, and ends in order. `signals` are those that stop it; without any
    they are left to the program it is part of."""

    def __init__(self, config: uvicorn.Config, *, signals: Sequence[signal.Signals] = ()) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self.alive: Callable[[], None] = _nobody
        self._signals = signals
        self._leaving = False

    def shut(self, then: Callable[[], None]) -> None:
        """Accepts nobody any more: another process does, on the same socket. From any thread, once
        it is up; `then` is called when it is so."""

        def close() -> None:
            self._shut()
            then()

        self._loop.call_soon_threadsafe(close)

    def leave(self) -> None:
        """Accepts nobody, lets go whom it has, and stops. From any thread."""
        self._leaving = True
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """An orderly stop is not a death by the signal that asked for it: the status is 0."""
        before = {number: signal.signal(number, self.handle_exit) for number in self._signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens the doors."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self._signals:
            _settle()
        self.up.set()

    async def on_tick(self, counter: int) -> bool:
        """Tells that the loop runs."""
        if counter % _TICKS == 0:
            self.alive()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """First the drain, then the doors close, then what is unfinished has a last while."""
        if self._leaving:
            self._shut()
        await self._drain()
        await super().shutdown(sockets)

    def _shut(self) -> None:
        for server in self.servers:
            server.close()

    async def _drain(self) -> None:
        """Until everybody has left or the drain time is over. Who comes meanwhile is answered:
        a refused page is worse than one from a server that is about to stop."""
        loop, state = asyncio.get_running_loop(), self.lifespan.state
        leave_by = state[LEAVE_BY] = loop.time() + state.get(DRAIN_SECONDS, 0.0)
        state.get(DRAIN, _nobody)()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        # uvicorn announces to nobody that somebody has left.
        while self.server_state.connections and not self.force_exit:
            if loop.time() >= leave_by:
                break
            await asyncio.sleep(_LOOK_SECONDS)


async def _started(server: Server, task: asyncio.Task[None]) -> None:
    waiting = asyncio.create_task(server.up.wait())
    done, _ = await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task in done:
        await task


def _settle() -> None:
    """For a process that is a worker and nothing else: the interpreter serves the event loop."""
    # The collector would walk the program's own 150,000 objects again and again.
    gc.collect()
    gc.freeze()
    # And all that thousands of sockets hold, for what is young garbage at most.
    gc.set_threshold(700, 10, OLD_SELDOM)
    # A thread that commits waits no longer than this for the loop to let it go on.
    sys.setswitchinterval(SWITCH_SECONDS)


def _nobody() -> None:
    """Nobody wants to know."""


_SETTINGS: dict[str, Any] = {
    "http": HubHttpProtocol,
    "ws": HubWebSocketProtocol,
    "ws_max_size": UPSTREAM_LIMIT,
    # The heart asks, with its beats.
    "ws_ping_interval": None,
    "ws_ping_timeout": None,
    # A frame is compressed for nobody or for each browser apart; the proxy may do it.
    "ws_per_message_deflate": False,
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "backlog": BACKLOG,
    "timeout_keep_alive": KEEP_ALIVE_SECONDS,
    "timeout_graceful_shutdown": AFTER_DRAIN_SECONDS,
}


def _open_many_files() -> None:
    """A socket is a file: as many as the system lets us have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
