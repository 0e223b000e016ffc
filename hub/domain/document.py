"""A document: a file with versions; handed in as a draft, dropped for everybody, withdrawn."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.audience import Audience, EventKind
from hub.domain.base import Base, choice, new_ref
from hub.domain.errors import N_, Invalid, WrongState
from hub.domain.version import CheckState, Version
from hub.domain.words import NOTICE_LIMIT, clean

if TYPE_CHECKING:
    from hub.domain.briefing import Briefing
    from hub.domain.person import Person
    from hub.domain.update import Update

DOCUMENTS_LIMIT = 100
"""Documents of one briefing: its pages list them all."""


class DocumentState(StrEnum):
    """Where a document stands. A discarded one was never dropped and never will be."""

    DRAFT = "draft"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class NotChecked(WrongState):
    says = N_("This file is still being checked. It can be dropped as soon as it has passed.")


class NotPassed(WrongState):
    says = N_("This file did not pass the check and cannot be dropped. Hand in another one.")


class NothingToDrop(WrongState):
    says = N_("This document has been dropped already, and there is no newer version of it.")


class AlreadyWithdrawn(WrongState):
    says = N_("This document has been withdrawn.")


class NotDropped(WrongState):
    says = N_("This document has not been dropped: nobody has it. Discard it.")


class AlreadyDropped(WrongState):
    says = N_("This document has been dropped already. Withdraw it, or hand in a new version.")


class NotForEverybody(WrongState):
    says = N_("“%(title)s” is for the press only and an update is for everybody. Choose another.")


class Document(Base):
    """A file and what is said of it. `titles` and `descriptions` by language; of a picture the
    description is its alternative text. `public`: for everybody, not for the press alone."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("briefing_id", "ref", name="document_ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"))
    ref: Mapped[str] = mapped_column(default=new_ref)
    state: Mapped[DocumentState] = mapped_column(choice(DocumentState), default=DocumentState.DRAFT)
    # The language the file is written in.
    language: Mapped[str]
    titles: Mapped[dict[str, str]] = mapped_column(default=dict)
    descriptions: Mapped[dict[str, str]] = mapped_column(default=dict)
    public: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    withdrawn_n: Mapped[dict[str, int]] = mapped_column(default=dict)

    briefing: Mapped[Briefing] = relationship(viewonly=True)
    versions: Mapped[list[Version]] = relationship(
        back_populates="document",
        order_by="Version.number",
        cascade="all, delete-orphan",
    )
    updates: Mapped[list[Update]] = relationship(secondary="attachment", viewonly=True)

    @property
    def title(self) -> str:
        """In its own language."""
        return self.titles[self.language]

    @property
    def out(self) -> list[Version]:
        """The versions that were dropped, oldest first."""
        return [version for version in self.versions if version.dropped_at is not None]

    @property
    def staged(self) -> Version | None:
        """The newest version, where it has not been dropped."""
        newest = self.versions[-1]
        return newest if newest.dropped_at is None else None

    def drop(self, *, note: str = "", by: Person, now: datetime) -> Version:
        """Puts its newest version in front of everybody who may see it; `note` says what is new
        in a later one. Its address is made now and not before.

        Raises NothingToDrop, NotChecked, NotPassed, AlreadyWithdrawn, Invalid.
        """
        later = bool(self.out)
        version = self._ready()
        version.note = clean("note", note, limit=NOTICE_LIMIT, required=later)
        self.state = DocumentState.DROPPED
        version.release(now)
        version.n = self.briefing.record(
            EventKind.NEW_VERSION if later else EventKind.DROPPED,
            by=by,
            now=now,
            document=self,
            version=version,
            among=sees_document(self),
        ).numbers
        return version

    def bring(self, *, now: datetime) -> None:
        """Goes out with an update that is published now, as a part of it; one that is out
        already stays as it is. Raises NotForEverybody and what drop() raises."""
        if not self.public:
            raise NotForEverybody(title=self.title)
        if self.state == DocumentState.DROPPED:
            return
        version = self._ready()
        self.state = DocumentState.DROPPED
        version.release(now)

    def withdraw(self, reason: str, *, by: Person, now: datetime) -> None:
        """Takes it back openly; the reason stands in its place everywhere.

        Raises NotDropped, AlreadyWithdrawn, Invalid.
        """
        if self.state == DocumentState.WITHDRAWN:
            raise AlreadyWithdrawn
        if self.state != DocumentState.DROPPED:
            raise NotDropped
        self.reason = clean("reason", reason, limit=NOTICE_LIMIT)
        self.state = DocumentState.WITHDRAWN
        self.withdrawn_at = now
        self.withdrawn_n = self.briefing.record(
            EventKind.DOCUMENT_WITHDRAWN,
            by=by,
            now=now,
            document=self,
            among=sees_document(self),
        ).numbers

    def go_with(self, update: Update, *, now: datetime) -> None:
        """Is withdrawn as a part of the update that brought it and is being retracted."""
        if self.state == DocumentState.DROPPED and self.out[0].n == update.published_n:
            self.reason = update.notice
            self.state = DocumentState.WITHDRAWN
            self.withdrawn_at = now
            self.withdrawn_n = update.retracted_n

    def discard(self, *, by: Person, now: datetime) -> None:
        """Throws away a draft, or the version that is not dropped yet. Raises NothingToDrop."""
        if self.state == DocumentState.DRAFT:
            self.state = DocumentState.DISCARDED
        elif self.staged is None:
            raise NothingToDrop
        else:
            self.versions.pop()
        self.stage(by=by, now=now)

    def stage(self, *, by: Person | None, now: datetime) -> None:
        """Something about it has changed that only the podium sees."""
        self.briefing.record(EventKind.STAGED, by=by, now=now, document=self)

    def refuse_dropped(self) -> None:
        """Raises AlreadyDropped, AlreadyWithdrawn: what went out is not changed in silence."""
        if self.state == DocumentState.WITHDRAWN:
            raise AlreadyWithdrawn
        if self.state != DocumentState.DRAFT:
            raise AlreadyDropped

    def _ready(self) -> Version:
        if self.state == DocumentState.WITHDRAWN:
            raise AlreadyWithdrawn
        version = self.staged
        if version is None or self.state == DocumentState.DISCARDED:
            raise NothingToDrop
        if version.check == CheckState.WAITING:
            raise NotChecked
        if version.check == CheckState.REFUSED:
            raise NotPassed
        if version.is_picture and not self.descriptions.get(self.language):
            raise Invalid(
                "description", N_("Say in words what the picture shows, for those who cannot see.")
            )
        return version


def sees_document(document: Document) -> frozenset[Audience]:
    """To whom a document is open: the one place that says so, for every route and every event.

    The podium alone has drafts; what was withdrawn is named, with the reason, to those who had it.
    """
    if document.state in (DocumentState.DRAFT, DocumentState.DISCARDED):
        return frozenset({Audience.PODIUM})
    press = frozenset({Audience.PODIUM, Audience.ROOM})
    return press | {Audience.PUBLIC} if document.public else press
