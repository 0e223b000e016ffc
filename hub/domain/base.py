"""What every mapped class stands on: the declarative base, UTC times, public references."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Enum, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

# No vowels and nothing that is read wrongly aloud: a reference is dictated over the telephone.
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def new_ref() -> str:
    """A public reference: 9 letters, 42 bits, unguessable enough for what is public anyway."""
    return "".join(secrets.choice(_LETTERS) for _ in range(9))


def choice(kind: type[StrEnum]) -> Enum:
    """A column for one of these words. No CHECK: a new word needs no migration."""
    return Enum(
        kind, native_enum=False, length=32, values_callable=lambda kind: [one.value for one in kind]
    )


class Word(TypeDecorator[StrEnum]):
    """As choice(), for a kind that has a place for words which it does not know."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__(32)
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """The word itself."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """One of the kind."""
        return None if value is None else self.kind(value)


class Moment(TypeDecorator[datetime]):
    """A point in time, always aware and in UTC, whatever the database gives back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive times: ValueError. SQLite keeps UTC without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base; its metadata is what the migrations must produce."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        str: String(),
        dict[str, int]: JSON(),
        dict[str, str]: JSON(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }
