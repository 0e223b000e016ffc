"""Acts under an idempotency key: the same key twice is one event and the same answer."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.draft import Draft
from hub.domain.errors import N_, Invalid, KeyReused
from hub.domain.ledger import AnsweredAct
from hub.domain.person import Person
from hub.domain.update import Update
from hub.store.agenda import NewBriefing, add_briefing
from hub.store.database import Database
from hub.store.finding import briefing_at, stand_in_line, update_at

KEYS_LAST = timedelta(days=2)
KEY_LIMIT = 128

Answer = dict[str, Any]
Act = Callable[[Session], Answer]
Lock = Callable[[Session], object]


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
        return _answer(briefing.publish(draft, by=by, now=now))

    asked = {"publish": asdict(draft)}
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
    """Does something to a locked briefing: opens, pauses, resumes, closes it, adds a speaker."""
    await database.act(slug, lambda session: verb(briefing_at(session, slug, lock=True)))


async def change_update(
    database: Database, slug: str, ref: str, verb: Callable[[Update], object]
) -> None:
    """Does something to an update of a locked briefing: pins it, unpins it."""
    await database.act(slug, lambda session: verb(update_at(session, slug, ref, lock=True)))


def _answer(update: Update, numbers: dict[str, int] | None = None) -> Answer:
    n = (update.published_n if numbers is None else numbers)[Audience.PUBLIC]
    return {"ref": update.ref, "n": n}
