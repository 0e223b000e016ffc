"""The loop that one writes first: Starlette, and `await send_text` to one browser after another."""

import contextlib
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from benchmarks.peers.peer import Running, Words, family, free_port, started

PROGRAM = """\
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

sockets = set()

async def listen(websocket):
    await websocket.accept()
    sockets.add(websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        sockets.discard(websocket)

async def publish(request):
    text = (await request.body()).decode()
    for websocket in list(sockets):
        try:
            await websocket.send_text(text)
        except WebSocketDisconnect:
            sockets.discard(websocket)
    return PlainTextResponse("ok")

app = Starlette(routes=[WebSocketRoute("/ws", listen), Route("/pub", publish, methods=["POST"])])
"""


class Naive:
    """uvicorn as it is installed, one worker; nothing is kept."""

    name = "naive loop"

    def missing(self) -> str:
        """Nothing: the hub needs the same."""
        return ""

    def version(self) -> str:
        """Starlette's and uvicorn's."""
        return f"Starlette {version('starlette')}, uvicorn {version('uvicorn')}"

    @contextlib.contextmanager
    def running(self, folder: Path) -> Iterator[Running]:
        """On a free port."""
        port = free_port()
        (folder / "naive.py").write_text(PROGRAM)
        argv = [sys.executable, "-m", "uvicorn", "naive:app", "--port", str(port)]
        argv += ["--no-access-log", "--log-level", "warning", "--backlog", "4096"]
        with started(argv, folder=folder, port=port) as process:
            meet: Words = {"port": port, "path": "/ws", "publish-path": "/pub"}
            yield Running(meet=meet, pids=family(process.pid))
