"""hub demo"""

import asyncio
import contextlib
import itertools
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from hub.commands.opening import example
from hub.commands.stage import a_hub_of_our_own, link_for, perform, tokens_for
from hub.config import Config
from hub.demo.agenda import TO_COME
from hub.demo.storm import STORM
from hub.domain.audience import Role
from hub.replay.company import Company, company
from hub.replay.player import Programme, play
from hub.replay.press import PressError

PAUSE_SECONDS = 20.0

_PEOPLE = {
    Role.JOURNALIST: (STORM.room[0].name, STORM.room[0].outlet),
    Role.SPOKESPERSON: (STORM.speakers[0].name, None),
    Role.MODERATOR: ("Phan Quỳnh Giao", None),
    Role.OFFICER: ("Lò Thị Ban Mai", None),
    Role.ADMINISTRATOR: ("Đinh Hải Sơn", None),
}


@click.command(epilog=example("hub demo --port 8000 --speed 3"))
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    help="On loopback; 0: a free one.",
)
@click.option("--speed", type=click.FloatRange(1, 60), default=1.0, show_default=True)
def demo(port: int, speed: float) -> None:
    """Show a press centre at work: a fictional storm briefing that plays itself in a loop, on a
    fresh database that is thrown away. Ctrl+C stops everything."""
    try:
        with contextlib.suppress(KeyboardInterrupt):
            perform(_demo(port, speed))
    except PressError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"--port: {port} cannot be used ({error.strerror}); choose another, or 0"
        ) from error


async def _demo(port: int, speed: float) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-demo-") as folder:
        async with a_hub_of_our_own(Path(folder), port=port) as config:
            podium, desk = (_PEOPLE[role][0] for role in (Role.SPOKESPERSON, Role.MODERATOR))
            tokens = await tokens_for(config, podium=podium, desk=desk, room=STORM.room)
            async with company(config.public_url, tokens) as players:
                first = await players.podium.add(_programme().announcement())
                for announced in TO_COME:
                    await players.podium.add(announced.announcement(datetime.now(UTC)))
                await _invite(config, first)
                await _play_for_ever(players, first, speed)


async def _invite(config: Config, slug: str) -> None:
    doors = {"public": f"{config.public_url}/briefings/{slug}"} | {
        role.value: await link_for(config, name, role, outlet=outlet)
        for role, (name, outlet) in _PEOPLE.items()
    }
    click.echo(f"The hub is live at {config.public_url}\n")
    for who, address in doors.items():
        click.echo(f"  {who:14}{address}")
    click.echo("\nEach link signs in once. Ctrl+C stops everything.")


async def _play_for_ever(players: Company, first: str, speed: float) -> None:
    for turn in itertools.count():
        programme = _programme()
        slug = first if turn == 0 else await players.podium.add(programme.announcement())
        await play(programme, players, slug, speed=speed, tell=lambda _done, _late: None)
        await asyncio.sleep(PAUSE_SECONDS / speed)


def _programme() -> Programme:
    language, *others = STORM.titles
    titles: Mapping[str, str] = {code: STORM.titles[code] for code in others}
    return Programme(
        slug=STORM.slug,
        title=STORM.titles[language],
        titles=titles,
        place=STORM.place,
        zone=STORM.zone,
        language=language,
        languages=others,
        speakers=[
            (speaker.name, speaker.function, speaker.department) for speaker in STORM.speakers
        ],
        acts=STORM.acts,
        duration_seconds=STORM.duration_seconds,
    )
