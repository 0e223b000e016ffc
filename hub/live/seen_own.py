"""What an asker sees of their own questions: the only door by which an unapproved one leaves the
desk, and only to whoever asked it, or to their outlet where it shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.person import Person
from hub.domain.question import Question
from hub.domain.question_state import OPEN, QuestionState, sees_question
from hub.domain.reason import REASONS, Reason
from hub.live.seen import SeenUpdate, seen_update
from hub.store.asking import OwnScreen
from hub.store.questions import Floor

_WAITING = (QuestionState.ASKED, QuestionState.APPROVED)


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where it stands among `of` that wait, from 1, and why."""

    index: int
    of: int
    round: int
    turn: int
    called_before: int
    moved: bool


@dataclass(frozen=True, slots=True)
class SeenInto:
    """The question that it is asked together with. `words` is empty unless it is open to them."""

    ref: str
    words: str
    language: str
    state: QuestionState
    department: str | None
    due_at: datetime | None
    answer: str | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class SeenOwn:
    """A question of one's own, or of a colleague: then `colleague` is the name and nothing may be
    done with it."""

    ref: str
    state: QuestionState
    words: str
    language: str
    asked_at: datetime
    edited: bool
    speaks: bool
    files_at: datetime | None
    zone: str
    place: OwnPlace | None
    called_at: datetime | None
    ended_at: datetime | None
    reason: Reason | None
    note: str
    department: str | None
    due_at: datetime | None
    answer: str | None
    into: SeenInto | None
    appeal: str | None
    appealed_at: datetime | None
    upheld_at: datetime | None
    colleague: str | None
    may_change: bool
    may_appeal: bool


@dataclass(frozen=True, slots=True)
class SeenOwnList:
    """The questions, how many of them are open, and what may be followed up."""

    questions: Sequence[SeenOwn]
    own: int
    of_outlet: int
    person_limit: int
    outlet_limit: int
    recent: Sequence[SeenUpdate]


def seen_own_list(screen: OwnScreen, person: Person) -> SeenOwnList:
    """The own questions as this person may see them."""
    places = _places(screen.floor)
    return SeenOwnList(
        questions=[
            seen_own(one, screen.briefing, person, places=places, into=screen.into)
            for one in screen.questions
        ],
        own=screen.own,
        of_outlet=screen.of_outlet,
        person_limit=screen.briefing.person_limit,
        outlet_limit=screen.briefing.outlet_limit,
        recent=[seen_update(one, Audience.ROOM) for one in screen.recent],
    )


def seen_own_of(
    question: Question,
    briefing: Briefing,
    person: Person,
    *,
    floor: Floor,
    into: Mapping[int, Question],
) -> SeenOwn:
    """One question, by itself. Raises ValueError if it is none of theirs."""
    return seen_own(question, briefing, person, places=_places(floor), into=into)


def seen_own(
    question: Question,
    briefing: Briefing,
    person: Person,
    *,
    places: Mapping[str, OwnPlace],
    into: Mapping[int, Question],
) -> SeenOwn:
    """The question for who asked it. Raises ValueError for anybody else."""
    if not question.is_of(person):
        raise ValueError(f"{question.ref} is not of this person")
    mine = question.asker_id == person.id
    other = into.get(question.id)
    declined = question.state == QuestionState.DECLINED
    told = declined or question.state == QuestionState.ANSWERED
    return SeenOwn(
        ref=question.ref,
        state=question.state,
        words=question.words,
        language=question.language,
        asked_at=question.asked_at,
        edited=question.edited_at is not None,
        speaks=question.speaks,
        files_at=question.files_at,
        zone=question.zone,
        place=places.get((other or question).ref),
        called_at=question.called_at,
        ended_at=question.ended_at,
        reason=None if question.open else REASONS.get(question.reason or ""),
        note=question.note if told else "",
        department=question.department,
        due_at=question.due_at,
        answer=question.answer.ref if question.answer else None,
        into=_seen_into(other, briefing, person) if other else None,
        appeal=question.appeal,
        appealed_at=question.appealed_at,
        upheld_at=question.upheld_at,
        colleague=None if mine else question.asker.name,
        may_change=mine and question.state in _WAITING,
        may_appeal=mine and declined and question.appealed_at is None,
    )


def _seen_into(other: Question, briefing: Briefing, person: Person) -> SeenInto:
    shown = other.is_of(person) or Audience.ROOM in sees_question(other.state, briefing.shown)
    return SeenInto(
        ref=other.ref if shown else "",
        words=other.words if shown else "",
        language=other.language,
        # Of what may not be seen only that it is still open, or that it has ended.
        state=other.state if shown or other.state not in OPEN else QuestionState.ASKED,
        department=other.department if shown else None,
        due_at=other.due_at if shown else None,
        answer=other.answer.ref if other.answer else None,
        reason=None if other.open else REASONS.get(other.reason or ""),
    )


def _places(floor: Floor) -> dict[str, OwnPlace]:
    of = len(floor.places)
    return {
        place.ref: OwnPlace(
            index, of, place.round, place.turn_of_category, place.called_before, place.moved
        )
        for index, place in enumerate(floor.places, start=1)
    }
