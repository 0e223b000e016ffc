"""hub serve"""

import os

import click

from hub.commands.opening import example, ready_database
from hub.config import Config
from hub.server import run


@click.command(epilog=example("HUB_SECRET_KEY=... hub serve --port 8000 --workers 2"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65_535), help="Its port."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes."
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the press centre until SIGTERM or Ctrl+C; then drain and stop."""
    os.environ.setdefault("HUB_PUBLIC_URL", f"http://{_named(host)}:{port}")
    os.environ["HUB_WORKERS"] = str(max(workers, int(os.environ.get("HUB_WORKERS", "1"))))
    config = Config.read()
    ready_database(config)
    click.echo(f"hub: serving {config.public_url} with {workers} worker(s)", err=True)
    run(host=host, port=port, workers=workers, drain_seconds=config.drain_seconds)


def _named(host: str) -> str:
    """The name under which a browser on this machine reaches the address."""
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
