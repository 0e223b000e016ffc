"""A briefing that this worker watches: how far its log was read, and the streams fed from it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import structlog

from hub.domain.audience import Audience, EventKind
from hub.live.frame import QUESTIONS, Frame, Shared, frames
from hub.live.stream import RING, Stream
from hub.render import Renderer
from hub.store.database import Database
from hub.store.log import Passage, read_back, read_on

PASSAGE = 128
"""Events read and rendered at a time."""

_CHANGES_WORDS = frozenset({EventKind.CORRECTED, EventKind.RETRACTED})
_MAY_HIDE = frozenset(
    {
        EventKind.EDITED,
        EventKind.WITHDRAWN,
        EventKind.DECLINED,
        EventKind.MERGED,
        EventKind.RETURNED,
    }
)

SLICE = 16
_TRIES = 3

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Watch:
    """`number` is the briefing's own count of what was read, `heads` that of each audience.

    `rung` is the number that a bell has told and that is not read yet. `hands` holds what was
    committed in this worker and follows what was read.
    """

    briefing_id: int
    slug: str
    public: bool
    number: int
    heads: dict[str, int]
    rung: int = 0
    # While it is, a stream may still hold what has just been taken back.
    feeding: bool = False
    streams: dict[tuple[Audience, str], Stream] = field(default_factory=dict)
    hands: list[Passage] = field(default_factory=list)
    # Who may find something new in their own questions and was not told yet.
    concerned: set[int] = field(default_factory=set)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    used_at: float = field(default_factory=time.monotonic)

    def stream(self, audience: Audience, language: str) -> Stream:
        """The stream of this audience and language, begun where the reading stands."""
        stream = self.streams.get((audience, language))
        if stream is None:
            stream = Stream(audience, language, head=self.heads.get(audience, 0))
            self.streams[audience, language] = stream
        stream.touch()
        return stream

    def is_current(self) -> bool:
        """Whether all is read that a bell has told of, and is in every stream."""
        return self.number >= self.rung and not self.feeding

    def take(self, passage: Passage) -> None:
        """What was just committed here: shown without being read again, if nothing else came
        between."""
        last = self.hands[-1].events[-1].number if self.hands else self.number
        if passage.events[0].number != last + 1 or len(self.hands) >= PASSAGE:
            # The log has it, and whatever came between.
            self.hands.clear()
        else:
            self.hands.append(passage)

    def nudge(self) -> None:
        """Tells those whose own questions may have changed."""
        concerned, self.concerned = self.concerned, set()
        if not concerned:
            return
        for stream in self.streams.values():
            for socket in stream.sockets:
                if socket.person in concerned:
                    socket.nudge()

    def feeds(self, stream: Stream) -> bool:
        """Whether it gets what the log gains."""
        return self.streams.get((stream.audience, stream.language)) is stream

    async def read_on(
        self,
        database: Database,
        renderer: Renderer,
        *,
        unless: Callable[[], bool] = lambda: False,
    ) -> list[Stream]:
        """Reads what the log has gained and pushes it; returns the streams that grew.

        `unless`: somebody who stood before us in the queue may have read what we need.
        """
        grown: dict[Stream, None] = {}
        async with self.reading:
            while not unless():
                passage = self._in_hand() or await self._read(database)
                if not passage.events:
                    break
                self.feeding = True
                try:
                    async for stream in self._push(passage, renderer):
                        grown[stream] = None
                finally:
                    self.feeding = False
                if len(passage.events) < PASSAGE:
                    break
        return list(grown)

    async def _push(self, passage: Passage, renderer: Renderer) -> AsyncIterator[Stream]:
        """Yields the streams that grew, letting others in between."""
        # First where the reading stands, then the pushes: a stream that begins between them begins
        # after this passage and fetches it when somebody asks.
        streams = list(self.streams.values())
        self._advance(passage)
        self.concerned |= passage.askers
        shared = Shared()
        for stream in streams:
            try:
                _feed(stream, passage, renderer, shared)
            except Exception:
                # One template's defect must not silence the others, nor this one unseen.
                log.exception("watch.feed", briefing=self.slug, language=stream.language)
                self.streams.pop((stream.audience, stream.language), None)
                stream.abandon()
                continue
            yield stream
            await asyncio.sleep(0)

    async def read_back(
        self, stream: Stream, *, after: int, database: Database, renderer: Renderer
    ) -> bool:
        """Fills the ring back to this cursor, once for all who wait; False: it is too far."""
        for _ in range(_TRIES):
            async with self.reading:
                if stream.reaches(after):
                    return True
                upto, generation = stream.first - 1, stream.generation
                if after > stream.head or stream.head - after > RING:
                    return False
                passage = await database.read(
                    lambda session, upto=upto: read_back(  # type: ignore[misc]
                        session, self.briefing_id, stream.audience, after=after, upto=upto
                    )
                )
                again = await _rendered(passage, stream, renderer)
                stream.put_back(again, generation=generation)
        return stream.reaches(after)

    async def _read(self, database: Database) -> Passage:
        return await database.read(
            lambda session: read_on(session, self.briefing_id, number=self.number, limit=PASSAGE)
        )

    def _in_hand(self) -> Passage | None:
        hands, self.hands = self.hands, []
        if not hands:
            return None
        events = [event for passage in hands for event in passage.events]
        # Where others have written since, the log knows better how things stand.
        follows = events[0].number == self.number + 1 and events[-1].number >= self.rung
        return Passage(hands[-1].briefing, events, ()) if follows else None

    def _advance(self, passage: Passage) -> None:
        self.number = passage.events[-1].number
        for event in passage.events:
            self.heads.update(event.numbers)


async def _rendered(passage: Passage, stream: Stream, renderer: Renderer) -> list[Frame]:
    """The frames of a long passage, letting others write in between."""
    rendered: list[Frame] = []
    for at in range(0, len(passage.events), SLICE):
        part = replace(passage, events=passage.events[at : at + SLICE])
        rendered += frames(part, stream.audience, stream.language, renderer)
        await asyncio.sleep(0)
    return rendered


def _taken_back(passage: Passage) -> frozenset[str]:
    """What says something else now than in the frames before, or is not for all of them any
    more."""
    refs = set()
    for event in passage.events:
        if event.kind in _CHANGES_WORDS and event.update is not None:
            refs.add(event.update.ref)
            refs |= {document.ref for document in event.update.attachments}
        elif event.kind == EventKind.DOCUMENT_WITHDRAWN and event.document is not None:
            refs.add(event.document.ref)
        elif event.kind in _MAY_HIDE and event.question is not None:
            refs.add(event.question.ref)
        elif event.kind == EventKind.SETTINGS:
            refs.add(QUESTIONS)
    return frozenset(refs)


def _feed(stream: Stream, passage: Passage, renderer: Renderer, shared: Shared) -> None:
    changed = _taken_back(passage)
    if changed:
        # Who is a moment behind would find the ring empty: first what they lack, then forget it.
        for _ in stream.flush(len(stream.sockets) or 1):
            pass
        stream.forget(changed)
    stream.push(frames(passage, stream.audience, stream.language, renderer, shared))
