"""What a peer is to the benchmarks: a server that can be started, met and stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CORE = 0
PATIENCE = 30.0
FILES = 20_000

Words = dict[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Running:
    """A server that is up. `meet`: the generator's options for it; `pids`: its processes."""

    meet: Words
    pids: Sequence[int]
    # Where the hub tells its own figures; empty for the others.
    url: str = ""


class Peer(Protocol):
    """`name` in the tables; `missing`: what is not installed here, empty if all is."""

    name: str

    def missing(self) -> str: ...

    def version(self) -> str: ...

    def running(self, folder: Path) -> contextlib.AbstractContextManager[Running]: ...


@contextlib.contextmanager
def started(
    argv: Sequence[str], *, folder: Path, port: int, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server pinned to its core, once its port answers; ended with its whole family."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            ["taskset", "-c", str(CORE), *argv],
            cwd=folder,
            env=os.environ | environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port, process, folder / "log")
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def family(pid: int) -> list[int]:
    """The process and all that came of it."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                found += family(int(path.name))
    return found


def free_port() -> int:
    """A port below those that outgoing connections are given."""
    for port in range(21_000, 31_000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended:\n{log.read_text()[-2000:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen:\n{log.read_text()[-2000:]}")
