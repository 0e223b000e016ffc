"""THE TABLE: which event puts which block into which place of which audience's page.

A page is made of the same blocks (see feed_item), so watching and reloading end alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.domain.audience import Audience, EventKind
from hub.domain.briefing import Briefing
from hub.domain.event import Event
from hub.domain.update import Update
from hub.live.seen import (
    SeenBriefing,
    SeenCorrection,
    SeenUpdate,
    seen_briefing,
    seen_correction,
    seen_update,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One event and what it touches, as one audience sees it now."""

    kind: EventKind
    at: datetime
    n: int
    audience: Audience
    briefing: SeenBriefing
    update: SeenUpdate | None = None
    correction: SeenCorrection | None = None
    corrections: Sequence[SeenCorrection] = field(default=())
    points: Sequence[SeenUpdate] = field(default=())
    changes_points: bool = False


Places = Callable[[Scene], Sequence[tuple[str, Scene]]]
"""Where blocks go: a CSS selector and the scene its block shows; empty: this time nowhere."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A block of a template, and the places it is put into, in htmx's swap style."""

    template: str
    block: str
    places: Places
    style: str


def scene(
    event: Event, audience: Audience, *, briefing: Briefing, points: Sequence[Update]
) -> Scene:
    """What this event shows this audience. The event must have a number there."""
    n, update = event.n(audience), event.update
    if n is None:
        raise ValueError(f"{event.kind} has no number for {audience}")
    seen = seen_briefing(briefing, audience)
    if update is None:
        return Scene(event.kind, event.at, n, audience, seen)
    corrections = [
        seen_correction(update, edition.number, audience) for edition in update.editions[1:]
    ]
    return Scene(
        event.kind,
        event.at,
        n,
        audience,
        seen,
        update=seen_update(update, audience),
        correction=next((one for one in corrections if one.number == event.edition), None),
        corrections=corrections,
        points=[seen_update(point, audience) for point in points],
        changes_points=event.kind in (EventKind.PINNED, EventKind.UNPINNED, EventKind.RETRACTED)
        or update.pinned_at is not None,
    )


def state_scene(briefing: Briefing, audience: Audience) -> Scene:
    """The state as a page shows it when it is loaded: no event has just happened."""
    return Scene(
        kind=EventKind.OPENED,
        at=briefing.opened_at or briefing.scheduled_at,
        n=briefing.head(audience),
        audience=audience,
        briefing=seen_briefing(briefing, audience),
    )


def points_scene(briefing: Briefing, audience: Audience, points: Sequence[Update]) -> Scene:
    """The key points as a page shows them when it is loaded."""
    return replace(
        state_scene(briefing, audience),
        points=[seen_update(point, audience) for point in points],
    )


def swaps(kind: EventKind, audience: Audience) -> Sequence[Swap]:
    """The cell of the table; KeyError where the audience does not see this kind."""
    return TABLE[kind, audience]


def feed_item(kind: EventKind) -> str:
    """The template of this kind's item in the feed; KeyError where it has none."""
    return FEED_ITEMS[kind]


def _at(selector: str) -> Places:
    return lambda scene: [(selector, scene)]


def _its_article(scene: Scene) -> Sequence[tuple[str, Scene]]:
    update = _update(scene)
    # An article shows its own number and time, also when a later event draws it again.
    published = replace(scene, kind=EventKind.PUBLISHED, n=update.n, at=update.at)
    return [(f"#u-{update.ref}", published)]


def _its_row(scene: Scene) -> Sequence[tuple[str, Scene]]:
    return [(f"#p-{_update(scene).ref}", scene)]


def _its_corrections(scene: Scene) -> Sequence[tuple[str, Scene]]:
    return [
        (
            f"#c-{_update(scene).ref}-{correction.number}",
            replace(
                scene,
                kind=EventKind.CORRECTED,
                correction=correction,
                n=correction.n,
                at=correction.at,
            ),
        )
        for correction in scene.corrections
    ]


def _points(scene: Scene) -> Sequence[tuple[str, Scene]]:
    return [("#points", scene)] if scene.changes_points else []


def _update(scene: Scene) -> SeenUpdate:
    if scene.update is None:
        raise ValueError(f"{scene.kind} is about an update and has none")
    return scene.update


FEED_ITEMS = {
    EventKind.OPENED: "briefings/line.html",
    EventKind.PAUSED: "briefings/line.html",
    EventKind.RESUMED: "briefings/line.html",
    EventKind.CLOSED: "briefings/line.html",
    EventKind.PUBLISHED: "updates/update.html",
    EventKind.CORRECTED: "updates/correction.html",
    EventKind.RETRACTED: "updates/retraction.html",
}


def _cells() -> dict[tuple[EventKind, Audience], Sequence[Swap]]:
    cells: dict[tuple[EventKind, Audience], Sequence[Swap]] = {}
    for audience in (Audience.PUBLIC, Audience.ROOM):
        block = audience.value
        article = Swap("updates/update.html", block, _its_article, "outerMorph")
        points = Swap("updates/points.html", block, _points, "outerMorph")
        state = Swap("briefings/state.html", block, _at("#state"), "outerMorph")
        for kind, template in FEED_ITEMS.items():
            item = Swap(template, block, _at("#updates"), "afterbegin")
            cells[kind, audience] = (item, state)
        cells[EventKind.PUBLISHED, audience] = (
            Swap("updates/update.html", block, _at("#updates"), "afterbegin"),
            points,
        )
        cells[EventKind.CORRECTED, audience] = (
            Swap("updates/correction.html", block, _at("#updates"), "afterbegin"),
            article,
            points,
        )
        cells[EventKind.RETRACTED, audience] = (
            Swap("updates/retraction.html", block, _at("#updates"), "afterbegin"),
            article,
            Swap("updates/correction.html", block, _its_corrections, "outerMorph"),
            points,
        )
        cells[EventKind.PINNED, audience] = (points,)
        cells[EventKind.UNPINNED, audience] = (points,)
    row = Swap("updates/row.html", "podium", _its_row, "outerMorph")
    for kind in (EventKind.OPENED, EventKind.PAUSED, EventKind.RESUMED, EventKind.CLOSED):
        cells[kind, Audience.PODIUM] = (
            Swap("briefings/state.html", "podium", _at("#state"), "outerMorph"),
            Swap("briefings/controls.html", "podium", _at("#controls"), "outerMorph"),
        )
    cells[EventKind.PUBLISHED, Audience.PODIUM] = (
        Swap("updates/row.html", "podium", _at("#published"), "afterbegin"),
    )
    for kind in (
        EventKind.CORRECTED,
        EventKind.RETRACTED,
        EventKind.PINNED,
        EventKind.UNPINNED,
    ):
        cells[kind, Audience.PODIUM] = (row,)
    cells[EventKind.SPEAKER_ADDED, Audience.PODIUM] = (
        Swap("speakers/options.html", "podium", _at("#speaker"), "innerMorph"),
    )
    return cells


TABLE = _cells()
