"""The checks that are due: each file that was handed in is leased to one worker at a time.

The row of a version that waits is its own job: it is there in the same commit as the document.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from hub.domain.briefing import Briefing
from hub.domain.document import Document, DocumentState
from hub.domain.version import CheckState, Version
from hub.store.database import Database
from hub.store.documents import document_of
from hub.store.finding import briefing_at

LEASE = timedelta(minutes=2)
"""Longer than any check may take; a worker that died is followed after this."""

Verdict = Callable[[Version], object]


class Due:
    """A check that this worker has taken. `token` tells its try from a later one's; `kept` its file
    from one that was handed in under the same number after this one had been thrown away."""

    __slots__ = ("kept", "name", "number", "ref", "size", "slug", "token")

    def __init__(self, version: Version, slug: str) -> None:
        self.slug = slug
        self.ref = version.document.ref
        self.number = version.number
        self.name = version.name
        self.kept = version.kept
        self.size = version.kept_size
        self.token = version.tries


async def take_due(database: Database, *, now: datetime) -> Due | None:
    """The oldest check that nobody is at, leased for LEASE; None: nothing is to be done."""

    def take(session: Session) -> Due | None:
        query = (
            select(Version)
            .join(Version.document)
            .where(
                Version.check == CheckState.WAITING,
                Document.state != DocumentState.DISCARDED,
                or_(Version.leased_until.is_(None), Version.leased_until < now),
            )
            .order_by(Version.tries, Version.id)
            .limit(1)
            .options(joinedload(Version.document).joinedload(Document.briefing))
            .with_for_update(of=Version, skip_locked=True)
        )
        version = session.scalars(query).one_or_none()
        if version is None:
            return None
        version.leased_until = now + LEASE
        version.tries += 1
        return Due(version, version.document.briefing.slug)

    return await database.act("checks", take)


async def settle(database: Database, due: Due, verdict: Verdict) -> bool:
    """Writes what the check found, unless somebody else has taken it over or it is gone."""

    def act(session: Session) -> bool:
        briefing = briefing_at(session, due.slug, lock=True)
        version = _still(session, briefing, due)
        if version is None:
            return False
        verdict(version)
        return True

    return await database.act(due.slug, act)


def _still(session: Session, briefing: Briefing, due: Due) -> Version | None:
    query = select(Document.id).where(
        Document.briefing_id == briefing.id,
        Document.ref == due.ref,
        Document.state != DocumentState.DISCARDED,
    )
    if session.scalar(query) is None:
        return None
    document = document_of(session, briefing, due.ref)
    version = document.versions[-1]
    found = (version.number, version.tries, version.name, version.kept)
    mine = found == (due.number, due.token, due.name, due.kept)
    return version if mine and version.check == CheckState.WAITING else None
