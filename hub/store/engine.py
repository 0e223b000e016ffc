"""Engines for the two databases, set so that what was acknowledged is there after a power cut."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from hub.store.turnstile import Turnstile

# Nobody waits longer than this for the database: then it is a clear 503, within 2 s in all.
PATIENCE_SECONDS = 1.5
READERS = 8


def is_sqlite(url: str) -> bool:
    """Whether the embedded default is meant."""
    return make_url(url).get_backend_name() == "sqlite"


def make_engines(url: str) -> tuple[Engine, Engine]:
    """The engine that writes and the one that reads. ValueError for what cannot serve."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise ValueError("a SQLite database needs a file: sqlite:///hub.db")
            return _sqlite_writer(url), _sqlite_reader(url)
        case "postgresql":
            return _postgresql(url), _postgresql(url).execution_options(
                # One snapshot for a page and its cursor.
                isolation_level="REPEATABLE READ",
                postgresql_readonly=True,
            )
        case other:
            raise ValueError(f"{other} is not supported: use sqlite:/// or postgresql://")


def _sqlite_writer(url: str) -> Engine:
    engine = _sqlite(url, seconds=0)
    path = f"{make_url(url).database}-turn"

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        def begin() -> bool:
            try:
                # The driver's own BEGIN is deferred: a read that turns into a write loses silently.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                if "locked" in str(error):
                    return False
                raise
            return True

        with Turnstile(path, patience=PATIENCE_SECONDS) as turnstile:
            turnstile.wait_for(begin)

    return engine


def _sqlite_reader(url: str) -> Engine:
    engine = _sqlite(url, seconds=PATIENCE_SECONDS)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _sqlite(url: str, *, seconds: float) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=READERS,
        pool_timeout=PATIENCE_SECONDS,
        connect_args={"check_same_thread": False, "timeout": seconds},
    )

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None
        # Turning on WAL takes the lock for a moment; two processes may start together.
        dbapi.execute(f"PRAGMA busy_timeout={int(PATIENCE_SECONDS * 1000)}")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            dbapi.execute(f"PRAGMA {pragma}")
        dbapi.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")

    return engine


def _postgresql(url: str) -> Engine:
    milliseconds = int(PATIENCE_SECONDS * 1000)
    return create_engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=PATIENCE_SECONDS,
        pool_pre_ping=True,
        connect_args={
            # Whole seconds, and two at least.
            "connect_timeout": 2,
            "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds}"
            f" -c idle_in_transaction_session_timeout={4 * milliseconds}",
            "tcp_user_timeout": milliseconds,
            "keepalives_idle": 5,
        },
    )
