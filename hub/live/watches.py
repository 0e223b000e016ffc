"""All briefings that this worker watches, and everybody who follows them here."""

import asyncio
import time
from collections.abc import Iterator, Mapping

from hub.domain.audience import Audience
from hub.live.socket import Socket
from hub.live.stream import Stream
from hub.live.watch import Watch
from hub.store.database import Database
from hub.store.finding import briefing_at

IDLE_SECONDS = 120.0


class Watches:
    """Opened when somebody first asks for them, let go when nobody has followed for a while."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: dict[str, Watch] = {}
        self._opening: dict[str, asyncio.Lock] = {}

    def __iter__(self) -> Iterator[Watch]:
        return iter(list(self._found.values()))

    async def at(self, slug: str) -> tuple[Watch, bool]:
        """The watched briefing, and whether it was opened only now. Raises NotFound."""
        found = self._found.get(slug)
        opened = found is None
        if found is None:
            try:
                async with self._opening.setdefault(slug, asyncio.Lock()):
                    found = self._found.get(slug) or await self._open(slug)
            finally:
                self._opening.pop(slug, None)
        found.used_at = time.monotonic()
        return found, opened

    def hold(self, watch: Watch) -> bool:
        """Whether it is read still."""
        return self._found.get(watch.slug) is watch

    def streams(self) -> Iterator[tuple[Watch, Stream]]:
        """Every stream with its briefing."""
        for watch in self:
            for stream in list(watch.streams.values()):
                yield watch, stream

    def sockets(self) -> Iterator[Socket]:
        """Everybody who follows anything here."""
        for _, stream in self.streams():
            yield from list(stream.sockets)

    def counts(self) -> Mapping[int, int]:
        """How many follow each briefing here, by its id; the podium is not counted."""
        return {watch.briefing_id: n for watch in self if (n := following(watch))}

    def desks(self) -> Mapping[int, Mapping[int, str]]:
        """Who has a desk open here, by the briefing's id: names by the person's."""
        found: dict[int, dict[int, str]] = {}
        for watch, stream in self.streams():
            if stream.audience == Audience.DESK and stream.sockets:
                at = found.setdefault(watch.briefing_id, {})
                at |= {one.person: one.name for one in stream.sockets if one.person}
        return found

    def let_go(self, now: float) -> None:
        """Forgets streams and briefings that nobody has followed for a while. `now`: monotonic."""
        for slug, watch in list(self._found.items()):
            for key, stream in list(watch.streams.items()):
                if stream.idle(now) > IDLE_SECONDS:
                    del watch.streams[key]
            if not watch.streams and now - watch.used_at > IDLE_SECONDS:
                del self._found[slug]

    def forget(self) -> None:
        """Forgets all: what was read of them is no longer their history."""
        self._found.clear()

    async def _open(self, slug: str) -> Watch:
        briefing = await self._database.read(lambda session: briefing_at(session, slug))
        # Whoever was first has it: nobody may follow a watch that the reader does not know.
        return self._found.setdefault(
            slug, Watch(briefing.id, slug, briefing.public, briefing.number, dict(briefing.heads))
        )


def following(watch: Watch) -> int:
    """How many read this briefing here."""
    return sum(
        len(stream.sockets)
        for stream in watch.streams.values()
        if stream.audience != Audience.PODIUM
    )
