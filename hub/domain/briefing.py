"""A briefing: scheduled, live, paused, closed; it publishes updates and records events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.audience import SEES, Audience, EventKind
from hub.domain.base import Base, choice, new_ref
from hub.domain.document import Document
from hub.domain.draft import Draft
from hub.domain.errors import (
    N_,
    AlreadyOpen,
    BriefingClosed,
    BriefingNotOpen,
    BriefingPaused,
    Invalid,
    NotLive,
    NotPaused,
)
from hub.domain.event import Event
from hub.domain.message import Message
from hub.domain.person import Category, Person
from hub.domain.question import Question
from hub.domain.question_state import Shown
from hub.domain.speaker import Speaker
from hub.domain.update import Edition, Terms, Update, UpdateKind
from hub.domain.version import Version
from hub.domain.words import NAME_LIMIT, TEXT_LIMIT, clean, clean_line, fold


class BriefingState(StrEnum):
    """Where a briefing stands."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    PAUSED = "paused"
    CLOSED = "closed"


def even() -> dict[str, int]:
    """One turn a category."""
    return {category.value: 1 for category in Category}


def new_seed() -> str:
    """32 bytes for the draw, in hexadecimal."""
    return token_hex(32)


class Briefing(Base):
    """A scheduled session. `zone` is its IANA time zone, `language` the one it is held in.

    `heads` is the last number of each audience, `number` the last event's own: both change
    only under the lock that the transaction takes on this row.
    """

    __tablename__ = "briefing"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="UTC")
    language: Mapped[str] = mapped_column(default="vi")
    languages: Mapped[list[str]] = mapped_column(default=list)
    # The title in the other languages: {"en": "Storm No. 9"}
    titles: Mapped[dict[str, str]] = mapped_column(default=dict)
    public: Mapped[bool] = mapped_column(default=True)
    state: Mapped[BriefingState] = mapped_column(
        choice(BriefingState), default=BriefingState.SCHEDULED
    )
    scheduled_at: Mapped[datetime] = mapped_column(index=True)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    number: Mapped[int] = mapped_column(default=0)
    heads: Mapped[dict[str, int]] = mapped_column(default=dict)
    # Of its questions: which the room and the public see, how many may wait, in which proportion
    # the categories are called, and the draw's secret until the briefing is closed.
    shown: Mapped[Shown] = mapped_column(choice(Shown), default=Shown.ALL)
    person_limit: Mapped[int] = mapped_column(default=3)
    outlet_limit: Mapped[int] = mapped_column(default=6)
    proportion: Mapped[dict[str, int]] = mapped_column(default=even)
    seed: Mapped[str] = mapped_column(default=new_seed)

    speakers: Mapped[list[Speaker]] = relationship(
        back_populates="briefing", order_by="Speaker.position", cascade="all"
    )

    @property
    def recorded(self) -> list[Event]:
        """What this transaction has added to the log, for the store to write."""
        found: list[Event] = self.__dict__.setdefault("_recorded", [])
        return found

    def head(self, audience: Audience) -> int:
        """The last number of this audience; 0 before the first event."""
        return (self.heads or {}).get(audience, 0)

    def open(self, *, by: Person | None, now: datetime) -> None:
        """Starts it. Raises AlreadyOpen, BriefingClosed."""
        if self.state == BriefingState.CLOSED:
            raise BriefingClosed
        if self.state != BriefingState.SCHEDULED:
            raise AlreadyOpen
        self.state = BriefingState.LIVE
        self.opened_at = now
        self.record(EventKind.OPENED, by=by, now=now)

    def pause(self, *, by: Person, now: datetime) -> None:
        """Interrupts it. Raises NotLive."""
        if self.state != BriefingState.LIVE:
            raise NotLive
        self.state = BriefingState.PAUSED
        self.record(EventKind.PAUSED, by=by, now=now)

    def resume(self, *, by: Person, now: datetime) -> None:
        """Goes on after a pause. Raises NotPaused."""
        if self.state != BriefingState.PAUSED:
            raise NotPaused
        self.state = BriefingState.LIVE
        self.record(EventKind.RESUMED, by=by, now=now)

    def close(self, *, by: Person, now: datetime) -> None:
        """Ends it for good. Raises BriefingNotOpen, BriefingClosed."""
        if self.state == BriefingState.SCHEDULED:
            raise BriefingNotOpen
        if self.state == BriefingState.CLOSED:
            raise BriefingClosed
        self.state = BriefingState.CLOSED
        self.closed_at = now
        self.record(EventKind.CLOSED, by=by, now=now)

    def publish(
        self,
        draft: Draft,
        *,
        attached: Sequence[Document] = (),
        by: Person,
        now: datetime,
        promised: bool = False,
    ) -> Update:
        """Publishes an update, and with it the documents `attached`; `promised`: the answer to a
        taken question, which a closed briefing waits for. Raises BriefingNotOpen, BriefingPaused,
        BriefingClosed, Invalid, and what Document.bring() raises."""
        match None if promised else self.state:
            case BriefingState.SCHEDULED:
                raise BriefingNotOpen
            case BriefingState.PAUSED:
                raise BriefingPaused
            case BriefingState.CLOSED:
                raise BriefingClosed
        update = self.prepare(draft, now=now)
        drafts = [document for document in attached if not document.out]
        for document in attached:
            document.bring(now=now)
        set_committed_value(update, "attachments", list(attached))
        event = self.record(EventKind.PUBLISHED, by=by, now=now, update=update)
        update.published_n = event.numbers
        for document in drafts:
            document.out[0].n = event.numbers
        return update

    def prepare(self, draft: Draft, *, now: datetime) -> Update:
        """The update as it would be published, not yet part of anything. Raises Invalid."""
        language = draft.language or self.language
        if language not in self.tongues:
            raise Invalid(
                "language",
                N_("This briefing is held in %(languages)s. Choose one of them."),
                languages=", ".join(self.tongues),
            )
        words = self.clean_words(draft.words, language=language)
        attribution = clean_line("attribution", draft.attribution, required=False)
        if draft.terms == Terms.BACKGROUND and not attribution:
            raise Invalid(
                "attribution",
                N_("On background: say how to attribute it, for example “a city engineer”."),
            )
        update = Update(
            ref=new_ref(),
            kind=draft.kind,
            language=language,
            terms=draft.terms,
            attribution=attribution if draft.terms == Terms.BACKGROUND else None,
            speaker=self._speaker(draft),
            published_at=now,
            pinned_at=now if draft.pinned or draft.kind == UpdateKind.KEY_POINT else None,
            published_n={},
            editions=[Edition(number=1, words=words, note="", at=now, n={})],
        )
        set_committed_value(update, "answers", None)
        set_committed_value(update, "attachments", [])
        return update

    @property
    def tongues(self) -> list[str]:
        """The languages it is held in, its own first."""
        return [self.language, *(code for code in self.languages or [] if code != self.language)]

    def add_speaker(
        self,
        name: str,
        *,
        function: str = "",
        department: str = "",
        by: Person | None,
        now: datetime,
    ) -> Speaker:
        """Puts a speaker on the list. Raises Invalid, also for a name that is there already."""
        name = clean_line("speaker", name)
        if self._named(name):
            raise Invalid("speaker", N_("%(name)s is on the list already."), name=name)
        speaker = Speaker(
            name=name,
            folded=fold(name),
            function=clean_line("function", function, required=False),
            department=clean_line("department", department, required=False),
            position=len(self.speakers),
        )
        self.speakers.append(speaker)
        self.record(EventKind.SPEAKER_ADDED, by=by, now=now)
        return speaker

    def clean_words(self, words: dict[str, str], *, language: str) -> dict[str, str]:
        """Words by language, checked: the first language must be there. Raises Invalid."""
        if "" in words and language in words:
            raise Invalid(
                "translations", N_("The words in the update's own language stand in the text.")
            )
        own = words.get("", words.get(language, ""))
        cleaned = {language: clean("text", own, limit=TEXT_LIMIT)}
        for code, text in words.items():
            if code in ("", language):
                continue
            if code not in self.tongues:
                raise Invalid(
                    "translations",
                    N_("This briefing is held in %(languages)s. Choose one of them."),
                    languages=", ".join(self.tongues),
                )
            translated = clean(f"text-{code}", text, limit=TEXT_LIMIT, required=False)
            if translated:
                cleaned[code] = translated
        return cleaned

    def record(
        self,
        kind: EventKind,
        *,
        by: Person | None,
        now: datetime,
        update: Update | None = None,
        edition: Edition | None = None,
        question: Question | None = None,
        message: Message | None = None,
        document: Document | None = None,
        version: Version | None = None,
        among: frozenset[Audience] = frozenset(Audience),
        facts: dict[str, Any] | None = None,
    ) -> Event:
        """Writes the next line of the log, numbered for each audience that sees it: of those
        `among` which there is anything to see.

        Right only while the transaction holds the lock on this briefing: that makes the order
        of the numbers the order of the commits.
        """
        numbers = {
            audience.value: self.head(audience) + 1 for audience in sorted(SEES[kind] & among)
        }
        self.number = (self.number or 0) + 1
        self.heads = {**(self.heads or {}), **numbers}
        part = edition or version
        event = Event(
            number=self.number,
            numbers=numbers,
            kind=kind,
            at=now,
            by_id=by.id if by else None,
            update=update,
            edition=part.number if part else None,
            question=question,
            message=message,
            document=document,
            facts=facts,
        )
        self.recorded.append(event)
        return event

    def _speaker(self, draft: Draft) -> Speaker | None:
        if not draft.speaker:
            # A note is nobody's words: a question from the floor, an arrival, a delay.
            nobody = draft.kind == UpdateKind.NOTE or not self.speakers
            return None if nobody else self.speakers[0]
        if speaker := self._named(draft.speaker):
            return speaker
        raise Invalid(
            "speaker",
            N_("%(name)s is not a speaker of this briefing. Choose one of: %(speakers)s."),
            name=draft.speaker[:NAME_LIMIT],
            speakers=", ".join(speaker.name for speaker in self.speakers),
        )

    def _named(self, name: str) -> Speaker | None:
        folded = fold(" ".join(name.split()))
        return next((speaker for speaker in self.speakers if speaker.folded == folded), None)
