"""Questions as everybody may read them: one with its answer, and all that wait."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, may_ask
from hub.domain.briefing import Briefing
from hub.domain.errors import NotFound
from hub.domain.question import Question
from hub.live.scene import scene
from hub.live.seen import seen_briefing
from hub.live.seen_own import seen_own_of
from hub.live.seen_questions import SeenQuestion, seen_floor, seen_places, seen_question
from hub.store.asking import Pair, Thread, line_screen, pair_screen, thread
from hub.web.house import house, now
from hub.web.pages import page
from hub.web.room import windows
from hub.web.visitor import Visitor, language_of, seat_of, visitor_of

_TOLD = {"published", "corrected", "retracted"}


async def pair(request: Request) -> Response:
    """GET .../questions/<ref>: a question's permalink, with its answer and what became of that.

    To whom it is not open, and who did not ask it, there is nothing here.
    """
    at, visitor = house(request), await visitor_of(request)
    slug, ref = request.path_params["slug"], request.path_params["ref"]

    def look(db: Session) -> tuple[Pair, Thread]:
        found = pair_screen(db, slug, ref)
        return found, thread(db, found[0], found[1])

    (briefing, question, into, standing, events), around = await at.database.read(look)
    audience = seat_of(visitor, public=briefing.public)
    seen, own = seen_question(question, briefing, audience), None
    if visitor is not None and _asked_by(visitor, question):
        own = seen_own_of(question, briefing, visitor.person, floor=standing, into=into)
    if seen is None and own is None:
        raise NotFound
    items = [
        at.record.item(scene(event, audience, briefing=briefing, points=()), language_of(request))
        for event in events
        if event.n(audience) is not None and event.kind.value in _TOLD
    ]
    shown = _around(slug, visitor, request) | {"question": seen or own, "own": own, "items": items}
    shown |= _thread(around, briefing, audience, visitor)
    return await page(
        request, "questions/page.html", shown | {"briefing": seen_briefing(briefing, audience)}
    )


async def waiting(request: Request) -> Response:
    """GET .../questions: all that wait in their order, and all that was promised."""
    at, visitor, slug = house(request), await visitor_of(request), request.path_params["slug"]

    briefing, standing, questions = await at.database.read(lambda db: line_screen(db, slug))
    audience = seat_of(visitor, public=briefing.public)
    shown = _around(slug, visitor, request) | {
        "briefing": seen_briefing(briefing, audience),
        "floor": seen_floor(standing, briefing, audience),
        "places": seen_places(standing, questions, briefing, audience),
    }
    return await page(request, "questions/waiting.html", shown)


def _thread(
    found: Thread, briefing: Briefing, audience: Audience, visitor: Visitor | None
) -> dict[str, Any]:
    """What is followed up and what follows, as far as this reader may see it."""

    def seen(question: Question) -> SeenQuestion | None:
        own = visitor is not None and _asked_by(visitor, question)
        # Nothing of who asked is in the page: theirs, it may be looked at as the desk does.
        return seen_question(question, briefing, Audience.DESK if own else audience)

    said = found.update
    return {
        "follows": seen(found.question) if found.question else None,
        "follows_update": (said.ref, said.n(audience) or 0, said.published_at) if said else None,
        "follow_ups": [one for one in map(seen, found.follow_ups) if one is not None],
    }


def _around(slug: str, visitor: Visitor | None, request: Request) -> dict[str, Any]:
    return {"windows": windows(slug, visitor, request.url.path), "now": now()}


def _asked_by(visitor: Visitor, question: Question) -> bool:
    return may_ask(visitor.person.role) and question.is_of(visitor.person)
