"""What a screen shows, in one snapshot with the cursor that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from hub.domain.audience import IN_THE_FEED, Audience
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.document import Document
from hub.domain.errors import NotFound
from hub.domain.event import Entry, Event
from hub.domain.ledger import Epoch
from hub.domain.message import Message
from hub.domain.question import Question
from hub.domain.update import Update
from hub.store.documents import documents, whole_document
from hub.store.finding import briefing_at, epoch, update_at
from hub.store.questions import Floor, appealed, disposed, floor, messages, nobody, open_questions

FEED = 50
POINTS = 20
LIVE = 12
COMING = 12
PAST = 30
NEWEST = 6
# Numbers looked at in one go for a page of the feed: some of them are of events beside it.
REACH = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """How a briefing stands: alike twice, and every page about it would be alike twice.

    Whatever happens to a briefing is numbered in its row, under its lock.
    """

    epoch: str
    number: int
    row: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class BriefingScreen:
    """A window on a briefing. `events` newest first; `older`: read on before this number."""

    standing: Standing
    briefing: Briefing
    epoch: str
    head: int
    events: Sequence[Event]
    points: Sequence[Update]
    floor: Floor
    older: int | None
    documents: Sequence[Document] = ()


@dataclass(frozen=True, slots=True)
class PodiumScreen:
    """The podium. `published` newest first."""

    briefing: Briefing
    epoch: str
    head: int
    published: Sequence[Update]
    points: Sequence[Update]
    count: int
    floor: Floor
    messages: Sequence[Message]
    documents: Sequence[Document]


@dataclass(frozen=True, slots=True)
class DeskScreen:
    """The desk. `open` oldest first, `disposed` newest first, after the appeals to be decided."""

    briefing: Briefing
    epoch: str
    head: int
    open: Sequence[Question]
    disposed: Sequence[Question]
    floor: Floor
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class FrontScreen:
    """The front page: briefings by where they stand, each list in reading order."""

    epoch: str
    live: Sequence[Briefing]
    coming: Sequence[Briefing]
    past: Sequence[Briefing]


# Built once: every page of every reader asks it.
_STANDING = select(select(Epoch.value).scalar_subquery(), *Briefing.__table__.c).where(
    Briefing.slug == bindparam("slug")
)


def standing(session: Session, slug: str) -> Standing:
    """How the briefing stands, in one small query. Raises NotFound."""
    if not slug.isprintable():
        raise NotFound
    found = session.execute(_STANDING, {"slug": slug}).one_or_none()
    if found is None:
        raise NotFound
    return Standing(found[0], found.number, tuple(found))


def briefing_screen(
    session: Session, slug: str, audience: Audience, *, before: int | None = None
) -> BriefingScreen:
    """The newest events, or those before a number. Raises NotFound."""
    stands = standing(session, slug)
    briefing = briefing_at(session, slug)
    head = briefing.head(audience)
    upto = head if before is None else min(head, before - 1)
    events = _feed(session, briefing.id, audience, upto=upto, limit=FEED + 1)
    shown = events[:FEED]
    more = len(events) > FEED
    return BriefingScreen(
        standing=stands,
        briefing=briefing,
        epoch=stands.epoch,
        head=head,
        events=shown,
        points=points(session, briefing.id),
        floor=floor(session, briefing),
        older=shown[-1].n(audience) if more else None,
        documents=documents(session, briefing.id),
    )


def podium_screen(session: Session, slug: str, *, limit: int = FEED) -> PodiumScreen:
    """The podium's published updates with their state. Raises NotFound."""
    briefing = briefing_at(session, slug)
    published = session.scalars(
        select(Update)
        .where(Update.briefing_id == briefing.id)
        .order_by(Update.id.desc())
        .limit(limit)
        .options(*_whole_update())
    ).all()
    count = session.scalar(
        select(func.count()).select_from(Update).where(Update.briefing_id == briefing.id)
    )
    return PodiumScreen(
        briefing=briefing,
        epoch=epoch(session),
        head=briefing.head(Audience.PODIUM),
        published=published,
        points=points(session, briefing.id),
        count=count or 0,
        floor=floor(session, briefing),
        messages=messages(session, briefing.id),
        documents=documents(session, briefing.id),
    )


def desk_screen(session: Session, slug: str, *, limit: int = FEED) -> DeskScreen:
    """All open questions and the last that ended. Raises NotFound."""
    briefing = briefing_at(session, slug)
    return DeskScreen(
        briefing=briefing,
        epoch=epoch(session),
        head=briefing.head(Audience.DESK),
        open=open_questions(session, briefing.id),
        disposed=[
            *appealed(session, briefing.id),
            *disposed(session, briefing.id, limit=limit),
        ],
        floor=floor(session, briefing),
        messages=messages(session, briefing.id),
    )


