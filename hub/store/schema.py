"""The schema: brought up to date, checked, and named by its epoch."""

import secrets
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.orm import Session

from hub.domain.ledger import Epoch
from hub.store.engine import make_engines


def migrate(url: str, revision: str = "head") -> None:
    """Brings the database to `revision` and gives a new one its epoch.

    One that a newer program has migrated stays as it is: what that added is none of our business.
    """
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            config = _config(connection)
            if not _is_newer(_revisions(connection), config):
                command.upgrade(config, revision)
    finally:
        engine.dispose()
    give_epoch(url)


def give_epoch(url: str) -> None:
    """Gives a database that has none its epoch, and the hub its name."""
    engine = _engine(url)
    try:
        with Session(engine) as session, session.begin():
            if session.scalars(select(Epoch.value)).one_or_none() is None:
                session.execute(insert(Epoch).values(id=1, value=_new_epoch(), hub=_new_epoch()))
    finally:
        engine.dispose()


def downgrade(url: str, revision: str = "base") -> None:
    """Takes the database back to `revision`."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            command.downgrade(_config(connection), revision)
    finally:
        engine.dispose()


def begin_new_epoch(url: str) -> str:
    """After a restore: every open page must load anew. Returns the epoch's name."""
    engine = _engine(url)
    try:
        with Session(engine) as session, session.begin():
            row = session.scalars(select(Epoch).with_for_update()).one()
            row.value = _new_epoch()
            return row.value
    finally:
        engine.dispose()


def pending(url: str) -> bool:
    """Whether the database lacks migrations that this program needs."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            current = _revisions(connection)
    finally:
        engine.dispose()
    config = _config(None)
    heads = set(ScriptDirectory.from_config(config).get_heads())
    return current != heads and not _is_newer(current, config)


def _revisions(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _is_newer(revisions: set[str], config: Config) -> bool:
    """Whether the database has been brought to where this program does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    return not revisions <= known


def _engine(url: str) -> Engine:
    writing, reading = make_engines(url)
    reading.dispose()
    return writing


def _config(connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _new_epoch() -> str:
    return secrets.token_hex(4)
