"""One line of a briefing's numbered log, and the number it has for each audience."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.audience import Audience, EventKind
from hub.domain.base import Base, Word, choice

if TYPE_CHECKING:
    from hub.domain.document import Document
    from hub.domain.message import Message
    from hub.domain.question import Question
    from hub.domain.update import Update


class Event(Base):
    """What happened, once. `number` is the briefing's own count and never leaves the hub;
    `numbers` is what each audience that sees the event counts: {"room": 141, ...}."""

    __tablename__ = "event"
    # The key is the backstop of the lock: two writers can never share a number.
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    numbers: Mapped[dict[str, int]]
    kind: Mapped[EventKind] = mapped_column(Word(EventKind))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    update_id: Mapped[int | None] = mapped_column(ForeignKey("update.id"), index=True)
    # Which edition a correction made, which version was dropped: its number, not its key.
    edition: Mapped[int | None]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    # What the order's log tells of this event; no names and no words.
    facts: Mapped[dict[str, Any] | None]

    update: Mapped[Update | None] = relationship(viewonly=True)
    question: Mapped[Question | None] = relationship(viewonly=True)
    message: Mapped[Message | None] = relationship(viewonly=True)
    document: Mapped[Document | None] = relationship(viewonly=True)

    def n(self, audience: Audience) -> int | None:
        """The event's number there, or None where it has none."""
        return self.numbers.get(audience)


class Entry(Base):
    """Where an audience's number leads: the index into the log. 1, 2, 3, ... without a gap.

    Its rows are written by hub.store.writing from what the events say, in the same commit.
    """

    __tablename__ = "entry"

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), primary_key=True)
    audience: Mapped[Audience] = mapped_column(choice(Audience), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
