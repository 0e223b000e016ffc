"""The API on one page: what a program may read and do. Every handler: find, ask, answer."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.domain.audience import Audience, may_join
from hub.domain.briefing import Briefing
from hub.domain.errors import NotFound
from hub.domain.update import Update
from hub.integrations import openapi
from hub.integrations.door import NotTaken
from hub.integrations.operation import Ask, reads, routes_of, writes
from hub.integrations.schemas import (
    Correction,
    Cursor,
    NewBriefing,
    NewSpeaker,
    NewUpdate,
    Nothing,
    Retraction,
)
from hub.integrations.shown import (
    Agenda,
    BriefingAdded,
    BriefingNow,
    Events,
    Published,
    UpdateWithCorrections,
    briefing_shown,
    event_shown,
    update_url,
    update_with_corrections,
)
from hub.store import acts
from hub.store.finding import briefing_at, epoch, update_at
from hub.store.log import read_back
from hub.store.screens import front_screen, update_screen
from hub.web.house import now

BRIEFING = "/api/briefings/{slug}"
UPDATE = "/api/briefings/{slug}/updates/{ref}"


@reads("/api/briefings", takes=Nothing, gives=Agenda)
async def list_briefings(ask: Ask[Nothing]) -> Agenda:
    """The agenda: what is live, what comes, what is past."""
    at = ask.house
    public_only = not _may_read(ask, public=False)
    found = await at.database.read(lambda db: front_screen(db, public_only=public_only))
    return Agenda(
        live=[briefing_shown(one, at.public_url) for one in found.live],
        coming=[briefing_shown(one, at.public_url) for one in found.coming],
        past=[briefing_shown(one, at.public_url) for one in found.past],
    )


@reads(BRIEFING, takes=Nothing, gives=BriefingNow)
async def read_briefing(ask: Ask[Nothing]) -> BriefingNow:
    """A briefing, its state, and how far its log has got."""

    def look(db: Session) -> tuple[Briefing, str]:
        return _briefing(ask, db), epoch(db)

    briefing, name = await ask.house.database.read(look)
    shown = briefing_shown(briefing, ask.house.public_url)
    return BriefingNow(**dict(shown), head=briefing.head(Audience.PUBLIC), epoch=name)


@reads(f"{BRIEFING}/events", takes=Cursor, gives=Events)
async def read_events(ask: Ask[Cursor]) -> Events:
    """The public's log after a number, without a gap.

    To follow a briefing by asking again and again, ask with the last n as `after`; beyond the
    head the list is empty. The live socket tells the same without asking.
    """

    def look(db: Session) -> Events:
        briefing, after = _briefing(ask, db), ask.given.after
        upto = after + ask.given.limit
        passage = read_back(db, briefing.id, Audience.PUBLIC, after=after, upto=upto)
        base = ask.house.public_url
        head = briefing.head(Audience.PUBLIC)
        shown = [event_shown(event, ask.slug, base) for event in passage.events]
        return Events(events=shown, head=head, epoch=epoch(db), more=upto < head)

    return await ask.house.database.read(look)


@reads(UPDATE, takes=Nothing, gives=UpdateWithCorrections)
async def read_update(ask: Ask[Nothing]) -> UpdateWithCorrections:
    """An update and its corrections. Once it is retracted: 410, with the notice."""

    def look(db: Session) -> UpdateWithCorrections:
        _briefing(ask, db)
        update, _ = update_screen(db, ask.slug, ask.ref)
        return update_with_corrections(update, ask.slug, ask.house.public_url)

    shown = await ask.house.database.read(look)
    if shown.retracted is not None:
        since = shown.retracted.at.isoformat()
        notice = shown.notice or ""
        raise NotTaken(410, f"Retracted: {notice}", notice=notice, retracted_at=since)
    return shown


@writes("/api/briefings", takes=NewBriefing, gives=BriefingAdded)
async def add_briefing(ask: Ask[NewBriefing]) -> BriefingAdded:
    """Put a briefing on the agenda."""
    at, time = ask.house, now()
    new = ask.given.planned(language=at.language, now=time)
    asked = ask.given.model_dump(mode="json")
    answer = await acts.put_on_agenda(
        at.database, new, key=ask.key, request=asked, by=ask.person, now=time
    )
    return BriefingAdded(slug=answer["slug"], url=f"{at.public_url}/briefings/{answer['slug']}")


@writes(f"{BRIEFING}/speakers", takes=NewSpeaker)
async def add_speaker(ask: Ask[NewSpeaker]) -> None:
    """Put a speaker on the briefing's list."""
    await _change(ask, partial(Briefing.add_speaker, **ask.given.model_dump()))


