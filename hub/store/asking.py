"""What an asker's page shows of their own questions, and what they can follow up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from hub.domain.briefing import Briefing
from hub.domain.event import Event
from hub.domain.person import Person
from hub.domain.question import Question
from hub.domain.update import Update
from hub.store.documents import whole_document
from hub.store.finding import briefing_at
from hub.store.questions import (
    Floor,
    counts,
    floor,
    own_questions,
    question_at,
    waiting,
    whole_question,
)
from hub.store.screens import update_screen

RECENT = 12
"""Updates offered for a follow-up."""


@dataclass(frozen=True, slots=True)
class OwnScreen:
    """Somebody's own questions, newest first; `into`: by its key, the question that one which was
    joined to another stands for now. `own` and `of_outlet` of them are open."""

    briefing: Briefing
    questions: Sequence[Question]
    into: Mapping[int, Question]
    floor: Floor
    own: int
    of_outlet: int
    recent: Sequence[Update]


def own_screen(session: Session, slug: str, person: Person, *, recent: bool = False) -> OwnScreen:
    """The questions of this person in a briefing; `recent`: with what may be followed up. Raises
    NotFound."""
    briefing = briefing_at(session, slug)
    questions = own_questions(session, briefing.id, person)
    own, of_outlet = counts(session, briefing.id, person)
    return OwnScreen(
        briefing=briefing,
        questions=questions,
        into=_into(session, questions),
        floor=floor(session, briefing),
        own=own,
        of_outlet=of_outlet,
        recent=_recent(session, briefing) if recent else (),
    )


Pair = tuple[Briefing, Question, Mapping[int, Question], Floor, Sequence[Event]]
"""A question with its answer, and what showing it needs."""


def pair_screen(session: Session, slug: str, ref: str) -> Pair:
    """A question with all that its page may need: what it was joined to, how the others stand, and
    the events of its answer, oldest first. Raises NotFound."""
    briefing, question = question_at(session, slug, ref)
    answered = question.answer is not None
    events = update_screen(session, slug, question.answer.ref)[1] if question.answer else ()
    into = {} if answered else _into(session, [question])
    return briefing, question, into, floor(session, briefing), events


@dataclass(frozen=True, slots=True)
class Thread:
    """What a question follows up, a question or an update, and what follows it or its answer up,
    oldest first."""

    question: Question | None
    update: Update | None
    follow_ups: Sequence[Question]


def thread(session: Session, briefing: Briefing, question: Question) -> Thread:
    """Before it and after it. What somebody may see of them is not decided here."""
    of_briefing = whole_question().where(Question.briefing_id == briefing.id)
    refs = [question.ref, *([question.answer.ref] if question.answer else [])]
    after = of_briefing.where(Question.follows.in_(refs)).order_by(Question.number)
    before = of_briefing.where(Question.ref == question.follows)
    said = select(Update).where(Update.briefing_id == briefing.id, Update.ref == question.follows)
    follows = question.follows is not None
    return Thread(
        question=session.scalars(before).unique().one_or_none() if follows else None,
        update=session.scalars(said).one_or_none() if follows else None,
        follow_ups=session.scalars(after).unique().all(),
    )


def line_screen(session: Session, slug: str) -> tuple[Briefing, Floor, Sequence[Question]]:
    """Everybody who waits. Raises NotFound."""
    briefing = briefing_at(session, slug)
    return briefing, floor(session, briefing), waiting(session, briefing.id)


def _into(session: Session, questions: Sequence[Question]) -> dict[int, Question]:
    found: dict[int, Question] = {}
    for question in questions:
        other = question
        while other.merged_into_id is not None:
            query = whole_question().where(Question.id == other.merged_into_id)
            other = session.scalars(query).unique().one()
        if other is not question:
            found[question.id] = other
    return found


def _recent(session: Session, briefing: Briefing) -> Sequence[Update]:
    query = (
        select(Update)
        .where(Update.briefing_id == briefing.id, Update.retracted_at.is_(None))
        .order_by(Update.id.desc())
        .limit(RECENT)
        .options(
            selectinload(Update.editions),
            joinedload(Update.speaker),
            joinedload(Update.answers),
            selectinload(Update.attachments).options(*whole_document()),
        )
    )
    return session.scalars(query).unique().all()
