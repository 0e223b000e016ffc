"""Chromium, and visits with it that end in a failure when the page complained about anything.

The browser lives on the event loop of the tests: one loop for the whole run (`anyio_backend`).
"""

import contextlib
import re
from collections.abc import AsyncIterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    WebSocket,
    async_playwright,
)

from tests.programs import chromium_program

DESK = (1280, 800)
PHONE = (390, 844)

FLAGS = [
    "--no-proxy-server",  # whatever the environment says
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
# Playwright turns the back/forward cache off; readers have it, and a page must survive it.
UNWANTED = ["--disable-back-forward-cache"]


class Visit:
    """One person's browser window: a context of its own, and what its pages complained about."""

    def __init__(self, context: BrowserContext, page: Page, *, origin: str) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        self._host = urlsplit(origin).netloc
        self._expected: list[re.Pattern[str]] = []
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("page", lambda page: page.on("websocket", self._on_socket))
        page.on("websocket", self._on_socket)

    def expects(self, pattern: str) -> None:
        """Complaints that contain this regular expression are part of the test."""
        self._expected.append(re.compile(pattern))

    def check(self) -> None:
        """Fail on what nobody expected."""
        unexpected = [
            complaint
            for complaint in self.complaints
            if not any(pattern.search(complaint) for pattern in self._expected)
        ]
        assert unexpected == []

    def _on_console(self, message: ConsoleMessage) -> None:
        # What the content security policy stops is reported here too.
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"error: {error.error}")

    def _on_request(self, request: Request) -> None:
        self._called(request.url)

    def _on_socket(self, socket: WebSocket) -> None:
        self._called(socket.url)

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"status: {response.status} {response.url}")

    def _called(self, url: str) -> None:
        where = urlsplit(url)
        if where.scheme in {"http", "https", "ws", "wss"} and where.netloc != self._host:
            self.complaints.append(f"another host: {url}")


class Visits:
    """Opens visits, as many as the test wants; each is closed and checked after it."""

    def __init__(self, chromium: Browser, windows: contextlib.AsyncExitStack) -> None:
        self._chromium = chromium
        self._windows = windows

    async def __call__(
        self,
        origin: str,
        *,
        locale: str = "en",
        scheme: Literal["light", "dark"] = "light",
        viewport: tuple[int, int] = DESK,
        javascript: bool = True,
    ) -> Visit:
        """A window on the hub at `origin`; nothing is loaded until the test goes somewhere."""
        context = await self._chromium.new_context(
            base_url=origin,
            locale=locale,
            color_scheme=scheme,
            viewport={"width": viewport[0], "height": viewport[1]},
            java_script_enabled=javascript,
        )
        visit = Visit(context, await context.new_page(), origin=origin)
        # Checked once it is closed: by then every complaint has arrived.
        self._windows.callback(visit.check)
        self._windows.push_async_callback(context.close)
        return visit


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, started once."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_program(), args=FLAGS, ignore_default_args=UNWANTED
        )
        async with browser:
            yield browser


@pytest.fixture
async def visit(chromium: Browser) -> AsyncIterator[Visits]:
    """`lan = await visit(hub.url, locale="vi")`, then `lan.page`."""
    async with contextlib.AsyncExitStack() as windows:
        yield Visits(chromium, windows)
