"""Who sees what: every kind of event for every audience, exactly; and what nobody may see."""

from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import InvalidStatus

from hub.domain.audience import (
    OF_DOCUMENTS,
    OF_QUESTIONS,
    SEES,
    Audience,
    EventKind,
    Role,
    may_join,
)
from hub.live.broadcasts import TABLE
from tests.acting import (
    ALL,
    DESK,
    EVERYBODY,
    PODIUM,
    PUBLIC,
    READERS,
    ROOM,
    done,
    event_of,
    followers_of,
    on_agenda,
    swapped,
)
from tests.cast import Actor
from tests.centre import Centre, open_centre
from tests.papers import Papers


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


# --- The table ----------------------------------------------------------------------------------

SWAPS: dict[str, dict[Audience, dict[str, str] | None]] = {
    # What is done, and what is swapped where; None: no frame at all, as where an audience is not
    # named. REF is the update's. What is done to questions is in test_question_audiences.
    **{
        act: {
            PUBLIC: {"#updates": "afterbegin", "#state": "outerMorph"},
            ROOM: {"#updates": "afterbegin", "#state": "outerMorph"},
            PODIUM: {"#state": "outerMorph", "#controls": "outerMorph"},
            DESK: {"#state": "outerMorph", "#controls": "outerMorph"},
        }
        for act in ("opened", "paused", "resumed", "closed")
    },
    "published": {
        PUBLIC: {"#updates": "afterbegin"},
        ROOM: {"#updates": "afterbegin"},
        PODIUM: {"#published": "afterbegin"},
    },
    "published pinned": {
        PUBLIC: {"#updates": "afterbegin", "#points": "outerMorph"},
        ROOM: {"#updates": "afterbegin", "#points": "outerMorph"},
        PODIUM: {"#published": "afterbegin"},
    },
    "corrected": {
        PUBLIC: {"#updates": "afterbegin", "#u-REF": "outerMorph"},
        ROOM: {"#updates": "afterbegin", "#u-REF": "outerMorph"},
        PODIUM: {"#p-REF": "outerMorph"},
    },
    "pinned": {
        PUBLIC: {"#points": "outerMorph"},
        ROOM: {"#points": "outerMorph"},
        PODIUM: {"#p-REF": "outerMorph"},
    },
    "corrected pinned": {
        PUBLIC: {"#updates": "afterbegin", "#u-REF": "outerMorph", "#points": "outerMorph"},
        ROOM: {"#updates": "afterbegin", "#u-REF": "outerMorph", "#points": "outerMorph"},
        PODIUM: {"#p-REF": "outerMorph"},
    },
    "unpinned": {
        PUBLIC: {"#points": "outerMorph"},
        ROOM: {"#points": "outerMorph"},
        PODIUM: {"#p-REF": "outerMorph"},
    },
    "speaker_added": {PUBLIC: None, ROOM: None, PODIUM: {"#speaker": "innerMorph"}},
    "retracted": {
        PUBLIC: {
            "#updates": "afterbegin",
            "#u-REF": "outerMorph",
            "#c-REF-2": "outerMorph",
            "#c-REF-3": "outerMorph",
            "#points": "outerMorph",
        },
        ROOM: {
            "#updates": "afterbegin",
            "#u-REF": "outerMorph",
            "#c-REF-2": "outerMorph",
            "#c-REF-3": "outerMorph",
            "#points": "outerMorph",
        },
        PODIUM: {"#p-REF": "outerMorph"},
    },
}


OF_MESSAGES = {EventKind.MESSAGED, EventKind.ACKNOWLEDGED}


def test_the_table_renders_what_each_audience_sees_and_nothing_else() -> None:
    assert set(SEES) == set(EventKind)
    seen = {(kind, audience) for kind in EventKind for audience in SEES[kind]}
    assert set(TABLE) == seen
    assert all(TABLE[cell] for cell in seen)
    # A row of another audience's block would be a leak.
    for (_, audience), swaps in TABLE.items():
        assert {swap.block for swap in swaps} == {audience.value}


