"""Reading a briefing's log: what came after a number, and how far each log has got."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, inspect, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.audience import OF_DOCUMENTS, OF_QUESTIONS, Audience, EventKind
from hub.domain.briefing import Briefing
from hub.domain.document import Document
from hub.domain.event import Entry, Event
from hub.domain.message import Message
from hub.domain.update import Update
from hub.store.documents import documents
from hub.store.questions import Floor, floor, messages, whom_it_concerns
from hub.store.screens import points, whole_event, with_carriers


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive events of one briefing, with all that rendering them needs, as it is now."""

    briefing: Briefing
    events: Sequence[Event]
    points: Sequence[Update]
    floor: Floor | None = None
    messages: Sequence[Message] = ()
    documents: Sequence[Document] = ()
    # Who may find something new in their own questions, by the person's id.
    askers: frozenset[int] = frozenset()


# Built once: putting a statement together costs as much as the database takes to answer it.
_ON = (
    select(Event)
    .where(Event.briefing_id == bindparam("briefing_id"), Event.number > bindparam("number"))
    .order_by(Event.number)
    .limit(bindparam("limit"))
)
_WHOLE_ON = _ON.options(*whole_event())
_BACK = (
    select(Event)
    .join(Entry, and_(Entry.briefing_id == Event.briefing_id, Entry.number == Event.number))
    .where(
        Entry.briefing_id == bindparam("briefing_id"),
        Entry.audience == bindparam("audience", type_=Entry.audience.type),
        Entry.n > bindparam("after"),
        Entry.n <= bindparam("upto"),
    )
    .order_by(Entry.n)
    .options(*whole_event())
)
_BRIEFING = (
    select(Briefing)
    .where(Briefing.id == bindparam("briefing_id"))
    .options(joinedload(Briefing.speakers))
)

_MOVES_POINTS = frozenset({EventKind.PINNED, EventKind.UNPINNED, EventKind.RETRACTED})
_WHOLE = frozenset(
    {
        EventKind.OPENED,
        EventKind.PAUSED,
        EventKind.RESUMED,
        EventKind.CLOSED,
        EventKind.PUBLISHED,
    }
)


def read_on(session: Session, briefing_id: int, *, number: int, limit: int) -> Passage:
    """The events after the briefing's own `number`, oldest first."""
    asked = {"briefing_id": briefing_id, "number": number, "limit": limit}
    events = session.scalars(_ON, asked).all()
    if all(_is_of_question(event) for event in events):
        _nothing_else(events)
    else:
        session.expunge_all()
        events = session.scalars(_WHOLE_ON, asked).all()
    return _passage(session, briefing_id, events)


def read_back(
    session: Session, briefing_id: int, audience: Audience, *, after: int, upto: int
) -> Passage:
    """The events that this audience counts as after+1 ... upto, oldest first."""
    asked = {"briefing_id": briefing_id, "audience": audience, "after": after, "upto": upto}
    return _passage(session, briefing_id, session.scalars(_BACK, asked).all())


def in_hand(gained: Sequence[tuple[Briefing, Sequence[Event]]]) -> Passage | None:
    """What one briefing's log gained by acts that have just been committed, without reading it
    again; None where showing it needs more than the acts had in their hands."""
    events = [event for _, events in gained for event in events]
    if all(
        event.kind in _WHOLE and not _is_point(event) and not _carries(event) for event in events
    ):
        return Passage(gained[-1][0], events, ())
    return None


def positions(session: Session, briefing_ids: Collection[int]) -> dict[int, int]:
    """How far the logs of these briefings have got: number by briefing id."""
    rows = session.execute(
        select(Briefing.id, Briefing.number).where(Briefing.id.in_(briefing_ids))
    )
    return dict(rows.all())


def _passage(session: Session, briefing_id: int, events: Sequence[Event]) -> Passage:
    briefing = session.scalars(_BRIEFING, {"briefing_id": briefing_id}).unique().one()
    for event in events:
        if event.update is not None:
            set_committed_value(event.update, "briefing", briefing)
    touches_points = any(_is_point(event) or event.kind in _MOVES_POINTS for event in events)
    return Passage(
        briefing,
        events,
        points(session, briefing_id) if touches_points else (),
        documents=_of_documents(session, briefing, events),
        **_of_questions(session, briefing, events),
    )


def _of_documents(
    session: Session, briefing: Briefing, events: Sequence[Event]
) -> Sequence[Document]:
    """All documents, where one of the events changes what is told of any."""
    if any(event.kind in OF_DOCUMENTS or _carries(event) for event in events):
        with_carriers(session, [one for event in events for one in _brought_by_retracted(event)])
        return documents(session, briefing.id)
    return ()


def _brought_by_retracted(event: Event) -> Sequence[Document]:
    """What may have gone with it: other updates that carry it say so."""
    if event.kind != EventKind.RETRACTED or event.update is None:
        return ()
    return event.update.attachments


def _of_questions(session: Session, briefing: Briefing, events: Sequence[Event]) -> dict[str, Any]:
    """What showing the events of questions and of messages needs beside them."""
    needed: dict[str, Any] = {}
    if any(event.kind in OF_QUESTIONS for event in events):
        needed["floor"] = _floor(session, briefing, events)
        # What only colleagues see of each other is no news to an asker.
        told = [event for event in events if event.kind != EventKind.HELD]
        touched = [event.question for event in told if event.question is not None]
        in_line = any(event.facts is not None for event in told)
        settled = any(event.kind == EventKind.SETTINGS for event in told)
        needed["askers"] = frozenset(
            whom_it_concerns(session, briefing.id, touched, in_line=in_line, all_askers=settled)
        )
    if any(event.message is not None for event in events):
        needed["messages"] = messages(session, briefing.id)
    return needed


def _carries(event: Event) -> bool:
    return event.update is not None and bool(event.update.attachments)


def _is_point(event: Event) -> bool:
    return event.update is not None and event.update.pinned_at is not None


def _is_of_question(event: Event) -> bool:
    """Whether it is about a question and nothing else."""
    return event.kind in OF_QUESTIONS and event.update_id is None and event.question_id is not None


def _nothing_else(events: Sequence[Event]) -> None:
    """What whole_event() would find of them; their questions are read with the floor."""
    named = inspect(Event).relationships.keys()
    for event in events:
        for name in named:
            set_committed_value(event, name, None)


def _floor(session: Session, briefing: Briefing, events: Sequence[Event]) -> Floor:
    """With the questions of those events that have not got theirs."""
    without = [
        (event, event.question_id)
        for event in events
        if event.question is None and event.question_id is not None
    ]
    found = floor(session, briefing, also={key for _, key in without})
    for event, key in without:
        set_committed_value(event, "question", found.read[key])
    return found
