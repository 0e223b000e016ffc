"""The room and the public page: one address, what each may see."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, may_join
from hub.domain.errors import N_, Invalid, NotFound, Unavailable
from hub.domain.words import whole_number
from hub.live.scene import scene
from hub.live.seen import seen_briefing
from hub.store.screens import update_screen
from hub.web.ask_page import panel
from hub.web.failures import RETRY_SECONDS
from hub.web.house import house, now
from hub.web.pages import page, page_around
from hub.web.record import Sheet
from hub.web.visitor import Visitor, language_of, seat_of, visitor_of

_DIGITS = 15


async def window(request: Request) -> Response:
    """GET /briefings/<slug>: the room for those who may sit there, else the public page."""
    visitor = await visitor_of(request)
    role = visitor.person.role if visitor else None
    accredited = may_join(Audience.ROOM, role=role, public=False)
    audience = Audience.ROOM if accredited else Audience.PUBLIC
    slug = request.path_params["slug"]
    sheet, since = await _sheet(request, slug, audience)
    if not may_join(audience, role=role, public=sheet.briefing.public):
        raise NotFound
    answer = await page_around(
        request,
        "room/window.html",
        sheet.record,
        {
            "briefing": sheet.briefing,
            "windows": windows(slug, visitor, request.url.path),
            "since": since,
            "asking": await _asking(request, sheet, visitor),
        },
        status=503 if since else 200,
    )
    if since:
        answer.headers.update({"Cache-Control": "no-store", "Retry-After": str(RETRY_SECONDS)})
    return answer


async def update(request: Request) -> Response:
    """GET /briefings/<slug>/updates/<ref>: an update's permalink, with all that became of it."""
    at, visitor = house(request), await visitor_of(request)
    slug, ref = request.path_params["slug"], request.path_params["ref"]
    found, events = await at.database.read(lambda session: update_screen(session, slug, ref))
    audience = seat_of(visitor, public=found.briefing.public)
    language = language_of(request)
    items = [
        at.record.item(
            scene(event, audience, briefing=found.briefing, points=()), language, whole=True
        )
        for event in events
        if event.n(audience) is not None and event.kind.value in _TOLD
    ]
    return await page(
        request,
        "updates/page.html",
        {
            "briefing": seen_briefing(found.briefing, audience),
            "items": items,
            "windows": windows(slug, visitor, request.url.path),
        },
    )


_TOLD = {"published", "corrected", "retracted"}


def windows(slug: str, visitor: Visitor | None, here: str) -> list[tuple[str, str, bool]]:
    """The windows on a briefing that this visitor may open: name, address, is it this one."""
    role = visitor.person.role if visitor else None
    room = may_join(Audience.ROOM, role=role, public=False)
    offered = [(N_("Room") if room else N_("Briefing"), f"/briefings/{slug}")]
    if may_join(Audience.PODIUM, role=role, public=False):
        offered.append((N_("Podium"), f"/briefings/{slug}/podium"))
    if may_join(Audience.DESK, role=role, public=False):
        offered.append((N_("Desk"), f"/briefings/{slug}/desk"))
    return [(name, address, address == here) for name, address in offered]


async def _asking(request: Request, sheet: Sheet, visitor: Visitor | None) -> dict[str, Any] | None:
    """What is the reader's own, where the sheet has a place for it."""
    if len(sheet.record) == 1:
        return None
    return await panel(request, sheet.briefing, visitor)


async def _sheet(request: Request, slug: str, audience: Audience) -> tuple[Sheet, datetime | None]:
    """What the page shows; and since when that is not certain, while the database is away.

    Then it is what was last shown, if nothing is known to have happened since: what was retracted
    meanwhile must not be read again.
    """
    at, language, before = house(request), language_of(request), _before(request)
    watch = await at.fanout.watch(slug)
    number = max(watch.number, watch.rung)
    kept = at.record.last(slug, audience, language, before=before, number=number)
    if kept and at.fanout.blind_since:
        return kept, at.fanout.blind_since
    try:
        return await at.record.sheet(slug, audience, language, before=before), None
    except Unavailable:
        if kept is None:
            raise
        return kept, at.fanout.blind_since or now()


def _before(request: Request) -> int | None:
    given = request.query_params.get("before")
    if given is None:
        return None
    before = whole_number(given, digits=_DIGITS)
    if before is None:
        raise Invalid("before", N_("This is the number of an update: a whole number."))
    return before
