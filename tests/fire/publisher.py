"""Somebody who publishes at an even pace through any worker's API, repeats each act with its key
until it is acknowledged, and remembers every answer."""

import asyncio
import contextlib
import json
import os
import random
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.centre import SLUG
from tests.fire.asking import Asker

GIVE_UP_SECONDS = 10.0
LONGEST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """How one attempt went. `status` 0: the connection broke or nothing came; `said` tells how."""

    act: str
    address: str
    status: int
    seconds: float
    retry_after: str | None
    said: str
    at: float

    @property
    def clear(self) -> bool:
        """Success, or a refusal that says when to come back."""
        return self.status == 201 or (self.status == 503 and self.retry_after is not None)


@dataclass(slots=True)
class Publisher:
    """`acknowledged` is the number of each answered act, `sent` when (monotonic) it was first
    sent, `refs` the reference it was given. With a `journal` each acknowledged act stands there
    on the disk before the next one begins."""

    addresses: Sequence[str]
    token: str
    slug: str = SLUG
    rate: float = 5.0
    name: str = "vera"
    seed: int = 0
    journal: Path | None = None
    acknowledged: dict[str, int] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    pending: set[asyncio.Task[None]] = field(default_factory=set)
    _askers: dict[str, Asker] = field(default_factory=dict)

    @property
    def answered(self) -> list[Answer]:
        """Those that did not break off."""
        return [one for one in self.answers if one.status]

    @property
    def slowest(self) -> float:
        """Seconds of the longest attempt, whether it was answered or not."""
        return max((one.seconds for one in self.answers), default=0.0)

    @property
    def unclear(self) -> list[Answer]:
        """Answers that are neither success nor a 503 with Retry-After."""
        return [one for one in self.answered if not one.clear]

    @property
    def head(self) -> int:
        """The highest number that was acknowledged."""
        return max(self.acknowledged.values(), default=0)

    async def publish(self, *, words: str = "", address: str | None = None) -> int:
        """One act, until it is acknowledged; returns its number. `address`: only there."""
        act = f"act-{self.name}-{len(self.sent)}"
        self.sent[act] = time.monotonic()
        dice = random.Random(f"{self.seed} {act}")
        pause = 0.05
        while True:
            answer = await self.attempt(act, address or dice.choice(self.addresses), words=words)
            if answer.status == 201:
                return self.acknowledged[act]
            if answer.status not in (0, 429, 503):
                raise AssertionError(answer)
            pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause * dice.uniform(0.5, 1.0))

    async def attempt(self, act: str, address: str, *, words: str = "") -> Answer:
        """Sends the act once, under its own key."""
        self.sent.setdefault(act, time.monotonic())
        began = time.monotonic()
        status, said, retry_after = 0, "", None
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                reply = await self._asker(address).post(
                    f"/api/briefings/{self.slug}/updates",
                    json.dumps({"text": f"{act} {words}".strip(), "language": "en"}).encode(),
                    key=act,
                )
            status, said = reply.status, reply.body.decode()
            retry_after = reply.headers.get("retry-after")
            if status == 201:
                self._note(act, json.loads(said))
        except OSError as error:
            said = repr(error)
        seconds = time.monotonic() - began
        told = Answer(act, address, status, seconds, retry_after, said, began)
        self.answers.append(told)
        return told

    @contextlib.asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Publishes at its rate, however long each takes, until the block ends."""
        pace = asyncio.create_task(self._keep_pace(), name="publishing")
        try:
            yield
        finally:
            pace.cancel()
            await asyncio.gather(pace, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def hard_at_it(self, hands: int) -> AsyncIterator[None]:
        """So many publish without a pause, one act after the other, until the block ends."""
        over = asyncio.Event()

        async def work() -> None:
            while not over.is_set():
                await self.publish()

        working = {asyncio.create_task(work(), name="hand") for _ in range(hands)}
        self.pending |= working
        try:
            yield
        finally:
            over.set()

    async def settled(self, *, within: float) -> int:
        """Once each act that was begun is acknowledged; returns the head. TimeoutError."""
        async with asyncio.timeout(within):
            await asyncio.gather(*self.pending)
        return self.head

    async def close(self) -> None:
        """Gives up what is not answered yet."""
        for task in self.pending:
            task.cancel()
        await asyncio.gather(*self.pending, return_exceptions=True)
        self.hang_up()

    def hang_up(self) -> None:
        """Gives back the connections that wait for more."""
        for asker in self._askers.values():
            asker.close()

    async def _keep_pace(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            task = asyncio.create_task(self._one(), name="act")
            self.pending.add(task)
            due += 1 / self.rate
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def _one(self) -> None:
        await self.publish()
        task = asyncio.current_task()
        assert task is not None
        # One that fails stays, so that settled() tells.
        self.pending.discard(task)

    def _note(self, act: str, published: dict[str, object]) -> None:
        n, ref = published["n"], published["ref"]
        assert isinstance(n, int)
        assert isinstance(ref, str)
        if act in self.acknowledged:
            # The same key again is the same answer.
            assert (self.acknowledged[act], self.refs[act]) == (n, ref)
        self.acknowledged[act], self.refs[act] = n, ref
        if self.journal is not None:
            with self.journal.open("a") as journal:
                print(act, n, ref, file=journal, flush=True)
                os.fsync(journal.fileno())

    def _asker(self, address: str) -> Asker:
        if address not in self._askers:
            self._askers[address] = Asker(address, self.token)
        return self._askers[address]


@contextlib.asynccontextmanager
async def publisher(
    addresses: Sequence[str], token: str, **more: object
) -> AsyncIterator[Publisher]:
    """Somebody who is ready to publish. `more`: as for Publisher."""
    somebody = Publisher(addresses, token, **more)  # type: ignore[arg-type]
    try:
        yield somebody
    finally:
        await somebody.close()
