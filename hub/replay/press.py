"""The hub's API as a program of the press centre uses it: every act has its key and is repeated
with it until it is answered, so that a restart in between loses and doubles nothing."""

import asyncio
from collections.abc import Mapping
from typing import Any, Self

import httpx2

from hub.replay.wire import client

PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.5
TIMEOUT_SECONDS = 10.0


class PressError(Exception):
    """The hub refused an act. One line with its own words."""


class Press:
    """One token at one hub. Use as a context manager."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"}
        self._client = client(self.url, headers, timeout=TIMEOUT_SECONDS)

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
        answer = await self._post(f"{_at(slug)}/updates", update, key=key)
        return str(_check(answer)["ref"])

    async def correct(
        self, slug: str, ref: str, correction: Mapping[str, Any], *, key: str
    ) -> None:
        """Corrects an update."""
        path = f"{_at(slug)}/updates/{ref}/correction"
        _check(await self._post(path, correction, key=key))

    async def retract(self, slug: str, ref: str, notice: str, *, key: str) -> None:
        """Retracts an update."""
        path = f"{_at(slug)}/updates/{ref}/retraction"
        _check(await self._post(path, {"notice": notice}, key=key))

    async def turn(self, slug: str, act: str) -> None:
        """Opens, pauses, or resumes: opening, pause, resumption."""
        answer = await self._post(f"{_at(slug)}/{act}", {}, key=None)
        if answer.status_code != 409:  # it was done by the try that was not answered
            _check(answer)

    async def ask(self, slug: str, question: Mapping[str, Any], *, key: str) -> str:
        """Asks; returns the question's reference."""
        return str(_check(await self._post(f"{_at(slug)}/questions", question, key=key))["ref"])

    async def act(
        self, slug: str, ref: str, act: str, body: Mapping[str, Any], *, key: str
    ) -> None:
        """Does something to a question: approval, merge, taken, edit, ..."""
        _check(await self._post(f"{_at(slug)}/questions/{ref}/{act}", body, key=key))

    async def call(self, slug: str, ref: str, *, out_of_turn: str, key: str) -> None:
        """Gives a question the floor; where another is first, for this reason."""
        path = f"{_at(slug)}/questions/{ref}/call"
        answer = await self._post(path, {}, key=key)
        if answer.status_code == 422 and answer.json().get("field") == "reason":
            answer = await self._post(path, {"reason": out_of_turn}, key=key)
        _check(answer)

    async def send(self, slug: str, words: str, *, key: str) -> str:
        """Says something to the podium; returns the message's reference."""
        answer = await self._post(f"{_at(slug)}/desk/messages", {"words": words}, key=key)
        return str(_check(answer)["ref"])

    async def acknowledge(self, slug: str, ref: str, *, key: str) -> None:
        """Tells the desk that its message was read."""
        _check(await self._post(f"{_at(slug)}/messages/{ref}/acknowledgement", {}, key=key))

    async def send_file(self, address: str, body: bytes, headers: Mapping[str, str]) -> str:
        """Hands a file in, in one request; returns the document's reference."""
        answer = await self._client.post(
            address,
            content=body,
            headers={
                **headers,
                "Upload-Length": str(len(body)),
                "Content-Type": "application/offset+octet-stream",
            },
        )
        return str(_check(answer)["ref"])

    async def document(
        self, slug: str, ref: str, act: str, body: Mapping[str, Any], *, key: str
    ) -> None:
        """Does something to a document: description, drop, withdrawal."""
        _check(await self._post(f"{_at(slug)}/documents/{ref}/{act}", body, key=key))

    async def check_of(self, slug: str, ref: str) -> str:
        """What the check has found of a document: waiting, passed, or the fault."""
        answer = await self._client.get(f"{_at(slug)}/podium/documents")
        for document in _check(answer)["documents"]:
            staged = document["staged"]
            if document["ref"] == ref and staged is not None:
                return str(staged["fault"] or staged["check"])
        raise PressError(f"{ref} is not among the podium's documents")

    async def close(self, slug: str, *, reason: str, key: str) -> None:
        """Ends the briefing; questions that are open still are declined with this reason."""
        rest = {"decline": {"reason": reason}}
        _check(await self._post(f"{_at(slug)}/closing", {"rest": rest}, key=key))

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


def _at(slug: str) -> str:
    return f"/api/briefings/{slug}"


def _check(answer: httpx2.Response) -> dict[str, Any]:
    if answer.is_success:
        return answer.json() if answer.content else {}
    try:
        detail = answer.json().get("detail", "")
    except ValueError:
        detail = answer.text[:200]
    raise PressError(f"{answer.request.url.path}: {answer.status_code}: {detail}")
