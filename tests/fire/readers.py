"""Readers who do what a page does: keep a cursor, come back when they are cut, load anew when
they are told to; and who remember every event they were sent."""

import asyncio
import contextlib
import random
import time
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import httpx2

from hub.domain.audience import Audience
from tests.centre import SLUG
from tests.fire.history import Got, Loaded, Step
from tests.fire.pages import Pages
from tests.fire.wire import Ended, Message, Wire, dial

SILENCE_SECONDS = 12.5  # two and a half beats
FIRST_WAIT = 0.2
LONGEST_WAIT = 2.0
GREETED_SECONDS = 20.0
# Closed with these, a page does not come back.
FOR_GOOD = {4401, 4403}


class Crowd:
    """Readers of one audience. `addresses` may change meanwhile: each attempt picks one of them.

    `origin`: the hub's public address, where that is not the address dialled.
    """

    def __init__(
        self,
        addresses: Sequence[str],
        *,
        slug: str = SLUG,
        audience: Audience = Audience.PUBLIC,
        language: str = "en",
        token: str | None = None,
        origin: str | None = None,
        seed: int = 0,
    ) -> None:
        self.addresses = addresses
        self.readers: list[Reader] = []
        self.dice = random.Random(seed)
        self.slug, self.audience, self.language = slug, audience, language
        self.token, self.origin = token, origin
        self.heard: Callable[[Reader, Message], None] = _nobody_asks
        self.pages = Pages(slug, audience, token)

    @property
    def histories(self) -> Mapping[str, Sequence[Step]]:
        """What each reader was sent, for the checker. Who does not read has no history."""
        return {one.name: one.steps for one in self.readers if not one.deaf}

    @property
    def closes(self) -> Counter[str]:
        """How their sockets ended, all together: "1013", "status 503", "cut" ..."""
        return sum((one.closes for one in self.readers), Counter())

    @property
    def reloads(self) -> int:
        """How often somebody had to load anew."""
        return sum(one.reloads for one in self.readers)

    @property
    def open(self) -> int:
        """How many are connected and greeted."""
        return sum(one.greeted for one in self.readers)

    async def upto(self, n: int, *, within: float) -> None:
        """Once every one of them has event `n` or a page with it. TimeoutError, with who lacks."""
        try:
            async with asyncio.timeout(within):
                for reader in [one for one in self.readers if not one.deaf]:
                    await reader.upto(n)
        except TimeoutError:
            behind = {one.name: one.cursor for one in self.readers if one.cursor < n}
            raise TimeoutError(f"{len(behind)} lack {n} after {within} s: {behind}") from None

    def cut(self, share: float = 1.0) -> None:
        """Breaks off that share of the connections, picked by chance."""
        for reader in self.readers:
            if self.dice.random() < share:
                reader.cut()

    @contextlib.asynccontextmanager
    async def cutting(self, a_second: float) -> AsyncIterator[None]:
        """Until the block ends, somebody is cut off that often."""

        async def cut() -> None:
            while True:
                await asyncio.sleep(self.dice.expovariate(a_second))
                self.dice.choice(self.readers).cut()

        task = asyncio.create_task(cut(), name="cutting")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class Reader:
    """One of them. `deaf`: reads nothing once it is connected. `steps` is its history, `moments`
    when (monotonic) each event came, `closes` how its sockets ended."""

    def __init__(self, crowd: Crowd, name: str, *, deaf: bool = False) -> None:
        self.name = name
        self.deaf = deaf
        self.cursor = 0
        self.steps: list[Step] = []
        self.moments = array("d")
        self.closes: Counter[str] = Counter()
        self.greeted = False
        self.since: str | None = None
        self.over = False
        self._crowd = crowd
        self._epoch: str | None = None
        self._wire: Wire | None = None
        self._tries = 0
        self._must_load = False
        self._heard_at = 0.0
        self._awaited: dict[int, asyncio.Event] = {}
        self.hello = asyncio.Event()

    @property
    def reloads(self) -> int:
        """How often it had to load anew; its first page is not counted."""
        return sum(isinstance(step, Loaded) for step in self.steps[1:])

    def begin(self, cursor: int, epoch: str) -> None:
        """With a page that it has loaded before."""
        self.steps.append(Loaded(cursor, anew=True))
        self.cursor, self._epoch = cursor, epoch

    async def upto(self, n: int) -> None:
        """Once it has event `n`, or a page with it."""
        if self.cursor < n:
            await self._awaited.setdefault(n, asyncio.Event()).wait()

    def delays(self, sent: Mapping[str, float]) -> list[float]:
        """Seconds from when each act was first sent (monotonic) until it came."""
        got = (step for step in self.steps if isinstance(step, Got))
        return [at - sent[one.act] for one, at in zip(got, self.moments, strict=True) if one.act]

    def cut(self) -> None:
        """Breaks its connection off."""
        if self._wire is not None:
            self._wire.cut()

    def stop_reading(self) -> None:
        """Takes nothing any more from the connection it has."""
        self.deaf = True
        if self._wire is not None and not self._wire.transport.is_closing():
            self._wire.transport.pause_reading()

    def read_again(self) -> None:
        """Takes again what comes."""
        self.deaf = False
        if self._wire is not None and not self._wire.transport.is_closing():
            self._wire.transport.resume_reading()

    async def live(self) -> None:
        """Until cancelled, or sent away for good."""
        while not self.over:
            url = self._crowd.dice.choice(self._crowd.addresses)
            try:
                if self._must_load:
                    await self._load(url)
                how = await self._follow(url)
            except (OSError, TimeoutError, httpx2.HTTPError) as error:
                self.closes[type(error).__name__] += 1
            else:
                self.closes[f"status {how.status}" if how.status else str(how.code or "cut")] += 1
                self.over = how.code in FOR_GOOD
            self.greeted = False
            bound = min(LONGEST_WAIT, FIRST_WAIT * 2**self._tries)
            self._tries += 1
            await asyncio.sleep(self._crowd.dice.uniform(0, bound))

    async def _load(self, url: str) -> None:
        cursor, epoch = await self._crowd.pages.load(url)
        anew = epoch != self._epoch
        self.steps.append(Loaded(cursor, anew=anew))
        self.cursor, self._epoch, self._must_load = cursor, epoch, False
        self._reach()

    async def _follow(self, url: str) -> Ended:
        crowd = self._crowd
        asked = f"as={crowd.audience}&language={crowd.language}&after={self.cursor}"
        asked += f"&epoch={self._epoch}"
        wire = self._wire = await dial(
            f"{url}/briefings/{crowd.slug}/live?{asked}",
            origin=crowd.origin or url,
            token=crowd.token,
            hear=self._hear,
            deaf=self.deaf,
        )
        self._heard_at = time.monotonic()
        try:
            while True:
                due = self._heard_at + SILENCE_SECONDS - time.monotonic()
                if due <= 0 and not self.deaf:
                    return Ended()
                done, _ = await asyncio.wait({wire.ended}, timeout=max(due, 1.0))
                if done:
                    return wire.ended.result()
        finally:
            wire.cut()

    def _hear(self, message: Message) -> None:
        self._heard_at = time.monotonic()
        if message.got is not None:
            self.steps.append(message.got)
            self.moments.append(self._heard_at)
            self._crowd.heard(self, message)
            self.cursor = max(self.cursor, message.got.n)
            self._reach()
        elif "hello" in message.said:
            self.greeted, self._tries = True, 0
            self.since = message.said.get("since", self.since)
            self.hello.set()
            if self.deaf:
                self.stop_reading()
        elif "beat" in message.said:
            self.since = message.said.get("since")
        elif message.said.get("reload"):
            self._must_load = True

    def _reach(self) -> None:
        for n in [n for n in self._awaited if n <= self.cursor]:
            self._awaited.pop(n).set()


def _nobody_asks(reader: Reader, message: Message) -> None:
    """Every event is told here too."""


@contextlib.asynccontextmanager
async def crowd(
    addresses: Sequence[str], count: int, *, deaf: int = 0, after: int | None = None, **more: object
) -> AsyncIterator[Crowd]:
    """That many readers, each greeted, the last `deaf` of them reading nothing. They begin at
    `after`, or else at the head. `more`: as for Crowd."""
    people = Crowd(addresses, **more)  # type: ignore[arg-type]
    head, epoch = await people.pages.load(addresses[0])
    for at in range(count):
        reader = Reader(people, f"{people.audience}-{at}", deaf=at >= count - deaf)
        reader.begin(head if after is None else after, epoch)
        people.readers.append(reader)
    lives = [asyncio.create_task(one.live(), name=one.name) for one in people.readers]
    try:
        async with asyncio.timeout(GREETED_SECONDS):
            for one in people.readers:
                await one.hello.wait()
        yield people
        # A reader that broke down has read nothing since: that must not pass for peace.
        for life in lives:
            if life.done():
                life.result()
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        for one in people.readers:
            one.cut()
