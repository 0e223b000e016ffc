"""Plays a programme into a hub: each act at its time, through the API."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hub.replay.acts import Act
from hub.replay.company import Company
from hub.replay.performance import Performance

Tell = Callable[[int, float], None]
"""Called after each act: how many are done, and how late the last one was, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A briefing as it will be played. Speakers as (name, function, department)."""

    slug: str
    title: str
    place: str
    zone: str
    language: str
    speakers: Sequence[tuple[str, str, str]]
    acts: Sequence[Act]
    duration_seconds: float
    languages: Sequence[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    def announcement(self) -> dict[str, Any]:
        """What the API is told of it; it begins now."""
        return {
            "slug": self.slug,
            "title": self.title,
            "titles": dict(self.titles),
            "place": self.place,
            "zone": self.zone,
            "language": self.language,
            "languages": list(self.languages),
            "speakers": [
                {"name": name, "function": function, "department": department}
                for name, function, department in self.speakers
            ],
            "scheduled_at": datetime.now(UTC).isoformat(),
        }


async def play(
    programme: Programme, company: Company, slug: str, *, speed: float, tell: Tell
) -> None:
    """Opens the briefing, plays every act at its time divided by `speed`, and closes it."""
    loop = asyncio.get_running_loop()
    performance = Performance(company, slug)
    await company.podium.turn(slug, "opening")
    began = loop.time()
    for done, act in enumerate(programme.acts, start=1):
        due = began + act.at / speed
        await asyncio.sleep(max(0.0, due - loop.time()))
        await performance.perform(act, key=str(done))
        tell(done, loop.time() - due)
    await asyncio.sleep(max(0.0, began + programme.duration_seconds / speed - loop.time()))
    await performance.close()
