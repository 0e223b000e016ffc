"""hub serve"""

import asyncio
import os
import sys

import click

from hub.commands.opening import example, ready_database
from hub.config import Config
from hub.logs import set_up
from hub.server import AFTER_DRAIN_SECONDS, listen, run
from hub.supervisor.group import NeverStarted, Supervisor
from hub.supervisor.sockets import open_sockets

WORKER = (
    sys.executable,
    *(["-P"] if sys.flags.safe_path else []),
    "-m",
    "hub.commands.serve_worker",
)
PORTS = 65_535
# Beyond the drain time: for the last requests, and to close what is open.
LEAVE_SECONDS = AFTER_DRAIN_SECONDS + 3.0


@click.command(epilog=example("HUB_SECRET_KEY=... hub serve --port 8000 --workers 2"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, PORTS), help="Its port."
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; from 2 on under a supervisor, which SIGHUP tells to renew them.",
)
@click.option(
    "--port-each",
    is_flag=True,
    help="Each worker on a port of its own, from --port on: for a proxy.",
)
def serve(host: str, port: int, workers: int, port_each: bool) -> None:
    """Serve the press centre until SIGTERM or Ctrl+C; then drain and stop."""
    if port_each and port + workers - 1 > PORTS:
        raise click.UsageError(f"--port-each: there are no {workers} ports from {port} on")
    os.environ.setdefault("HUB_PUBLIC_URL", f"http://{_named(host)}:{port}")
    config = Config.read()
    os.environ["HUB_WORKERS"] = str(max(workers, config.workers))
    ready_database(config)
    try:
        if workers == 1:
            listening = listen(host, port)
        else:
            sockets = open_sockets(host, port, count=workers, each=port_each)
    except OSError as error:
        raise click.ClickException(f"--port: {port} cannot be used ({error.strerror})") from error
    click.echo(f"hub: serving {config.public_url} with {workers} worker(s)", err=True)
    if workers == 1:
        run(listening)
        return
    set_up(config.log_level, as_json=True)
    leave_seconds = config.drain_seconds + LEAVE_SECONDS
    try:
        asyncio.run(Supervisor(WORKER, sockets, leave_seconds=leave_seconds).run())
    except NeverStarted as error:
        raise click.ClickException(str(error)) from error


def _named(host: str) -> str:
    """The name under which a browser on this machine reaches the address."""
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