def test_who_sees_what_is_said_once_more() -> None:
    """The other side of the table, so that changing it takes two hands."""
    assert {kind: set(audiences) for kind, audiences in SEES.items()} == {
        EventKind.OPENED: ALL,
        EventKind.PAUSED: ALL,
        EventKind.RESUMED: ALL,
        EventKind.CLOSED: ALL,
        EventKind.PUBLISHED: READERS,
        EventKind.CORRECTED: READERS,
        EventKind.RETRACTED: READERS,
        EventKind.PINNED: READERS,
        EventKind.UNPINNED: READERS,
        EventKind.SPEAKER_ADDED: {PODIUM},
        # At most: tests/domain/test_question.py has who is told of which question.
        EventKind.ASKED: {DESK},
        EventKind.EDITED: ALL,
        EventKind.WITHDRAWN: ALL,
        EventKind.APPROVED: ALL,
        EventKind.DECLINED: ALL,
        EventKind.MERGED: ALL,
        EventKind.CALLED: ALL,
        EventKind.ANSWERED: ALL,
        EventKind.TAKEN: ALL,
        EventKind.REFERRED: ALL,
        EventKind.MOVED: ALL,
        EventKind.RETURNED: ALL,
        EventKind.JOINED: {DESK},
        EventKind.HELD: {DESK},
        EventKind.APPEALED: {DESK},
        EventKind.UPHELD: {DESK},
        EventKind.SETTINGS: ALL,
        EventKind.MESSAGED: {DESK, PODIUM},
        EventKind.ACKNOWLEDGED: {DESK, PODIUM},
        # At most: the public where the document is for everybody.
        EventKind.STAGED: {PODIUM},
        EventKind.DROPPED: READERS,
        EventKind.NEW_VERSION: READERS,
        EventKind.DOCUMENT_WITHDRAWN: READERS,
        EventKind.ARRANGED: READERS,
    }


async def test_every_event_swaps_exactly_these_places(centre: Centre) -> None:
    await on_agenda(centre, "swaps")
    async with followers_of(centre, "swaps") as followers:
        ref = ""
        for act in _acts_in_order():
            ref = await done(centre, act, ref)
            for audience in Audience:
                expected = SWAPS[act].get(audience)
                for follower in followers[audience]:
                    places = None if expected is None else swapped(await event_of(follower), ref)
                    assert places == expected, (act, audience)
        await done(centre, "published", ref)
        for audience in Audience:
            for follower in followers[audience]:
                # Who had no frame has no gap either.
                if audience in READERS:
                    await event_of(follower)
                first = follower.numbers[0]
                assert follower.numbers == list(range(first, first + len(follower.numbers)))
    kinds = {act.split()[0] for act in SWAPS}
    of_updates = set(EventKind) - OF_QUESTIONS - OF_MESSAGES - OF_DOCUMENTS
    assert kinds == {kind.value for kind in of_updates}


def _acts_in_order() -> list[str]:
    acts = ["opened", "paused", "resumed", "published", "pinned", "unpinned", "corrected"]
    acts += ["speaker_added", "pinned", "corrected pinned", "retracted", "published pinned"]
    assert set(acts) | {"closed"} == set(SWAPS)
    return acts


async def test_the_close_swaps_exactly_these_places(centre: Centre) -> None:
    await on_agenda(centre, "swaps")
    await done(centre, "opened", "")
    async with followers_of(centre, "swaps") as followers:
        await done(centre, "closed", "")
        for audience, expected in SWAPS["closed"].items():
            for follower in followers[audience]:
                assert swapped(await event_of(follower), "") == expected


LIST = {"#documents": "outerMorph"}
LINE = LIST | {"#doc-REF": "innerMorph"}
ITEM = {"#updates": "afterbegin"}
DOCUMENTS: dict[str, dict[Audience, dict[str, str]]] = {
    # REF is the document's, UPD the update's that carries it. Who is not named has no frame.
    "handed in": {PODIUM: LINE},
    "passed": {PODIUM: LINE},
    "dropped": {PUBLIC: ITEM | LIST, ROOM: ITEM | LIST, PODIUM: LINE},
    "handed in again": {PODIUM: LINE},
    "passed again": {PODIUM: LINE},
    "new version": {
        audience: ITEM | LIST | {"#d-REF-1": "outerMorph", "#d-REF-2": "outerMorph"}
        for audience in (PUBLIC, ROOM)
    } | {PODIUM: LINE},
    "withdrawn": {
        audience: ITEM | LIST | {"#d-REF-1": "outerMorph", "#d-REF-2": "outerMorph"}
        for audience in (PUBLIC, ROOM)
    } | {PODIUM: LINE},
    "handed in for the press": {PODIUM: LINE},
    "passed for the press": {PODIUM: LINE},
    "dropped for the press": {ROOM: ITEM | LIST, PODIUM: LINE},
    "put first, for the press": {ROOM: LIST, PODIUM: LINE},
    "withdrawn from the press": {
        ROOM: ITEM | LIST | {"#d-REF-1": "outerMorph"},
        PODIUM: LINE,
    },
    "handed in to be carried": {PODIUM: LINE},
    "passed to be carried": {PODIUM: LINE},
    "published with it": {
        PUBLIC: ITEM | LIST,
        ROOM: ITEM | LIST,
        PODIUM: {"#published": "afterbegin"} | LINE,
    },
    "retracted with it": {
        PUBLIC: ITEM | LIST | {"#u-UPD": "outerMorph", "#points": "outerMorph"},
        ROOM: ITEM | LIST | {"#u-UPD": "outerMorph", "#points": "outerMorph"},
        PODIUM: {"#p-UPD": "outerMorph"} | LINE,
    },
}  # fmt: skip


