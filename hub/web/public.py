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
from hub.render import headline
from hub.store.screens import front_screen
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
        "live": [
            _live(briefing, screen.newest[briefing.id], screen.points[briefing.id])
            for briefing in screen.live
        ],
        "coming": [seen_briefing(briefing, Audience.PUBLIC) for briefing in screen.coming],
        "past": [seen_briefing(briefing, Audience.PUBLIC) for briefing in screen.past],
        "now": now(),
    }
    return await page(request, "public/front.html", context)


def _live(briefing: Briefing, events: Sequence[Event], points: Sequence[Update]) -> dict[str, Any]:
    """A live briefing with its newest words. The newest flash or key point leads, if it is short
    enough for a headline; otherwise the briefing's own title does."""
    updates: dict[str, SeenUpdate] = {}
    for event in events:
        if event.update is not None and not event.update.retracted:
            updates.setdefault(event.update.ref, seen_update(event.update, Audience.PUBLIC))
    newest = sorted(updates.values(), key=lambda update: update.n, reverse=True)
    leading = [update for update in newest if update.kind == UpdateKind.FLASH]
    leading += [seen_update(point, Audience.PUBLIC) for point in reversed(points)]
    return {
        "briefing": seen_briefing(briefing, Audience.PUBLIC),
        "lead": next((update for update in leading if _is_headline(update)), None),
        "newest": newest[:NEWEST],
    }


def _is_headline(update: SeenUpdate) -> bool:
    return all(len(headline(text)) <= HEADLINE_LIMIT for text in update.words.values())
