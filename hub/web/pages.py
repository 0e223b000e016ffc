"""A page or a block as an answer: with its headers, in the visitor's language."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.web.house import house
from hub.web.packing import Part, joined, takes_gzip
from hub.web.visitor import language_of, visitor_of


def content_policy(nonce: str | None = None) -> str:
    """The strictest policy under which our pages work. Scripts only ours, by nonce."""
    if nonce is None:
        return "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
        "img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


async def page(
    request: Request, template: str, context: Mapping[str, Any], *, status: int = 200
) -> Response:
    """A whole page."""
    nonce = secrets.token_urlsafe(16)
    html = await _rendered(request, template, context, nonce)
    return HTMLResponse(html, status, headers=_headers(request, nonce))


async def page_around(
    request: Request,
    template: str,
    parts: Sequence[Part],
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> Response:
    """A whole page around parts that many are sent, which stand where it says `record[0]` ..."""
    nonce = secrets.token_urlsafe(16)
    marks = [Markup(secrets.token_hex(16)) for _ in parts]  # noqa: S704 - hex
    html = await _rendered(request, template, {**context, "record": marks}, nonce)
    pieces: list[str | Part] = []
    for mark, part in zip(marks, parts, strict=True):
        before, _, html = html.partition(mark)
        pieces += [before, part]
    pieces.append(html)
    headers = _headers(request, nonce)
    headers["Vary"] += ", Accept-Encoding"
    if takes_gzip(request.headers):
        headers["Content-Encoding"] = "gzip"
        body = joined(pieces)
    else:
        body = b"".join(
            piece.plain if isinstance(piece, Part) else piece.encode() for piece in pieces
        )
    return HTMLResponse(body, status, headers=headers)


async def _rendered(request: Request, template: str, context: Mapping[str, Any], nonce: str) -> str:
    at, visitor = house(request), await visitor_of(request)
    values = {
        "nonce": nonce,
        "visitor": visitor,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "centre": at.centre,
        **context,
    }
    return at.renderer.page(language_of(request), template, values)


def _headers(request: Request, nonce: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": content_policy(nonce),
        # Not no-store: the browser's own back/forward cache may keep it, and live.js asks
        # at the door when it comes back from there.
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Accept-Language",
        "Content-Language": language_of(request),
    }


def block(
    request: Request, template: str, name: str, context: Mapping[str, Any], *, status: int = 200
) -> Response:
    """One block, for a page that is open already."""
    html = house(request).renderer.block(language_of(request), template, name, context)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def by_htmx(request: Request) -> bool:
    """Whether the page itself asks and stays open."""
    return request.headers.get("hx-request") == "true"


def done(request: Request, *, back_to: str) -> Response:
    """After an act: nothing to the open page (the change comes by its socket), else back."""
    return Response(status_code=204) if by_htmx(request) else RedirectResponse(back_to, 303)
