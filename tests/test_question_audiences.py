"""Who is told what of a question: every act for every audience and for its asker, exactly."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from hub.domain.audience import OF_QUESTIONS, Audience, EventKind
from hub.domain.question_state import Shown
from hub.store.finding import briefing_at
from tests.acting import DESK, PODIUM, PUBLIC, ROOM, event_of, followers_of, swapped
from tests.cast import ANA, BAO, MILAN, VERA
from tests.centre import Centre, Follower, open_centre
from tests.hall import Hall, a_hall


@pytest.fixture(scope="module")
async def centre(shared_url: str) -> AsyncIterator[Centre]:
    async with open_centre(shared_url) as centre:
        yield centre


Before = Callable[[Hall], Awaitable[str]]
Act = Callable[[Hall, str], Awaitable[object]]

CARD = {"#q-REF": "outerMorph"}
MOVED_CARD = CARD | {"#order": "outerMorph"}
FLOOR, QUEUE = {"#floor": "outerMorph"}, {"#queue": "outerMorph"}
LINE = {"#updates": "afterbegin"} | QUEUE
MESSAGE = {"#messages": "outerMorph"}


# Of one act: nothing at all, one event, or several.
Told = dict[str, str] | list[dict[str, str]] | None


def desk_alone(swaps: Told) -> list[Told]:
    return [swaps, None, None, None]


async def nothing(_hall: Hall) -> str:
    return ""


def begun(name: str) -> Before:
    return lambda hall: getattr(hall, name)()


def done(verb: str, **body: Any) -> Act:
    return lambda hall, ref: hall.do(verb, ref, **body)


async def answered(hall: Hall, ref: str) -> None:
    await hall.answer(ref)


async def other(hall: Hall) -> str:
    """A second question, of another outlet."""
    return await hall.ask("How long?", actor=BAO)


PAIR = {"#u-ANSWER": "outerMorph"}
ACTS: dict[str, tuple[Before, Act, list[Told], bool]] = {
    # What stood before, what is done, what the desk, the podium, the room and the public are
    # sent (None: nothing at all) where all questions are shown, and whether the asker is told.
    "asked": (nothing, lambda hall, _: hall.ask(), desk_alone({"#new": "beforeend"}), True),
    "edited": (begun("ask"), done("edit", actor=ANA, words="Where?"), desk_alone(MOVED_CARD), True),
    "edited when approved": (
        begun("approved"),
        done("edit", actor=ANA, words="Where?"),
        [MOVED_CARD, FLOOR, QUEUE, QUEUE],
        True,
    ),
    "withdrawn": (begun("ask"), done("withdrawal", actor=ANA), desk_alone(MOVED_CARD), True),
    "withdrawn when approved": (
        begun("approved"),
        done("withdrawal", actor=ANA),
        [MOVED_CARD, FLOOR, QUEUE, QUEUE],
        True,
    ),
    "approved": (begun("ask"), done("approval"), [MOVED_CARD, FLOOR, QUEUE, QUEUE], True),
    "declined": (
        begun("ask"),
        done("decline", reason="private"),
        desk_alone(MOVED_CARD),
        True,
    ),
    "declined when approved": (
        begun("approved"),
        done("decline", reason="private"),
        [MOVED_CARD, FLOOR, QUEUE, QUEUE],
        True,
    ),
    "called": (
        begun("approved"),
        done("call", reason="follow_up"),
        [MOVED_CARD, FLOOR, QUEUE, QUEUE],
        True,
    ),
    "called from new": (
        begun("ask"),
        done("call", reason="life_safety"),
        [[MOVED_CARD] * 2, [FLOOR] * 2, [QUEUE] * 2, [QUEUE] * 2],
        True,
    ),
    "answered aloud": (
        begun("called"),
        done("spoken-answer", note="She said yes."),
        [MOVED_CARD, FLOOR, QUEUE, QUEUE],
        True,
    ),
    "answered": (
        begun("called"),
        answered,
        [MOVED_CARD, FLOOR, PAIR | QUEUE, PAIR | QUEUE],
        True,
    ),
    "taken": (
        begun("ask"),
        done("taken", department="Sở Y tế"),
        [MOVED_CARD, FLOOR, LINE, LINE],
        True,
    ),
    "referred": (
        begun("called"),
        done("referral", body="Bộ Y tế"),
        [MOVED_CARD, FLOOR, LINE, LINE],
        True,
    ),
    "moved": (
        begun("approved"),
        done("move", reason="interpreter"),
        [MOVED_CARD, FLOOR, QUEUE, QUEUE],
        True,
    ),
    "returned": (
        begun("called"),
        lambda hall, _: hall.post(MILAN, "desk/undo"),
        [MOVED_CARD, FLOOR, QUEUE, QUEUE],
        True,
    ),
    "returned to the new ones": (
        begun("declined"),
        lambda hall, _: hall.post(MILAN, "desk/undo"),
        desk_alone(MOVED_CARD),
        True,
    ),
    "held": (begun("ask"), done("hold"), desk_alone(CARD), False),
    "appealed": (
        begun("declined"),
        done("appeal", actor=ANA, words="Why?"),
        desk_alone({"#new": "beforeend"}),
        True,
    ),
    "upheld": (begun("appealed"), done("upholding", note="Article 12."), desk_alone(CARD), True),
    "returned from a call to the new ones": (
        begun("called_at_once"),
        lambda hall, _: hall.post(MILAN, "desk/undo"),
        [[MOVED_CARD] * 2, [FLOOR] * 2, [QUEUE] * 2, [QUEUE] * 2],
        True,
    ),
    "settings": (
        begun("ask"),
        lambda hall, _: hall.post(MILAN, "desk/settings", shown="called"),
        [{"#settings": "outerMorph", "#order": "outerMorph"}, FLOOR, QUEUE, QUEUE],
        True,
    ),
    "messaged": (
        nothing,
        lambda hall, _: hall.post(MILAN, "desk/messages", words="Take Q-1."),
        [MESSAGE, MESSAGE, None, None],
        False,
    ),
}
ORDER = (DESK, PODIUM, ROOM, PUBLIC)


def test_every_kind_of_event_of_questions_is_among_the_acts() -> None:
    told = {act.split()[0] for act in ACTS} | {"merged", "joined", "acknowledged"}
    assert told == {*OF_QUESTIONS, EventKind.MESSAGED, EventKind.ACKNOWLEDGED}


@pytest.mark.parametrize("name", ACTS)
async def test_every_act_tells_exactly_these(centre: Centre, name: str) -> None:
    before, act, told, asker_is_told = ACTS[name]
    hall = await a_hall(centre)
    ref = await before(hall)
    async with Listening(centre, hall) as listening:
        new = await act(hall, ref)
        about = ref or (str(new) if isinstance(new, str) else "")
        await listening.hears(dict(zip(ORDER, told, strict=True)), about)
        assert await listening.nudged(asker=asker_is_told) == asker_is_told


async def test_a_merge_tells_the_desk_and_the_asker_and_nobody_else(centre: Centre) -> None:
    hall = await a_hall(centre)
    ref, into = await hall.ask(), await other(hall)
    # Beside its own card, that of the question behind which it stands now.
    both: Told = [MOVED_CARD, {f"#q-{into}": "outerMorph"}]
    async with Listening(centre, hall) as listening:
        await hall.do("merge", ref, into=into)
        await listening.hears(dict(zip(ORDER, desk_alone(both), strict=True)), ref)
        assert await listening.nudged(asker=True)
    await hall.post(VERA, "resumption")
    async with Listening(centre, hall) as listening:
        await hall.post(MILAN, "desk/undo")
        await listening.hears(dict(zip(ORDER, desk_alone(both), strict=True)), ref)
        assert await listening.nudged(asker=True)


async def test_an_acknowledgement_is_seen_where_the_message_is(centre: Centre) -> None:
    hall = await a_hall(centre)
    sent = await hall.post(MILAN, "desk/messages", words="Take Q-1.")
    async with Listening(centre, hall) as listening:
        await hall.post(VERA, f"messages/{sent['ref']}/acknowledgement")
        await listening.hears({DESK: MESSAGE, PODIUM: MESSAGE, ROOM: None, PUBLIC: None}, "")


@pytest.mark.parametrize("shown", Shown)
async def test_what_the_settings_hide_is_not_even_counted(centre: Centre, shown: Shown) -> None:
    """A question approved, moved, withdrawn; another called: who has an event of it at all."""
    hall = await a_hall(centre)
    await hall.post(MILAN, "desk/settings", shown=shown.value)
    before = await _heads(hall)
    ref = await hall.approved()
    await hall.do("move", ref, reason="interpreter")
    await hall.do("withdrawal", ref, ANA)
    waiting = await _heads(hall)
    await hall.called("And then?")
    called = await _heads(hall)
    sees_waiting, sees_called = shown == Shown.ALL, shown != Shown.NONE
    for audience in (ROOM, PUBLIC):
        assert waiting[audience] - before[audience] == 3 * sees_waiting
        assert called[audience] - waiting[audience] == sees_waiting + sees_called
    for audience in (DESK, PODIUM):
        assert waiting[audience] - before[audience] == 3 + (audience == DESK)


async def _heads(hall: Hall) -> dict[str, int]:
    briefing = await hall.centre.database.read(lambda db: briefing_at(db, hall.slug))
    return dict(briefing.heads)


class Listening:
    """Followers of every audience in each language; in the room the asker and another outlet."""

    def __init__(self, centre: Centre, hall: Hall) -> None:
        self._centre, self._hall = centre, hall
        self._stack = AsyncExitStack()
        self.followers: dict[Audience, list[Follower]] = {}

    async def __aenter__(self) -> "Listening":
        slug = self._hall.slug
        self.followers = await self._stack.enter_async_context(followers_of(self._centre, slug))
        follow = self._centre.follow
        self._asker, self._other = [
            await self._stack.enter_async_context(follow(ROOM, actor, slug=slug, language="en"))
            for actor in (ANA, VERA)
        ]
        for one in (*(one for many in self.followers.values() for one in many), self._asker,
                    self._other):  # fmt: skip
            while "hello" not in (await one.next()):
                pass
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def hears(self, told: dict[Audience, Told], ref: str) -> None:
        """Each the swaps of its audience, and nothing before what all are sent next."""
        await self._hall.post(VERA, "pause")
        for audience, expected in told.items():
            for follower in self.followers[audience]:
                places = []
                while "#state" not in (place := swapped(await event_of(follower), ref)):
                    places.append(place)
                answers = [place for place in places if "#published" in place]
                if audience in (ROOM, PUBLIC) and places and "#u-" in str(places[-1]):
                    # The answer itself, before its question goes from the queue.
                    assert places.pop(0) == {"#updates": "afterbegin"}
                places = [
                    {_named(where): style for where, style in place.items()}
                    for place in places
                    if place not in answers
                ]
                several = expected if isinstance(expected, list) else [expected]
                assert places == [one for one in several if one is not None], audience

    async def nudged(self, *, asker: bool) -> bool:
        """Whether the asker was told that something of theirs has changed; nobody else is."""
        async with asyncio.timeout(10):
            while asker and {"mine": True} not in self._asker.messages:
                await self._asker.next()
            while not any("#state" in str(message) for message in self._other.messages):
                await self._other.next()
            while not any("#state" in str(message) for message in self._asker.messages):
                await self._asker.next()
        for others in (self._other, *self.followers[PUBLIC], *self.followers[PODIUM],
                       *self.followers[DESK]):  # fmt: skip
            assert {"mine": True} not in others.messages
        return {"mine": True} in self._asker.messages


def _named(where: str) -> str:
    return "#u-ANSWER" if where.startswith("#u-") else where
