"""`hub` whose workers do not start while the file that MOOD names is there.

If the file has words they are the reason that a worker gives; else it gives none.
"""

import os
import socket
import sys
from pathlib import Path

from hub.supervisor.tether import Tether


def command() -> None:
    from hub import cli
    from hub.commands import serve

    serve.WORKER = (sys.executable, "-m", "tests.serving.moody")
    cli.main()


def work() -> None:
    mood = Path(os.environ["MOOD"])
    if mood.exists():
        if reason := mood.read_text():
            Tether(socket.socket(fileno=int(sys.argv[2]))).failed(reason)
        sys.exit(7)
    from hub.commands import serve_worker

    serve_worker.main()


if __name__ == "__main__":
    if "serve" in sys.argv:
        command()
    else:
        work()
