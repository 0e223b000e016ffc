"""A scene: one event and what it touches, as one audience sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.domain.audience import Audience, EventKind
from hub.domain.briefing import Briefing
from hub.domain.document import Document, DocumentState, sees_document
from hub.domain.event import Event
from hub.domain.message import Message
from hub.domain.question import Question
from hub.domain.update import Update
from hub.live.seen import (
    SeenBriefing,
    SeenCorrection,
    SeenUpdate,
    seen_briefing,
    seen_correction,
    seen_update,
)
from hub.live.seen_change import SeenChange
from hub.live.seen_documents import SeenDocument, SeenVersion, seen_document, seen_documents
from hub.live.seen_questions import (
    SeenFloor,
    SeenMessage,
    SeenQuestion,
    seen_floor,
    seen_message,
    seen_question,
)
from hub.store.questions import Floor


@dataclass(frozen=True, slots=True)
class Scene:
    """One event and what it touches, as one audience sees it now."""

    kind: EventKind
    at: datetime
    n: int
    audience: Audience
    briefing: SeenBriefing
    update: SeenUpdate | None = None
    correction: SeenCorrection | None = None
    corrections: Sequence[SeenCorrection] = field(default=())
    points: Sequence[SeenUpdate] = field(default=())
    changes_points: bool = False
    question: SeenQuestion | None = None
    floor: SeenFloor | None = None
    messages: Sequence[SeenMessage] = field(default=())
    document: SeenDocument | None = None
    # The file that was dropped by it; None also where that is withdrawn.
    version: SeenVersion | None = None
    number: int = 0
    # Under which number and when each version was dropped, also where they are withdrawn.
    drops: Sequence[tuple[int, SeenChange]] = field(default=())
    documents: Sequence[SeenDocument] = field(default=())
    changes_documents: bool = False
    # The updates that carry the document.
    carriers: Sequence[SeenUpdate] = field(default=())
    # Of a retraction: the documents that went with it, each as its own withdrawal shows it.
    gone: Sequence["Scene"] = field(default=())
    # The reference of the question it is about, also where that may not be seen any more.
    ref: str = ""
    # Where the feed tells that it was taken or referred, the last time that it was.
    promised: SeenChange | None = None


def scene(
    event: Event,
    audience: Audience,
    *,
    briefing: Briefing,
    points: Sequence[Update],
    floor: Floor | None = None,
    messages: Sequence[Message] = (),
    documents: Sequence[Document] = (),
) -> Scene:
    """What this event shows this audience. The event must have a number there."""
    n, update = event.n(audience), event.update
    if n is None:
        raise ValueError(f"{event.kind} has no number for {audience}")
    seen = seen_briefing(briefing, audience)
    if event.question is not None or event.message is not None or floor is not None:
        return _of_questions(event, n, audience, briefing=briefing, floor=floor, messages=messages)
    if event.document is not None:
        return _of_document(event, event.document, n, audience, briefing=seen, documents=documents)
    if update is None:
        return Scene(event.kind, event.at, n, audience, seen)
    corrections = [
        seen_correction(update, edition.number, audience) for edition in update.editions[1:]
    ]
    return Scene(
        event.kind,
        event.at,
        n,
        audience,
        seen,
        update=seen_update(update, audience),
        correction=next((one for one in corrections if one.number == event.edition), None),
        corrections=corrections,
        points=[seen_update(point, audience) for point in points],
        changes_points=event.kind in (EventKind.PINNED, EventKind.UNPINNED, EventKind.RETRACTED)
        or update.pinned_at is not None,
        documents=seen_documents(documents, audience),
        changes_documents=bool(update.attachments),
        gone=[
            _of_document(event, document, n, audience, briefing=seen, documents=())
            # Only a frame, which is given the list, has them drawn again.
            for document in (update.attachments if documents else ())
            if event.kind == EventKind.RETRACTED and document.withdrawn_n == update.retracted_n
        ],
    )


def _of_document(
    event: Event,
    document: Document,
    n: int,
    audience: Audience,
    *,
    briefing: SeenBriefing,
    documents: Sequence[Document],
) -> Scene:
    """A discarded one is named by no event any more; its list is."""
    shown = audience in sees_document(document) and document.state != DocumentState.DISCARDED
    seen = seen_document(document, audience) if shown else None
    return Scene(
        event.kind,
        event.at,
        n,
        audience,
        briefing,
        document=seen,
        version=next(
            (one for one in (seen.versions if seen else ()) if one.number == event.edition), None
        ),
        number=event.edition or 0,
        drops=_drops(document, audience),
        documents=seen_documents(documents, audience),
        changes_documents=True,
        carriers=[seen_update(update, audience) for update in document.updates],
        ref=document.ref,
    )


def _drops(document: Document, audience: Audience) -> list[tuple[int, SeenChange]]:
    """Where the feed tells of its versions; of one that came with an update, the update tells."""
    with_updates = [update.published_n for update in document.updates]
    return [
        (version.number, SeenChange(version.n[audience], version.dropped_at))
        for version in document.out
        if audience in version.n and version.dropped_at and version.n not in with_updates
    ]


def _of_questions(
    event: Event,
    n: int,
    audience: Audience,
    *,
    briefing: Briefing,
    floor: Floor | None,
    messages: Sequence[Message],
) -> Scene:
    question = event.question
    return Scene(
        event.kind,
        event.at,
        n,
        audience,
        seen_briefing(briefing, audience),
        update=seen_update(event.update, audience) if event.update else None,
        question=seen_question(question, briefing, audience) if question else None,
        floor=seen_floor(floor, briefing, audience) if floor else None,
        messages=[seen_message(one) for one in messages],
        ref=question.ref if question else "",
        promised=_promised(question, audience) if question else None,
    )


def floor_scene(
    briefing: Briefing, audience: Audience, floor: Floor, messages: Sequence[Message] = ()
) -> Scene:
    """The questions as a page shows them when it is loaded."""
    return replace(
        state_scene(briefing, audience),
        floor=seen_floor(floor, briefing, audience),
        messages=[seen_message(one) for one in messages],
    )


def card_scene(briefing: Briefing, question: Question) -> Scene:
    """A question's card as the desk shows it when it is loaded."""
    return replace(
        state_scene(briefing, Audience.DESK),
        question=seen_question(question, briefing, Audience.DESK),
        ref=question.ref,
    )


def documents_scene(briefing: Briefing, audience: Audience, documents: Sequence[Document]) -> Scene:
    """The documents as a page shows them when it is loaded."""
    return replace(state_scene(briefing, audience), documents=seen_documents(documents, audience))


def state_scene(briefing: Briefing, audience: Audience) -> Scene:
    """The state as a page shows it when it is loaded: no event has just happened."""
    return Scene(
        kind=EventKind.OPENED,
        at=briefing.opened_at or briefing.scheduled_at,
        n=briefing.head(audience),
        audience=audience,
        briefing=seen_briefing(briefing, audience),
    )


def points_scene(briefing: Briefing, audience: Audience, points: Sequence[Update]) -> Scene:
    """The key points as a page shows them when it is loaded."""
    return replace(
        state_scene(briefing, audience),
        points=[seen_update(point, audience) for point in points],
    )


def _promised(question: Question, audience: Audience) -> SeenChange | None:
    n = (question.promised_n or {}).get(audience)
    return SeenChange(n, question.promised_at) if n and question.promised_at else None
