"""What is left on the shelf that no document names any more, and no page ever will."""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub.domain.document import Document, DocumentState
from hub.domain.version import Version
from hub.store.database import Database
from hub.store.shelf import Shelf

LEFT_OVER = timedelta(days=1)
"""Bytes are on the shelf before their row is: what is younger than this may still get one."""

_AT_ONCE = 500
_SUM = 64

log = structlog.get_logger(__name__)


async def clear_away(database: Database, shelf: Shelf, *, now: datetime) -> int:
    """Removes what is older than LEFT_OVER and named by no document that was not discarded;
    returns how much. Raises Unavailable."""
    cleared, some = 0, list[str]()
    async for name in shelf.names(now - LEFT_OVER):
        some.append(name)
        if len(some) == _AT_ONCE:
            cleared += await _clear(database, shelf, some)
            some = []
    cleared += await _clear(database, shelf, some)
    if cleared:
        log.info("shelf.cleared", count=cleared)
    return cleared


async def _clear(database: Database, shelf: Shelf, names: Collection[str]) -> int:
    sums = {name[:_SUM] for name in names}
    wanted = await database.read(lambda session: _named(session, sums))
    gone = [name for name in names if name[:_SUM] not in wanted]
    for name in gone:
        await shelf.remove(name)
    return len(gone)


def _named(session: Session, sums: Collection[str]) -> set[str]:
    """Those of these checksums that a document needs."""
    rows = session.execute(
        select(Version.kept, Version.given)
        .join(Version.document)
        .where(
            Document.state != DocumentState.DISCARDED,
            or_(Version.kept.in_(sums), Version.given.in_(sums)),
        )
    )
    return {one for row in rows for one in row if one is not None}
