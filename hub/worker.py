"""What happens with nobody pressing."""

import asyncio
from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session

from hub.domain.errors import Unavailable
from hub.store.acts import forget_old_keys
from hub.store.arrivals import Arrivals
from hub.store.database import Database
from hub.store.keys import forget_spent_keys
from hub.store.leftovers import clear_away
from hub.store.shelf import Shelf

HOUR = 3600.0

log = structlog.get_logger(__name__)


async def tidy(database: Database, shelf: Shelf, arrivals: Arrivals) -> None:
    """Each hour: throws away idempotency keys and keys of people that are past their time, uploads
    that do not come any more, and what is on the shelf for no document."""
    while True:
        try:
            await database.act("tidy", _forget)
            await arrivals.sweep(datetime.now(UTC))
            await clear_away(database, shelf, now=datetime.now(UTC))
        except Unavailable:
            log.warning("tidy.later")
        await asyncio.sleep(HOUR)


def _forget(session: Session) -> None:
    now = datetime.now(UTC)
    forget_old_keys(session, now=now)
    forget_spent_keys(session, now=now)
