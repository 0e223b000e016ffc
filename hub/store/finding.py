"""Look-ups by what stands in an address; inside a transaction they also lock."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.briefing import Briefing
from hub.domain.errors import NotFound
from hub.domain.ledger import Epoch
from hub.domain.update import Update


def briefing_at(session: Session, slug: str, *, lock: bool = False) -> Briefing:
    """The briefing with this slug; `lock` holds its numbers until the commit. Raises NotFound."""
    if not slug.isprintable():
        # A database may refuse the very question.
        raise NotFound
    query = select(Briefing).where(Briefing.slug == slug).options(joinedload(Briefing.speakers))
    if lock:
        query = query.with_for_update(of=Briefing)
    briefing = session.scalars(query).unique().one_or_none()
    if briefing is None:
        raise NotFound
    return briefing


def update_at(session: Session, slug: str, ref: str, *, lock: bool = False) -> Update:
    """The update with this reference, its briefing locked first if so wished. Raises NotFound."""
    briefing = briefing_at(session, slug, lock=lock)
    if not ref.isprintable():
        raise NotFound
    update = session.scalars(
        select(Update)
        .where(Update.briefing_id == briefing.id, Update.ref == ref)
        .options(selectinload(Update.editions), joinedload(Update.speaker))
    ).one_or_none()
    if update is None:
        raise NotFound
    set_committed_value(update, "briefing", briefing)
    return update


def hub_name(session: Session) -> str:
    """The name of this hub, the same for all its workers and for good."""
    return session.scalars(select(Epoch.hub)).one()


def epoch(session: Session) -> str:
    """The name of this database's history."""
    return session.scalars(select(Epoch.value)).one()
