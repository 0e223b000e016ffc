"""Somebody who does at random everything that can be done in a briefing, and repeats each act
with its key until it is answered."""

import asyncio
import contextlib
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from tests.centre import SLUG
from tests.fire.publisher import Publisher

CANARY = re.compile(r"canary-[a-z]+-[0-9]+")
PAUSE_SECONDS = (0.3, 1.5)
LONGEST = 4_000

# How often what is done.
ACTS = {
    "say": 50,
    "say_a_canary": 20,
    "correct": 10,
    "retract": 8,
    "pin": 6,
    "unpin": 4,
    "pause": 2,
}


@dataclass(slots=True)
class Editor:
    """`vera` says what stays; what she says is numbered and judged. `retracted` are the words
    that nobody may be sent any more, and since when (monotonic)."""

    vera: Publisher
    api: httpx2.AsyncClient
    dice: random.Random
    rate: float
    done: Counter[str] = field(default_factory=Counter)
    retracted: dict[str, float] = field(default_factory=dict)
    slowest: float = 0.0
    _said: dict[str, str] = field(default_factory=dict)
    _canaries: dict[str, str] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Acts until the block ends; what is begun is finished."""
        over = asyncio.Event()
        work = asyncio.create_task(self._work(over), name=f"editor {self.vera.name}")
        try:
            yield
        finally:
            over.set()
            await work

    async def _work(self, over: asyncio.Event) -> None:
        kinds, weights = list(ACTS), list(ACTS.values())
        while not over.is_set():
            (kind,) = self.dice.choices(kinds, weights)
            await getattr(self, kind)()
            self.done[kind] += 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.dice.expovariate(self.rate)):
                    await over.wait()

    async def say(self) -> None:
        """Something that stays."""
        words = " ".join(["words"] * self.dice.choice([3, 30, LONGEST // 6]))
        await self.vera.publish(words=words)
        act = next(reversed(self.vera.acknowledged))
        self._said[self.vera.refs[act]] = act

    async def say_a_canary(self) -> None:
        """Something that may be retracted."""
        canary = f"canary-{self.vera.name}-{len(self._canaries) + len(self.retracted)}"
        answer = await self._insist("updates", text=f"{canary} in words", language="en")
        self._canaries[answer["ref"]] = canary

    async def correct(self) -> None:
        """Something else in the same words."""
        both = self._said | self._canaries
        if both:
            ref = self.dice.choice(list(both))
            text = f"{both[ref]} corrected {self.done['correct']}"
            await self._insist(f"updates/{ref}/correction", text=text, note="A slip.")

    async def retract(self) -> None:
        """For ever: from the answer on nobody may be sent the words."""
        if self._canaries:
            ref = self.dice.choice(list(self._canaries))
            await self._insist(f"updates/{ref}/retraction", notice="It was wrong.")
            self.retracted[self._canaries.pop(ref)] = time.monotonic()

    async def pin(self) -> None:
        """Among the key points."""
        if self._said:
            await self._insist(f"updates/{self.dice.choice(list(self._said))}/pin")

    async def unpin(self) -> None:
        """Not any more."""
        if self._said:
            await self._insist(f"updates/{self.dice.choice(list(self._said))}/unpin")

    async def pause(self) -> None:
        """For a while."""
        await self._insist("pause")
        await asyncio.sleep(self.dice.uniform(*PAUSE_SECONDS))
        await self._insist("resumption")

    async def _insist(self, what: str, **body: Any) -> dict[str, Any]:
        key = uuid4().hex
        while True:
            began = time.monotonic()
            try:
                answer = await self.api.post(
                    f"/api/briefings/{SLUG}/{what}", json=body, headers={"Idempotency-Key": key}
                )
            except httpx2.TransportError:
                pass
            else:
                if answer.is_success:
                    self.slowest = max(self.slowest, time.monotonic() - began)
                    return dict(answer.json()) if answer.content else {}
                assert answer.status_code == 503, (what, answer.status_code, answer.text)
            await asyncio.sleep(self.dice.uniform(0.05, 0.5))
