"""Updates, for programs: published, read, corrected, retracted, pinned."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from hub.domain.update import Update
from hub.integrations.briefings import BRIEFING
from hub.integrations.door import NotTaken
from hub.integrations.operation import Ask, reads, writes
from hub.integrations.reach import briefing_of, once
from hub.integrations.schemas import Correction, NewUpdate, Nothing, Retraction
from hub.integrations.shown import (
    Published,
    UpdateWithCorrections,
    update_url,
    update_with_corrections,
)
from hub.store import acts
from hub.store.finding import update_at
from hub.store.screens import update_screen
from hub.web.house import now

UPDATE = f"{BRIEFING}/updates/{{ref}}"


@reads(UPDATE, takes=Nothing, gives=UpdateWithCorrections)
async def read_update(ask: Ask[Nothing]) -> UpdateWithCorrections:
    """An update and its corrections. Once it is retracted: 410, with the notice."""

    def look(db: Session) -> UpdateWithCorrections:
        briefing_of(ask, db)
        update, _ = update_screen(db, ask.slug, ask.ref)
        return update_with_corrections(update, ask.slug, ask.house.public_url)

    shown = await ask.house.database.read(look)
    if shown.retracted is not None:
        since = shown.retracted.at.isoformat()
        notice = shown.notice or ""
        raise NotTaken(410, f"Retracted: {notice}", notice=notice, retracted_at=since)
    return shown


@writes(f"{BRIEFING}/updates", takes=NewUpdate, gives=Published)
async def publish(ask: Ask[NewUpdate]) -> Published:
    """Publish an update."""
    answer = await acts.publish(
        ask.house.database, ask.slug, ask.given.draft(), key=ask.key, by=ask.person, now=now()
    )
    return _published(ask, answer)


@writes(f"{UPDATE}/correction", takes=Correction, gives=Published)
async def correct(ask: Ask[Correction]) -> Published:
    """Correct an update, openly: the words before and after stay on record."""
    given = ask.given
    answer = await acts.correct(
        ask.house.database,
        ask.slug,
        ask.ref,
        {"": given.text, **given.translations},
        note=given.note,
        edition=given.edition,
        key=ask.key,
        by=ask.person,
        now=now(),
    )
    return _published(ask, answer)


@writes(f"{UPDATE}/retraction", takes=Retraction, gives=Published)
async def retract(ask: Ask[Retraction]) -> Published:
    """Withdraw an update as wrong: the notice stands in place of its words."""
    answer = await acts.retract(
        ask.house.database,
        ask.slug,
        ask.ref,
        ask.given.notice,
        key=ask.key,
        by=ask.person,
        now=now(),
    )
    return _published(ask, answer)


@writes(f"{UPDATE}/pin", takes=Nothing)
async def pin(ask: Ask[Nothing]) -> None:
    """Put an update among the key points. Pinning twice is once."""
    await _change(ask, Update.pin)


@writes(f"{UPDATE}/unpin", takes=Nothing)
async def unpin(ask: Ask[Nothing]) -> None:
    """Take an update from the key points."""
    await _change(ask, Update.unpin)


async def _change(ask: Ask[Any], verb: Callable[..., object]) -> None:
    by, time = ask.person, now()

    def act(db: Session) -> acts.Answer:
        verb(update_at(db, ask.slug, ask.ref, lock=True), by=by, now=time)
        return {}

    await once(ask, act)


def _published(ask: Ask[Any], answer: acts.Answer) -> Published:
    ref = str(answer["ref"])
    return Published(ref=ref, n=answer["n"], url=update_url(ask.house.public_url, ask.slug, ref))
