"""One worker process, as its supervisor sees it."""

import asyncio
import contextlib
import socket
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from signal import Signals

from hub.supervisor.tether import ASK_TO_SHUT, FAILED, SHUT


class Worker:
    """`heard_at` is when it last said that its loop runs, or when it was started; monotonic.

    `reason` is why it cannot start, in its own words. `leave_by` is set once it was told to go.
    """

    def __init__(
        self, process: Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.pid = process.pid
        self.started_at = self.heard_at = time.monotonic()
        self.ready = asyncio.Event()
        self._is_shut = asyncio.Event()
        self.reason = ""
        self.leave_by: float | None = None
        self.killed = False
        self._process = process
        self._line = writer
        self._end = asyncio.create_task(self._wait(reader), name=f"worker {self.pid}")

    @classmethod
    async def start(cls, argv: Sequence[str], listening: socket.socket) -> "Worker":
        """Runs `argv` with two file descriptors as further words: where it listens, its line."""
        ours, its = socket.socketpair()
        with its:
            reader, writer = await asyncio.open_connection(sock=ours)
            fds = (listening.fileno(), its.fileno())
            process = await asyncio.create_subprocess_exec(
                *argv,
                *map(str, fds),
                pass_fds=fds,
                # Ctrl+C is for the supervisor, which then stops them in order.
                process_group=0,
            )
        return cls(process, reader, writer)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return not self._end.done()

    @property
    def age(self) -> float:
        """Seconds since its start."""
        return time.monotonic() - self.started_at

    async def ended(self) -> str:
        """How it ended, once it has: "status 0", "SIGKILL"."""
        return await asyncio.shield(self._end)

    async def started(self) -> bool:
        """True once it accepts, False if it ended before."""
        await self._either(self.ready)
        return self.ready.is_set() and self.running

    async def shut(self, *, within: float) -> None:
        """Tells it to accept nobody any more. Returns when it does not, or has ended, or hangs."""
        self._line.write(ASK_TO_SHUT)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._either(self._is_shut)

    def release(self, *, within: float) -> None:
        """Cuts the line: it lets go whom it has, and ends."""
        self.leave_by = time.monotonic() + within
        self._line.close()

    def terminate(self, *, within: float) -> None:
        """SIGTERM: it answers while it drains, and ends."""
        self.leave_by = time.monotonic() + within
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """At once."""
        self.killed = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def _either(self, event: asyncio.Event) -> None:
        """Until this, or its end."""
        waiting = asyncio.create_task(event.wait())
        try:
            await asyncio.wait({waiting, self._end}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()

    async def _wait(self, reader: asyncio.StreamReader) -> str:
        hearing = asyncio.create_task(self._hear(reader))
        status = await self._process.wait()
        # What it said last is read before it is called dead.
        await hearing
        self._line.close()
        return f"status {status}" if status >= 0 else Signals(-status).name

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            async for word in reader:
                self.heard_at = time.monotonic()
                if word.startswith(FAILED):
                    self.reason = word.removeprefix(FAILED).decode(errors="replace").strip()
                elif word == SHUT:
                    self._is_shut.set()
                else:
                    self.ready.set()
