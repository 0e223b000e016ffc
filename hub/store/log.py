"""Reading a briefing's log: what came after a number, and how far each log has got."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.audience import Audience, EventKind
from hub.domain.briefing import Briefing
from hub.domain.event import Entry, Event
from hub.domain.update import Update
from hub.store.screens import points, whole_event


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive events of one briefing, with all that rendering them needs, as it is now."""

    briefing: Briefing
    events: Sequence[Event]
    points: Sequence[Update]


# Built once: putting a statement together costs as much as the database takes to answer it.
_ON = (
    select(Event)
    .where(Event.briefing_id == bindparam("briefing_id"), Event.number > bindparam("number"))
    .order_by(Event.number)
    .limit(bindparam("limit"))
    .options(*whole_event())
)
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
    return _passage(session, briefing_id, session.scalars(_ON, asked).all())


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
    if all(event.kind in _WHOLE and not _is_point(event) for event in events):
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
    return Passage(briefing, events, points(session, briefing_id) if touches_points else ())


def _is_point(event: Event) -> bool:
    return event.update is not None and event.update.pinned_at is not None
