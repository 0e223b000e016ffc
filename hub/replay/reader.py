"""A reader without a browser: follows one audience over the socket and checks every number."""

import asyncio
import contextlib
import json
import random
from dataclasses import dataclass, field
from urllib.parse import quote

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from hub.replay.sheet import Sheet, link_to_older
from hub.replay.wire import client

SETTLE_SECONDS = 15.0
RETURN_SECONDS = 0.3
PAGE_SECONDS = 30.0
PODIUM_ROWS = 50
PAGES = {"podium": "/podium", "desk": "/desk"}


@dataclass(slots=True)
class Findings:
    """What a reader saw: `applied` events, and every fault in words."""

    audience: str
    applied: int = 0
    cuts: int = 0
    faults: list[str] = field(default_factory=list)


class Reader:
    """Follows `slug` as `audience`; with `cuts` it hangs up at random moments and comes back.

    `token` is needed for all but the public.
    """

    def __init__(
        self, url: str, slug: str, audience: str, *, token: str | None, cuts: bool = False
    ) -> None:
        self._url = url.rstrip("/")
        self._slug = slug
        self._audience = audience
        self._cuts = cuts
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.sheet: Sheet | None = None
        self._arrived = asyncio.Event()
        self.findings = Findings(audience + (", cut at random" if cuts else ""))

    async def load(self) -> None:
        """Loads the page from which it follows."""
        self.sheet = await self._page()

    async def follow(self) -> None:
        """Follows until cancelled, coming back after every cut."""
        while True:
            with contextlib.suppress(ConnectionClosed, WebSocketException, OSError):
                await self._connected()
            self.findings.cuts += 1
            await asyncio.sleep(RETURN_SECONDS * random.random())  # noqa: S311 - jitter

    async def complete(self) -> Findings:
        """Waits until it has what a fresh page has, and compares the two."""
        fresh = await self._page(whole=True)
        sheet = self._known()
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                while sheet.n < fresh.n:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            self.findings.faults.append(f"stayed at {sheet.n} of {fresh.n}")
        if sheet.n > fresh.n:
            self.findings.faults.append(f"is at {sheet.n}, beyond {fresh.n}")
        if self._audience == "podium":
            # The podium shows its newest rows; whoever followed may have more of them.
            sheet.items = sheet.items[:PODIUM_ROWS]
            fresh.items = fresh.items[:PODIUM_ROWS]
        self.findings.faults += sheet.differences(fresh)
        return self.findings

    async def _connected(self) -> None:
        sheet = self._known()
        address = (
            f"{self._url.replace('http', 'ws', 1)}/briefings/{quote(self._slug)}/live"
            f"?as={self._audience}&after={sheet.n}&epoch={sheet.epoch}&language=en"
        )
        async with connect(
            address,
            origin=None if self._headers else Origin(self._url),
            additional_headers=self._headers,
            compression=None,
            max_size=None,
            proxy=None,
        ) as socket:
            ends = asyncio.get_running_loop().time() + random.uniform(0.5, 6)  # noqa: S311
            while not self._cuts:
                self.take(json.loads(await socket.recv()))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(ends):
                    while True:
                        self.take(json.loads(await socket.recv()))
            # No goodbye: as a train enters a tunnel.
            socket.transport.abort()

    def take(self, message: dict[str, object]) -> None:
        """Applies one message to the page, and notes what should not have come."""
        sheet, findings = self._known(), self.findings
        if message.get("reload"):
            findings.faults.append("was told to load the page anew")
        number = message.get("n")
        if not isinstance(number, int):
            return
        if number <= sheet.n:
            findings.faults.append(f"{number} came again after {sheet.n}")
            return
        if number > sheet.n + 1:
            findings.faults.append(f"{number} came after {sheet.n}")
        sheet.apply(str(message["html"]))
        sheet.n = number
        findings.applied += 1
        self._arrived.set()

    async def _page(self, *, whole: bool = False) -> Sheet:
        path = f"/briefings/{self._slug}" + PAGES.get(self._audience, "")
        headers = self._headers | {"Accept-Language": "en"}
        async with client(self._url, headers, timeout=PAGE_SECONDS) as browser:
            page = (await browser.get(path)).raise_for_status().text
            sheet = Sheet.read(page)
            while whole and (older := link_to_older(page)):
                page = (await browser.get(older)).raise_for_status().text
                sheet.items += Sheet.read(page).items
        return sheet

    def _known(self) -> Sheet:
        if self.sheet is None:
            raise RuntimeError("load() comes first")
        return self.sheet
