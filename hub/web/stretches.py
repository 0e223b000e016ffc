"""Stretches of the public record as the cacheable segments show them (see docs/protocol.md).

They are made of the very messages that the sockets are sent, out of the same rings, so who asks
again and again reads what who follows reads. Before an answer the log is looked at, once for all
who ask within a moment: what was retracted is not answered any more.
"""

import asyncio
import gzip
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hub.domain.audience import Audience
from hub.domain.errors import NotFound, Unavailable
from hub.live.fanout import Fanout
from hub.live.frame import frames, say
from hub.live.stream import RING, Stream
from hub.live.watch import SLICE, Watch
from hub.render import Renderer
from hub.store.database import Database
from hub.store.log import positions, read_back
from hub.web.kept import Kept
from hub.web.packing import SMALLEST

HUNDRED = 100
"""No answer crosses a multiple of this, so that those who are behind soon ask for the same."""

LOOK_SECONDS = 0.1
"""How old the last look at the log may be, though no bell has rung since."""

HUNDREDS = 24
ANSWERS = 96
LEVEL = 6
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A body, compressed if that is worth it. `tag` changes with its content."""

    body: bytes
    packed: bool
    tag: str


@dataclass(slots=True)
class _Look:
    """The last look at one briefing's log. Times are monotonic, of its beginning."""

    good_at: float = 0.0
    failed_at: float = 0.0
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Stretches:
    """What this worker answers to the crowd."""

    def __init__(self, fanout: Fanout, database: Database, renderer: Renderer) -> None:
        self._fanout = fanout
        self._database = database
        self._renderer = renderer
        self._looks: Kept[_Look] = Kept(1024)
        self._answers: Kept[tuple[object, Answer]] = Kept(ANSWERS)
        self._hundreds: Kept[tuple[object, list[str]]] = Kept(HUNDREDS)
        self._reading = asyncio.Lock()

    async def closed(self, slug: str, language: str, first: int) -> Answer:
        """The events first ... first+99. Raises NotFound, also before they all are there."""
        watch, stream, _ = await self._current(slug, language, first)
        last = first + HUNDRED - 1
        if last > stream.head:
            raise NotFound
        head = self._head() | {"first": first, "last": last}
        texts = await self._texts(watch, stream, first, last)
        return self._answer((slug, language, first, last), stream, head, texts)

    async def tail(self, slug: str, language: str, first: int) -> Answer:
        """The events from this one on, as far as the next hundred, and the head. NotFound."""
        watch, stream, since = await self._current(slug, language, first)
        last = min(stream.head, _hundred_of(first) + HUNDRED - 1)
        head = self._head() | {"head": stream.head}
        if since is not None:
            head["since"] = since.isoformat(timespec="seconds")
        texts = await self._texts(watch, stream, first, last)
        return self._answer((slug, language, first, None), stream, head, texts)

    def _head(self) -> dict[str, object]:
        """Whose history it is, and for the pages of which version of the program."""
        return {"epoch": self._fanout.epoch, "edition": self._renderer.edition}

    async def _current(
        self, slug: str, language: str, first: int
    ) -> tuple[Watch, Stream, datetime | None]:
        """The stream, up to now, or since when that cannot be known. NotFound."""
        watch = await self._fanout.watch(slug)
        if not watch.public:
            raise NotFound
        stream = watch.stream(Audience.PUBLIC, language)
        since = await self._look(watch, old=LOOK_SECONDS)
        if since is None and first > stream.head + 1:
            # Another worker may be a moment ahead of us.
            since = await self._look(watch, old=0.0)
        return watch, watch.stream(Audience.PUBLIC, language), since

    async def _look(self, watch: Watch, *, old: float) -> datetime | None:
        """Reads on as far as the log has got, unless somebody has just looked; None: done."""
        look = self._looks.get(watch.slug)
        if look is None:
            look = _Look()
            self._looks.put(watch.slug, look)
        asked = time.monotonic()
        async with look.looking:
            if self._fanout.blind_since is not None:
                return self._fanout.blind_since
            if look.failed_at >= asked - old:
                return look.since
            number, began, now = 0, time.monotonic(), datetime.now(UTC)
            try:
                if look.good_at < asked - old:
                    found = await self._database.read(lambda db: positions(db, [watch.briefing_id]))
                    number = found.get(watch.briefing_id, 0)
                # A bell that has rung is heeded in any case.
                await self._fanout.look(watch, number)
            except Unavailable:
                look.failed_at = time.monotonic()
                return look.since
            if number:
                look.good_at, look.since = began, now
            return None

    async def _texts(self, watch: Watch, stream: Stream, first: int, last: int) -> list[str]:
        """The messages first ... last as they stand now. Raises Unavailable."""
        epoch = self._fanout.epoch
        for _ in range(_TRIES):
            if not watch.feeds(stream) or self._fanout.epoch != epoch:
                # Nobody feeds it any more: the database is another, or a template has broken.
                break
            if last < first:
                return []
            if stream.reaches(first - 1):
                return stream.texts(first - 1, last)
            if stream.head - (first - 1) > RING:
                begin = _hundred_of(first)
                texts = await self._hundred(watch, stream, begin)
                return texts[first - begin : last - begin + 1]
            await watch.read_back(
                stream, after=first - 1, database=self._database, renderer=self._renderer
            )
        raise Unavailable

    async def _hundred(self, watch: Watch, stream: Stream, first: int) -> list[str]:
        """A hundred from before the ring, read once for all who wait. Raises Unavailable."""
        key = (watch.slug, stream.language, first)
        async with self._reading:
            for _ in range(_TRIES):
                generation = stream.generation
                kept = self._hundreds.get(key)
                if kept is not None and kept[0] == (stream, generation):
                    return kept[1]
                if self._fanout.blind_since is not None:
                    break
                texts = await self._read(watch, stream, first)
                # If a retraction was read meanwhile, these may have been read before it.
                self._hundreds.put(key, ((stream, generation), texts))
        raise Unavailable

    async def _read(self, watch: Watch, stream: Stream, first: int) -> list[str]:
        after, upto = first - 1, first + HUNDRED - 1
        passage = await self._database.read(
            lambda db: read_back(db, watch.briefing_id, Audience.PUBLIC, after=after, upto=upto)
        )
        texts: list[str] = []
        for at in range(0, len(passage.events), SLICE):
            part = replace(passage, events=passage.events[at : at + SLICE])
            made = frames(part, Audience.PUBLIC, stream.language, self._renderer)
            texts += [frame.text for frame in made]
            await asyncio.sleep(0)
        return texts

    def _answer(
        self,
        key: tuple[object, ...],
        stream: Stream,
        head: dict[str, object],
        texts: Sequence[str],
    ) -> Answer:
        """There must be no await between the texts and this: the generation is that of both."""
        mark = (stream, stream.generation, len(texts), *head.values())
        kept = self._answers.get(key)
        if kept is not None and kept[0] == mark:
            return kept[1]
        plain = f'{say(head)[:-1]},"events":[{",".join(texts)}]}}'.encode()
        packed = len(plain) >= SMALLEST
        tag = hashlib.sha256(plain).hexdigest()[:16]
        answer = Answer(gzip.compress(plain, LEVEL, mtime=0) if packed else plain, packed, tag)
        self._answers.put(key, (mark, answer))
        return answer


def _hundred_of(n: int) -> int:
    """The first of the hundred that n is in: 1, 101, 201, ..."""
    return n - (n - 1) % HUNDRED
