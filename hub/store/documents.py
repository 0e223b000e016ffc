"""Finding documents: those of a briefing, one by its reference, a file by its address."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.strategy_options import _AbstractLoad

from hub.domain.briefing import Briefing
from hub.domain.document import Document, DocumentState
from hub.domain.errors import N_, Invalid, NotFound
from hub.domain.version import Version
from hub.store.finding import briefing_at

# Built once: putting a statement together costs as much as the database takes to answer it.
_ALL = (
    select(Document)
    .where(
        Document.briefing_id == bindparam("briefing_id"),
        Document.state != DocumentState.DISCARDED,
    )
    .order_by(Document.position, Document.id)
    .options(selectinload(Document.versions))
)
_ONE = (
    select(Document)
    .where(Document.briefing_id == bindparam("briefing_id"), Document.ref == bindparam("ref"))
    .options(selectinload(Document.versions))
)
_FILE = (
    select(Version)
    .where(Version.address == bindparam("address"))
    .options(
        joinedload(Version.document).options(
            joinedload(Document.briefing), selectinload(Document.versions)
        )
    )
)


def documents(session: Session, briefing_id: int) -> Sequence[Document]:
    """All documents of a briefing, drafts too, in the podium's order."""
    return session.scalars(_ALL, {"briefing_id": briefing_id}).all()


def document_of(session: Session, briefing: Briefing, ref: str) -> Document:
    """A document of this briefing. Raises NotFound, also for a discarded one."""
    if not ref.isprintable():
        raise NotFound
    asked = {"briefing_id": briefing.id, "ref": ref}
    document = session.scalars(_ONE, asked).one_or_none()
    if document is None or document.state == DocumentState.DISCARDED:
        raise NotFound
    set_committed_value(document, "briefing", briefing)
    return document


def document_at(session: Session, slug: str, ref: str, *, lock: bool = False) -> Document:
    """The document with this reference, its briefing locked first if so wished. Raises NotFound."""
    return document_of(session, briefing_at(session, slug, lock=lock), ref)


def attached(session: Session, briefing: Briefing, refs: tuple[str, ...]) -> list[Document]:
    """The documents that an update is to carry. Raises Invalid."""
    try:
        return [document_of(session, briefing, ref) for ref in dict.fromkeys(refs)]
    except NotFound:
        raise Invalid("attached", N_("There is no document of this name here.")) from None


def file_at(session: Session, address: str) -> Version:
    """The file at this address, with its document and briefing. Raises NotFound.

    Whether somebody may have it is hub.domain.document.sees_document's to say.
    """
    if not address.isascii() or not address.isprintable():
        raise NotFound
    version = session.scalars(_FILE, {"address": address}).one_or_none()
    if version is None:
        raise NotFound
    return version


def next_position(session: Session, briefing_id: int) -> int:
    """Behind all others."""
    last = session.scalar(
        select(func.max(Document.position)).where(Document.briefing_id == briefing_id)
    )
    return 0 if last is None else last + 1


def how_many(session: Session, briefing_id: int) -> int:
    """Documents that are not discarded."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Document)
            .where(Document.briefing_id == briefing_id, Document.state != DocumentState.DISCARDED)
        )
        or 0
    )


def whole_document() -> tuple[_AbstractLoad, ...]:
    """All that showing a document can ask for."""
    return (selectinload(Document.versions),)


def texts(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The words in these versions' files."""
    found = session.execute(select(Version.id, Version.text).where(Version.id.in_(ids)))
    return dict(found.all())
