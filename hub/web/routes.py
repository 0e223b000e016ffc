"""The sitemap: every address of the hub, on one page."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from hub.integrations import api, calendar
from hub.web import health, live, operations, podium, public, room, segments, session
from hub.web.files import StaticFiles

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(static: Path) -> list[BaseRoute]:
    """All routes; `static` is the folder of our own files."""
    update = "/briefings/{slug}/updates/{ref}"
    return [
        # First: they are asked most, and found by going through the list.
        *api.routes(),
        page("/", public.front),
        page("/agenda.ics", calendar.agenda),
        page("/briefings/{slug}", room.window),
        WebSocketRoute("/briefings/{slug}/live", live.live),
        page("/briefings/{slug}/events/{span}", segments.segment),
        page("/briefings/{slug}/podium", podium.screen),
        act("/briefings/{slug}/opening", podium.start),
        act("/briefings/{slug}/pause", podium.pause),
        act("/briefings/{slug}/resumption", podium.resume),
        act("/briefings/{slug}/closing", podium.close),
        act("/briefings/{slug}/speakers", podium.add_speaker),
        act("/briefings/{slug}/updates", podium.publish),
        act("/briefings/{slug}/updates/preview", podium.preview),
        page(update, room.update),
        both(f"{update}/correction", podium.correction_form, podium.correct),
        both(f"{update}/retraction", podium.retraction_form, podium.retract),
        act(f"{update}/pin", podium.pin),
        act(f"{update}/unpin", podium.unpin),
        both("/sign-in", session.sign_in_form, session.sign_in),
        both("/sign-in/{secret}", session.link_form, session.use_link),
        act("/sign-out", session.sign_out),
        page("/languages/{code}", session.choose_language),
        page("/operations", operations.operations),
        page("/healthz", health.healthz),
        page("/readyz", health.readyz),
        page("/metrics", health.metrics),
        Mount("/static", StaticFiles(static)),
    ]


def page(path: str, endpoint: Endpoint) -> Route:
    """Something to read."""
    return Route(path, endpoint, methods=["GET"])


def act(path: str, endpoint: Endpoint) -> Route:
    """Something to do."""
    return Route(path, endpoint, methods=["POST"])


def both(path: str, form: Endpoint, done: Endpoint) -> Route:
    """A form and what it does, at one address."""

    async def endpoint(request: Request) -> Response:
        return await (done if request.method == "POST" else form)(request)

    return Route(path, endpoint, methods=["GET", "POST"])
