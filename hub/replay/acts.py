"""What can happen in a played briefing, with its time: the acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["statement", "flash", "note", "key_point", "holding_statement"]
Terms = Literal["record", "background"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """An update appears. `at` in seconds from the start; `text` and translations in Markdown.

    `key` names the update for the acts that follow it, and is its own within the briefing.
    `speaker` is None for what nobody said, and for a question too long to be asked in writing.
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
    # The key of the question that it answers.
    answers: str | None = None
    # The keys of the documents that it carries; drafts are dropped by it.
    attached: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A journalist of the room asks; `key` names the question. `follows` is the key of another."""

    at: float
    key: str
    words: str
    asker: str
    language: str = "en"
    speaks: bool = False
    follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The asker says it otherwise, before it is approved."""

    at: float
    key: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The asker takes it back."""

    at: float
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """The asker wants it looked at again."""

    at: float
    key: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """The desk lets it wait for its turn."""

    at: float
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """The desk declines it, for a reason that cites an article."""

    at: float
    key: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The desk has it asked together with another."""

    at: float
    key: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The desk gives it the floor; as a follow-up where another is first by the order."""

    at: float
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """The podium promises an answer in writing, within so many working hours."""

    at: float
    key: str
    department: str
    hours: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer:
    """The podium names the body that has to answer."""

    at: float
    key: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The desk says a few words to the podium."""

    at: float
    key: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """The podium has read them."""

    at: float
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """The podium hands a file in; `key` names the document, `read` makes or reads its bytes.

    `newer`: it is a new version of the document of this key, which keeps its words.
    """

    at: float
    key: str
    name: str
    read: Callable[[], bytes]
    language: str = "en"
    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    public: bool = True
    newer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """The podium drops the document of this key, once its check has passed; `note` says what is
    new in a later version."""

    at: float
    key: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """The document of this key is withdrawn; the reason stands in its place."""

    at: float
    key: str
    reason: str


OfDocuments = HandIn | Drop | TakeBack
OfAsker = Edit | Withdraw | Appeal
OfDesk = Approve | Decline | Merge | Call | Message
OfPodium = OfDocuments | Publish | Correct | Retract | Pause | Resume | Take | Refer | Acknowledge
Act = OfPodium | OfDesk | OfAsker | Ask
