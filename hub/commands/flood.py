"""hub flood"""

import sys
from urllib.parse import urlsplit

import click
import uvloop

from hub.commands.opening import example
from hub.commands.stage import perform
from hub.domain.audience import Audience
from hub.domain.words import TEXT_LIMIT
from hub.flood.door import FloodError
from hub.flood.run import Flood
from hub.flood.run import flood as run_flood


@click.command(
    epilog=example(
        "HUB_TOKEN=$(hub token NAME) hub flood --url http://127.0.0.1:8000 --sockets 1000"
        " --rate 20 --seconds 10"
    )
)
@click.option("--url", required=True, help="A running hub's public address.")
@click.option(
    "--sockets", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="Readers."
)
@click.option(
    "--rate",
    type=click.FloatRange(0, 100_000),
    default=20.0,
    show_default=True,
    help="Updates a second; 0: each as soon as the one before is answered.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 86_400),
    default=10.0,
    show_default=True,
    help="Of publishing.",
)
@click.option(
    "--size",
    type=click.IntRange(1, TEXT_LIMIT),
    default=1024,
    show_default=True,
    help="Bytes of text.",
)
@click.option(
    "--publishers",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="At the same time.",
)
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.PUBLIC.value,
    show_default=True,
    help="As whom the readers sit.",
)
@click.option(
    "--slug",
    help="A briefing that is open. Default: one of its own, which stays on the agenda, closed.",
)
@click.option("--token", envvar="HUB_TOKEN", help="A spokesperson's. Default: HUB_TOKEN.")
@click.option(
    "--join-rate",
    type=click.FloatRange(1, 100_000),
    default=500.0,
    show_default=True,
    help="Sockets opened a second; 200 at most are on their way at once.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0.1, 3600),
    default=10.0,
    show_default=True,
    help="Seconds to wait for what is missing in the end, while nothing comes.",
)
@click.option("--pid", type=click.IntRange(1), help="Of the hub on this machine: what it costs.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def flood(
    url: str,
    sockets: int,
    rate: float,
    seconds: float,
    size: int,
    publishers: int,
    audience: str,
    slug: str | None,
    token: str | None,
    join_rate: float,
    patience: float,
    pid: int | None,
    as_json: bool,
) -> None:
    """Open many sockets to a running hub, publish, and tell how every update reached everybody.

    Ends with status 1 if anything was lost, repeated or out of order."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise click.UsageError(f"--url: {url} is no address; say http://127.0.0.1:8000")
    if not token:
        raise click.UsageError(
            "--token: publishing takes a spokesperson's: HUB_TOKEN=$(hub token NAME) hub flood ..."
        )
    asked = Flood(
        url=url.rstrip("/"),
        token=token,
        sockets=sockets,
        rate=rate,
        seconds=seconds,
        size=size,
        publishers=publishers,
        audience=audience,
        join_rate=join_rate,
        patience=patience,
        slug=slug,
        pid=pid,
    )
    try:
        found = perform(
            run_flood(asked, lambda line: click.echo(line, err=True)), uvloop.new_event_loop
        )
    except FloodError as error:
        raise click.ClickException(str(error)) from error
    click.echo(found.as_json() if as_json else "\n".join(found.lines()))
    if not found.whole:
        sys.exit(1)
