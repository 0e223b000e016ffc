"""hub person add, hub token"""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from hub.commands.opening import act, example
from hub.config import Config
from hub.domain.audience import Role
from hub.domain.person import Category
from hub.store.keys import Keyring
from hub.store.people import add_person, person_named


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


def _keyring(config: Config) -> Keyring:
    return Keyring(config.secret_key.get_secret_value())
