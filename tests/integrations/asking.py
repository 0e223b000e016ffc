"""Programs that ask, that run the desk, and that read along, for the API's tests of questions."""

from dataclasses import dataclass
from typing import Any, Self

import httpx2

from tests.cast import ANA, BAO, MILAN, VERA
from tests.centre import SLUG, Centre

STORM = f"/api/briefings/{SLUG}"
QUESTIONS = f"{STORM}/questions"
DESK = f"{STORM}/desk"


@dataclass
class Programs:
    """One for each of those who take part."""

    ana: httpx2.AsyncClient
    bao: httpx2.AsyncClient
    milan: httpx2.AsyncClient
    vera: httpx2.AsyncClient
    public: httpx2.AsyncClient

    @classmethod
    async def of(cls, centre: Centre) -> Self:
        seated = [await centre.api(one) for one in (ANA, BAO, MILAN, VERA, None)]
        return cls(*seated)

    async def ask(self, words: str, *, by: httpx2.AsyncClient | None = None, **more: Any) -> str:
        """Asked by Ana unless it is said; returns the reference."""
        made = await done(by or self.ana, QUESTIONS, words=words, **more)
        return str(made["ref"])

    async def approved(self, words: str, *, by: httpx2.AsyncClient | None = None) -> str:
        ref = await self.ask(words, by=by)
        await self.act(ref, "approval")
        return ref

    async def called(self, words: str, *, by: httpx2.AsyncClient | None = None) -> str:
        ref = await self.approved(words, by=by)
        await self.act(ref, "call", reason="follow_up")
        return ref

    async def act(self, ref: str, act: str, **body: Any) -> dict[str, Any]:
        """Done by Milan."""
        return await done(self.milan, f"{QUESTIONS}/{ref}/{act}", **body)

    async def own(self, ref: str, *, of: httpx2.AsyncClient | None = None) -> dict[str, Any]:
        """A question as its asker finds it, Ana unless it is said."""
        mine = await read(of or self.ana, f"{QUESTIONS}/mine")
        (found,) = [one for one in mine["questions"] if one["ref"] == ref]
        question: dict[str, Any] = found
        return question

    async def at_desk(self, ref: str) -> dict[str, Any]:
        return await read(self.milan, f"{DESK}/questions/{ref}")

    async def kinds(self) -> list[str]:
        """What the public is told of questions, in order."""
        found = await read(self.public, f"{STORM}/events?limit=200")
        assert [one["n"] for one in found["events"]] == list(range(1, found["head"] + 1))
        return [one["kind"] for one in found["events"] if one["ref"]]


async def done(client: httpx2.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """What a write that succeeds answers."""
    answer = await client.post(path, json=body)
    assert answer.status_code in (201, 204), (path, answer.text)
    made: dict[str, Any] = answer.json() if answer.content else {}
    return made


async def read(client: httpx2.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    found: dict[str, Any] = answer.json()
    return found


async def refused(client: httpx2.AsyncClient, path: str, status: int, **body: Any) -> Any:
    """The problem that a refused write is answered with."""
    answer = await client.post(path, json=body)
    assert answer.status_code == status, (path, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()
