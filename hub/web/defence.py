"""The doors: who may knock from where. One pure ASGI layer around everything.

Origin (exact) on every unsafe request and on every WebSocket handshake, the Host, a request id
for the logs, and headers that every answer carries.
"""

import secrets
import time

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.web.pages import content_policy

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Load balancers ask these by address.
HEALTH = frozenset({"/healthz", "/readyz", "/metrics"})

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: it would turn the Origin of our own forms into null.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}

log = structlog.get_logger("hub.request")


class Doors:
    """Refuses strangers with plain text before anything else is asked."""

    def __init__(
        self, app: ASGIApp, *, origins: frozenset[str], hosts: frozenset[str], secure: bool
    ) -> None:
        self._app = app
        self._origins = origins
        self._hosts = hosts
        always = HEADERS | {"Content-Security-Policy": content_policy()}
        if secure:
            always["Strict-Transport-Security"] = "max-age=31536000"
        self._headers = [
            (name.lower().encode(), value.encode("latin-1")) for name, value in always.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope["hub.request_id"] = secrets.token_hex(8)
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if scope["type"] == "websocket":
            # No wrapper around it: it would be kept as long as the socket.
            if refused:
                await _deny(send, *refused)
            else:
                await self._app(scope, receive, send)
            return
        await self._http(scope, receive, send, refused)

    async def _http(
        self, scope: Scope, receive: Receive, send: Send, refused: tuple[int, str] | None
    ) -> None:
        started, status = time.perf_counter(), 500

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = message["headers"]
                named = {name for name, _ in given}
                message["headers"] = [
                    *given,
                    *(pair for pair in self._headers if pair[0] not in named),
                    (b"x-request-id", scope["hub.request_id"].encode()),
                ]
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=scope["hub.request_id"])
        try:
            if refused:
                await _refuse(with_headers, *refused)
            else:
                await self._app(scope, receive, with_headers)
        finally:
            log.debug(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
            structlog.contextvars.unbind_contextvars("request_id")
            if "app" in scope:
                scope["app"].state.house.fanout.gauges.count_refusal(status)

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        if scope["path"] not in HEALTH and (
            len(hosts) != 1 or _without_port(hosts[0]) not in self._hosts
        ):
            return 400, "This press centre is not known by that name."
        if scope["type"] == "http" and scope["method"] in SAFE:
            return None
        if self._from_here(scope, headers):
            return None
        return 403, "This was sent from another site than the press centre."

    def _from_here(self, scope: Scope, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        if origins:
            return len(origins) == 1 and origins[0] in self._origins
        # The API knows no cookies: without a token it answers 401 by itself.
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            return True
        # A program with its own token brings no cookie that another site could ride on.
        if headers.get("authorization", "").lower().startswith("bearer "):
            return "cookie" not in headers
        return scope["type"] == "http" and headers.get("sec-fetch-site") == "same-origin"


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name.lower() if colon and port.isdecimal() else host.lower()


async def _refuse(send: Send, status: int, words: str) -> None:
    body = (words + "\n").encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def _deny(send: Send, status: int, words: str) -> None:
    await send(
        {
            "type": "websocket.http.response.start",
            "status": status,
            "headers": [(b"content-type", b"text/plain; charset=utf-8")],
        }
    )
    await send({"type": "websocket.http.response.body", "body": (words + "\n").encode()})