async def test_what_is_done_to_documents_swaps_exactly_these_places(centre: Centre) -> None:
    await on_agenda(centre, "swaps")
    await done(centre, "opened", "")
    papers, ref, update = Papers(centre, "swaps"), "", ""
    async with followers_of(centre, "swaps") as followers:
        for act, expected in DOCUMENTS.items():
            ref, update = await _with_documents(papers, act, ref, update)
            for audience in Audience:
                for follower in followers[audience]:
                    if audience not in expected:
                        continue
                    places = swapped(await event_of(follower), ref)
                    if update:
                        places = {one.replace(update, "UPD"): how for one, how in places.items()}
                    assert places == expected[audience], (act, audience)
        # The next thing that all see is next for all: who had no frame has no gap either.
        await done(centre, "paused", "")
        for audience in Audience:
            for follower in followers[audience]:
                await event_of(follower)
                first = follower.numbers[0]
                assert follower.numbers == list(range(first, first + len(follower.numbers)))
                named = sum(audience in places for places in DOCUMENTS.values())
                assert len(follower.numbers) == named + 1


async def _with_documents(papers: Papers, act: str, ref: str, update: str) -> tuple[str, str]:
    """Does it: exactly one event. The references of the document and of the update."""
    match act:
        case "handed in" | "handed in to be carried":
            ref = await papers.hand_in()
        case "handed in for the press":
            ref = await papers.hand_in(public=False)
        case "handed in again":
            await papers.hand_in_again(ref, "plan.pdf", b"newer")
        case "passed" | "passed again" | "passed for the press" | "passed to be carried":
            await papers.passes(ref)
        case "dropped" | "dropped for the press":
            await papers.drop(ref)
        case "put first, for the press":
            await papers.put_first(ref)
        case "new version":
            await papers.drop(ref, "Trang 2.")
        case "withdrawn" | "withdrawn from the press":
            await papers.withdraw(ref)
        case "published with it":
            update = await papers.publish("Xem tệp.", ref)
        case "retracted with it":
            await papers.retract(update)
    return ref, update


# --- The doors ----------------------------------------------------------------------------------

IN_THE_ROOM = {Role.JOURNALIST, Role.MODERATOR, Role.SPOKESPERSON, Role.OFFICER}
MAY_JOIN: dict[tuple[Audience, bool], set[Role | None]] = {
    (PUBLIC, True): {None, *Role},
    (PUBLIC, False): {*IN_THE_ROOM},
    (ROOM, True): {*IN_THE_ROOM},
    (ROOM, False): {*IN_THE_ROOM},
    (PODIUM, True): {Role.SPOKESPERSON, Role.OFFICER},
    (PODIUM, False): {Role.SPOKESPERSON, Role.OFFICER},
    (DESK, True): {Role.MODERATOR},
    (DESK, False): {Role.MODERATOR},
}


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_join(role: Role | None, audience: Audience, public: bool) -> None:
    assert may_join(audience, role=role, public=public) == (role in MAY_JOIN[audience, public])


async def test_the_sockets_door_lets_in_exactly_those(centre: Centre) -> None:
    await on_agenda(centre, "open", public=True)
    await on_agenda(centre, "doors", public=False)
    assert {actor.role if actor else None for actor in EVERYBODY} == {None, *Role}
    for actor in EVERYBODY:
        role = actor.role if actor else None
        for slug, public in (("open", True), ("doors", False)):
            for audience in Audience:
                let_in = await _let_in(centre, audience, actor, slug)
                expected = 101 if role in MAY_JOIN[audience, public] else 404
                assert let_in == expected, (role, audience, public)
        # Being refused and not existing look the same.
        assert await _let_in(centre, PUBLIC, actor, "nowhere") == 404


async def _let_in(centre: Centre, audience: Audience, actor: Actor | None, slug: str) -> int:
    try:
        async with centre.follow(audience, actor, slug=slug) as follower:
            assert "hello" in await follower.next()
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code
