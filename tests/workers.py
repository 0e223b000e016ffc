"""Workers as an operator runs them: `hub serve` in processes of their own."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2

from tests.centre import SECRET_KEY
from tests.services import free_port

START_SECONDS = 30.0
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

    async def ended(self) -> int:
        """Its exit status, once it has ended."""
        async with asyncio.timeout(START_SECONDS):
            return await self.process.wait()


@contextlib.asynccontextmanager
async def serve(
    database_url: str, folder: Path, *, redis_url: str | None = None, workers: int = 1, **env: str
) -> AsyncIterator[Worker]:
    """A worker on a port of its own, ready; it ends with the block."""
    port = free_port()
    log = folder / f"worker-{port}.log"
    settings = {
        "HUB_DATABASE_URL": database_url,
        "HUB_SECRET_KEY": SECRET_KEY,
        "HUB_API_RATE": "0",
        "HUB_DRAIN_SECONDS": "0.2",
        "HUB_LOG_LEVEL": "warning",
    }
    if redis_url is not None:
        settings["HUB_REDIS_URL"] = redis_url
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", "serve"),
            *("--port", str(port), "--workers", str(workers)),
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
        if process.returncode is None:
            # With its supervised children: the session is theirs alone.
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _ready(worker: Worker) -> None:
    async with asyncio.timeout(START_SECONDS), httpx2.AsyncClient(trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                if (await client.get(f"{worker.url}/readyz")).status_code == 200:
                    return
            if worker.process.returncode is not None:
                raise RuntimeError(f"the worker ended:\n{worker.log}")
            await asyncio.sleep(ASK_SECONDS)
