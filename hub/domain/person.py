"""People and outlets, and the keys they come in with: passwords, sessions, links, tokens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.domain.audience import Role
from hub.domain.base import Base, choice


class Category(StrEnum):
    """Of which kind an outlet is."""

    CENTRAL = "central"
    LOCAL = "local"
    FOREIGN = "foreign"


class Outlet(Base):
    """A news organisation. `shares`: its people see each other's questions."""

    __tablename__ = "outlet"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)
    category: Mapped[Category] = mapped_column(choice(Category), default=Category.LOCAL)
    shares: Mapped[bool] = mapped_column(default=False)


class Person(Base):
    """Somebody with a role; a journalist belongs to an outlet."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"))
    password: Mapped[str | None]

    outlet: Mapped[Outlet | None] = relationship(lazy="joined")


class Key:
    """What all keys share: only a keyed digest of the secret is stored, never the secret."""

    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]


class Session(Key, Base):
    """A browser that is signed in, until `expires_at`."""

    __tablename__ = "session"

    expires_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="joined")


class SignInLink(Key, Base):
    """Signs one person in, once, before `expires_at`."""

    __tablename__ = "sign_in_link"

    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined")

    def good(self, now: datetime) -> bool:
        """Whether it signs in still."""
        return self.used_at is None and now < self.expires_at


class Token(Key, Base):
    """A bearer token for the API, with all the rights of its person."""

    __tablename__ = "token"

    person: Mapped[Person] = relationship(lazy="joined")
