"""How the hub is, for administrators: in words what is wrong, a row a worker, a quarter of an hour.

The page must not go dark just when the database does: who was let in has a ticket that lets them
look for a quarter of an hour more, while nobody can be asked who they are.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.domain.audience import Role
from hub.domain.errors import NotFound, Unavailable
from hub.domain.words import whole_number
from hub.live.reports import EVERY_SECONDS, KEPT_SECONDS, Trouble, Worker
from hub.web.house import House, house, now
from hub.web.pages import block, by_htmx, page
from hub.web.plots import HEIGHT, WIDTH, away, plots
from hub.web.visitor import SignInNeeded, Visitor, session_cookie, visitor_of

TICKET = "hub_operations"
TICKET_SECONDS = 900


_IN_ORDER = (
    Trouble.DATABASE,
    Trouble.WRITING,
    Trouble.BELL,
    Trouble.BEHIND,
    Trouble.DRAINING,
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A trouble and whom it befell; `workers` is empty when it befell all."""

    what: str
    since: datetime | None
    workers: Sequence[str] = ()


async def operations(request: Request) -> Response:
    """GET /operations; for the open page, which asks again and again, only what changes."""
    try:
        visitor = await visitor_of(request)
    except Unavailable:
        if not _ticket_is_good(request):
            raise
        return await _shown(request)
    if visitor is None:
        if by_htmx(request):
            raise SignInNeeded
        return RedirectResponse("/sign-in?to=/operations", 303)
    if visitor.person.role != Role.ADMINISTRATOR:
        raise NotFound
    answer = await _shown(request)
    _give_ticket(request, answer, visitor)
    return answer


async def _shown(request: Request) -> Response:
    at = house(request)
    workers = at.fanout.vitals.reports.workers()
    seconds = time.time()
    context = {
        "now": now(),
        "begin": now() - timedelta(seconds=KEPT_SECONDS),
        "every": EVERY_SECONDS,
        "wrong": wrong(at, workers),
        "workers": workers,
        "plots": plots(workers, now=seconds),
        "bell": away(workers, now=seconds),
        "size": (WIDTH, HEIGHT),
    }
    if by_htmx(request):
        return block(request, "operations/now.html", "now", context)
    return await page(request, "operations/page.html", context)


def wrong(at: House, workers: Sequence[Worker]) -> list[Wrong]:
    """What is wrong now, the worst first; nothing when all is well."""
    found = []
    heard = [worker for worker in workers if not worker.silent]
    for trouble in _IN_ORDER:
        befell = [worker for worker in heard if trouble in worker.report.troubles]
        if befell:
            since = min(worker.report.troubles[trouble] for worker in befell)
            names = [worker.report.name for worker in befell] if len(befell) < len(heard) else []
            found.append(Wrong(trouble.value, datetime.fromtimestamp(since, UTC), names))
    own = next((worker for worker in workers if worker.own), None)
    if own is not None and Trouble.BELL in own.report.troubles:
        # Who cannot be heard is not gone because of that.
        return found
    if own is not None and own.report.bell is None:
        found.append(Wrong("unshared", None))
    found += [
        Wrong("silent", worker.heard_at, [worker.report.name])
        for worker in workers
        if worker.silent
    ]
    return found


def _give_ticket(request: Request, answer: Response, visitor: Visitor) -> None:
    at = house(request)
    until = int(time.time()) + TICKET_SECONDS
    answer.set_cookie(
        TICKET,
        f"{until}.{_sealed(at, until, visitor.key)}",
        max_age=TICKET_SECONDS,
        path="/operations",
        secure=at.secure,
        httponly=True,
        samesite="strict",
    )


def _ticket_is_good(request: Request) -> bool:
    """Whether this session was an administrator's within the quarter of an hour."""
    at = house(request)
    secret = request.cookies.get(session_cookie(secure=at.secure), "")
    written, _, seal = request.cookies.get(TICKET, "").partition(".")
    until = whole_number(written, digits=12)
    if not secret or until is None:
        return False
    right = _sealed(at, until, at.keyring.digest(secret))
    return compare_digest(seal.encode(), right.encode()) and time.time() < until


def _sealed(at: House, until: int, key: str) -> str:
    return at.keyring.digest(f"operations {until} {key}")
