"""A database that does not answer."""

from sqlite3 import SQLITE_ERROR

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.domain.errors import Unavailable

log = structlog.get_logger(__name__)


def tell(error: Exception) -> None:
    """Once, however many acts it befell."""
    if _is_away(error):
        log.warning("database.unavailable", error=str(error.__cause__ or error))


def translated(error: Exception) -> Exception:
    """Unavailable where trying again later can help; else the error itself."""
    return Unavailable() if _is_away(error) else error


def _is_away(error: Exception) -> bool:
    """Whether trying again later can help: not where the schema or the statement is wrong."""
    match error:
        case PoolTimeout() | TimeoutError():
            return True
        case OperationalError():
            return getattr(error.orig, "sqlite_errorcode", None) != SQLITE_ERROR
        case DBAPIError():
            return error.connection_invalidated
        case _:
            return False
