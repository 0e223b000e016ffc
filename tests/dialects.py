"""Each hub of the tests would compile its statements anew, which is most of what its first acts
cost. Here all engines of a run share what one of them has compiled, as they would in one hub."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[Any, Any] = LRUCache(4_000)


class _Alike(Dialect):
    """All of one kind are one: what is compiled for one is for every other."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)


class SharedSQLite(_Alike, SQLiteDialect_pysqlite):
    """The hub's embedded database."""

    supports_statement_cache = True


class SharedPostgreSQL(_Alike, PGDialect_psycopg):
    """The database of several machines."""

    supports_statement_cache = True


def share_compiled() -> None:
    """From now on, in this process."""
    for name, dialect in (("sqlite", SharedSQLite), ("postgresql", SharedPostgreSQL)):
        registry.register(name, __name__, dialect.__name__)
