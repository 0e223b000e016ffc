"""A message from the desk to the podium, which must be acknowledged there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.base import Base
from hub.domain.errors import N_, WrongState
from hub.domain.person import Person

MESSAGE_LIMIT = 160


class AlreadyAcknowledged(WrongState):
    says = N_("A colleague has acknowledged this message already.")


class Message(Base):
    """A few words to the podium, and who has read them there, and when."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), index=True)
    ref: Mapped[str] = mapped_column(unique=True)
    words: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None]

    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="joined", viewonly=True)
    acknowledged_by: Mapped[Person | None] = relationship(
        foreign_keys=[acknowledged_by_id], lazy="joined", viewonly=True
    )

    def acknowledge(self, *, by: Person, now: datetime) -> None:
        """Somebody at the podium has read it. Raises AlreadyAcknowledged."""
        if self.acknowledged_at is not None:
            raise AlreadyAcknowledged
        self.acknowledged_by_id = by.id
        set_committed_value(self, "acknowledged_by", by)
        self.acknowledged_at = now
