"""THE TABLE: which event puts which block into which place of which audience's page.

A page is made of the same blocks (see feed_item), so watching and reloading end alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hub.domain.audience import OF_DOCUMENTS, OF_QUESTIONS, SEES, Audience, EventKind
from hub.live.scene import Scene
from hub.live.seen import SeenUpdate
from hub.live.seen_documents import SeenVersion

Places = Callable[[Scene], Sequence[tuple[str, Scene]]]
"""Where blocks go: a CSS selector and the scene its block shows; empty: this time nowhere."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A block of a template, and the places it is put into, in htmx's swap style.

    `standing`: it shows how things stand and nothing of the event that it came with; `wordless`:
    and is the same in every language.
    """

    template: str
    block: str
    places: Places
    style: str
    standing: bool = False
    wordless: bool = False


def swaps(kind: EventKind, audience: Audience) -> Sequence[Swap]:
    """The cell of the table; KeyError where the audience does not see this kind."""
    return TABLE[kind, audience]


def feed_item(kind: EventKind) -> str:
    """The template of this kind's item in the feed; KeyError where it has none."""
    return FEED_ITEMS[kind]


def _at(selector: str) -> Places:
    return lambda scene: [(selector, scene)]


def _its_answer(scene: Scene) -> Sequence[tuple[str, Scene]]:
    # What was answered aloud has none.
    return _its_article(scene) if scene.update is not None else []


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


def _its_card(scene: Scene) -> Sequence[tuple[str, Scene]]:
    return [(f"#q-{scene.ref}", scene)]


def _its_promise(scene: Scene) -> Sequence[tuple[str, Scene]]:
    # The line in the feed that told of a promise says what became of it, at its own number.
    if scene.promised is None:
        return []
    line = replace(scene, kind=EventKind.TAKEN, n=scene.promised.n, at=scene.promised.at)
    return [(f"#t-{scene.ref}-{line.n}", line)]


def _its_drops(scene: Scene) -> Sequence[tuple[str, Scene]]:
    # Each line in the feed that told of a version says what became of the document.
    return [
        (
            f"#d-{scene.ref}-{number}",
            replace(
                scene,
                kind=EventKind.DROPPED if number == 1 else EventKind.NEW_VERSION,
                n=drop.n,
                at=drop.at,
                number=number,
                version=next((one for one in _versions(scene) if one.number == number), None),
            ),
        )
        for number, drop in scene.drops
    ]


def _versions(scene: Scene) -> Sequence[SeenVersion]:
    return scene.document.versions if scene.document is not None else ()


def _its_carriers(scene: Scene) -> Sequence[tuple[str, Scene]]:
    return [
        (
            f"#u-{update.ref}",
            replace(scene, kind=EventKind.PUBLISHED, n=update.n, at=update.at, update=update),
        )
        for update in scene.carriers
    ]


def _gone_drops(scene: Scene) -> Sequence[tuple[str, Scene]]:
    return [place for one in scene.gone for place in _its_drops(one)]


def _gone_carriers(scene: Scene) -> Sequence[tuple[str, Scene]]:
    # Several that went may have been carried by the same update.
    carriers = dict(place for one in scene.gone for place in _its_carriers(one))
    carriers.pop(f"#u-{_update(scene).ref}", None)
    return list(carriers.items())


def _documents(scene: Scene) -> Sequence[tuple[str, Scene]]:
    return [("#documents", scene)] if scene.changes_documents else []


def _its_line(scene: Scene) -> Sequence[tuple[str, Scene]]:
    # A discarded one has none: its place is gone.
    document = scene.document
    return [(f"#doc-{document.ref}", scene)] if document is not None else []


def _attached_lines(scene: Scene) -> Sequence[tuple[str, Scene]]:
    attached = {document.ref for document in _update(scene).attached} | {
        gone.ref for gone in scene.gone
    }
    return [
        (f"#doc-{document.ref}", replace(scene, document=document))
        for document in scene.documents
        if document.ref in attached
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
    EventKind.TAKEN: "questions/promise.html",
    EventKind.REFERRED: "questions/promise.html",
    EventKind.DROPPED: "documents/drop.html",
    EventKind.NEW_VERSION: "documents/drop.html",
    EventKind.DOCUMENT_WITHDRAWN: "documents/withdrawal.html",
}

# Where an event of questions changes a part of the page beside the feed.
_QUEUE = frozenset(kind for kind in OF_QUESTIONS if SEES[kind] > {Audience.DESK})


