"""hub person add, role, leave; hub token"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from hub.commands.opening import act, example
from hub.config import Config
from hub.domain.audience import Role
from hub.domain.person import Category
from hub.live.bus import tell_keys_ended
from hub.store.finding import hub_name
from hub.store.keys import Keyring, end_keys
from hub.store.people import add_person, give_role, person_named


@click.group()
def person() -> None:
    """People."""


@person.command(
    epilog=example('hub person add "Nguyễn Khánh Vy" --role journalist --outlet "Báo Mới"')
)
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--outlet", default=None, help="The journalist's news organisation.")
@click.option(
    "--category",
    type=click.Choice([category.value for category in Category]),
    help="Of which kind the outlet is. Default: as it is, local at first.",
)
@click.option(
    "--shares/--apart",
    default=None,
    help="Whether the outlet's people see each other's questions. Default: as it is, apart at"
    " first.",
)
def add(
    name: str, role: str, outlet: str | None, category: str | None, shares: bool | None
) -> None:
    """Enter somebody, or find them again, and print a sign-in link that works once.

    The link is alone on standard output."""
    config = Config.read()
    if outlet is None and role == Role.JOURNALIST:
        raise click.UsageError("--outlet: a journalist belongs to an outlet; name it")
    if outlet is None and (category is not None or shares is not None):
        raise click.UsageError("--outlet: name the one that --category and --shares are of")
    now = datetime.now(UTC)
    keyring = _keyring(config)

    def work(session: Session) -> str:
        found = add_person(
            session,
            name,
            role=Role(role),
            outlet=outlet,
            category=Category(category) if category else None,
            shares=shares,
        )
        return keyring.make_link(session, found, now=now)

    click.echo(f"{config.public_url}/sign-in/{act(config, 'people', work)}")


@person.command(epilog=example('hub person role "Nguyễn Khánh Vy" --role moderator'))
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--outlet", default=None, help="The journalist's news organisation.")
def role(name: str, role: str, outlet: str | None) -> None:
    """Say what NAME is from now on.

    The pages that they may not follow any more are told so, and follow no longer."""
    config = Config.read()
    if outlet is None and role == Role.JOURNALIST:
        raise click.UsageError("--outlet: a journalist belongs to an outlet; name it")
    _revoke(config, lambda session: give_role(session, name, role=Role(role), outlet=outlet))


@person.command(epilog=example('hub person leave "Nguyễn Khánh Vy"'))
@click.argument("name")
def leave(name: str) -> None:
    """Sign NAME out everywhere: no session, link or token of theirs opens anything any more.

    `hub person add` with the same role and outlet makes a new link."""
    _revoke(Config.read(), lambda session: end_keys(session, person_named(session, name)))


@click.command(epilog=example('HUB_TOKEN=$(hub token "Tạ Thị Ngọc Diệp")'))
@click.argument("name")
def token(name: str) -> None:
    """Make a bearer token for the API, with all the rights of the person NAME.

    It is alone on standard output, and is shown only this once."""
    config = Config.read()
    keyring = _keyring(config)
    now = datetime.now(UTC)
    click.echo(
        act(
            config,
            "people",
            lambda session: keyring.make_token(session, person_named(session, name), now=now),
        )
    )


def _revoke(config: Config, work: Callable[[Session], object]) -> None:
    """The workers look at once, where there is a Redis to tell them; else within half a minute."""

    def revoke(session: Session) -> str:
        work(session)
        return hub_name(session)

    name = act(config, "people", revoke)
    if config.redis_url is not None:
        asyncio.run(tell_keys_ended(config.redis_url, name=name))


def _keyring(config: Config) -> Keyring:
    return Keyring(config.secret_key.get_secret_value())
