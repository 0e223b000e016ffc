"""Loading a page for its cursor: what a reader does first, and again whenever it is told to."""

import asyncio
import re

import httpx2

from hub.domain.audience import Audience

_CURSOR = re.compile(r'data-n="(\d+)"[^>]*data-epoch="([^"]*)"')


class Pages:
    """One briefing's, as one audience is shown them."""

    def __init__(self, slug: str, audience: Audience, token: str | None) -> None:
        self._public = audience == Audience.PUBLIC
        window = {Audience.PODIUM: "/podium", Audience.DESK: "/desk"}.get(audience, "")
        self._path = f"/api/briefings/{slug}" if self._public else f"/briefings/{slug}{window}"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._loading: dict[str, asyncio.Future[tuple[int, str]]] = {}

    async def load(self, url: str) -> tuple[int, str]:
        """Cursor and epoch as of now. Who asks while one is loading shares it.

        httpx2.HTTPError while there is none.
        """
        if url not in self._loading:
            self._loading[url] = asyncio.ensure_future(self._load(url))
        try:
            return await asyncio.shield(self._loading[url])
        finally:
            self._loading.pop(url, None)

    async def _load(self, url: str) -> tuple[int, str]:
        async with httpx2.AsyncClient(
            base_url=url, headers=self._headers, trust_env=False
        ) as client:
            answer = await client.get(self._path)
            answer.raise_for_status()
        if self._public:
            return answer.json()["head"], answer.json()["epoch"]
        found = _CURSOR.search(answer.text)
        assert found is not None, answer.text
        return int(found[1]), found[2]
