"""The order in plain words, and its published log for whoever computes it again."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.errors import NotFound
from hub.domain.order_log import ApprovedStep, CalledStep, MovedStep, OrderLog, Step, verify
from hub.domain.reason import REASONS, Reason
from hub.live.seen import seen_briefing
from hub.store.order_log import is_published, order_log
from hub.web.house import house
from hub.web.pages import page
from hub.web.room import windows
from hub.web.visitor import seat_of, visitor_of


@dataclass(frozen=True, slots=True)
class Told:
    """A step, whose question it is by its outlet's letter, and who was first at a call."""

    step: Step
    outlet: str
    category: str
    was_first: str
    reason: Reason | None

    @property
    def first(self) -> bool:
        """Whether it was called in its turn."""
        return self.was_first == self.step.ref


async def order_page(request: Request) -> Response:
    """GET /briefings/<slug>/order: the rule, the draw's commitment, and what was called."""
    visitor, slug = await visitor_of(request), request.path_params["slug"]
    briefing, log = await house(request).database.read(lambda db: order_log(db, slug))
    audience = seat_of(visitor, public=briefing.public)
    published = is_published(briefing)
    shown = {
        "briefing": seen_briefing(briefing, audience),
        "windows": windows(slug, visitor, request.url.path),
        "log": log,
        "published": published,
        "steps": _told(log) if published else [],
        "findings": verify(log) if published and log.seed else None,
    }
    return await page(request, "questions/order_page.html", shown)


async def document(request: Request) -> Response:
    """GET /briefings/<slug>/order.json"""
    visitor, slug = await visitor_of(request), request.path_params["slug"]
    briefing, log = await house(request).database.read(lambda db: order_log(db, slug))
    seat_of(visitor, public=briefing.public)
    if not is_published(briefing):
        raise NotFound
    headers = {"Cache-Control": "no-cache", "Vary": "Cookie"}
    return Response(log.text(), media_type="application/json", headers=headers)


def _told(log: OrderLog) -> list[Told]:
    joined: dict[str, ApprovedStep] = {}
    told = []
    for step in log.steps:
        if isinstance(step, ApprovedStep):
            joined[step.ref] = step
        code = step.reason if isinstance(step, CalledStep | MovedStep) else None
        was_first = step.order[0] if isinstance(step, CalledStep) and step.order else step.ref
        of = joined[step.ref]
        told.append(Told(step, of.outlet, of.category, was_first, REASONS.get(code or "")))
    return told
