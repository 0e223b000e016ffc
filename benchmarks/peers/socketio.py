"""socket.io on Node, fetched by npm into a temporary folder when it is first needed."""

import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks.peers.peer import Running, Words, family, free_port, started

PATIENCE = 120.0
PACKAGE = Path("node_modules") / "socket.io"
PROGRAM = """\
const { createServer } = require("http");
const { Server } = require("socket.io");
const http = createServer((request, answer) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (piece) => { body += piece; });
  request.on("end", () => {
    io.emit("m", body);
    answer.writeHead(202, { "Content-Length": 2 });
    answer.end("ok");
  });
});
http.keepAliveTimeout = 600000;
const io = new Server(http, { transports: ["websocket"], serveClient: false });
http.listen(Number(process.argv[2]), "127.0.0.1", 4096);
"""


class SocketIo:
    """One Node process; messages are handed on and kept nowhere."""

    name = "socket.io"

    def missing(self) -> str:
        """Node, npm, or the package where it cannot be fetched."""
        for program in ("node", "npm"):
            if shutil.which(program) is None:
                return program
        there = (_installed() / PACKAGE).exists()
        return "" if there else "socket.io (npm could not fetch it)"

    def version(self) -> str:
        """The package's and Node's."""
        package = json.loads((_installed() / PACKAGE / "package.json").read_text())
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
        return f"{package['version']}, Node {node.stdout.strip().removeprefix('v')}"

    @contextlib.contextmanager
    def running(self, folder: Path) -> Iterator[Running]:
        """On a free port."""
        port = free_port()
        program = _installed() / "server.js"
        program.write_text(PROGRAM)
        argv = ["node", str(program), str(port)]
        with started(argv, folder=folder, port=port) as process:
            meet: Words = {
                "port": port,
                "path": "/socket.io/?EIO=4&transport=websocket",
                "publish-path": "/pub",
                "engineio": True,
            }
            yield Running(meet=meet, pids=family(process.pid))


@cache
def _installed() -> Path:
    """The folder with the package, if it could be fetched."""
    folder = Path(tempfile.gettempdir()) / "hub-benchmarks-socket.io"
    if not (folder / PACKAGE).exists():
        folder.mkdir(exist_ok=True)
        argv = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "socket.io@4"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(argv, cwd=folder, capture_output=True, check=False, timeout=PATIENCE)
    return folder
