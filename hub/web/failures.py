"""One mapping from what went wrong to what is answered: a page, a block, or a problem."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ExceptionHandler

from hub.domain.errors import (
    N_,
    Gone,
    Invalid,
    NoRoom,
    NotAllowed,
    NotFound,
    Refusal,
    TooLarge,
    Unavailable,
    WrongState,
)
from hub.store.growing import BeingWritten
from hub.web.bodies import TooSlow
from hub.web.house import house
from hub.web.pages import by_htmx, content_policy, page
from hub.web.visitor import SignInNeeded, language_of

log = structlog.get_logger(__name__)

RETRY_SECONDS = 2

STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (NotFound, 404),
    (Gone, 410),
    (NotAllowed, 403),
    (WrongState, 409),
    (Invalid, 422),
    (TooSlow, 408),
    (TooLarge, 413),
    (BeingWritten, 423),
    (NoRoom, 507),
    (Unavailable, 503),
    (Refusal, 400),
)

TITLES = {
    400: N_("The request cannot be understood"),
    401: N_("Sign in first"),
    403: N_("Not from here"),
    404: N_("Nothing here"),
    405: N_("Not in this way"),
    408: N_("Too slow"),
    409: N_("Not now"),
    410: N_("Withdrawn"),
    413: N_("Too large"),
    415: N_("Not in this form"),
    422: N_("Something is missing"),
    423: N_("Not now"),
    429: N_("Too often"),
    500: N_("Our fault"),
    503: N_("In a moment"),
    507: N_("No room just now"),
}

REMEDIES = {
    400: N_("Go back, reload the page and try again."),
    401: N_("You are not signed in, or no longer. Sign in and send it again: nothing was lost."),
    403: N_("This was sent from another site than the press centre. Open the page here."),
    404: N_("The address leads to nothing that you may read. Look on the front page."),
    405: N_("This address does not do that. Go back and use the buttons of the page."),
    413: N_("What you sent is larger than the press centre takes. Shorten or split it."),
    415: N_("Send application/json."),
    429: N_("Wait a minute, then try again."),
    500: N_("Something broke that should not. Try again; if it stays, give us the number below."),
}

FOR_MACHINES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method; Allow names those that it takes.",
    413: "What you sent is larger than the hub takes. Shorten or split it.",
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return next(status for kind, status in STATUS if isinstance(refusal, kind))


def problem(status: int, detail: str, **more: Any) -> Response:
    """An error of the API (RFC 9457)."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JSONResponse(
        body | {"detail": detail} | more,
        status,
        headers=_headers(status),
        media_type="application/problem+json",
    )


async def on_refusal(request: Request, error: Exception) -> Response:
    """A rule said no."""
    if not isinstance(error, Refusal):
        raise error
    status = status_of(error)
    if for_machines(request):
        more = {"field": error.field} if isinstance(error, Invalid) else {}
        answer = problem(status, str(error), **more)
    else:
        words = house(request).renderer.refusal(language_of(request), error)
        answer = await _answer(request, status, words)
    if isinstance(error, (TooLarge, TooSlow)):
        # A file that still comes would be read and thrown away, for as long as it pleases to.
        answer.headers["Connection"] = "close"
    return answer


async def on_http_error(request: Request, error: Exception) -> Response:
    """Starlette said no: no such route, wrong method, body too large."""
    if not isinstance(error, HTTPException):
        raise error
    if for_machines(request):
        answer = problem(error.status_code, FOR_MACHINES.get(error.status_code, error.detail))
    else:
        answer = await _answer(request, error.status_code, None)
    answer.headers.update(error.headers or {})
    return answer


async def on_sign_in_needed(request: Request, _error: Exception) -> Response:
    """An act without a person; the words stay in the open page's form."""
    return await _answer(request, 401, None)


async def on_left(_request: Request, _error: Exception) -> Response:
    """Whoever asked broke off half way: nobody is there to be answered, and nothing is ours."""
    return Response(status_code=400)


async def on_anything(request: Request, error: Exception) -> Response:
    """A defect of ours: logged whole, told without detail."""
    log.error("request.failed", exc_info=error)
    if for_machines(request):
        return problem(500, REMEDIES[500], request_id=_request_id(request))
    return await _answer(request, 500, None)


def for_machines(request: Request) -> bool:
    """Whether the answer is read by a program."""
    return request.url.path.startswith("/api/")


async def _answer(request: Request, status: int, message: str | None) -> Response:
    renderer, language = house(request).renderer, language_of(request)
    context = {
        "status": status,
        "title": renderer.translate(language, TITLES.get(status, TITLES[400])),
        "message": message or renderer.translate(language, REMEDIES.get(status, REMEDIES[400])),
        "request_id": _request_id(request),
    }
    if by_htmx(request):
        html = renderer.block(language, "errors/page.html", "problem", context)
        answer = Response(
            html,
            status,
            media_type="text/html",
            headers={"Content-Security-Policy": content_policy()},
        )
    else:
        answer = await page(request, "errors/page.html", context, status=status)
    answer.headers.update(_headers(status))
    return answer


def _headers(status: int) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        headers["Retry-After"] = str(RETRY_SECONDS)
    return headers


def _request_id(request: Request) -> str:
    found: str = request.scope.get("hub.request_id", "")
    return found


HANDLERS: Mapping[Any, ExceptionHandler] = {
    Refusal: on_refusal,
    SignInNeeded: on_sign_in_needed,
    HTTPException: on_http_error,
    ClientDisconnect: on_left,
    Exception: on_anything,
}
