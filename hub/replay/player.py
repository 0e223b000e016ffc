"""Plays a programme into a hub: each act at its time, through the API."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hub.replay.acts import Act, Correct, Pause, Publish, Resume, Retract
from hub.replay.press import Press

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


async def play(programme: Programme, press: Press, slug: str, *, speed: float, tell: Tell) -> None:
    """Opens the briefing, plays every act at its time divided by `speed`, and closes it."""
    loop = asyncio.get_running_loop()
    refs: dict[str, str] = {}
    # This performance's own: the same transcript may be played again into the same hub.
    prefix = secrets.token_hex(6)
    await press.turn(slug, "opening")
    began = loop.time()
    for done, act in enumerate(programme.acts, start=1):
        due = began + act.at / speed
        await asyncio.sleep(max(0.0, due - loop.time()))
        await _perform(act, press, slug, refs, key=f"{prefix}-{done}")
        tell(done, loop.time() - due)
    await asyncio.sleep(max(0.0, began + programme.duration_seconds / speed - loop.time()))
    await press.turn(slug, "closing")


async def _perform(act: Act, press: Press, slug: str, refs: dict[str, str], *, key: str) -> None:
    match act:
        case Publish():
            refs[act.key] = await press.publish(slug, _update(act), key=key)
        case Correct():
            correction = {
                "text": act.text,
                "note": act.note,
                "translations": dict(act.translations),
            }
            await press.correct(slug, refs[act.key], correction, key=key)
        case Retract():
            await press.retract(slug, refs[act.key], act.notice, key=key)
        case Pause():
            await press.turn(slug, "pause")
        case Resume():
            await press.turn(slug, "resumption")


def _update(act: Publish) -> dict[str, Any]:
    update: dict[str, Any] = {
        "text": act.text,
        "kind": act.kind,
        "terms": act.terms,
        "language": act.language,
        "translations": dict(act.translations),
        "pinned": act.pinned,
    }
    if act.speaker:
        update["speaker"] = act.speaker
    if act.attribution:
        update["attribution"] = act.attribution
    return update
