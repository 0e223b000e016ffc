"""Real PostgreSQL and Redis servers for the tests, which a test may kill and bring back.

PostgreSQL refuses to run as root, so there it runs as nobody; no permission is changed and no user
is added anywhere.
"""

import contextlib
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from tests.programs import postgres_programs, redis_program

NOBODY = 65534
ROOT = os.geteuid() == 0
PATIENCE = 30.0  # seconds for a start or an end
MEMORY = Path("/dev/shm")
ROOMY = 4 * 2**30  # bytes

# Outlives the tests, however they die: then its input closes, and no server or folder stays behind.
SWEEPER = """
read -r _
if [ -s "$0/pids" ]; then
    set -- $(cat "$0/pids")
    kill -CONT "$@"
    kill -INT "$1"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 "$1" || break
        sleep 0.2
    done
    kill -KILL "$1"
fi 2>/dev/null
rm -rf "$0"
"""


class Server:
    """One server process on a port of its own, and everything a fault may do to it.

    Every verb waits until it is done: beside a running hub, `await asyncio.to_thread(verb)`.
    """

    def __init__(self, argv: list[str], *, url: str, folder: Path, as_nobody: bool = False) -> None:
        self.url = url
        self._argv = argv
        self._folder = folder
        self._as_nobody = as_nobody
        self._log = folder / "log"
        self._pids = folder / "pids"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What it has written since it was first started."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start on the port and the disk it always had; returns when it takes connections."""
        before = len(self.log)
        self._process = _spawn(self._argv, folder=self._folder, as_nobody=self._as_nobody)
        self._pids.write_text(str(self._process.pid))
        # The port opens before PostgreSQL is ready ("the database system is starting up").
        wait_until(lambda: "eady to accept connections" in self.log[before:] or not self.running)
        if not self.running:
            raise RuntimeError(f"{self._argv[0]} did not start:\n{self.log[before:]}")

    def kill(self) -> None:
        """End it at once and unprepared, children included."""
        if self._process is None:
            return
        self.stop()  # so that it has no new child meanwhile
        children = _children(self._process.pid)
        for pid in [*children, self._process.pid]:
            _send(pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        # A child that still holds the shared memory would keep PostgreSQL from starting again.
        wait_until(lambda: not any(_alive(pid) for pid in children))
        self._process = None
        self._pids.write_text("")

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Freeze it: connections stay open and nothing answers, as on a machine that hangs."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a stopped server go on from where it was."""
        self._send(signal.SIGCONT)

    def close(self) -> None:
        """End it properly. One that was killed is started for that: only PostgreSQL itself can free
        the shared memory it left behind."""
        if not self.running:
            self.start()
        self.resume()
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self.kill()

    def _send(self, number: signal.Signals) -> None:
        if self._process is None or not self.running:
            return
        family = [self._process.pid, *_children(self._process.pid)]
        self._pids.write_text(" ".join(map(str, family)))
        for pid in family:
            _send(pid, number)


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[Server]:
    """A PostgreSQL of one's own. `durable`: each commit waits for the disk, as in production;
    without it a commit outlives kill() all the same, though not the machine."""
    with _folder(None if durable else _in_memory()) as folder:
        programs = postgres_programs(folder)
        data = str(folder / "data")
        argv = [str(programs / "initdb"), "-D", data, "-U", "hub", "-A", "trust", "--no-sync"]
        argv += ["-E", "UTF8", "--locale=C.UTF-8"]
        if _spawn(argv, folder=folder, as_nobody=ROOT).wait(PATIENCE):
            raise RuntimeError(f"initdb failed:\n{(folder / 'log').read_text(errors='replace')}")
        port = free_port()
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"]
        settings.append("log_checkpoints=off")
        if not durable:
            settings += ["fsync=off", "full_page_writes=off", "max_wal_size=256MB"]
        argv = [str(programs / "postgres"), "-D", data, "-p", str(port)]
        argv += [word for setting in settings for word in ("-c", setting)]
        url = f"postgresql://hub@127.0.0.1:{port}/postgres"
        server = Server(argv, url=url, folder=folder, as_nobody=ROOT)
        server.start()
        with contextlib.closing(server):
            yield server


@contextlib.contextmanager
def redis() -> Iterator[Server]:
    """A Redis of one's own. It keeps nothing on disk: a restarted one is empty."""
    with _folder() as folder:
        port = free_port()
        argv = [str(redis_program()), "--port", str(port), "--bind", "127.0.0.1"]
        argv += ["--save", "", "--appendonly", "no"]
        server = Server(argv, url=f"redis://127.0.0.1:{port}/0", folder=folder)
        server.start()
        with contextlib.closing(server):
            yield server


@contextlib.contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """The URL of a new and empty database; dropped at the end, whoever still uses it."""
    name = f"hub_{uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll what announces itself to nobody: a log, a process. TimeoutError after 30 s."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {PATIENCE:.0f} s")
        time.sleep(0.005)


@contextlib.contextmanager
def _folder(where: Path | None = None) -> Iterator[Path]:
    """A folder that goes with the tests, and takes the server whose numbers lie in it along."""
    folder = Path(tempfile.mkdtemp(prefix="hub-test-", dir=where))
    if ROOT:
        os.chown(folder, NOBODY, NOBODY)
    argv = ["/bin/sh", "-c", SWEEPER, str(folder)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, process_group=0):
        yield folder  # then closes the pipe and waits


def _in_memory() -> Path | None:
    """Where a new database takes a twentieth of the time that it takes on a disk: if nobody wants
    another place, there is plenty, and programs may run from it."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return None
    found = os.statvfs(MEMORY)
    is_roomy = found.f_bavail * found.f_frsize > ROOMY
    return MEMORY if is_roomy and not found.f_flag & os.ST_NOEXEC else None


def _spawn(argv: list[str], *, folder: Path, as_nobody: bool) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            argv,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=environment,
            user=NOBODY if as_nobody else None,
            group=NOBODY if as_nobody else None,
            extra_groups=[] if as_nobody else None,
            process_group=0,  # Ctrl+C is for the tests, which then end their servers in order
        )


def free_port() -> int:
    """A port below those given to outgoing connections: else a client that keeps calling a dead
    server may be given the very port it calls, meet itself there, and bar the server's return."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _children(pid: int) -> list[int]:
    stats = ((int(path.name), _stat(int(path.name))) for path in Path("/proc").glob("[0-9]*"))
    return [child for child, stat in stats if stat and int(stat[1]) == pid]


def _alive(pid: int) -> bool:
    stat = _stat(pid)
    return bool(stat) and stat[0] not in "ZX"


def _stat(pid: int) -> list[str]:
    """State, parent and more of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
