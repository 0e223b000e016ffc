"""Writes what briefings have recorded: a few plain inserts.

The mapper's unit of work would sort the same rows out of the objects by itself, at three times
the cost of the whole commit.
"""

from sqlalchemy import bindparam, insert, inspect, update
from sqlalchemy.orm import Session

from hub.domain.audience import Audience, EventKind
from hub.domain.briefing import Briefing
from hub.domain.event import Entry, Event
from hub.domain.update import Attachment, Edition, Update

_ROW = update(Briefing).where(Briefing.id == bindparam("key"))
_UPDATE = insert(Update)
_EDITION = insert(Edition)
_ATTACHMENT = insert(Attachment)
_EVENT = insert(Event)
_ENTRY = insert(Entry)


def write_recorded(session: Session) -> list[tuple[Briefing, list[Event]]]:
    """Writes what the session changed, the events recorded in it, and the updates they published.

    Returns what each briefing's log has gained, in order.
    """
    # Held here: after a flush the session itself lets go of whom nobody else holds.
    briefings = _briefings(session)
    if session.new or session.deleted or session.dirty.difference(briefings):
        session.flush()
    gained = []
    for briefing in briefings:
        _write_row(session, briefing)
        for event in briefing.recorded:
            if event.kind == EventKind.PUBLISHED and event.update is not None:
                _write_update(session, briefing, event.update)
                _write_attachments(session, event.update)
            if event.kind == EventKind.ANSWERED and event.question and event.update:
                # Only now has the answer a key.
                event.question.answer_id = event.update.id
                session.flush()
            _write_event(session, briefing, event)
        if briefing.recorded:
            gained.append((briefing, briefing.recorded.copy()))
        briefing.recorded.clear()
    return gained


def forget_recorded(session: Session) -> None:
    """After an act that failed: nothing of it is written."""
    for briefing in _briefings(session):
        briefing.recorded.clear()


def _briefings(session: Session) -> list[Briefing]:
    return [found for found in session.identity_map.values() if isinstance(found, Briefing)]


def _write_row(session: Session, briefing: Briefing) -> None:
    """What of the briefing's own row is not written yet."""
    changed = inspect(briefing).committed_state
    if changed:
        values = {name: getattr(briefing, name) for name in changed}
        session.connection().execute(_ROW, {"key": briefing.id, **values})
        # Written behind the session's back: the next act in this transaction reads it anew.
        session.expunge(briefing)


def _write_update(session: Session, briefing: Briefing, update: Update) -> None:
    written = session.connection().execute(
        _UPDATE,
        {
            "briefing_id": briefing.id,
            "ref": update.ref,
            "kind": update.kind,
            "language": update.language,
            "terms": update.terms,
            "attribution": update.attribution,
            "speaker_id": update.speaker.id if update.speaker else None,
            "published_at": update.published_at,
            "pinned_at": update.pinned_at,
            "published_n": update.published_n,
            "retracted_n": {},
        },
    )
    update.id = written.inserted_primary_key[0]  # type: ignore[index]
    for edition in update.editions:
        session.connection().execute(
            _EDITION,
            {
                "update_id": update.id,
                "number": edition.number,
                "words": edition.words,
                "note": edition.note,
                "at": edition.at,
                "n": edition.n,
            },
        )


def _write_attachments(session: Session, update: Update) -> None:
    if update.attachments:
        rows = [
            {"update_id": update.id, "document_id": document.id, "position": position}
            for position, document in enumerate(update.attachments)
        ]
        session.connection().execute(_ATTACHMENT, rows)


def _write_event(session: Session, briefing: Briefing, event: Event) -> None:
    session.connection().execute(
        _EVENT,
        {
            "briefing_id": briefing.id,
            "number": event.number,
            "numbers": event.numbers,
            "kind": event.kind,
            "at": event.at,
            "by_id": event.by_id,
            "update_id": event.update.id if event.update else None,
            "edition": event.edition,
            "question_id": event.question.id if event.question else None,
            "message_id": event.message.id if event.message else None,
            "document_id": event.document.id if event.document else None,
            "facts": event.facts,
        },
    )
    session.connection().execute(
        _ENTRY,
        [
            {
                "briefing_id": briefing.id,
                "audience": Audience(audience),
                "n": n,
                "number": event.number,
            }
            for audience, n in event.numbers.items()
        ],
    )
