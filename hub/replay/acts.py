"""What can happen in a played briefing, with its time: the acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["statement", "flash", "note", "key_point", "holding_statement"]
Terms = Literal["record", "background"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """An update appears. `at` in seconds from the start; `text` and translations in Markdown.

    `key` names the update for the acts that follow it, and is its own within the briefing.
    `speaker` is None for a question from the floor and for what nobody said.
    """

    at: float
    key: str
    text: str
    kind: Kind = "statement"
    speaker: str | None = None
    terms: Terms = "record"
    attribution: str | None = None
    language: str = "en"
    translations: Mapping[str, str] = field(default_factory=dict)
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """The update of this key gets these words, whole; `note` says what was wrong."""

    at: float
    key: str
    text: str
    note: str
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retract:
    """The update of this key is withdrawn; the notice stands in its place."""

    at: float
    key: str
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The briefing is interrupted."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """The briefing goes on."""

    at: float


Act = Publish | Correct | Retract | Pause | Resume
