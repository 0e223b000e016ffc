"""How a command comes to its configuration and its database."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.config import Config
from hub.store import schema
from hub.store.database import Database
from hub.store.engine import is_sqlite

T = TypeVar("T")

PATIENCE_SECONDS = 30.0


def example(text: str) -> str:
    """The last lines of a command's --help."""
    return f"\b\nExample:\n  {text}"


def patient_database(config: Config) -> Database:
    """For a command: no browser waits for it, and the hub's own acts come first."""
    database = Database(config.database_url)
    database.answer_seconds = PATIENCE_SECONDS
    return database


def ready_database(config: Config) -> None:
    """Brings the embedded database up to date; of a server's, only says that it is not."""
    try:
        if is_sqlite(config.database_url):
            schema.migrate(config.database_url)
        elif schema.pending(config.database_url):
            raise click.ClickException("the database lacks migrations: run `hub migrate` first")
    except (SQLAlchemyError, OSError) as error:
        raise unreachable(error) from error


def unreachable(error: Exception) -> click.ClickException:
    """One line for a database that cannot be opened."""
    reason = str(error.__cause__ or error).strip().splitlines()[0]
    return click.ClickException(f"HUB_DATABASE_URL: the database cannot be opened: {reason}")


def act(config: Config, lane: str, work: Callable[[Session], T]) -> T:
    """Runs one act in a transaction of its own. The hub's workers find it by their timer."""

    async def run() -> T:
        database = patient_database(config)
        try:
            return await database.act(lane, work)
        finally:
            await database.close()

    ready_database(config)
    return asyncio.run(run())
