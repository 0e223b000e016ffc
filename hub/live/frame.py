"""Frames: the bytes of one event for one audience and language, built once for everybody."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from hub.domain.audience import OF_QUESTIONS, SEES, Audience
from hub.domain.event import Event
from hub.live.broadcasts import FEED_ITEMS, Swap, feed_item, swaps
from hub.live.scene import Scene, scene
from hub.live.seen import SeenBriefing
from hub.live.seen_questions import SeenFloor
from hub.render import Renderer
from hub.store.log import Passage

QUESTIONS = "questions"

_FIN_TEXT = 0x81

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """One event on the wire. `shows` are the references of all updates, questions and documents
    that are in it, and QUESTIONS where there may be any question's."""

    n: int
    at: datetime
    text: str
    wire: bytes
    shows: frozenset[str]


def websocket_frame(text: str) -> bytes:
    """An unmasked, unfragmented text frame (RFC 6455, 5.2)."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", _FIN_TEXT, length) + payload
    if length < 65_536:
        return struct.pack("!BBH", _FIN_TEXT, 126, length) + payload
    return struct.pack("!BBQ", _FIN_TEXT, 127, length) + payload


def say(message: Mapping[str, Any]) -> str:
    """A message of the protocol as JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


_Drawn = tuple[SeenBriefing, SeenFloor | None, str]


@dataclass(frozen=True, slots=True)
class Shared:
    """What the frames of one passage have in common: scenes, by the event's own number and the
    audience; and blocks that show how things stand, with what they were drawn from, by template,
    place and language."""

    scenes: dict[tuple[int, Audience], Scene] = field(default_factory=dict)
    blocks: dict[tuple[str, str, str], list[_Drawn]] = field(default_factory=dict)


def frames(
    passage: Passage,
    audience: Audience,
    language: str,
    renderer: Renderer,
    shared: Shared | None = None,
) -> Sequence[Frame]:
    """The frames of those events of the passage that this audience sees, in order. `shared`: by
    the frames of this same passage in other streams."""
    shared = shared or Shared()
    return [
        _frame(event, audience, language, passage, renderer, shared=shared)
        for event in passage.events
        if event.n(audience) is not None
    ]


def item(seen: Scene, language: str, renderer: Renderer, *, whole: bool = False) -> str:
    """The feed's item of an event, as the page shows it: the same block as in the frame.

    `whole`: with all its words, as at its permalink; the feed links to what is heavy.
    What cannot be put into its block is named as that, in its place, and alarms.
    """
    block = "room" if seen.audience == Audience.PODIUM else seen.audience.value
    values = context(seen) | {"whole": whole}
    try:
        return renderer.block(language, feed_item(seen.kind), block, values)
    except Exception:
        log.exception("event.cannot_be_shown", briefing=seen.briefing.slug, n=seen.n)
        return renderer.block(language, "updates/unshown.html", block, values)


def context(seen: Scene) -> dict[str, Any]:
    """What a block is given: what its audience may see, and nothing of who is reading."""
    return {
        "kind": seen.kind.value,
        "n": seen.n,
        "at": seen.at,
        "briefing": seen.briefing,
        "update": seen.update,
        "correction": seen.correction,
        "points": seen.points,
        "question": seen.question,
        "floor": seen.floor,
        "messages": seen.messages,
        "document": seen.document,
        "version": seen.version,
        "number": seen.number,
        "documents": seen.documents,
        "ref": seen.ref,
        "promised": seen.promised,
        "whole": False,
    }


def _frame(
    event: Event,
    audience: Audience,
    language: str,
    passage: Passage,
    renderer: Renderer,
    *,
    shared: Shared,
) -> Frame:
    seen = shared.scenes.get((event.number, audience))
    if seen is None:
        seen = shared.scenes[event.number, audience] = _scene(event, audience, passage)
    # What only a later version knows is counted here and shown by its own pages.
    known = swaps(event.kind, audience) if event.kind in SEES else ()
    try:
        html = "".join(
            _drawn(swap, place, part, language, renderer, shared=shared)
            for swap in known
            for place, part in swap.places(seen)
        )
    except Exception:
        # One event that no template can show must not silence those that follow.
        log.exception("event.cannot_be_shown", briefing=seen.briefing.slug, n=seen.n)
        html = _instead(seen, language, renderer)
    text = say({"n": seen.n, "html": html})
    return Frame(seen.n, event.at, text, websocket_frame(text), _shows(seen))


def _scene(event: Event, audience: Audience, passage: Passage) -> Scene:
    return scene(
        event,
        audience,
        briefing=passage.briefing,
        points=passage.points,
        floor=passage.floor if event.kind in OF_QUESTIONS else None,
        messages=passage.messages,
        documents=passage.documents,
    )


def _drawn(
    swap: Swap, place: str, part: Scene, language: str, renderer: Renderer, *, shared: Shared
) -> str:
    if not swap.standing:
        return _partial(swap, place, context(part), language, renderer)
    drawn = shared.blocks.setdefault((swap.template, place, "" if swap.wordless else language), [])
    # Room and public see the same of the questions: whoever sees the very same is sent the same.
    for briefing, floor, block in drawn:
        if (briefing, floor) == (part.briefing, part.floor):
            return block
    block = _partial(swap, place, context(part), language, renderer)
    drawn.append((part.briefing, part.floor, block))
    return block


def _shows(seen: Scene) -> frozenset[str]:
    shows = {update.ref for update in (seen.update, *seen.points) if update is not None}
    shows |= {document.ref for document in seen.documents}
    if seen.document is not None:
        shows.add(seen.document.ref)
    if seen.question is not None:
        shows.add(seen.question.ref)
    if seen.floor is not None:
        called, taken = seen.floor.called, seen.floor.taken
        shows |= {QUESTIONS, *(one.ref for one in (*called, *taken))}
        shows |= {place.question.ref for place in seen.floor.line}
    return frozenset(shows)


def _instead(seen: Scene, language: str, renderer: Renderer) -> str:
    """A line in the feed that says so; where there is no feed, nothing."""
    if seen.kind not in FEED_ITEMS or seen.audience == Audience.PODIUM:
        return ""
    swap = Swap("updates/unshown.html", seen.audience.value, lambda scene: [], "afterbegin")
    return _partial(swap, "#updates", context(seen), language, renderer)


def _partial(
    swap: Swap, place: str, values: dict[str, Any], language: str, renderer: Renderer
) -> str:
    block = renderer.block(language, swap.template, swap.block, values).strip()
    return f'<hx-partial hx-target="{place}" hx-swap="{swap.style}">{block}</hx-partial>'
