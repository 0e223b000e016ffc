"""Who speaks in a briefing: a name, a function, a department."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.base import Base

if TYPE_CHECKING:
    from hub.domain.briefing import Briefing


class Speaker(Base):
    """A speaker of one briefing. `position` is the order in which the podium offers them."""

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("briefing_id", "folded", name="speaker_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"))
    position: Mapped[int]
    name: Mapped[str]
    folded: Mapped[str]
    function: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")

    briefing: Mapped[Briefing] = relationship(back_populates="speakers")

    @property
    def title(self) -> str:
        """Function and department, as they stand after the name."""
        return ", ".join(part for part in (self.function, self.department) if part)
