"""The line of each briefing as this process read it last, brought up to date from the log.

Whatever changes who waits is an event in the same commit: so the rows of those questions that the
log has named since are all that has to be read anew, and not the hundreds that wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hub.domain.audience import EventKind
from hub.domain.event import Event
from hub.domain.lineup import Lineup
from hub.domain.order import Move, Waiting
from hub.domain.question import Question
from hub.domain.question_state import QuestionState

KEPT = 64
"""Briefings."""

FAR = 128
"""Events: whoever lags so far reads anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Waiting):
    """A question that waits or was called, as the order needs to know it."""

    id: int
    number: int
    asker_id: int
    call_number: int | None
    waits: bool

    @property
    def alias(self) -> str:
        """Its outlet's pseudonym."""
        return self.outlet


@dataclass(frozen=True, slots=True)
class Line:
    """Who waits and who was called, by their keys, when the log stood at `number`, of `at`."""

    number: int
    at: datetime | None
    standing: Mapping[int, Standing]
    moves: tuple[Move, ...]
    lineup: Lineup


class Lines:
    """The lines that one process knows."""

    def __init__(self) -> None:
        self._known: dict[int, Line] = {}
        self._lock = Lock()

    def known(self, briefing_id: int) -> Line | None:
        """As it was read last."""
        return self._known.get(briefing_id)

    def keep(self, briefing_id: int, line: Line) -> None:
        """For whoever asks next."""
        with self._lock:
            self._known.pop(briefing_id, None)
            self._known[briefing_id] = line
            if len(self._known) > KEPT:
                del self._known[next(iter(self._known))]


_COLUMNS = select(
    Question.id,
    Question.ref,
    Question.number,
    Question.asker_id,
    Question.alias,
    Question.category,
    Question.asked_at,
    Question.files_at,
    Question.call_number,
    Question.state,
)
_OF_BRIEFING = _COLUMNS.where(
    Question.briefing_id == bindparam("briefing_id"),
    (Question.state == QuestionState.APPROVED) | Question.call_number.is_not(None),
)
_OF_THESE = _COLUMNS.where(Question.id.in_(bindparam("ids", expanding=True)))
_LOG = select(Event.number, Event.at, Event.kind, Event.question_id, Event.facts).where(
    Event.briefing_id == bindparam("briefing_id")
)
_SINCE = _LOG.where(Event.number >= bindparam("number")).order_by(Event.number).limit(FAR)
_LAST = _LOG.order_by(Event.number.desc()).limit(1)
_MOVES = _LOG.where(Event.kind == EventKind.MOVED).order_by(Event.number)


def line_of(session: Session, briefing_id: int) -> Line:
    """The line as this session sees it."""
    lines: Lines | None = session.info.get("lines")
    if lines is None:
        return _read(session, briefing_id)
    seen: dict[int, Line] = session.info.setdefault("seen", {})
    if briefing_id in seen:
        return seen[briefing_id]
    known = lines.known(briefing_id)
    line = (known and _brought_up(session, briefing_id, known)) or _read(session, briefing_id)
    # What an act reads may be another in a moment, and may never be committed.
    if not session.info.get("acts"):
        seen[briefing_id] = line
        lines.keep(briefing_id, line)
    return line


def _read(session: Session, briefing_id: int) -> Line:
    asked = {"briefing_id": briefing_id}
    last = session.execute(_LAST, asked).one_or_none()
    rows = session.execute(_OF_BRIEFING, asked)
    moves = _moves(session.execute(_MOVES, asked))
    number, at = (last.number, last.at) if last else (0, None)
    standing = {row.id: _standing(row) for row in rows}
    return Line(number, at, standing, moves, _lineup(standing, moves))


def _brought_up(session: Session, briefing_id: int, known: Line) -> Line | None:
    """None: the log is another one, or far ahead."""
    asked = {"briefing_id": briefing_id, "number": known.number}
    log = session.execute(_SINCE, asked).all()
    # A restored database may have counted anew what was counted before.
    if not log or (log[0].number, log[0].at) != (known.number, known.at) or len(log) == FAR:
        return None
    changed = {event.question_id for event in log[1:]} | _unwritten(session, briefing_id)
    changed.discard(None)
    standing = {key: one for key, one in known.standing.items() if key not in changed}
    for row in session.execute(_OF_THESE, {"ids": list(changed)}) if changed else ():
        if row.state == QuestionState.APPROVED or row.call_number is not None:
            standing[row.id] = _standing(row)
    moves = known.moves + _moves(log[1:])
    same = standing == known.standing and moves == known.moves
    lineup = known.lineup if same else _lineup(standing, moves)
    return Line(log[-1].number, log[-1].at, standing, moves, lineup)


def _unwritten(session: Session, briefing_id: int) -> set[int]:
    """What the act that asks has changed itself: its events are written at its end."""
    return {
        event.question.id
        for briefing in session.info.get("locked", ())
        if briefing.id == briefing_id
        for event in briefing.recorded
        if event.question is not None
    }


def _lineup(standing: Mapping[int, Standing], moves: Sequence[Move]) -> Lineup:
    waiting = [one for one in standing.values() if one.waits]
    called = [one for one in standing.values() if one.call_number is not None]
    refs = {one.ref for one in waiting}
    return Lineup(
        sorted(waiting, key=lambda one: one.number),
        sorted(called, key=lambda one: one.call_number or 0),
        # Those of who does not wait any more have lapsed.
        [move for move in moves if move.ref in refs],
    )


def _standing(row: Any) -> Standing:
    return Standing(
        ref=row.ref,
        outlet=row.alias or "",
        category=row.category.value,
        asked_at=row.asked_at,
        files_at=row.files_at,
        id=row.id,
        number=row.number,
        asker_id=row.asker_id,
        call_number=row.call_number,
        waits=row.state == QuestionState.APPROVED,
    )


def _moves(events: Iterable[Any]) -> tuple[Move, ...]:
    return tuple(
        Move(event.facts["ref"], event.facts["before"])
        for event in events
        if event.kind == EventKind.MOVED and event.facts
    )
