"""The published log of the order, as the events of a briefing tell it."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.audience import OF_QUESTIONS
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.event import Event
from hub.domain.order import commitment
from hub.domain.order_log import OrderLog
from hub.domain.question_state import Shown
from hub.store.finding import briefing_at


def order_log(session: Session, slug: str, *, unsealed: bool = False) -> tuple[Briefing, OrderLog]:
    """The log of a briefing. Its seed stands in it once the briefing is closed, or before
    (`unsealed`) for whoever has the database anyway. Raises NotFound."""
    briefing = briefing_at(session, slug)
    facts = session.scalars(
        select(Event.facts)
        .where(Event.briefing_id == briefing.id, Event.kind.in_(OF_QUESTIONS))
        .order_by(Event.number)
    )
    closed = briefing.state == BriefingState.CLOSED
    document = {
        "briefing": briefing.slug,
        "proportion": briefing.proportion,
        "commitment": commitment(bytes.fromhex(briefing.seed)),
        "seed": briefing.seed if closed or unsealed else None,
        "steps": [step for step in facts if step],
    }
    return briefing, OrderLog.parse(json.dumps(document))


def is_published(briefing: Briefing) -> bool:
    """Whether its steps may be read: while it lasts only where all that waits is shown."""
    return briefing.state == BriefingState.CLOSED or briefing.shown == Shown.ALL
