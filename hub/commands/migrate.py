"""hub migrate"""

import click
from sqlalchemy.exc import SQLAlchemyError

from hub.commands.opening import example, unreachable
from hub.config import database_url
from hub.store import schema


@click.command(epilog=example("HUB_DATABASE_URL=postgresql://hub@db/hub hub migrate"))
@click.option(
    "--new-epoch",
    is_flag=True,
    help="After a restore from a backup: every open page will load anew.",
)
def migrate(new_epoch: bool) -> None:
    """Bring the database up to date. Safe to run again, and while the hub runs."""
    url = database_url()
    try:
        schema.migrate(url)
        click.echo("the database is up to date", err=True)
        if new_epoch:
            click.echo(f"new epoch: {schema.begin_new_epoch(url)}", err=True)
    except SQLAlchemyError as error:
        raise unreachable(error) from error
