"""Look-ups by what stands in an address; inside a transaction they also lock."""

from zlib import crc32

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.briefing import Briefing
from hub.domain.document import Document
from hub.domain.errors import NotFound
from hub.domain.ledger import Epoch
from hub.domain.question import Question
from hub.domain.update import Update

# Built once: putting a statement together costs as much as the database takes to answer it.
_BRIEFING = (
    select(Briefing)
    .where(Briefing.slug == bindparam("slug"))
    .options(joinedload(Briefing.speakers))
)
_LOCKED_BRIEFING = _BRIEFING.with_for_update(of=Briefing)
_UPDATE = (
    select(Update)
    .where(Update.briefing_id == bindparam("briefing_id"), Update.ref == bindparam("ref"))
    .options(
        selectinload(Update.editions),
        joinedload(Update.speaker),
        selectinload(Update.answers).joinedload(Question.answer),
        selectinload(Update.attachments).selectinload(Document.versions),
    )
)

_TURN = text("SELECT pg_advisory_xact_lock(4803, :key)")


def briefing_at(session: Session, slug: str, *, lock: bool = False) -> Briefing:
    """The briefing with this slug; `lock` holds its numbers until the commit. Raises NotFound."""
    if not slug.isprintable():
        # A database may refuse the very question.
        raise NotFound
    query = _BRIEFING
    if lock:
        stand_in_line(session, slug)
        query = _LOCKED_BRIEFING
    briefing = session.scalars(query, {"slug": slug}).unique().one_or_none()
    if briefing is None:
        raise NotFound
    if lock:
        # What it records is written at the end, also where a query in between has flushed it:
        # then the session alone would let go of it.
        session.info.setdefault("locked", []).append(briefing)
    return briefing


def update_at(session: Session, slug: str, ref: str, *, lock: bool = False) -> Update:
    """The update with this reference, its briefing locked first if so wished. Raises NotFound."""
    briefing = briefing_at(session, slug, lock=lock)
    if not ref.isprintable():
        raise NotFound
    asked = {"briefing_id": briefing.id, "ref": ref}
    update = session.scalars(_UPDATE, asked).one_or_none()
    if update is None:
        raise NotFound
    set_committed_value(update, "briefing", briefing)
    return update


def stand_in_line(session: Session, slug: str) -> None:
    """Until the commit, whoever else stands in line for this briefing waits.

    PostgreSQL's row locks are not fair: whoever has just committed a row is there first again, and
    under load the others starve; in front of this lock they queue. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Signed, of 32 bits. Two briefings that share a key only wait for each other.
        session.execute(_TURN, {"key": crc32(slug.encode()) - 2**31})


def hub_name(session: Session) -> str:
    """The name of this hub, the same for all its workers and for good."""
    return session.scalars(select(Epoch.hub)).one()


def epoch(session: Session) -> str:
    """The name of this database's history."""
    return session.scalars(select(Epoch.value)).one()
