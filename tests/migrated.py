"""A migrated database is a copy of the first one: to migrate each anew takes ten times as long."""

import functools
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import create_engine, delete

from hub.domain.ledger import Epoch
from hub.store import schema
from hub.store.engine import is_sqlite


def migrate(url: str) -> None:
    """As `schema.migrate`, and an epoch of its own like there; what is empty becomes a copy."""
    is_copy = (
        _copy_file(Path(url.removeprefix("sqlite:///"))) if is_sqlite(url) else _copy_database(url)
    )
    (schema.give_epoch if is_copy else schema.migrate)(url)


def forget(server: str) -> None:
    """Leaves nothing behind on a server that is not the tests' own."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(_TEMPLATE)))


def _copy_file(path: Path) -> bool:
    if path.exists():
        return False
    path.write_bytes(_file())
    return True


@functools.cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hub.db"
        _migrate_without_epoch(f"sqlite:///{path}")
        return path.read_bytes()


# Processes of tests may share a server.
_TEMPLATE = f"hub_template_{uuid4().hex[:12]}"


def _copy_database(url: str) -> bool:
    server, name = _at(url, "postgres"), urlsplit(url).path[1:]
    if url == server:  # where one stands to drop and to copy the others
        return False
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if tables.fetchone() != (0,):
            return False
    _make_template(server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
        connection.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(_TEMPLATE))
        )
    return True


@functools.cache
def _make_template(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(_TEMPLATE))
        )
    _migrate_without_epoch(_at(server, _TEMPLATE))


def _migrate_without_epoch(url: str) -> None:
    schema.migrate(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(delete(Epoch))
    engine.dispose()


def _at(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()
