"""A version of a document: one file, as it was handed in and as it is given out."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.base import Base, choice

if TYPE_CHECKING:
    from hub.domain.document import Document

PICTURES = frozenset({"jpeg", "png", "webp", "gif"})


class CheckState(StrEnum):
    """What is known of a file that was handed in. Nothing is given out before it has passed."""

    WAITING = "waiting"
    PASSED = "passed"
    REFUSED = "refused"


class Version(Base):
    """One file. Sizes in bytes, checksums SHA-256 in hexadecimal, `width` and `height` in pixels.

    `kept` names the bytes as they were handed in, for their owner; `given` those that are given
    out, without author and place; None before they are known. `address` is 128 bits of chance,
    made when it is dropped.
    """

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("document_id", "number", name="version_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    number: Mapped[int]
    name: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    arrived_at: Mapped[datetime]
    kept: Mapped[str]
    kept_size: Mapped[int] = mapped_column(BigInteger)

    check: Mapped[CheckState] = mapped_column(
        choice(CheckState), default=CheckState.WAITING, index=True
    )
    # Which hub.domain.filetype.Fault was found.
    fault: Mapped[str | None]
    # Since when the check cannot be done, for want of the scanner.
    held_up_at: Mapped[datetime | None]
    # A worker is at it until then; the number of tries tells one from another.
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)

    # What the check found: hub.domain.filetype's key, and so on.
    type: Mapped[str] = mapped_column(default="")
    given: Mapped[str | None]
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    pages: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    preview: Mapped[bool] = mapped_column(default=False)
    # The widths for the screen in which a picture is kept as well: {"480": 320} is 480 by 320.
    sizes: Mapped[dict[str, int]] = mapped_column(default=dict)
    # Its words, for the search.
    text: Mapped[str] = mapped_column(default="", deferred=True)

    note: Mapped[str] = mapped_column(default="")
    address: Mapped[str | None] = mapped_column(unique=True)
    dropped_at: Mapped[datetime | None]
    # The numbers of the event that dropped it: {"room": 118, ...}
    n: Mapped[dict[str, int]] = mapped_column(default=dict)

    document: Mapped[Document] = relationship(back_populates="versions")

    @property
    def is_picture(self) -> bool:
        """Whether it is looked at rather than read."""
        return self.type in PICTURES

    def release(self, now: datetime) -> None:
        """Has an address from now on."""
        self.address = secrets.token_urlsafe(16)
        self.dropped_at = now
