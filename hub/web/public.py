"""The front page: live now, next, past."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, may_join
from hub.domain.briefing import Briefing
from hub.domain.event import Event
from hub.live.seen import SeenUpdate, seen_briefing, seen_update
from hub.store.screens import front_screen
from hub.web.house import house, now
from hub.web.pages import page
from hub.web.visitor import visitor_of

_LEADS = ("flash", "holding_statement", "key_point", "statement")


async def front(request: Request) -> Response:
    """GET /"""
    visitor = await visitor_of(request)
    role = visitor.person.role if visitor else None
    accredited = may_join(Audience.ROOM, role=role, public=False)
    screen = await house(request).database.read(
        lambda session: front_screen(session, public_only=not accredited)
    )
    context = {
        "live": [_live(briefing, screen.newest[briefing.id]) for briefing in screen.live],
        "coming": [seen_briefing(briefing, Audience.PUBLIC) for briefing in screen.coming],
        "past": [seen_briefing(briefing, Audience.PUBLIC) for briefing in screen.past],
        "now": now(),
    }
    return await page(request, "public/front.html", context)


def _live(briefing: Briefing, events: Sequence[Event]) -> dict[str, Any]:
    """A live briefing with its newest words; the strongest of them leads."""
    updates: dict[str, SeenUpdate] = {}
    for event in events:
        if event.update is not None and not event.update.retracted:
            updates.setdefault(event.update.ref, seen_update(event.update, Audience.PUBLIC))
    newest = list(updates.values())
    ranked = sorted(
        (update for update in newest if update.kind.value in _LEADS),
        key=lambda update: _LEADS.index(update.kind.value),
    )
    return {
        "briefing": seen_briefing(briefing, Audience.PUBLIC),
        "lead": ranked[0] if ranked else None,
        "newest": newest[:4],
    }