def update_screen(session: Session, slug: str, ref: str) -> tuple[Update, Sequence[Event]]:
    """One update for its permalink, with every event of it, oldest first. Raises NotFound."""
    update = update_at(session, slug, ref)
    events = session.scalars(
        select(Event)
        .where(Event.update_id == update.id)
        .order_by(Event.number)
        .options(*whole_event())
    ).all()
    return update, events


def front_screen(session: Session, *, public_only: bool) -> FrontScreen:
    """Live now, next (soonest first), past (newest first)."""
    query = select(Briefing).where(Briefing.public) if public_only else select(Briefing)
    live = query.where(Briefing.state.in_([BriefingState.LIVE, BriefingState.PAUSED]))
    coming = query.where(Briefing.state == BriefingState.SCHEDULED)
    past = query.where(Briefing.state == BriefingState.CLOSED)
    return FrontScreen(
        epoch=epoch(session),
        live=session.scalars(live.order_by(Briefing.opened_at.desc()).limit(LIVE)).all(),
        coming=session.scalars(coming.order_by(Briefing.scheduled_at).limit(COMING)).all(),
        past=session.scalars(past.order_by(Briefing.closed_at.desc()).limit(PAST)).all(),
    )


def newest(session: Session, briefing_id: int) -> tuple[Sequence[Event], Sequence[Update]]:
    """The last events of a briefing that the public sees, newest first, and its key points."""
    briefing = session.get_one(Briefing, briefing_id)
    head = briefing.head(Audience.PUBLIC)
    events = _feed(session, briefing_id, Audience.PUBLIC, upto=head, limit=NEWEST)
    return events, points(session, briefing_id)


def points(session: Session, briefing_id: int) -> Sequence[Update]:
    """The key points of a briefing, in the order they were pinned."""
    newest = session.scalars(
        select(Update)
        .where(
            Update.briefing_id == briefing_id,
            Update.pinned_at.is_not(None),
            Update.retracted_at.is_(None),
        )
        .order_by(Update.pinned_at.desc(), Update.id.desc())
        .limit(POINTS)
        .options(*_whole_update())
    ).all()
    return newest[::-1]


def whole_event() -> tuple[_AbstractLoad, ...]:
    """All that rendering an event can ask for, so that nothing is loaded afterwards."""
    return (
        joinedload(Event.update).options(*_whole_update()),
        # By a query of its own, which is not asked where none of the events is about one.
        selectinload(Event.question).options(
            joinedload(Question.merged_into).options(*nobody()), joinedload(Question.answer)
        ),
        selectinload(Event.message),
        selectinload(Event.document).options(
            *whole_document(), selectinload(Document.updates).options(*_whole_update())
        ),
    )


def with_carriers(session: Session, documents: Sequence[Document]) -> None:
    """Loads the updates that carry them."""
    if documents:
        numbers = [document.id for document in documents]
        carriers = selectinload(Document.updates).options(*_whole_update())
        session.scalars(select(Document).where(Document.id.in_(numbers)).options(carriers)).all()


def _whole_update() -> tuple[_AbstractLoad, ...]:
    return (
        selectinload(Update.editions),
        joinedload(Update.speaker),
        selectinload(Update.attachments).options(*whole_document()),
        # Its words alone: who asked is no part of an update.
        joinedload(Update.answers).options(
            load_only(Question.ref, Question.words, Question.language),
            *nobody(),
        ),
    )


def _feed(
    session: Session, briefing_id: int, audience: Audience, *, upto: int, limit: int
) -> list[Event]:
    """The feed's newest events up to this number.

    Asked for by numbers, a bounded stretch at a time: left to itself a database that has no
    statistics yet may sort the whole record for every page.
    """
    found: list[Event] = []
    while upto > 0 and len(found) < limit:
        after = upto - REACH * limit
        query = (
            select(Event)
            .join(Entry, and_(Entry.briefing_id == Event.briefing_id, Entry.number == Event.number))
            .where(
                Entry.briefing_id == briefing_id,
                Entry.audience == audience,
                Entry.n <= upto,
                Entry.n > after,
                Event.kind.in_(IN_THE_FEED),
            )
            .order_by(Entry.n.desc())
            .limit(limit - len(found))
            .options(*whole_event())
        )
        found += session.scalars(query)
        upto = after
    return found
