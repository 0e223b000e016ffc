"""Acts on documents, under the briefing's lock and an idempotency key."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from hub.domain import handing_in
from hub.domain.briefing import Briefing
from hub.domain.document import Document
from hub.domain.errors import N_, Invalid
from hub.domain.handing_in import File, Sheet
from hub.domain.person import Person
from hub.store.acts import Answer, once
from hub.store.database import Database
from hub.store.documents import document_of, documents, how_many, next_position
from hub.store.finding import briefing_at

Verb = Callable[[Session, Briefing, Document], object]
"""What is done to a document of a locked briefing."""


async def hand_in(
    database: Database,
    slug: str,
    file: File,
    sheet: Sheet,
    *,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """A new document, a draft. Answers {"ref", "version"}."""

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        document = handing_in.hand_in(
            briefing,
            file,
            sheet,
            position=next_position(session, briefing.id),
            count=how_many(session, briefing.id),
            by=by,
            now=now,
        )
        session.add(document)
        return _answer(document)

    asked = {"hand_in": asdict(file), "sheet": asdict(sheet)}
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def hand_in_again(
    database: Database,
    slug: str,
    ref: str,
    file: File,
    *,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """A newer version of a document. Answers {"ref", "version"}."""

    def verb(session: Session, briefing: Briefing, document: Document) -> None:
        handing_in.hand_in_again(briefing, document, file, by=by, now=now)

    asked = {"hand_in_again": asdict(file)}
    return await change(database, slug, ref, verb, request=asked, key=key, by=by, now=now)


async def put_before(
    database: Database,
    slug: str,
    ref: str,
    other: str,
    *,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """Puts a document before another one of the list; other "": at its end. Raises Invalid."""

    def verb(session: Session, briefing: Briefing, document: Document) -> None:
        among = documents(session, briefing.id)
        place = next((one for one in among if other and one.ref == other), None)
        if other and (place is None or place is document):
            raise Invalid("before", N_("There is no document of this name here."))
        handing_in.put_before(briefing, document, place, among, by=by, now=now)

    asked = {"before": other}
    return await change(database, slug, ref, verb, request=asked, key=key, by=by, now=now)


async def step(
    database: Database, slug: str, ref: str, *, up: bool, key: str | None, by: Person, now: datetime
) -> Answer:
    """Puts a document one up or one down in the list; where there is nothing there, it stays."""

    def verb(session: Session, briefing: Briefing, document: Document) -> None:
        among = documents(session, briefing.id)
        goal = among.index(document) + (-1 if up else 2)
        if 0 <= goal <= len(among):
            place = among[goal] if goal < len(among) else None
            handing_in.put_before(briefing, document, place, among, by=by, now=now)

    asked = {"up": up}
    return await change(database, slug, ref, verb, request=asked, key=key, by=by, now=now)


async def change(
    database: Database,
    slug: str,
    ref: str,
    verb: Verb,
    *,
    request: object,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """Does something to a document: describes, drops, withdraws, discards it. Answers {"ref",
    "version"} as it stands then. Raises NotFound and what the verb raises."""

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        document = document_of(session, briefing, ref)
        verb(session, briefing, document)
        return _answer(document)

    asked = {"document": ref, "act": request}
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


def _answer(document: Document) -> Answer:
    return {
        "ref": document.ref,
        "version": document.versions[-1].number if document.versions else 0,
        "state": document.state.value,
    }
