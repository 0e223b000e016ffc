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

from hub.demo.files import tables
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
        "dropped": 3,
        "new_version": 1,
        "document_withdrawn": 1,
    }
    states = {
        event["ref"]: event["question"] and event["question"]["state"]
        for event in events
        if not event["document"]
    }
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


async def test_documents_are_handed_in_checked_and_dropped_one_is_new_and_one_withdrawn(
    demo: Demo,
) -> None:
    async with demo.client() as public:
        await until(lambda: is_closed(public))
        documents: list[dict[str, Any]] = (await public.get(f"{LIVE}/documents")).json()[
            "documents"
        ]
        levels, plan, timetable, chart = documents
        assert [one["state"] for one in (levels, plan, timetable, chart)] == [
            "dropped",
            "dropped",
            "withdrawn",
            "dropped",
        ]
        assert [version["note"] for version in levels["versions"]] == [
            "Mực nước lúc 13 giờ là 8,4 mét, không phải 9,4 mét.",
            "",
        ]
        given = await public.get(levels["versions"][0]["url"])
        assert given.content == tables.levels()
        assert plan["versions"][0]["pages"] == 2
        assert "9,8 mét" in chart["descriptions"]["vi"]
        # What is for the press only is in the journalist's list alone.
        assert "Whom the press turns to" not in (await public.get(f"/briefings/{STORM.slug}")).text
    async with demo.client() as vy:
        await vy.post(demo.doors["journalist"], follow_redirects=True)
        assert "Whom the press turns to" in (await vy.get(f"/briefings/{STORM.slug}")).text


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
