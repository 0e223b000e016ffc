"""What the hub remembers of itself: its epoch, and the acts it has already answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.base import Base


class Epoch(Base):
    """One row. `value` names this database's history: a restored copy must be given a new one.
    `hub` names the hub itself and never changes: workers find each other by it."""

    __tablename__ = "epoch"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str]
    hub: Mapped[str]


class AnsweredAct(Base):
    """An act that was done under an idempotency key: who, which request, which answer."""

    __tablename__ = "answered_act"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
