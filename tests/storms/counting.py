"""How often a PostgreSQL is asked, by its own log."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from tests.services import Server

# What is asked, be it in one go or prepared; transactions' own words are not counted.
_ASKED = re.compile(
    r"LOG:  (?:statement|execute [^:]*): (?!BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)"
)


@dataclass(slots=True)
class Asked:
    """What was asked within the block."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)


def log_statements(server: Server) -> None:
    """From now on the server writes down everything it is asked."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def counted(server: Server) -> Iterator[Asked]:
    """What is asked until the block ends."""
    before = len(server.log)
    asked = Asked()
    yield asked
    asked.statements += [line for line in server.log[before:].splitlines() if _ASKED.search(line)]