def _cells() -> dict[tuple[EventKind, Audience], Sequence[Swap]]:
    cells: dict[tuple[EventKind, Audience], Sequence[Swap]] = {}
    for audience in (Audience.PUBLIC, Audience.ROOM):
        block = audience.value
        article = Swap("updates/update.html", block, _its_article, "outerMorph")
        points = Swap("updates/points.html", block, _points, "outerMorph")
        state = Swap("briefings/state.html", block, _at("#state"), "outerMorph")
        queue = Swap("questions/queue.html", block, _at("#queue"), "outerMorph", standing=True)
        promise = Swap("questions/promise.html", block, _its_promise, "outerMorph")
        for kind in _QUEUE:
            cells[kind, audience] = (queue,)
        for kind, template in FEED_ITEMS.items():
            item = Swap(template, block, _at("#updates"), "afterbegin")
            cells[kind, audience] = (item, state)
        documents = Swap("documents/list.html", block, _documents, "outerMorph")
        cells[EventKind.PUBLISHED, audience] = (
            Swap("updates/update.html", block, _at("#updates"), "afterbegin"),
            points,
            documents,
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
            Swap("documents/drop.html", block, _gone_drops, "outerMorph"),
            replace(article, places=_gone_carriers),
            points,
            documents,
        )
        for kind in (EventKind.TAKEN, EventKind.REFERRED):
            cells[kind, audience] = (
                Swap("questions/promise.html", block, _at("#updates"), "afterbegin"),
                queue,
            )
        answer = Swap("updates/update.html", block, _its_answer, "outerMorph")
        cells[EventKind.ANSWERED, audience] = (answer, promise, queue)
        cells[EventKind.RETURNED, audience] = (promise, queue)
        cells |= _document_cells(audience, article)
        cells[EventKind.PINNED, audience] = (points,)
        cells[EventKind.UNPINNED, audience] = (points,)
    row = Swap("updates/row.html", "podium", _its_row, "outerMorph")
    for kind in (EventKind.OPENED, EventKind.PAUSED, EventKind.RESUMED, EventKind.CLOSED):
        cells[kind, Audience.PODIUM] = (
            Swap("briefings/state.html", "podium", _at("#state"), "outerMorph"),
            Swap("briefings/controls.html", "podium", _at("#controls"), "outerMorph"),
        )
    # Which there are and in what order; then what those say that have changed.
    places = Swap("documents/stubs.html", "podium", _documents, "outerMorph")
    line = Swap("documents/row.html", "podium", _its_line, "innerMorph")
    lines = replace(line, places=_attached_lines)
    cells[EventKind.PUBLISHED, Audience.PODIUM] = (
        Swap("updates/row.html", "podium", _at("#published"), "afterbegin"),
        places,
        lines,
    )
    for kind in (
        EventKind.CORRECTED,
        EventKind.RETRACTED,
        EventKind.PINNED,
        EventKind.UNPINNED,
    ):
        cells[kind, Audience.PODIUM] = (row,)
    cells[EventKind.RETRACTED, Audience.PODIUM] = (row, places, lines)
    floor = Swap("questions/floor.html", "podium", _at("#floor"), "outerMorph", standing=True)
    for kind in _QUEUE:
        cells[kind, Audience.PODIUM] = (floor,)
    cells |= _desk_cells()
    for kind in OF_DOCUMENTS:
        cells[kind, Audience.PODIUM] = (places, line)
    cells[EventKind.SPEAKER_ADDED, Audience.PODIUM] = (
        Swap("speakers/options.html", "podium", _at("#speaker"), "innerMorph"),
    )
    return cells


def _document_cells(
    audience: Audience, article: Swap
) -> dict[tuple[EventKind, Audience], Sequence[Swap]]:
    block = audience.value
    documents = Swap("documents/list.html", block, _documents, "outerMorph")
    drops = Swap("documents/drop.html", block, _its_drops, "outerMorph")
    carriers = replace(article, places=_its_carriers)
    cells: dict[tuple[EventKind, Audience], Sequence[Swap]] = {}
    for kind in OF_DOCUMENTS - {EventKind.STAGED, EventKind.ARRANGED}:
        item = Swap(FEED_ITEMS[kind], block, _at("#updates"), "afterbegin")
        cells[kind, audience] = (item, drops, carriers, documents)
    cells[EventKind.DROPPED, audience] = (
        Swap("documents/drop.html", block, _at("#updates"), "afterbegin"),
        documents,
    )
    cells[EventKind.ARRANGED, audience] = (documents,)
    return cells


def _desk_cells() -> dict[tuple[EventKind, Audience], Sequence[Swap]]:
    desk = Audience.DESK
    order = Swap(
        "questions/order.html",
        desk.value,
        _at("#order"),
        "outerMorph",
        standing=True,
        wordless=True,
    )
    card = Swap("questions/card.html", desk.value, _its_card, "outerMorph")
    cells: dict[tuple[EventKind, Audience], Sequence[Swap]] = {
        (kind, desk): (card, order) for kind in OF_QUESTIONS
    }
    cells[EventKind.ASKED, desk] = (
        Swap("questions/card.html", desk.value, _at("#new"), "beforeend"),
    )
    # An appeal may be against what ended so long ago that the page has it no more.
    cells[EventKind.APPEALED, desk] = cells[EventKind.ASKED, desk]
    for kind in (EventKind.HELD, EventKind.JOINED, EventKind.UPHELD):
        cells[kind, desk] = (card,)
    cells[EventKind.SETTINGS, desk] = (
        Swap("desk/settings.html", desk.value, _at("#settings"), "outerMorph"),
        order,
    )
    for kind in (EventKind.OPENED, EventKind.PAUSED, EventKind.RESUMED, EventKind.CLOSED):
        cells[kind, desk] = (
            Swap("briefings/state.html", desk.value, _at("#state"), "outerMorph"),
            Swap("briefings/controls.html", desk.value, _at("#controls"), "outerMorph"),
        )
    for kind in (EventKind.MESSAGED, EventKind.ACKNOWLEDGED):
        for audience in (desk, Audience.PODIUM):
            cells[kind, audience] = (
                Swap("questions/messages.html", audience.value, _at("#messages"), "outerMorph"),
            )
    return cells


TABLE = _cells()
