"""Acts under an idempotency key: the same key twice is one event and the same answer."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.domain import desk
from hub.domain.audience import Audience, may_join
from hub.domain.briefing import Briefing
from hub.domain.document import Document
from hub.domain.draft import Draft
from hub.domain.errors import N_, Invalid, KeyReused, NotFound
from hub.domain.ledger import AnsweredAct
from hub.domain.person import Person
from hub.domain.question import Question
from hub.domain.question_state import QuestionState, sees_question
from hub.domain.update import Update
from hub.store.agenda import NewBriefing, add_briefing
from hub.store.database import Database
from hub.store.documents import attached
from hub.store.finding import briefing_at, stand_in_line, update_at
from hub.store.questions import open_questions, question_of

KEYS_LAST = timedelta(days=2)
KEY_LIMIT = 128

Answer = dict[str, Any]
Act = Callable[[Session], Answer]
Lock = Callable[[Session], object]


class Disposition(Protocol):
    """How an open question ends when its briefing is closed."""

    def __call__(
        self, briefing: Briefing, question: Question, *, by: Person, now: datetime
    ) -> None: ...


def once(
    act: Act,
    *,
    slug: str,
    key: str | None,
    request: object,
    by: Person,
    now: datetime,
    lock: Lock | None = None,
) -> Act:
    """The act on this briefing, done at most once for this person and key.

    `request` is what the key stands for, as JSON. Without a key the act is simply done. `lock`
    is taken first: a place in the briefing's line, where no other is given.
    Raises KeyReused for the same key with another request, Invalid for an overlong key.
    """
    if key is None:
        return act
    if not 1 <= len(key) <= KEY_LIMIT or not key.isascii() or not key.isprintable():
        raise Invalid("Idempotency-Key", N_("A key is 1 to 128 printable ASCII characters."))
    asked = json.dumps([slug, request], sort_keys=True)
    digest = hashlib.sha256(asked.encode()).hexdigest()

    def act_once(session: Session) -> Answer:
        # The lock comes before the look at the key, here and in every worker: two requests with
        # one key would otherwise both find nothing.
        if lock is None:
            stand_in_line(session, slug)
        else:
            lock(session)
        answered = session.get(AnsweredAct, (by.id, key))
        if answered is not None:
            if answered.digest != digest:
                raise KeyReused
            return answered.answer
        answer = act(session)
        row = {"person_id": by.id, "key": key, "digest": digest, "answer": answer, "at": now}
        try:
            session.connection().execute(insert(AnsweredAct), row)
        except IntegrityError as error:
            # Used at this moment in another briefing, whose lock is not ours.
            raise KeyReused from error
        return answer

    return act_once


def forget_old_keys(session: Session, *, now: datetime) -> None:
    """Keys are kept for KEYS_LAST."""
    session.execute(delete(AnsweredAct).where(AnsweredAct.at < now - KEYS_LAST))


async def publish(
    database: Database, slug: str, draft: Draft, *, key: str | None, by: Person, now: datetime
) -> Answer:
    """Publishes an update. Answers {"ref", "n"}: its reference and its number for the public."""

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        carried = attached(session, briefing, draft.attached)
        if draft.answers:
            return _answer(_publish_answer(session, briefing, draft, carried, by=by, now=now))
        return _answer(briefing.publish(draft, attached=carried, by=by, now=now))

    asked = {"publish": {name: getattr(draft, name) for name in draft.__slots__}}
    for later in ("answers", "attached"):
        if not asked["publish"][later]:
            # As it was before there were such: a key may be older than this version.
            del asked["publish"][later]
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def correct(
    database: Database,
    slug: str,
    ref: str,
    words: dict[str, str],
    *,
    note: str,
    edition: int | None,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """Corrects an update. Answers as publish() does."""

    def act(session: Session) -> Answer:
        update = update_at(session, slug, ref, lock=True)
        update.correct(words, note=note, edition=edition, by=by, now=now)
        return _answer(update, update.editions[-1].n)

    asked = {"correct": ref, "words": words, "note": note, "edition": edition}
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def retract(
    database: Database,
    slug: str,
    ref: str,
    notice: str,
    *,
    key: str | None,
    by: Person,
    now: datetime,
) -> Answer:
    """Retracts an update. Answers as publish() does."""

    def act(session: Session) -> Answer:
        update = update_at(session, slug, ref, lock=True)
        update.retract(notice, by=by, now=now)
        return _answer(update, update.retracted_n)

    asked = {"retract": ref, "notice": notice}
    return await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def put_on_agenda(
    database: Database,
    new: NewBriefing,
    *,
    key: str | None,
    request: object,
    by: Person,
    now: datetime,
) -> Answer:
    """Puts a briefing on the agenda. Answers {"slug"}."""

    def act(session: Session) -> Answer:
        return {"slug": add_briefing(session, new, by=by, now=now).slug}

    def lock(session: Session) -> None:
        # There is no briefing yet to lock.
        session.execute(select(Person.id).where(Person.id == by.id).with_for_update())

    asked = {"put_on_agenda": request}
    done = once(act, slug=new.slug, key=key, request=asked, by=by, now=now, lock=lock)
    return await database.act("agenda", done)


async def change(database: Database, slug: str, verb: Callable[[Briefing], object]) -> None:
    """Does something to a locked briefing: opens, pauses, resumes it, adds a speaker."""
    await database.act(slug, lambda session: verb(briefing_at(session, slug, lock=True)))


async def close(
    database: Database,
    slug: str,
    dispositions: Mapping[str, Disposition] = MappingProxyType({}),
    *,
    rest: Disposition | None = None,
    key: str | None = None,
    request: object = None,
    by: Person,
    now: datetime,
) -> None:
    """Ends a briefing for good, and says of each open question, by its reference, what becomes
    of it; `rest`: what becomes of all others, also where whoever closes may not read them.

    Raises QuestionsOpen while one is without a disposition, NotFound, Invalid.
    """

    def act(session: Session) -> Answer:
        briefing = briefing_at(session, slug, lock=True)
        for ref, disposition in dispositions.items():
            question = _named(session, briefing, "dispositions", ref, by)
            disposition(briefing, question, by=by, now=now)
        if rest is not None:
            for question in open_questions(session, briefing.id):
                rest(briefing, question, by=by, now=now)
        left = len(open_questions(session, briefing.id))
        desk.close(briefing, undisposed=left, by=by, now=now)
        return {}

    asked = {"close": request}
    await database.act(slug, once(act, slug=slug, key=key, request=asked, by=by, now=now))


async def change_update(
    database: Database, slug: str, ref: str, verb: Callable[[Update], object]
) -> None:
    """Does something to an update of a locked briefing: pins it, unpins it."""
    await database.act(slug, lambda session: verb(update_at(session, slug, ref, lock=True)))


def _publish_answer(
    session: Session,
    briefing: Briefing,
    draft: Draft,
    carried: Sequence[Document],
    *,
    by: Person,
    now: datetime,
) -> Update:
    question = _named(session, briefing, "answers", draft.answers, by)
    question.awaits_an_answer()
    promised = question.state == QuestionState.TAKEN
    update = briefing.publish(draft, attached=carried, by=by, now=now, promised=promised)
    desk.answer(briefing, question, update, by=by, now=now)
    return update


def _named(session: Session, briefing: Briefing, field: str, ref: str, by: Person) -> Question:
    """The question that a field names, as somebody may know of it. Raises Invalid."""
    at_desk = may_join(Audience.DESK, role=by.role, public=False)
    with contextlib.suppress(NotFound):
        question = question_of(session, briefing, ref)
        seen = sees_question(question.state, briefing.shown)
        if (Audience.DESK if at_desk else Audience.PODIUM) in seen:
            return question
    raise Invalid(field, N_("There is no question of this name here."))


def _answer(update: Update, numbers: dict[str, int] | None = None) -> Answer:
    n = (update.published_n if numbers is None else numbers)[Audience.PUBLIC]
    return {"ref": update.ref, "n": n}
