"""The front page: live now, next, past."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, may_join
from hub.domain.briefing import Briefing
from hub.domain.event import Event
from hub.domain.update import Update, UpdateKind
from hub.live.seen import SeenUpdate, seen_briefing, seen_update
from hub.prose import headline
from hub.store.screens import front_screen, newest
from hub.web.house import house, now
from hub.web.pages import page
from hub.web.visitor import visitor_of

NEWEST = 4
HEADLINE_LIMIT = 110
"""Characters: what is longer is no headline."""


async def front(request: Request) -> Response:
    """GET /"""
    visitor = await visitor_of(request)
    role = visitor.person.role if visitor else None
    accredited = may_join(Audience.ROOM, role=role, public=False)
    screen = await house(request).database.read(
        lambda session: front_screen(session, public_only=not accredited)
    )
    context = {
        "live": [await _live(request, briefing, screen.epoch) for briefing in screen.live],
        "coming": [seen_briefing(briefing, Audience.PUBLIC) for briefing in screen.coming],
        "past": [seen_briefing(briefing, Audience.PUBLIC) for briefing in screen.past],
        "now": now(),
    }
    return await page(request, "public/front.html", context)


async def _live(request: Request, briefing: Briefing, epoch: str) -> dict[str, Any]:
    """A live briefing with its newest words, read again only when something has happened."""
    at, seen = house(request), seen_briefing(briefing, Audience.PUBLIC)
    stands = (epoch, briefing.number, seen)
    kept = at.record.newest.get(briefing.slug)
    if kept is None or kept[0] != stands:
        # Read after that, so it is as new or newer.
        events, points = await at.database.read(lambda session: newest(session, briefing.id))
        kept = stands, {"briefing": seen, **_told(events, points)}
        at.record.newest.put(briefing.slug, kept)
    return kept[1]


def _told(events: Sequence[Event], points: Sequence[Update]) -> dict[str, Any]:
    """The newest flash or key point leads, if it is short enough for a headline; otherwise the
    briefing's own title does."""
    updates: dict[str, SeenUpdate] = {}
    for event in events:
        if event.update is not None and not event.update.retracted:
            updates.setdefault(event.update.ref, seen_update(event.update, Audience.PUBLIC))
    latest = sorted(updates.values(), key=lambda update: update.n, reverse=True)
    leading = [update for update in latest if update.kind == UpdateKind.FLASH]
    leading += [seen_update(point, Audience.PUBLIC) for point in reversed(points)]
    return {
        "lead": next((update for update in leading if _is_headline(update)), None),
        "newest": latest[:NEWEST],
    }


def _is_headline(update: SeenUpdate) -> bool:
    return all(len(headline(text)) <= HEADLINE_LIMIT for text in update.words.values())
