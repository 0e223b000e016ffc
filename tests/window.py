"""A page kept open without a browser: what it shows, and the frames that change it."""

import contextlib
from contextlib import AsyncExitStack
from typing import Any

import httpx2

from hub.domain.audience import Audience
from hub.replay.sheet import Sheet, link_to_older
from tests.cast import ANA, MILAN, VERA, Actor
from tests.centre import SLUG, Centre, Follower

SEATS: dict[Audience, Actor | None] = {
    Audience.PUBLIC: None,
    Audience.ROOM: ANA,
    Audience.PODIUM: VERA,
    Audience.DESK: MILAN,
}
"""Who sits where in the tests that do not say it."""


class Window:
    """One audience's window on a briefing, in one language. Every fault is an AssertionError."""

    def __init__(
        self, centre: Centre, audience: Audience, language: str = "en", *, slug: str = SLUG
    ) -> None:
        self.audience = audience
        self.language = language
        self.applied: list[int] = []
        self._centre = centre
        self._slug = slug
        self._client: httpx2.AsyncClient | None = None
        self._sheet: Sheet | None = None
        self._socket = AsyncExitStack()
        self._follower: Follower | None = None

    def __repr__(self) -> str:
        return f"{self.audience.value} {self.language}"

    @property
    def sheet(self) -> Sheet:
        """What it shows now."""
        assert self._sheet is not None, "load() comes first"
        return self._sheet

    @property
    def loaded(self) -> bool:
        return self._sheet is not None

    @property
    def follows(self) -> bool:
        return self._follower is not None

    @property
    def events(self) -> list[dict[str, Any]]:
        """What has come by the socket that is open now."""
        return self._follower.events if self._follower else []

    async def load(self) -> None:
        """Loads the page; the socket comes with follow()."""
        self._sheet = await self.fresh()

    async def follow(self) -> None:
        """Attaches at the page's own cursor."""
        assert self._follower is None
        self._follower = await self._socket.enter_async_context(
            self._centre.follow(
                self.audience,
                SEATS[self.audience],
                slug=self._slug,
                after=self.sheet.n,
                epoch=self.sheet.epoch,
                language=self.language,
            )
        )

    async def cut(self) -> None:
        """Loses its socket as in a tunnel: without a goodbye, and with whatever was on its way."""
        assert self._follower is not None
        self._follower.connection.transport.abort()
        await self.close()

    async def close(self) -> None:
        """Hangs up."""
        self._follower = None
        await self._socket.aclose()
        self._socket = AsyncExitStack()

    async def catch_up(self, n: int) -> None:
        """Applies frames up to this number: each once, and in order."""
        assert self._follower is not None
        while self.sheet.n < n:
            self._take(await self._follower.next())

    async def fresh(self) -> Sheet:
        """The page as a reload shows it now, older updates included."""
        if self._client is None:
            self._client = await self._centre.client(
                SEATS[self.audience], **{"Accept-Language": self.language}
            )
        window = {Audience.PODIUM: "/podium", Audience.DESK: "/desk"}.get(self.audience, "")
        page = await self._read(f"/briefings/{self._slug}{window}")
        sheet = Sheet.read(page)
        while older := link_to_older(page):
            page = await self._read(older)
            sheet.items += Sheet.read(page).items
        return sheet

    async def differences(self) -> list[str]:
        """Catches up with a fresh page; where the two say something else."""
        fresh = await self.fresh()
        if fresh.n > self.sheet.n:
            await self.catch_up(fresh.n)
        found = self.sheet.differences(fresh)
        if self.sheet.n != fresh.n:
            found.append(f"it stands at {self.sheet.n} and a fresh page at {fresh.n}")
        return [f"{self!r}: {difference}" for difference in found]

    def _take(self, message: dict[str, Any]) -> None:
        assert "reload" not in message, "was told to load the page anew"
        if "n" not in message:
            return
        assert message["n"] == self.sheet.n + 1, f"{message['n']} came after {self.sheet.n}"
        self.sheet.apply(message["html"])
        self.sheet.n = message["n"]
        self.applied.append(message["n"])

    async def _read(self, address: str) -> str:
        assert self._client is not None
        answer = await self._client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text


@contextlib.asynccontextmanager
async def windows(*opened: Window) -> Any:
    """These windows, loaded and followed until the block ends."""
    async with AsyncExitStack() as stack:
        for window in opened:
            await window.load()
            await window.follow()
            stack.push_async_callback(window.close)
        yield opened
