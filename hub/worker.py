"""What happens with nobody pressing."""

import asyncio
from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session

from hub.domain.errors import Unavailable
from hub.store.acts import forget_old_keys
from hub.store.database import Database
from hub.store.keys import forget_spent_keys

HOUR = 3600.0

log = structlog.get_logger(__name__)


async def tidy(database: Database) -> None:
    """Each hour: throws away idempotency keys and keys of people that are past their time."""
    while True:
        try:
            await database.act("tidy", _forget)
        except Unavailable:
            log.warning("tidy.later")
        await asyncio.sleep(HOUR)


def _forget(session: Session) -> None:
    now = datetime.now(UTC)
    forget_old_keys(session, now=now)
    forget_spent_keys(session, now=now)
