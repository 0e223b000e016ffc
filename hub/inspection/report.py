"""What the inspecting process answers. It has read a stranger's file: nothing is believed as is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Self

from hub.domain.filetype import Fault, type_of

TEXT_LIMIT = 500_000
PAGE_TEXT_LIMIT = 20_000


class Refused(Exception):
    """The file is not taken. `why` is for the log."""

    def __init__(self, fault: Fault, why: str = "") -> None:
        super().__init__(fault, why)
        self.fault = fault
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A picture for the screen; pixels."""

    width: int
    height: int
    file: str

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Raises ValueError, KeyError, TypeError."""
        return cls(
            width=_count(answer["width"]),
            height=_count(answer["height"]),
            file=_file(answer["file"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a file: refused, or its type and what was made of it, as names in `out`.

    `clean` is what is served in its place; None: its own bytes. `why` is for the log.
    """

    type: str | None = None
    media: str | None = None
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    clean: str | None = None
    preview: str | None = None
    sizes: tuple[Size, ...] = ()
    text: str = field(default="", repr=False)
    refused: Fault | None = None
    why: str = ""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Raises ValueError, KeyError, TypeError."""
        if answer.get("refused"):
            return cls(refused=Fault(answer["refused"]), why=_words(answer["why"], 200))
        kind = type_of(answer["type"])
        return cls(
            type=kind.key,
            media=kind.media,
            pages=_perhaps_count(answer["pages"]),
            width=_perhaps_count(answer["width"]),
            height=_perhaps_count(answer["height"]),
            clean=_perhaps_file(answer["clean"]),
            preview=_perhaps_file(answer["preview"]),
            sizes=tuple(Size.of(one) for one in answer["sizes"]),
            text=_words(answer["text"], TEXT_LIMIT),
        )

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all that was made."""
        return _names([self.clean, self.preview, *(one.file for one in self.sizes)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Size):
    """A page of a PDF as a picture; `page` from 1."""

    page: int

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Raises ValueError, KeyError, TypeError."""
        return cls(
            page=_count(answer["page"]),
            width=_count(answer["width"]),
            height=_count(answer["height"]),
            file=_file(answer["file"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Some pages of a PDF, as names in `out`, and their words by page."""

    leaves: tuple[Leaf, ...] = ()
    texts: dict[int, str] = field(default_factory=dict, repr=False)
    refused: Fault | None = None
    why: str = ""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Raises ValueError, KeyError, TypeError."""
        if answer.get("refused"):
            return cls(refused=Fault(answer["refused"]), why=_words(answer["why"], 200))
        return cls(
            leaves=tuple(Leaf.of(one) for one in answer["files"]),
            texts={
                int(page): _words(text, PAGE_TEXT_LIMIT) for page, text in answer["texts"].items()
            },
        )

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all that was made."""
        return _names(one.file for one in self.leaves)


def _names(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(name for name in names if name is not None)


def _count(value: object) -> int:
    if not isinstance(value, int) or value < 1:
        raise ValueError("not a count")
    return value


def _perhaps_count(value: object) -> int | None:
    return None if value is None else _count(value)


def _file(value: object) -> str:
    if not isinstance(value, str) or PurePath(value).name != value or value.startswith("."):
        raise ValueError("not a file's name")
    return value


def _perhaps_file(value: object) -> str | None:
    return None if value is None else _file(value)


def _words(value: object, limit: int) -> str:
    if not isinstance(value, str):
        raise TypeError("not words")
    return value[:limit]
