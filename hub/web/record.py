"""The record as its windows show it: put together once for all who read alike.

Every page looks how the briefing stands; while it stands as it did, what was put together then is
sent again. Whatever happens is numbered in the briefing's row, so nothing that was corrected or
retracted outlives the commit.
"""

import asyncio
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from hub.domain.audience import Audience
from hub.live.frame import context, item
from hub.live.scene import (
    Scene,
    documents_scene,
    floor_scene,
    points_scene,
    scene,
    state_scene,
)
from hub.live.seen import SeenBriefing, seen_briefing
from hub.render import Renderer
from hub.store.database import Database
from hub.store.screens import LIVE, BriefingScreen, Standing, briefing_screen, standing
from hub.web.kept import Kept
from hub.web.packing import Part, part

SHEETS = 96
"""Pages kept, some 150 KB each."""

ITEMS = 2048
"""Articles kept, some 5 KB each."""

OWN = "<!-- own -->"
"""Where the reader's own part stands between what all readers share."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stretch of the record for one audience and language; nothing of who is reading.

    `record` is in one part, or in two that stand around what is the reader's own.
    `read_at` (monotonic): it is at least as new as everything committed before.
    """

    standing: Standing
    read_at: float
    briefing: SeenBriefing
    record: Sequence[Part]


class Record:
    """The sheets and articles that this worker keeps."""

    def __init__(self, database: Database, renderer: Renderer) -> None:
        self._database = database
        self._renderer = renderer
        self._sheets: Kept[Sheet] = Kept(SHEETS)
        self._items: Kept[tuple[Scene, Markup]] = Kept(ITEMS)
        # What the front page tells of a live briefing, and how that stood.
        self.newest: Kept[tuple[object, dict[str, Any]]] = Kept(4 * LIVE)
        self._making: dict[Hashable, asyncio.Lock] = {}

    async def sheet(
        self, slug: str, audience: Audience, language: str, *, before: int | None
    ) -> Sheet:
        """As things stand now. Raises NotFound, Unavailable."""
        key = (slug, audience, language, before)
        asked = time.monotonic()
        stands = await self._database.read(lambda db: standing(db, slug))
        kept = self._sheets.get(key)
        if kept is not None and kept.standing == stands:
            return kept
        making = self._making.setdefault(key, asyncio.Lock())
        try:
            # One makes it for all who wait.
            async with making:
                kept = self._sheets.get(key)
                if kept is None or (kept.standing != stands and kept.read_at < asked):
                    kept = await self._make(slug, audience, language, before)
                    self._sheets.put(key, kept)
                return kept
        finally:
            if not making.locked():
                self._making.pop(key, None)

    def last(
        self, slug: str, audience: Audience, language: str, *, before: int | None, number: int
    ) -> Sheet | None:
        """As things stood when the log had got to its `number`, without asking the database."""
        kept = self._sheets.get((slug, audience, language, before))
        return kept if kept is not None and kept.standing.number == number else None

    def item(self, seen: Scene, language: str, *, whole: bool = False) -> Markup:
        """An article of the feed. Kept with all that it was made from, and only as good as that."""
        key = (seen.briefing.slug, seen.audience, seen.n, language, whole)
        kept = self._items.get(key)
        if kept is not None and kept[0] == seen:
            return kept[1]
        html = Markup(item(seen, language, self._renderer, whole=whole))  # noqa: S704 - our own templates
        self._items.put(key, (seen, html))
        return html

    async def _make(
        self, slug: str, audience: Audience, language: str, before: int | None
    ) -> Sheet:
        read_at = time.monotonic()
        screen = await self._database.read(
            lambda db: briefing_screen(db, slug, audience, before=before)
        )
        values = self._shown(screen, audience, language, before)
        html = self._renderer.page(language, "room/record.html", values)
        seen = seen_briefing(screen.briefing, audience)
        return Sheet(screen.standing, read_at, seen, [part(piece) for piece in html.split(OWN)])

    def _shown(
        self, screen: BriefingScreen, audience: Audience, language: str, before: int | None
    ) -> dict[str, object]:
        """Every part is rendered by the block of its frames."""
        briefing = screen.briefing
        state = context(state_scene(briefing, audience))
        points = context(points_scene(briefing, audience, screen.points))
        documents = context(documents_scene(briefing, audience, screen.documents))
        queue = context(floor_scene(briefing, audience, screen.floor))
        return {
            "briefing": seen_briefing(briefing, audience),
            "audience": audience.value,
            "here": f"/briefings/{briefing.slug}",
            "before": before,
            "own": Markup(OWN),  # noqa: S704 - no word of anybody
            "items": [
                self.item(scene(event, audience, briefing=briefing, points=()), language)
                for event in screen.events
            ],
            "state_html": self._block(language, "briefings/state.html", audience, state),
            "queue_html": self._block(language, "questions/queue.html", audience, queue),
            "documents_html": self._block(language, "documents/list.html", audience, documents),
            "points_html": self._block(language, "updates/points.html", audience, points),
            "head": screen.head,
            "epoch": screen.epoch,
            "older": screen.older,
        }

    def _block(
        self, language: str, template: str, audience: Audience, values: dict[str, object]
    ) -> Markup:
        html = self._renderer.block(language, template, audience.value, values)
        return Markup(html)  # noqa: S704 - our own templates
