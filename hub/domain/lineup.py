"""Who waits in which order, and the lines that the log gets of a question.

What the order's log tells stands in the events' `facts`: see hub.domain.order_log.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from hub.domain.audience import EventKind
from hub.domain.briefing import Briefing
from hub.domain.order import Called, Move, Place, Waiting, order
from hub.domain.person import Person
from hub.domain.question import Question
from hub.domain.question_state import QuestionState, sees_question


class InLine(Protocol):
    """What the order needs to know of a question that waits or was called."""

    @property
    def ref(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def alias(self) -> str | None: ...
    @property
    def category(self) -> str: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def files_at(self) -> datetime | None: ...
    @property
    def call_number(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Lineup:
    """What decides the order: who waits, who was called in which order, what was moved."""

    waiting: Sequence[InLine]
    called: Sequence[InLine]
    moves: Sequence[Move]
    # Asked for by the act and by every window after it.
    _placed: dict[object, Sequence[Place]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def places(self, briefing: Briefing) -> Sequence[Place]:
        """The order in which those who wait are called."""
        ruled_by = briefing.seed, *sorted(briefing.proportion.items())
        placed = self._placed.get(ruled_by)
        if placed is None:
            placed = self._placed[ruled_by] = self._place(briefing)
        return placed

    def _place(self, briefing: Briefing) -> Sequence[Place]:
        return order(
            [one if isinstance(one, Waiting) else Waiting(**facts_of(one)) for one in self.waiting],
            [Called(**facts_of(one)) for one in self.called],
            self.moves,
            proportion=briefing.proportion,
            seed=bytes.fromhex(briefing.seed),
        )


def recorded_act(
    briefing: Briefing,
    question: Question,
    kind: EventKind,
    verb: Callable[[], None],
    *,
    by: Person,
    now: datetime,
    facts: dict[str, Any] | None = None,
) -> None:
    before = question.state
    verb()
    if facts is None and before == QuestionState.APPROVED:
        facts = {"kind": "left", "ref": question.ref}
    record(briefing, question, kind, by=by, now=now, before=before, facts=facts)


def record(
    briefing: Briefing,
    question: Question,
    kind: EventKind,
    *,
    by: Person,
    now: datetime,
    before: QuestionState = QuestionState.ASKED,
    facts: dict[str, Any] | None = None,
) -> None:
    seen = sees_question(before, briefing.shown) | sees_question(question.state, briefing.shown)
    event = briefing.record(kind, by=by, now=now, question=question, among=seen, facts=facts)
    if kind in (EventKind.TAKEN, EventKind.REFERRED):
        question.promised_at, question.promised_n = now, event.numbers


def facts_of(question: InLine) -> dict[str, Any]:
    return {
        "ref": question.ref,
        "outlet": question.alias or "",
        "category": str(question.category),
        "asked_at": question.asked_at,
        "files_at": question.files_at,
    }


def told(question: Question) -> dict[str, Any]:
    """What the order's log tells of it when it begins to wait."""
    return facts_of(question) | {
        "asked_at": _utc(question.asked_at),
        "files_at": _utc(question.files_at) if question.files_at else None,
    }


def _utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
