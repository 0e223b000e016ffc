"""What was committed here is shown without being read again, and looks as if it had been."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.draft import Draft
from hub.domain.update import Terms, UpdateKind
from hub.domain.words import LANGUAGES
from hub.live.frame import frames
from hub.live.watch import Watch
from hub.store.finding import briefing_at
from hub.store.log import Passage, read_on
from tests.cast import SPEAKERS, VERA
from tests.centre import SLUG, Centre, bare_centre, now, shared_renderer

DRAFTS = [
    Draft(words={"": "Một *câu* đơn giản."}),
    Draft(words={"": "Cả ba", "en": "All three", "fr": "Les trois"}),
    Draft(words={"": "Said by the second"}, speaker=SPEAKERS[1][0], language="en"),
    Draft(words={"": "On background"}, terms=Terms.BACKGROUND, attribution="a city engineer"),
    *(Draft(words={"": f"A {kind}"}, kind=kind) for kind in UpdateKind),
    Draft(words={"": "Pinned at once"}, pinned=True),
]


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(database_url) as centre:
        yield centre


@pytest.fixture
def handed(centre: Centre) -> list[Passage]:
    """What the database hands over, in order."""
    passages: list[Passage] = []
    centre.database.hand_over = passages.append
    return passages


def on_the_briefing(centre: Centre, verb: Callable[..., Any]) -> Callable[[Session], None]:
    def act(session: Session) -> None:
        verb(briefing_at(session, SLUG, lock=True), by=centre.people[VERA.name], now=now())

    return act


def publishing(centre: Centre, draft: Draft) -> Callable[[Session], None]:
    return on_the_briefing(
        centre, lambda briefing, *, by, now: briefing.publish(draft, by=by, now=now)
    )


async def as_read(centre: Centre, passage: Passage) -> Passage:
    number, many = passage.events[0].number - 1, len(passage.events)
    return await centre.database.read(
        lambda session: read_on(session, passage.briefing.id, number=number, limit=many)
    )


def wires(passage: Passage) -> Sequence[bytes]:
    return [
        frame.wire
        for audience in Audience
        for language in LANGUAGES
        for frame in frames(passage, audience, language, shared_renderer())
    ]


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.words[""])
async def test_a_publication_looks_in_hand_as_it_is_read(
    centre: Centre, handed: list[Passage], draft: Draft
) -> None:
    await centre.do(publishing(centre, draft))
    pinned = draft.pinned or draft.kind == UpdateKind.KEY_POINT
    # The key points beside it are not in the hands of who publishes.
    assert len(handed) == (0 if pinned else 1)
    for passage in handed:
        assert wires(passage) == wires(await as_read(centre, passage))


@pytest.mark.parametrize("verb", [Briefing.pause, Briefing.close])
async def test_a_change_of_state_looks_in_hand_as_it_is_read(
    centre: Centre, handed: list[Passage], verb: Callable[..., Any]
) -> None:
    await centre.do(on_the_briefing(centre, verb))
    (passage,) = handed
    assert wires(passage) == wires(await as_read(centre, passage))


async def test_what_shares_a_commit_is_in_hand_together_and_without_what_was_refused(
    centre: Centre, handed: list[Passage]
) -> None:
    good = [publishing(centre, Draft(words={"": f"words {n}"})) for n in range(5)]
    bad = publishing(centre, Draft(words={"": ""}))
    outcomes = await asyncio.gather(
        *(centre.do(act) for act in (*good[:3], bad, *good[3:])), return_exceptions=True
    )
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
    events = [event.number for passage in handed for event in passage.events]
    assert events == list(range(events[0], events[0] + 5))
    for passage in handed:
        assert wires(passage) == wires(await as_read(centre, passage))


async def test_a_correction_is_read(centre: Centre, handed: list[Passage]) -> None:
    """What it changes is more than what the act has in its hands."""
    await centre.say("words")
    handed.clear()

    def act(session: Session) -> None:
        briefing = briefing_at(session, SLUG, lock=True)
        briefing.add_speaker("Somebody Else", by=centre.people[VERA.name], now=now())

    await centre.do(act)
    assert handed == []


async def watched(centre: Centre) -> Watch:
    briefing = await centre.briefing()
    return Watch(briefing.id, SLUG, briefing.public, briefing.number, dict(briefing.heads))


async def test_nothing_is_read_of_what_is_in_hand(centre: Centre) -> None:
    watch, renderer = await watched(centre), shared_renderer()
    room = watch.stream(Audience.ROOM, "en")
    centre.database.hand_over = watch.take
    first = room.head + 1
    await centre.say("one")
    await centre.say("two")
    before = centre.database.reads
    await watch.read_on(centre.database, renderer)
    assert (centre.database.reads - before, room.head) == (0, first + 1)


async def test_what_others_have_written_between_or_after_is_read(centre: Centre) -> None:
    watch, renderer = await watched(centre), shared_renderer()
    room = watch.stream(Audience.ROOM, "en")
    first = room.head + 1
    await centre.say("by another worker")
    centre.database.hand_over = watch.take
    await centre.say("by this one")
    await watch.read_on(centre.database, renderer)
    assert room.head == first + 1
    await centre.say("by this one again")
    centre.database.hand_over = lambda passage: None
    await centre.say("and by another")
    watch.rung = watch.number + 2
    await watch.read_on(centre.database, renderer)
    assert [frame.n for frame in room._ring] == list(range(first, first + 4))