@writes(f"{BRIEFING}/opening", takes=Nothing)
async def open_briefing(ask: Ask[Nothing]) -> None:
    """Start the briefing: from now on it takes updates."""
    await _change(ask, Briefing.open)


@writes(f"{BRIEFING}/pause", takes=Nothing)
async def pause_briefing(ask: Ask[Nothing]) -> None:
    """Interrupt the briefing."""
    await _change(ask, Briefing.pause)


@writes(f"{BRIEFING}/resumption", takes=Nothing)
async def resume_briefing(ask: Ask[Nothing]) -> None:
    """Go on after a pause."""
    await _change(ask, Briefing.resume)


@writes(f"{BRIEFING}/closing", takes=Nothing)
async def close_briefing(ask: Ask[Nothing]) -> None:
    """End the briefing for good. Corrections and retractions stay possible."""
    await _change(ask, Briefing.close)


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
    await _change_update(ask, Update.pin)


@writes(f"{UPDATE}/unpin", takes=Nothing)
async def unpin(ask: Ask[Nothing]) -> None:
    """Take an update from the key points."""
    await _change_update(ask, Update.unpin)


OPERATIONS = (
    list_briefings,
    read_briefing,
    read_events,
    read_update,
    add_briefing,
    add_speaker,
    open_briefing,
    pause_briefing,
    resume_briefing,
    close_briefing,
    publish,
    correct,
    retract,
    pin,
    unpin,
)


def routes() -> list[BaseRoute]:
    """Every address of the API, and the document that describes them."""
    body = document()

    async def describe(_request: Request) -> Response:
        return Response(body, headers={"Cache-Control": "no-cache"}, media_type="application/json")

    return [*routes_of(OPERATIONS), Route("/api/openapi.json", describe, methods=["GET"])]


def document() -> bytes:
    """The OpenAPI document that describes all of it."""
    return openapi.document(OPERATIONS)


def _briefing(ask: Ask[Any], db: Session) -> Briefing:
    """The briefing in the address, for somebody who may read it. Raises NotFound."""
    briefing = briefing_at(db, ask.slug)
    if not _may_read(ask, public=briefing.public):
        raise NotFound
    return briefing


def _may_read(ask: Ask[Any], *, public: bool) -> bool:
    role = ask.visitor.person.role if ask.visitor else None
    return may_join(Audience.PUBLIC, role=role, public=public)


async def _change(ask: Ask[Any], verb: Callable[..., object]) -> None:
    """Does something to the briefing; `verb` is told by whom and when."""
    by, time = ask.person, now()

    def act(db: Session) -> acts.Answer:
        verb(briefing_at(db, ask.slug, lock=True), by=by, now=time)
        return {}

    await _once(ask, act)


async def _change_update(ask: Ask[Any], verb: Callable[..., object]) -> None:
    """Does something to the update; `verb` is told by whom and when."""
    by, time = ask.person, now()

    def act(db: Session) -> acts.Answer:
        verb(update_at(db, ask.slug, ask.ref, lock=True), by=by, now=time)
        return {}

    await _once(ask, act)


async def _once(ask: Ask[Any], act: acts.Act) -> None:
    asked = {ask.request.url.path: ask.given.model_dump(mode="json")}
    once = acts.once(act, slug=ask.slug, key=ask.key, request=asked, by=ask.person, now=now())
    await ask.house.database.act(ask.slug, once)


def _published(ask: Ask[Any], answer: acts.Answer) -> Published:
    ref = str(answer["ref"])
    return Published(ref=ref, n=answer["n"], url=update_url(ask.house.public_url, ask.slug, ref))
