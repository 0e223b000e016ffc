"""`hub` whose workers do not start while the file that MOOD names is there.

If the file has words they are the reason that a worker gives; else it gives none.
"""

import os
import socket
import sys
from pathlib import Path

from hub import cli
from hub.commands import serve, serve_worker
from hub.supervisor.tether import Tether

serve.WORKER = (sys.executable, "-m", "tests.serving.moody")


def work() -> None:
    mood = Path(os.environ["MOOD"])
    if mood.exists():
        if reason := mood.read_text():
            Tether(socket.socket(fileno=int(sys.argv[2]))).failed(reason)
        sys.exit(7)
    serve_worker.main()


if __name__ == "__main__":
    if "serve" in sys.argv:
        cli.main()
    else:
        work()
