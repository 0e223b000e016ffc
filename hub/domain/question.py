"""A question: asked, approved, called, and ended with a disposition that says why.

    asked -> approved -> called -> answered | taken | referred
      |         |           |
      +---------+-----------+--> declined (one appeal) | merged | withdrawn

`revision` counts its changes: whoever acts says which one they read.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.base import Base, choice
from hub.domain.errors import N_, Invalid
from hub.domain.person import Category, Outlet, Person
from hub.domain.question_state import (
    APPROVED,
    ASKED,
    CALLED,
    OPEN,
    WAITING,
    WORDS,
    AppealedBefore,
    NothingToUndo,
    NotWaiting,
    QuestionState,
    StaleQuestion,
)
from hub.domain.reason import declining
from hub.domain.words import NAME_LIMIT, clean, clean_line

if TYPE_CHECKING:
    from hub.domain.update import Update

QUESTION_LIMIT = 600
NOTE_LIMIT = 600


_UNDONE = (
    "state", "reason", "note", "merged_into_id", "department", "due_at",
    "approved_at", "called_at", "call_number", "ended_at",
)  # fmt: skip
_TIMES = frozenset({"due_at", "approved_at", "called_at", "ended_at"})


class Question(Base):
    """What somebody wants to know. `number` is the desk's own count (Q-24), `alias` the outlet's
    pseudonym in this briefing: outside the desk nobody learns who asked."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("briefing_id", "number", name="question_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), index=True)
    ref: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int]
    state: Mapped[QuestionState] = mapped_column(choice(QuestionState), default=ASKED)
    revision: Mapped[int] = mapped_column(default=1)

    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"))
    category: Mapped[Category] = mapped_column(choice(Category))
    alias: Mapped[str | None]

    language: Mapped[str]
    words: Mapped[str]
    follows: Mapped[str | None]
    # Whether to wait for the asker to speak; otherwise the desk reads it out.
    speaks: Mapped[bool] = mapped_column(default=False)
    files_at: Mapped[datetime | None]
    zone: Mapped[str]

    # Likely duplicates as they were when it came: the desk's number by reference.
    twins: Mapped[dict[str, int]] = mapped_column(default=dict)
    # And updates that likely said it already: the room's number by reference.
    said: Mapped[dict[str, int] | None]
    # Who asked what was merged into it, also by way of others: {"ref", "name", "outlet"}.
    behind: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)

    asked_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
    call_number: Mapped[int | None]
    # Why it was moved in the order, the last time that it was.
    moved_for: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    reason: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("update.id"), index=True)
    department: Mapped[str | None]
    due_at: Mapped[datetime | None]
    # Where the line stands that tells of its being taken or referred: {"room": 118, ...}
    promised_at: Mapped[datetime | None]
    promised_n: Mapped[dict[str, int] | None]
    appeal: Mapped[str | None]
    appealed_at: Mapped[datetime | None]
    upheld_at: Mapped[datetime | None]

    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    held_at: Mapped[datetime | None]
    acted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acted_at: Mapped[datetime | None]
    # As it was before the desk's last act.
    before: Mapped[dict[str, Any] | None]

    # Whom it names; written by their keys, so that nobody is drawn into the act's session.
    asker: Mapped[Person] = relationship(foreign_keys=[asker_id], lazy="joined", viewonly=True)
    outlet: Mapped[Outlet | None] = relationship(lazy="joined", viewonly=True)
    held_by: Mapped[Person | None] = relationship(
        foreign_keys=[held_by_id], lazy="joined", viewonly=True
    )
    acted_by: Mapped[Person | None] = relationship(
        foreign_keys=[acted_by_id], lazy="joined", viewonly=True
    )
    merged_into: Mapped[Question | None] = relationship(remote_side="Question.id", viewonly=True)
    answer: Mapped[Update | None] = relationship(viewonly=True)

    @property
    def open(self) -> bool:
        """Whether it has no disposition yet."""
        return self.state in OPEN

    @property
    def appeals(self) -> bool:
        """Whether its asker has appealed, and nobody has decided on it."""
        declined = self.state == QuestionState.DECLINED
        return declined and self.appealed_at is not None and self.upheld_at is None

    def is_of(self, person: Person) -> bool:
        """Whether it is theirs: they asked it, or somebody of their outlet did, which shares."""
        outlet = self.outlet
        shared = outlet is not None and outlet.shares and outlet.id == person.outlet_id
        return shared or self.asker_id == person.id

    def read_as(self, revision: int | None) -> None:
        """Whoever acts has read this revision (None: whichever stands). Raises StaleQuestion."""
        if revision is not None and revision != self.revision:
            by = self.acted_by.name if self.acted_by else self.asker.name
            raise StaleQuestion(state=WORDS[self.state], by=by)

    # --- The asker's ----------------------------------------------------------------------------

    def edit(self, words: str, *, files_at: datetime | None, speaks: bool, now: datetime) -> None:
        """Says it otherwise; what was approved is to be approved anew.

        Raises NotWaiting, Invalid.
        """
        self._must_stand(WAITING)
        self.words = clean_question(words)
        self.files_at, self.speaks = files_at, speaks
        self.edited_at = now
        self.state, self.approved_at = ASKED, None
        self._changed(before=None)

    def withdraw(self, *, now: datetime) -> None:
        """Takes it back. Raises NotWaiting once it has been called."""
        self._must_stand(WAITING)
        self._end(QuestionState.WITHDRAWN, "withdrawn", now=now)
        self._changed(before=None)

    def appeal_against(self, words: str, *, now: datetime) -> None:
        """Asks once to look again at its being declined. Raises NotWaiting, AppealedBefore,
        Invalid."""
        self._must_stand({QuestionState.DECLINED})
        if self.appealed_at is not None:
            raise AppealedBefore
        self.appeal = clean("appeal", words, limit=NOTE_LIMIT)
        self.appealed_at = now
        self._changed(before=None)

    # --- The desk's -----------------------------------------------------------------------------

    def approve(self, *, alias: str, by: Person, now: datetime) -> None:
        """Lets it wait for its turn; after an appeal also what was declined. Raises NotWaiting."""
        self._must_stand({ASKED, QuestionState.DECLINED} if self.appeals else {ASKED})
        with_before = self.snapshot()
        self.state, self.approved_at = APPROVED, now
        self.reason, self.ended_at = None, None
        self.alias = alias
        self._acted(with_before, by=by, now=now)

    def decline(self, reason: str, note: str, *, by: Person, now: datetime) -> None:
        """Ends it with a reason that cites an article. Raises NotWaiting, Invalid."""
        code = declining(reason).code
        note = clean("note", note, limit=NOTE_LIMIT, required=False)
        self._must_stand(OPEN)
        with_before = self.snapshot()
        self._end(QuestionState.DECLINED, code, now=now, note=note)
        self._acted(with_before, by=by, now=now)

    def uphold(self, note: str, *, by: Person, now: datetime) -> None:
        """After an appeal: it stays declined. Raises NotWaiting, Invalid."""
        self._must_stand({QuestionState.DECLINED})
        if not self.appeals:
            raise NotWaiting(state=WORDS[self.state])
        self.note = clean("note", note, limit=NOTE_LIMIT)
        self.upheld_at = now
        self._acted(None, by=by, now=now)

    def merge_into(self, other: Question, *, by: Person, now: datetime) -> None:
        """Asks it together with another. Raises NotWaiting, Invalid."""
        if other is self or other.briefing_id != self.briefing_id:
            raise Invalid("into", N_("Choose another question of this briefing."))
        if not other.open:
            raise Invalid("into", N_("That question has ended. Choose one that waits."))
        self._must_stand(WAITING)
        with_before = self.snapshot()
        self._end(QuestionState.MERGED, "merged", now=now)
        self.merged_into_id = other.id
        set_committed_value(self, "merged_into", other)
        own = {"ref": self.ref, "name": self.asker.name, "outlet": ""}
        if self.outlet:
            own["outlet"] = self.outlet.name
        other.behind = [*(other.behind or []), own, *(self.behind or [])]
        self._acted(with_before, by=by, now=now)

    def call(self, *, turn: int, by: Person, now: datetime) -> None:
        """Gives it the floor as the `turn`-th call of the briefing. Raises NotWaiting."""
        self._must_stand({APPROVED})
        with_before = self.snapshot()
        self.state, self.called_at, self.call_number = CALLED, now, turn
        self._acted(with_before, by=by, now=now)

    def moved(self, before: dict[str, Any], reason: str, *, by: Person, now: datetime) -> None:
        """Somebody has put it to another place; `before` is where it stood. Raises NotWaiting."""
        self._must_stand({APPROVED})
        self.moved_for = reason
        self._acted(before, by=by, now=now)

    def take(self, department: str, due_at: datetime, *, by: Person, now: datetime) -> None:
        """Promises an answer in writing. Raises NotWaiting, Invalid."""
        department = clean_line("department", department)
        if due_at <= now:
            raise Invalid("due", N_("Name a time to come."))
        self._must_stand(OPEN)
        with_before = self.snapshot()
        self._end(QuestionState.TAKEN, "taken", now=now)
        self.department, self.due_at = department, due_at
        self._acted(with_before, by=by, now=now)

    def refer(self, body: str, *, by: Person, now: datetime) -> None:
        """Names the body that has to answer. Raises NotWaiting, Invalid."""
        body = clean_line("body", body, limit=NAME_LIMIT)
        self._must_stand(OPEN)
        with_before = self.snapshot()
        self._end(QuestionState.REFERRED, "referred", now=now)
        self.department = body
        self._acted(with_before, by=by, now=now)

    def awaits_an_answer(self) -> None:
        """Whether an update may answer it. Raises NotWaiting."""
        self._must_stand({CALLED, QuestionState.TAKEN})

    def answer_with(self, update: Update, *, by: Person, now: datetime) -> None:
        """The update answers it. Raises NotWaiting."""
        self.awaits_an_answer()
        self._end(QuestionState.ANSWERED, "answered", now=now)
        set_committed_value(self, "answer", update)
        self._acted(None, by=by, now=now)

    def answer_aloud(self, note: str, *, by: Person, now: datetime) -> None:
        """Somebody has answered it by word of mouth. Raises NotWaiting, Invalid."""
        note = clean("note", note, limit=NOTE_LIMIT, required=False)
        self._must_stand({CALLED})
        with_before = self.snapshot()
        self._end(QuestionState.ANSWERED, "answered_aloud", now=now, note=note)
        self._acted(with_before, by=by, now=now)

    def undo(self, *, by: Person, now: datetime) -> None:
        """As it was before this person's act, if nobody has acted since. Raises NothingToUndo."""
        if self.before is None or self.acted_by_id != by.id:
            raise NothingToUndo
        for name in _UNDONE:
            if name not in self.before:
                continue
            value = self.before[name]
            time = name in _TIMES and value is not None
            setattr(self, name, datetime.fromisoformat(value) if time else value)
        self.state = QuestionState(self.state)
        self._acted(None, by=by, now=now)

    def snapshot(self) -> dict[str, Any]:
        """What undoing an act puts back."""
        kept = {name: getattr(self, name) for name in _UNDONE}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in kept.items()
        }

    def stand_alone(self, without: Question) -> None:
        """That one is not asked together with it any more, nor what was merged into that one."""
        gone = {without.ref, *(one["ref"] for one in without.behind or [])}
        self.behind = [one for one in self.behind or [] if one["ref"] not in gone]

    def hold(self, *, by: Person, now: datetime) -> None:
        """Tells colleagues that somebody is at it; who held it before holds it no longer."""
        self.held_by_id, self.held_at = by.id, now
        set_committed_value(self, "held_by", by)

    def release(self) -> None:
        """Nobody is at it."""
        self.held_by_id, self.held_at = None, None
        set_committed_value(self, "held_by", None)

    def _must_stand(self, states: frozenset[QuestionState] | set[QuestionState]) -> None:
        if self.state not in states:
            raise NotWaiting(state=WORDS[self.state])

    def _end(self, state: QuestionState, reason: str, *, now: datetime, note: str = "") -> None:
        self.state, self.reason, self.note, self.ended_at = state, reason, note, now

    def _acted(self, before: dict[str, Any] | None, *, by: Person, now: datetime) -> None:
        self.acted_by_id, self.acted_at = by.id, now
        set_committed_value(self, "acted_by", by)
        self.release()
        self._changed(before=before)

    def _changed(self, *, before: dict[str, Any] | None) -> None:
        self.before = before
        self.revision = (self.revision or 0) + 1


def clean_question(words: str) -> str:
    """The words of a question. Raises Invalid."""
    return clean("words", words, limit=QUESTION_LIMIT)
