"""Workers as an operator runs them: `hub serve` in processes of their own."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx2

from tests.centre import SECRET_KEY
from tests.services import free_port

START_SECONDS = 30.0
TELL_SECONDS = 60.0
ASK_SECONDS = 0.02


class Worker:
    """One `hub serve`. What it said is in its log."""

    def __init__(self, port: int, process: asyncio.subprocess.Process, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def terminate(self) -> None:
        """As an operator stops it: SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def renew(self) -> None:
        """As an operator brings in a new version: SIGHUP."""
        self.process.send_signal(signal.SIGHUP)

    def pids(self) -> list[int]:
        """The workers that its supervisor has now, the oldest first."""
        found = _processes()
        return sorted(pid for pid, stat in found.items() if int(stat[1]) == self.process.pid)

    def left(self) -> list[int]:
        """What runs of it and of its workers."""
        found = _processes()
        return [pid for pid, stat in found.items() if int(stat[3]) == self.process.pid]

    def told(self, event: str) -> list[dict[str, Any]]:
        """What its log tells of this; at the level that it logs."""
        lines = (line for line in self.log.splitlines() if line.startswith("{"))
        return [told for told in map(json.loads, lines) if told["event"] == event]

    async def tells(self, event: str, times: int = 1) -> list[dict[str, Any]]:
        """Once its log has told this so often."""
        end = time.monotonic() + TELL_SECONDS
        # A file announces nothing.
        while len(told := self.told(event)) < times:
            if self.process.returncode is not None or time.monotonic() > end:
                raise RuntimeError(f"{event} was not told {times} times:\n{self.log}")
            await asyncio.sleep(ASK_SECONDS)
        return told

    async def ended(self) -> int:
        """Its exit status, once it has ended."""
        async with asyncio.timeout(START_SECONDS):
            return await self.process.wait()


@contextlib.asynccontextmanager
async def serve(
    database_url: str,
    folder: Path,
    *,
    redis_url: str | None = None,
    workers: int = 1,
    port: int | None = None,
    words: Sequence[str] = (),
    program: Sequence[str] = ("hub",),
    **env: str,
) -> AsyncIterator[Worker]:
    """A worker on a port of its own, ready; it ends with the block.

    `program`: another module than the hub's command line, with words that go before `serve`;
    `words` go after it.
    """
    port = port or free_port()
    log = folder / f"worker-{port}.log"
    settings = {
        "HUB_DATABASE_URL": database_url,
        "HUB_SECRET_KEY": SECRET_KEY,
        "HUB_API_RATE": "0",
        "HUB_DRAIN_SECONDS": "0.2",
        "HUB_FILES": str(folder / "files"),
        "HUB_LOG_LEVEL": "warning",
    }
    if redis_url is not None:
        settings["HUB_REDIS_URL"] = redis_url
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *program, "serve"),
            *("--port", str(port), "--workers", str(workers)),
            *words,
            env=os.environ | settings | env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    worker = Worker(port, process, log)
    try:
        await _ready(worker)
        yield worker
    finally:
        # With its supervised workers: the session is theirs alone.
        while left := worker.left():
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(ASK_SECONDS)
        await process.wait()


def _processes() -> dict[int, list[str]]:
    """State, parent, group, session and more of everything that runs."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat = (path / "stat").read_text().rpartition(")")[2].split()
            if stat[0] not in "ZX":
                found[int(path.name)] = stat
    return found


async def _ready(worker: Worker) -> None:
    async with asyncio.timeout(START_SECONDS), httpx2.AsyncClient(trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                if (await client.get(f"{worker.url}/readyz")).status_code == 200:
                    return
            if worker.process.returncode is not None:
                raise RuntimeError(f"the worker ended:\n{worker.log}")
            await asyncio.sleep(ASK_SECONDS)
