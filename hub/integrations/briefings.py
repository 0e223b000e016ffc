"""Briefings, for programs: the agenda, how one stands, its log; and its opening and closing."""

from functools import partial

from sqlalchemy.orm import Session

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.integrations.operation import DESK, PODIUM, Ask, reads, writes
from hub.integrations.reach import briefing_of, change, may_read
from hub.integrations.schemas import Cursor, NewBriefing, NewSpeaker, Nothing
from hub.integrations.schemas_questions import Closing
from hub.integrations.shown import (
    Agenda,
    BriefingAdded,
    BriefingNow,
    Events,
    briefing_shown,
    event_shown,
)
from hub.store import acts
from hub.store.finding import epoch
from hub.store.log import read_back
from hub.store.screens import front_screen
from hub.web.house import now

BRIEFING = "/api/briefings/{slug}"


@reads("/api/briefings", takes=Nothing, gives=Agenda)
async def list_briefings(ask: Ask[Nothing]) -> Agenda:
    """The agenda: what is live, what comes, what is past."""
    at = ask.house
    public_only = not may_read(ask, public=False)
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
        return briefing_of(ask, db), epoch(db)

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
        briefing, after = briefing_of(ask, db), ask.given.after
        upto = after + ask.given.limit
        passage = read_back(db, briefing.id, Audience.PUBLIC, after=after, upto=upto)
        base = ask.house.public_url
        head = briefing.head(Audience.PUBLIC)
        shown = [event_shown(event, briefing, base) for event in passage.events]
        return Events(events=shown, head=head, epoch=epoch(db), more=upto < head)

    return await ask.house.database.read(look)


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
    await change(ask, partial(Briefing.add_speaker, **ask.given.model_dump()))


@writes(f"{BRIEFING}/opening", takes=Nothing, needs=PODIUM | DESK)
async def open_briefing(ask: Ask[Nothing]) -> None:
    """Start the briefing: from now on it takes updates."""
    await change(ask, Briefing.open)


@writes(f"{BRIEFING}/pause", takes=Nothing, needs=PODIUM | DESK)
async def pause_briefing(ask: Ask[Nothing]) -> None:
    """Interrupt the briefing."""
    await change(ask, Briefing.pause)


@writes(f"{BRIEFING}/resumption", takes=Nothing, needs=PODIUM | DESK)
async def resume_briefing(ask: Ask[Nothing]) -> None:
    """Go on after a pause."""
    await change(ask, Briefing.resume)


@writes(f"{BRIEFING}/closing", takes=Closing, needs=PODIUM | DESK)
async def close_briefing(ask: Ask[Closing]) -> None:
    """End the briefing for good, and say of each open question what becomes of it.

    While one is without a disposition: 409. Corrections, retractions and the answers to taken
    questions stay possible.
    """
    await acts.close(
        ask.house.database,
        ask.slug,
        {one.question: one.disposition() for one in ask.given.dispositions},
        rest=ask.given.rest.disposition() if ask.given.rest else None,
        key=ask.key,
        request=ask.given.model_dump(mode="json"),
        by=ask.person,
        now=now(),
    )
