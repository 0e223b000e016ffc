"""Acts on questions, under the briefing's lock and an idempotency key."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.domain import asking, desk
from hub.domain.asking import Ask
from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.errors import N_, Invalid, NotFound
from hub.domain.likeness import terms, twins
from hub.domain.message import Message
from hub.domain.person import Person
from hub.domain.question import Question
from hub.domain.question_state import NothingToUndo, QuestionState, sees_question
from hub.domain.update import Update
from hub.store.acts import Answer, once
from hub.store.database import Database
from hub.store.finding import briefing_at
from hub.store.questions import (
    alias_of,
    counts,
    last_acted,
    lineup,
    open_questions,
    question_at,
    question_of,
)
from hub.store.said import said_before

Verb = Callable[[Session, Briefing, Question], object]
"""What is done to a question of a locked briefing."""

TWINS = 3

# Taking a question's words apart costs more than comparing them with all others.
_terms = lru_cache(maxsize=4096)(terms)


async def ask(
    database: Database, slug: str, what: Ask, *, key: str | None, by: Person, now: datetime
) -> Answer:
    """Asks a question. Answers {"ref", "number", "revision"}."""
    # Before the lock: it is a hint, and going through all that was said takes its time.
    said = await database.read(lambda session: said_before(session, slug, what.words))

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        if what.follows is not None:
            _check_follows(session, briefing, what.follows, by)
        own, of_outlet = counts(session, briefing.id, by)
        question = asking.ask(
            briefing,
            what,
            number=_next_number(session, briefing),
            waiting=own,
            of_outlet=of_outlet,
            twins=_twins(what.words, open_questions(session, briefing.id)),
            said=said,
            by=by,
            now=now,
        )
        session.add(question)
        return answer_of(question)

    asked = {"ask": asdict(what) | {"files_at": str(what.files_at)}}
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def change(
    database: Database,
    slug: str,
    ref: str,
    verb: Verb,
    *,
    revision: int | None,
    request: object,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """Does something to a question as it was read in this revision. Raises StaleQuestion."""

    def act(session: Session) -> Answer:
        briefing, question = question_at(session, slug, ref, lock=True)
        question.read_as(revision)
        verb(session, briefing, question)
        return answer_of(question)

    asked = {"question": ref, "revision": revision, "act": request}
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def change_own(
    database: Database,
    slug: str,
    ref: str,
    verb: Verb,
    *,
    request: object,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """As change(), by the asker: for anybody else there is no such question. Raises NotFound."""

    def own(session: Session, briefing: Briefing, question: Question) -> None:
        if question.asker_id != by.id:
            raise NotFound
        verb(session, briefing, question)

    return await change(
        database, slug, ref, own, revision=None, request=request, key=key, by=by, now=now
    )


def call(
    session: Session, briefing: Briefing, question: Question, reason: str, *, by: Person,
    now: datetime,
) -> None:  # fmt: skip
    """Gives it the floor; what is not approved yet is approved by the same act. Raises NotWaiting,
    Invalid."""
    if question.state == QuestionState.APPROVED:
        line = lineup(session, briefing.id)
        desk.call(briefing, question, line, reason, by=by, now=now)
        return
    desk.approve_and_call(
        briefing, question, lambda: lineup(session, briefing.id), reason,
        alias=alias_of(session, question), by=by, now=now,
    )  # fmt: skip


async def decline_all(
    database: Database,
    slug: str,
    refs: Sequence[str],
    reason: str,
    note: str,
    *,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """Declines several with one reason, all or none. Answers {"count"}."""

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        for ref in refs:
            question = question_of(session, briefing, ref)
            desk.decline(briefing, question, reason, note, by=by, now=now)
        return {"count": len(refs)}

    asked = {"decline": list(refs), "reason": reason, "note": note}
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def undo_last(
    database: Database, slug: str, *, key: str | None, by: Person, now: datetime
) -> Answer:
    """Undoes this moderator's last act. Raises NothingToUndo."""

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        question = last_acted(session, briefing.id, by)
        if question is None:
            raise NothingToUndo
        desk.undo(briefing, question, lineup(session, briefing.id), by=by, now=now)
        return answer_of(question)

    return await database.act(
        slug, once(act, slug=slug, key=key, request={"undo": "last"}, by=by, now=now)
    )


async def message(
    database: Database, slug: str, words: str, *, key: str | None, by: Person, now: datetime
) -> Answer:
    """Sends a few words to the podium. Answers {"ref"}."""

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        sent = desk.message(briefing, words, by=by, now=now)
        session.add(sent)
        return {"ref": sent.ref}

    asked = {"message": words}
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def acknowledge(
    database: Database, slug: str, ref: str, *, key: str | None = None, by: Person, now: datetime
) -> None:
    """The podium has read it. Raises NotFound, AlreadyAcknowledged."""

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        query = select(Message).where(Message.briefing_id == briefing.id, Message.ref == ref)
        sent = session.scalars(query).one_or_none() if ref.isprintable() else None
        if sent is None:
            raise NotFound
        desk.acknowledge(briefing, sent, by=by, now=now)
        return {}

    asked = {"acknowledge": ref}
    await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


def answer_of(question: Question) -> Answer:
    """What an act on a question answers."""
    return {
        "ref": question.ref,
        "number": question.number,
        "revision": question.revision,
        "state": question.state.value,
    }


def _next_number(session: Session, briefing: Briefing) -> int:
    last = session.scalar(
        select(func.max(Question.number)).where(Question.briefing_id == briefing.id)
    )
    return (last or 0) + 1


def _check_follows(session: Session, briefing: Briefing, ref: str, by: Person) -> None:
    if ref.isprintable():
        query = select(Update.ref).where(Update.briefing_id == briefing.id, Update.ref == ref)
        if session.scalar(query) is not None or _may_follow(session, briefing, ref, by):
            return
    raise Invalid("follows", N_("There is nothing of that name here to follow up."))


def _may_follow(session: Session, briefing: Briefing, ref: str, by: Person) -> bool:
    # What the asker may not read must not be told apart from what does not exist.
    query = select(Question).where(Question.briefing_id == briefing.id, Question.ref == ref)
    found = session.scalars(query).unique().one_or_none()
    if found is None:
        return False
    return found.is_of(by) or Audience.ROOM in sees_question(found.state, briefing.shown)


def _twins(words: str, others: Sequence[Question]) -> dict[str, Any]:
    numbers = {one.ref: one.number for one in others}
    found = twins(_terms(words), [(one.ref, _terms(one.words)) for one in others], most=TWINS)
    return {twin.ref: numbers[twin.ref] for twin in found}
