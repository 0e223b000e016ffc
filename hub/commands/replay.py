"""hub replay"""

import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import click
import httpx2

from hub.commands.opening import example
from hub.commands.stage import a_hub_of_our_own, perform, tokens_for
from hub.config import Config, ConfigError
from hub.replay.check import Readers, checking
from hub.replay.company import Tokens, company
from hub.replay.documents import document_acts
from hub.replay.player import Programme, play
from hub.replay.press import PressError
from hub.replay.room import ASKERS
from hub.replay.script import script
from hub.replay.transcript import TranscriptError, read_transcript

PLAYER = "Replay"
MODERATOR = "Replay desk"


@click.command(epilog=example("hub replay briefing.md --speed 20 --check"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", help="A running hub. Without it, one is started for the replay alone.")
@click.option(
    "--speed",
    type=click.FloatRange(1, 60),
    default=1.0,
    show_default=True,
    help="Times as fast as it was.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Follow it with a reader of each audience and one that is cut at random; end with"
    " status 1 unless each has every event once, in order, and the same as a fresh page.",
)
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder: its files are dropped one after the other, at even distances.",
)
@click.option("--slug", help="Its name in the address. Default: from title and date.")
@click.option(
    "--token",
    envvar="HUB_TOKEN",
    help="A spokesperson's API token for --url, HUB_TOKEN; questions are notes then. Without it,"
    " those who ask and the moderator are entered in the database that HUB_DATABASE_URL names.",
)
def replay(
    file: Path,
    url: str | None,
    speed: float,
    check: bool,
    documents: Path | None,
    slug: str | None,
    token: str | None,
) -> None:
    """Play the transcript FILE through a hub as a live briefing: podium, desk and room."""
    try:
        transcript = read_transcript(file.read_bytes(), name=file.name)
        read = script(transcript, slug=slug, asked=url is None or token is None)
        acts = [*read.acts, *(document_acts(documents, read.duration_seconds) if documents else ())]
        programme = Programme(
            slug=read.slug,
            title=read.title,
            place=read.place,
            zone=read.zone,
            language="en",
            speakers=[(name, "", "") for name in read.speakers],
            acts=sorted(acts, key=lambda act: act.at),
            duration_seconds=read.duration_seconds,
        )
        faults = perform(_replay(programme, url, token, speed=speed, check=check))
    except (TranscriptError, PressError, OSError, httpx2.HTTPError) as error:
        raise click.ClickException(str(error)) from error
    for fault in faults:
        click.echo(f"hub: {fault}", err=True)
    if faults:
        sys.exit(1)


async def _replay(
    programme: Programme, url: str | None, token: str | None, *, speed: float, check: bool
) -> list[str]:
    async with _hub(url, token) as (address, tokens), company(address, tokens) as players:
        slug = await players.podium.add(programme.announcement())
        click.echo(f"{address}/briefings/{slug}", err=True)
        minutes = programme.duration_seconds / speed / 60
        label = f"{len(programme.acts)} acts in {minutes:.1f} min"
        async with contextlib.AsyncExitStack() as stack:
            readers = None
            if check:
                readers = await stack.enter_async_context(checking(address, slug, tokens))
            with click.progressbar(
                length=len(programme.acts), label=label, file=sys.stderr, item_show_func=_late
            ) as bar:
                await play(
                    programme, players, slug, speed=speed, tell=lambda _, late: bar.update(1, late)
                )
            return await _faults(readers) if readers else []


async def _faults(readers: Readers) -> list[str]:
    findings = await readers.findings()
    for found in findings:
        verdict = "complete, in order, once" if not found.faults else "NOT complete"
        cuts = f", {found.cuts} cuts" if found.cuts else ""
        click.echo(f"{found.audience}: {found.applied} events{cuts}: {verdict}", err=True)
    of_order = await readers.faults_of_order()
    verdict = "NOT as published" if of_order else "computed again, and the same"
    click.echo(f"order: {verdict}", err=True)
    faults = [f"{found.audience}: {fault}" for found in findings for fault in found.faults]
    return faults + [f"order: {fault}" for fault in of_order]


@contextlib.asynccontextmanager
async def _hub(url: str | None, token: str | None) -> AsyncIterator[tuple[str, Tokens]]:
    if url is None:
        with tempfile.TemporaryDirectory(prefix="hub-replay-") as folder:
            async with a_hub_of_our_own(Path(folder), port=0) as config:
                yield config.public_url, await _tokens(config)
        return
    if token is not None:
        yield url.rstrip("/"), Tokens(podium=token)
        return
    try:
        config = Config.read()
    except ConfigError as error:
        raise click.ClickException(
            f"--token: give a spokesperson's token (hub token NAME), or the hub's own"
            f" environment: {error}"
        ) from None
    yield url.rstrip("/"), await _tokens(config)


async def _tokens(config: Config) -> Tokens:
    return await tokens_for(config, podium=PLAYER, desk=MODERATOR, room=ASKERS)


def _late(late: float | None) -> str:
    return f"{late:.1f} s late" if late is not None and late > 1 else ""
