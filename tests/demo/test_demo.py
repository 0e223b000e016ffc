"""`hub demo` as somebody starts it: a link for each role, and questions that go on by itself."""

import asyncio
import contextlib
import re
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from hub.demo.storm import STORM

ROLES = {"public", "journalist", "spokesperson", "moderator", "officer", "administrator"}
LIVE = f"/api/briefings/{STORM.slug}"


@dataclass
class Demo:
    """A demonstration that runs, and the doors it has printed."""

    url: str
    doors: dict[str, str]

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=self.url,
            headers={"Origin": self.url, "Accept-Language": "en"},
            trust_env=False,
            verify=False,
        )


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub", "demo", "--port", "0", "--speed", "60"),
        stdout=PIPE,
    )
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(30):
            while "Ctrl+C" not in said:
                said += (await process.stdout.readline()).decode()
        doors = dict(re.findall(r"^  (\w+) +(http\S+)$", said, re.M))
        yield Demo(doors["public"].split("/briefings/")[0], doors)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def test_it_opens_a_door_for_every_role_and_plays_questions_in_every_state(
    demo: Demo,
) -> None:
    assert set(demo.doors) == ROLES
    async with demo.client() as public:
        await until(lambda: is_closed(public))
        events: list[dict[str, Any]] = (
            await public.get(f"{LIVE}/events", params={"limit": 200})
        ).json()["events"]
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert Counter(event["kind"] for event in events if event["ref"]) == {
        "approved": 10,
        "called": 8,
        "answered": 6,
        "taken": 1,
        "referred": 1,
        # Withdrawn, and declined at the close.
        "left": 2,
    }
    states = {event["ref"]: event["question"] and event["question"]["state"] for event in events}
    assert Counter(states[ref] for ref in states if ref) == {
        "answered": 6,
        "taken": 1,
        "referred": 1,
        None: 2,
    }


async def test_the_journalists_door_leads_to_questions_of_their_own(demo: Demo) -> None:
    async with demo.client() as vy:
        answer = await vy.post(demo.doors["journalist"], follow_redirects=True)
        assert answer.status_code == 200
        own = f"/briefings/{STORM.slug}/questions/mine"
        await until(lambda: reads(vy, own, "Mực nước sông Trúc hiện nay là bao nhiêu?"))


async def is_closed(client: httpx2.AsyncClient) -> bool:
    return bool((await client.get(LIVE)).json()["state"] == "closed")


async def reads(client: httpx2.AsyncClient, address: str, words: str) -> bool:
    return words in (await client.get(address)).text


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            if await look():
                return
            await asyncio.sleep(0.2)
