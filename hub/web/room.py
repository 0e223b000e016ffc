"""The room and the public page: one address, what each may see."""

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience, may_join
from hub.domain.errors import N_, Invalid, NotFound
from hub.live.broadcasts import points_scene, scene, state_scene
from hub.live.frame import context, item
from hub.live.seen import seen_briefing
from hub.store.screens import BriefingScreen, briefing_screen, update_screen
from hub.web.house import house
from hub.web.pages import page
from hub.web.visitor import Visitor, language_of, seat_of, visitor_of

_DIGITS = 15


async def window(request: Request) -> Response:
    """GET /briefings/<slug>: the room for those who may sit there, else the public page."""
    visitor = await visitor_of(request)
    slug = request.path_params["slug"]
    audience, screen = await _screen(request, visitor, slug, before=_before(request))
    return await page(
        request,
        "room/page.html" if audience == Audience.ROOM else "public/briefing.html",
        window_context(request, screen, audience)
        | {"before": _before(request), "windows": windows(slug, visitor, request.url.path)},
    )


async def update(request: Request) -> Response:
    """GET /briefings/<slug>/updates/<ref>: an update's permalink, with all that became of it."""
    at, visitor = house(request), await visitor_of(request)
    slug, ref = request.path_params["slug"], request.path_params["ref"]
    found, events = await at.database.read(lambda session: update_screen(session, slug, ref))
    audience = seat_of(visitor, public=found.briefing.public)
    language = language_of(request)
    items = [
        Markup(item(seen, language, at.renderer))  # noqa: S704 - our own templates
        for event in events
        if event.n(audience) is not None and event.kind.value in _TOLD
        for seen in [scene(event, audience, briefing=found.briefing, points=())]
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


def window_context(
    request: Request, screen: BriefingScreen, audience: Audience
) -> dict[str, object]:
    """What a window on a briefing shows; every part is rendered by the block of its frames."""
    renderer, language = house(request).renderer, language_of(request)
    state = context(state_scene(screen.briefing, audience))
    points = context(points_scene(screen.briefing, audience, screen.points))
    return {
        "briefing": seen_briefing(screen.briefing, audience),
        "items": [
            Markup(  # noqa: S704 - our own templates
                item(
                    scene(event, audience, briefing=screen.briefing, points=()),
                    language,
                    renderer,
                )
            )
            for event in screen.events
        ],
        "state_html": Markup(  # noqa: S704
            renderer.block(language, "briefings/state.html", audience.value, state)
        ),
        "points_html": Markup(  # noqa: S704
            renderer.block(language, "updates/points.html", audience.value, points)
        ),
        "head": screen.head,
        "epoch": screen.epoch,
        "older": screen.older,
    }


def windows(slug: str, visitor: Visitor | None, here: str) -> list[tuple[str, str, bool]]:
    """The windows on a briefing that this visitor may open: name, address, is it this one."""
    role = visitor.person.role if visitor else None
    room = may_join(Audience.ROOM, role=role, public=False)
    offered = [(N_("Room") if room else N_("Briefing"), f"/briefings/{slug}")]
    if may_join(Audience.PODIUM, role=role, public=False):
        offered.append((N_("Podium"), f"/briefings/{slug}/podium"))
    return [(name, address, address == here) for name, address in offered]


async def _screen(
    request: Request, visitor: Visitor | None, slug: str, *, before: int | None
) -> tuple[Audience, BriefingScreen]:
    role = visitor.person.role if visitor else None
    audience = (
        Audience.ROOM if may_join(Audience.ROOM, role=role, public=False) else Audience.PUBLIC
    )
    screen = await house(request).database.read(
        lambda session: briefing_screen(session, slug, audience, before=before)
    )
    if not may_join(audience, role=role, public=screen.briefing.public):
        raise NotFound
    return audience, screen


def _before(request: Request) -> int | None:
    before = request.query_params.get("before")
    if before is None:
        return None
    if not (before.isascii() and before.isdecimal() and len(before) <= _DIGITS):
        raise Invalid("before", N_("This is the number of an update: a whole number."))
    return int(before)
