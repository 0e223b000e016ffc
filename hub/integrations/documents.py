"""Documents, for programs: read, described, dropped, withdrawn. Files arrive by tus, a protocol
of its own (see docs/documents.md), at the briefing's uploads."""

from typing import Any

from sqlalchemy.orm import Session

from hub.domain import handing_in
from hub.domain.audience import Audience, first_seat
from hub.domain.briefing import Briefing
from hub.domain.document import Document, DocumentState, sees_document
from hub.domain.errors import NotFound
from hub.integrations.briefings import BRIEFING
from hub.integrations.door import NotTaken
from hub.integrations.operation import PODIUM, Ask, reads, writes
from hub.integrations.reach import briefing_of, briefing_url
from hub.integrations.schemas import Nothing
from hub.integrations.schemas_documents import DocumentWords, Drop, Place, Withdrawal
from hub.integrations.shown_documents import (
    Documents,
    DocumentShown,
    Handled,
    PodiumDocuments,
    document_shown,
    document_url,
    documents_shown,
    staging_shown,
)
from hub.live.seen_documents import seen_document, seen_documents
from hub.store import filing
from hub.store.acts import Answer
from hub.store.documents import document_of, documents
from hub.web.house import now

DOCUMENTS = f"{BRIEFING}/documents"
DOCUMENT = f"{DOCUMENTS}/{{ref}}"


@reads(DOCUMENTS, takes=Nothing, gives=Documents)
async def read_documents(ask: Ask[Nothing]) -> Documents:
    """The documents that were dropped: for everybody, and with a token of the press all."""

    def look(db: Session) -> Documents:
        briefing = briefing_of(ask, db)
        dropped = [one for one in documents(db, briefing.id) if one.out]
        seen = seen_documents(dropped, _seat(ask))
        return documents_shown(seen, briefing_url(ask), ask.house.public_url)

    return await ask.house.database.read(look)


@reads(DOCUMENT, takes=Nothing, gives=DocumentShown)
async def read_document(ask: Ask[Nothing]) -> DocumentShown:
    """A document that was dropped. Once it is withdrawn: 410, with the reason."""

    def look(db: Session) -> DocumentShown:
        document = document_of(db, briefing_of(ask, db), ask.ref)
        seat = _seat(ask)
        if not document.out or seat not in sees_document(document):
            raise NotFound
        return document_shown(
            seen_document(document, seat), briefing_url(ask), ask.house.public_url
        )

    shown = await ask.house.database.read(look)
    if shown.state == DocumentState.WITHDRAWN and shown.withdrawn_at is not None:
        reason = shown.reason or ""
        raise NotTaken(
            410, f"Withdrawn: {reason}", notice=reason, retracted_at=shown.withdrawn_at.isoformat()
        )
    return shown


@reads(f"{BRIEFING}/podium/documents", takes=Nothing, gives=PodiumDocuments, needs=PODIUM)
async def read_podium_documents(ask: Ask[Nothing]) -> PodiumDocuments:
    """All documents, drafts too, and what the check found."""

    def look(db: Session) -> PodiumDocuments:
        briefing = briefing_of(ask, db)
        seen = seen_documents(documents(db, briefing.id), Audience.PODIUM)
        return staging_shown(seen, briefing_url(ask), ask.house.public_url)

    return await ask.house.database.read(look)


@writes(f"{DOCUMENT}/description", takes=DocumentWords, gives=Handled)
async def describe_document(ask: Ask[DocumentWords]) -> Handled:
    """Say what a draft is: title, description, language, for whom."""

    def verb(_db: Session, briefing: Briefing, document: Document) -> None:
        handing_in.describe(briefing, document, ask.given.sheet(), by=ask.person, now=now())

    return await _change(ask, verb)


@writes(f"{DOCUMENT}/drop", takes=Drop, gives=Handled)
async def drop(ask: Ask[Drop]) -> Handled:
    """Put a document's newest version in front of everybody whom it is for, at once."""

    def verb(_db: Session, _briefing: Briefing, document: Document) -> None:
        document.drop(note=ask.given.note, by=ask.person, now=now())

    return await _change(ask, verb)


@writes(f"{DOCUMENT}/withdrawal", takes=Withdrawal, gives=Handled)
async def withdraw_document(ask: Ask[Withdrawal]) -> Handled:
    """Take a document back: the reason stands in its place."""

    def verb(_db: Session, _briefing: Briefing, document: Document) -> None:
        document.withdraw(ask.given.reason, by=ask.person, now=now())

    return await _change(ask, verb)


@writes(f"{DOCUMENT}/discard", takes=Nothing)
async def discard(ask: Ask[Nothing]) -> None:
    """Throw away a draft, or the version that is not dropped yet."""

    def verb(_db: Session, _briefing: Briefing, document: Document) -> None:
        document.discard(by=ask.person, now=now())

    await _act(ask, verb)


@writes(f"{DOCUMENT}/place", takes=Place, gives=Handled)
async def place_document(ask: Ask[Place]) -> Handled:
    """Put a document before another one of the list, or at its end."""
    answer = await filing.put_before(
        ask.house.database, ask.slug, ask.ref, ask.given.before or "",
        key=ask.key, by=ask.person, now=now(),
    )  # fmt: skip
    return _handled(ask, answer)


async def _change(ask: Ask[Any], verb: filing.Verb) -> Handled:
    return _handled(ask, await _act(ask, verb))


async def _act(ask: Ask[Any], verb: filing.Verb) -> Answer:
    asked = {ask.request.url.path: ask.given.model_dump(mode="json")}
    return await filing.change(
        ask.house.database, ask.slug, ask.ref, verb,
        request=asked, key=ask.key, by=ask.person, now=now(),
    )  # fmt: skip


def _handled(ask: Ask[Any], answer: Answer) -> Handled:
    ref = str(answer["ref"])
    return Handled(
        ref=ref,
        state=answer["state"],
        version=answer["version"],
        url=document_url(briefing_url(ask), ref),
    )


def _seat(ask: Ask[Any]) -> Audience:
    role = ask.visitor.person.role if ask.visitor else None
    return first_seat((Audience.ROOM,), role=role) or Audience.PUBLIC
