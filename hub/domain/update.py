"""An update: anything published into a briefing. Its words never change; editions are added."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.audience import Audience, EventKind
from hub.domain.base import Base, choice, new_ref
from hub.domain.errors import AlreadyRetracted, NothingChanged, StaleEdition
from hub.domain.words import NOTICE_LIMIT, clean

if TYPE_CHECKING:
    from hub.domain.briefing import Briefing
    from hub.domain.document import Document
    from hub.domain.person import Person
    from hub.domain.question import Question
    from hub.domain.speaker import Speaker


class UpdateKind(StrEnum):
    """What an update is to its reader."""

    STATEMENT = "statement"
    FLASH = "flash"
    NOTE = "note"
    KEY_POINT = "key_point"
    HOLDING_STATEMENT = "holding_statement"


class Terms(StrEnum):
    """The terms of use of a statement."""

    RECORD = "record"
    BACKGROUND = "background"


class Update(Base):
    """Published words, in one language or several, in a speaker's name, on stated terms."""

    __tablename__ = "update"
    __table_args__ = (
        UniqueConstraint("briefing_id", "ref", name="update_ref"),
        Index("update_pinned", "briefing_id", "pinned_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"))
    ref: Mapped[str] = mapped_column(default=new_ref)
    kind: Mapped[UpdateKind] = mapped_column(choice(UpdateKind))
    language: Mapped[str]
    terms: Mapped[Terms] = mapped_column(choice(Terms))
    attribution: Mapped[str | None]
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id"))
    published_at: Mapped[datetime]
    pinned_at: Mapped[datetime | None]
    retracted_at: Mapped[datetime | None]
    notice: Mapped[str | None]
    # Where the events of this update stand for each audience: {"room": 118, ...}
    published_n: Mapped[dict[str, int]] = mapped_column(default=dict)
    retracted_n: Mapped[dict[str, int]] = mapped_column(default=dict)

    briefing: Mapped[Briefing] = relationship(viewonly=True)
    speaker: Mapped[Speaker | None] = relationship(viewonly=True)
    answers: Mapped[Question | None] = relationship(uselist=False, viewonly=True)
    attachments: Mapped[list[Document]] = relationship(
        secondary="attachment", order_by="Attachment.position", viewonly=True
    )
    editions: Mapped[list[Edition]] = relationship(
        back_populates="update", order_by="Edition.number", cascade="all"
    )

    @property
    def words(self) -> dict[str, str]:
        """The words as they stand now, Markdown by language. Only for those who may see them."""
        return self.editions[-1].words

    @property
    def corrected(self) -> bool:
        """Whether it says something else than at first."""
        return len(self.editions) > 1

    @property
    def retracted(self) -> bool:
        """Whether its words are withdrawn."""
        return self.retracted_at is not None

    def correct(
        self, words: dict[str, str], *, note: str, edition: int | None, by: Person, now: datetime
    ) -> Edition:
        """Puts right an error, openly: a new edition beside the old.

        `words` by language; a language left out keeps its words. `edition` is the number the
        corrector read (None: whichever stands). Raises AlreadyRetracted, StaleEdition,
        NothingChanged, Invalid.
        """
        self._refuse_retracted()
        if edition is not None and edition != self.editions[-1].number:
            raise StaleEdition
        corrected = self.words | self.briefing.clean_words(words, language=self.language)
        if corrected == self.words:
            raise NothingChanged
        new = Edition(
            number=len(self.editions) + 1,
            words=corrected,
            note=clean("note", note, limit=NOTICE_LIMIT, required=False),
            at=now,
        )
        self.editions.append(new)
        event = self.briefing.record(EventKind.CORRECTED, by=by, now=now, update=self, edition=new)
        new.n = event.numbers
        return new

    def retract(self, notice: str, *, by: Person, now: datetime) -> None:
        """Withdraws the words as wrong, and what was dropped with them; the notice stands in
        their place everywhere.

        Raises AlreadyRetracted, Invalid.
        """
        self._refuse_retracted()
        self.notice = clean("notice", notice, limit=NOTICE_LIMIT)
        self.retracted_at = now
        event = self.briefing.record(EventKind.RETRACTED, by=by, now=now, update=self)
        self.retracted_n = event.numbers
        for document in self.attachments:
            document.go_with(self, now=now)

    def pin(self, *, by: Person, now: datetime) -> None:
        """Puts it among the key points. Pinning twice is once. Raises AlreadyRetracted."""
        self._refuse_retracted()
        if self.pinned_at is None:
            self.pinned_at = now
            self.briefing.record(EventKind.PINNED, by=by, now=now, update=self)

    def unpin(self, *, by: Person, now: datetime) -> None:
        """Takes it from the key points."""
        if self.pinned_at is not None:
            self.pinned_at = None
            self.briefing.record(EventKind.UNPINNED, by=by, now=now, update=self)

    def n(self, audience: Audience) -> int | None:
        """The number of its publication there."""
        return self.published_n.get(audience)

    def _refuse_retracted(self) -> None:
        if self.retracted:
            raise AlreadyRetracted


class Attachment(Base):
    """A document that an update carries."""

    __tablename__ = "attachment"

    update_id: Mapped[int] = mapped_column(ForeignKey("update.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class Edition(Base):
    """The words of an update at one time. Never changed, never deleted."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("update_id", "number", name="edition_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("update.id"))
    number: Mapped[int]
    words: Mapped[dict[str, str]]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    n: Mapped[dict[str, int]] = mapped_column(default=dict)

    update: Mapped[Update] = relationship(back_populates="editions")
