"""The hub's API as a spokesperson's program uses it: every act has its key and is repeated with
it until it is answered, so that a restart in between loses and doubles nothing."""

import asyncio
from collections.abc import Mapping
from typing import Any, Self

import httpx2

PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.5
TIMEOUT_SECONDS = 10.0


class PressError(Exception):
    """The hub refused an act. One line with its own words."""


class Press:
    """One token at one hub. Use as a context manager."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self._client = httpx2.AsyncClient(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_SECONDS,
            # The hub is asked, never a proxy that the environment names.
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def add(self, briefing: Mapping[str, Any]) -> str:
        """Puts a briefing on the agenda; returns its slug, with a number if that was taken."""
        slug = str(briefing["slug"])
        for number in range(1, 1000):
            tried = slug if number == 1 else f"{slug[:56]}-{number}"
            answer = await self._post("/api/briefings", dict(briefing) | {"slug": tried}, key=None)
            if answer.status_code != 422 or answer.json().get("field") != "slug":
                _check(answer)
                return tried
        raise PressError(f"{slug}: a thousand briefings have this name")

    async def publish(self, slug: str, update: Mapping[str, Any], *, key: str) -> str:
        """Publishes; returns the update's reference."""
        answer = await self._post(f"/api/briefings/{slug}/updates", update, key=key)
        return str(_check(answer)["ref"])

    async def correct(
        self, slug: str, ref: str, correction: Mapping[str, Any], *, key: str
    ) -> None:
        """Corrects an update."""
        path = f"/api/briefings/{slug}/updates/{ref}/correction"
        _check(await self._post(path, correction, key=key))

    async def retract(self, slug: str, ref: str, notice: str, *, key: str) -> None:
        """Retracts an update."""
        path = f"/api/briefings/{slug}/updates/{ref}/retraction"
        _check(await self._post(path, {"notice": notice}, key=key))

    async def turn(self, slug: str, act: str) -> None:
        """Opens, pauses, resumes or closes: opening, pause, resumption, closing."""
        answer = await self._post(f"/api/briefings/{slug}/{act}", {}, key=None)
        if answer.status_code != 409:  # it was done by the try that was not answered
            _check(answer)

    async def _post(
        self, path: str, body: Mapping[str, Any], *, key: str | None
    ) -> httpx2.Response:
        headers = {"Idempotency-Key": key} if key else {}
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_SECONDS
        while True:
            try:
                answer = await self._client.post(path, json=body, headers=headers)
                if answer.status_code not in (429, 502, 503, 504):
                    return answer
                trouble = f"{answer.status_code} {answer.reason_phrase}"
            except httpx2.TransportError as error:
                trouble = f"{type(error).__name__}: {error}"
            if loop.time() > until:
                raise PressError(f"{self.url} does not take {path}: {trouble}")
            await asyncio.sleep(PAUSE_SECONDS)


def _check(answer: httpx2.Response) -> dict[str, Any]:
    if answer.is_success:
        return answer.json() if answer.content else {}
    try:
        detail = answer.json().get("detail", "")
    except ValueError:
        detail = answer.text[:200]
    raise PressError(f"{answer.request.url.path}: {answer.status_code}: {detail}")
