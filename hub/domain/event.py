"""One line of a briefing's numbered log, and the number it has for each audience."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.audience import Audience, EventKind
from hub.domain.base import Base, choice

if TYPE_CHECKING:
    from hub.domain.briefing import Briefing
    from hub.domain.update import Edition, Update


class Event(Base):
    """What happened, once. `number` is the briefing's own count and never leaves the hub."""

    __tablename__ = "event"
    # The backstop of the lock: two writers can never share a number.
    __table_args__ = (UniqueConstraint("briefing_id", "number", name="event_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"))
    number: Mapped[int]
    kind: Mapped[EventKind] = mapped_column(choice(EventKind))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    update_id: Mapped[int | None] = mapped_column(ForeignKey("update.id"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))

    briefing: Mapped[Briefing] = relationship(back_populates="events")
    entries: Mapped[list[Entry]] = relationship(back_populates="event", cascade="all")
    update: Mapped[Update | None] = relationship()
    edition: Mapped[Edition | None] = relationship()

    def n(self, audience: Audience) -> int | None:
        """The event's number there, or None where it has none."""
        return next((entry.n for entry in self.entries if entry.audience == audience), None)


class Entry(Base):
    """An event as one audience counts it: 1, 2, 3, ... without a gap."""

    __tablename__ = "entry"
    __table_args__ = (Index("entry_event", "event_id"),)

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), primary_key=True)
    audience: Mapped[Audience] = mapped_column(choice(Audience), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))

    event: Mapped[Event] = relationship(back_populates="entries")
