"""What must not leave the desk: who asked, what is not approved, and what was taken back."""

import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from hub.domain.audience import Audience, Role
from hub.store.finding import briefing_at
from hub.store.people import add_person
from tests.acting import LANGUAGES, PODIUM, PUBLIC, ROOM, on_agenda
from tests.cast import ADAM, ANA, BAO, MILAN, OANH, VERA, Actor
from tests.centre import Centre, now, open_centre
from tests.hall import Hall

SLUG = "confidential"
ASKER = Actor("Canaryasker Name", Role.JOURNALIST, "Canaryoutlet Times")
WITNESSES: tuple[Actor | None, ...] = (None, BAO, ANA, OANH, VERA, ADAM)
"""Everybody but the asker and the desk."""

Heard = Callable[[], Awaitable[str]]
"""All that was heard up to now."""

MARKS = ("canaryasker", "canaryoutlet", "canarywords", "canaryedit", "canarynote", "canaryappeal")


@pytest.fixture
async def centre(
    database_url: str, redis_url: str, capfd: pytest.CaptureFixture[str]
) -> AsyncIterator[Centre]:
    async with open_centre(database_url, redis_url=redis_url, log_level="debug") as centre:
        person = await centre.do(
            lambda db: add_person(db, ASKER.name, role=ASKER.role, outlet=ASKER.outlet)
        )
        centre.people[ASKER.name] = person
        centre.tokens[ASKER.name] = await centre.do(
            lambda db: centre.keyring.make_token(db, person, now=now())
        )
        await on_agenda(centre, SLUG)
        yield centre


async def test_what_is_not_approved_is_known_to_its_asker_and_the_desk_alone(
    centre: Centre, redis_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A mark in every field, and every frame, page, answer, log line and bell that others get."""
    hall = Hall(centre, SLUG)
    await hall.post(VERA, "opening")
    async with told(centre) as frames, rung(redis_url) as bells:
        first = await hall.ask("canarywords one?", actor=ASKER)
        await hall.do("edit", first, ASKER, words="canaryedit one?")
        await hall.do("hold", first)
        await hall.do("decline", first, reason="private", note="canarynote")
        await hall.do("appeal", first, ASKER, words="canaryappeal")
        await hall.do("upholding", first, note="canarynote again")
        second, third = [await hall.ask(f"canarywords {n}?", actor=ASKER) for n in (2, 3)]
        await hall.do("merge", third, into=second)
        await hall.do("withdrawal", second, ASKER)
        fourth = await hall.ask("canarywords four?", actor=ASKER)
        told_all = await everything(centre, [first, second, third, fourth])
        told_all += await frames() + await bells()
    told_all += "".join(capfd.readouterr())
    assert len(told_all) > 50_000
    assert found(told_all) == []
    # There was something to leak.
    for actor in (ASKER, MILAN):
        seen = await answers(centre, actor, [first, fourth])
        assert "canarywords four?" in seen
        assert "canarynote again" in seen


async def test_who_asked_is_known_at_the_desk_and_once_called_at_the_podium(
    centre: Centre, redis_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    hall = Hall(centre, SLUG)
    await hall.post(VERA, "opening")
    async with told(centre, podium=False) as frames, rung(redis_url) as bells:
        waits = await hall.approved("When does it end?", actor=ASKER)
        podium = await answers(centre, VERA, [waits])
        assert found(podium) == []
        assert "When does it end?" in podium
        called = await hall.called("What does it cost?", actor=ASKER)
        assert found(await answers(centre, VERA, [called])) == ["canaryasker", "canaryoutlet"]
        taken = await hall.taken("Who pays?", actor=ASKER)
        await hall.do("referral", called, body="Bộ Tài chính")
        await hall.answer(taken, "The city pays.")
        aloud = await hall.called_at_once("Is it over?", actor=ASKER)
        await hall.do("spoken-answer", aloud, note="canarynote: yes")
        assert "canarynote" not in found(await answers(centre, VERA, [aloud]))
        assert "canarynote: yes" in await answers(centre, ASKER, [aloud])
        outside = await frames() + await bells()
        for actor in (None, BAO, ANA, ADAM):
            outside += await answers(centre, actor, [waits, called, taken, aloud])
    await hall.post(MILAN, "closing", dispositions=[
        {"question": waits, "take": {"department": "Sở Y tế"}}
    ])  # fmt: skip
    for actor in (None, BAO, ANA, ADAM):
        outside += await answers(centre, actor, [waits, called, taken])
    outside += "".join(capfd.readouterr())
    assert found(outside) == []
    for words in ("When does it end?", "What does it cost?", "Who pays?", "The city pays."):
        assert words in outside


async def test_what_was_shown_and_is_taken_back_is_not_replayed(
    centre: Centre, capfd: pytest.CaptureFixture[str]
) -> None:
    """Approved and seen by all, then hidden in every way there is: nobody who comes later, at
    whatever cursor, is sent its words."""
    hall = Hall(centre, SLUG)
    await hall.post(VERA, "opening")
    await hall.post(MILAN, "desk/settings", person_limit=20, outlet_limit=20)
    ways: dict[str, tuple[Actor, dict[str, str]]] = {
        "edit": (ANA, {"words": "Another?"}),
        "withdrawal": (ANA, {}),
        "decline": (MILAN, {"reason": "private"}),
    }
    for verb, (actor, body) in ways.items():
        async with told(centre, podium=False) as frames:
            ref = await hall.approved("canarywords?")
            await hall.called(f"Before the {verb}?", actor=BAO)
            assert found(await frames()) == ["canarywords"]
        await hall.do(verb, ref, actor, **body)
        assert found(await everything(centre, [ref], (None, BAO, ADAM))) == []
        async with told(centre, podium=False, after=0) as frames:
            await hall.called(f"After the {verb}?", actor=BAO)
            assert found(await frames()) == []
    await hall.approved("canarywords?")
    assert found(await everything(centre, [], (None,))) == ["canarywords"]
    await hall.post(MILAN, "desk/settings", shown="none")
    async with told(centre, podium=False, after=0) as frames:
        await hall.post(VERA, "pause")
        assert found(await frames()) == []
    assert found(await everything(centre, [], (None, BAO, ADAM))) == []


def found(told: str) -> list[str]:
    folded = told.casefold()
    return [mark for mark in MARKS if mark in folded]


@contextlib.asynccontextmanager
async def told(
    centre: Centre, *, podium: bool = True, after: int | None = None
) -> AsyncIterator[Heard]:
    """What the public, another outlet in the room and the podium are sent, up to the end of the
    log at the time of asking."""
    seats: list[tuple[Audience, Actor | None]] = [(PUBLIC, None), (ROOM, BAO)]
    seats += [(PODIUM, VERA)] if podium else []
    query: dict[str, Any] = {} if after is None else {"after": after}
    async with contextlib.AsyncExitStack() as stack:
        followers = [
            (audience, await stack.enter_async_context(
                centre.follow(audience, actor, slug=SLUG, language=language, **query)
            ))
            for audience, actor in seats
            for language in LANGUAGES
        ]  # fmt: skip
        hellos = [await follower.next() for _, follower in followers]
        assert all("hello" in hello for hello in hellos)

        async def heard() -> str:
            briefing = await centre.database.read(lambda db: briefing_at(db, SLUG))
            for (audience, follower), hello in zip(followers, hellos, strict=True):
                head = briefing.heads[audience]
                start = hello["hello"] if after is None else after
                if head > start:
                    await follower.upto(head)
            return "".join(json.dumps(one.messages, ensure_ascii=False) for _, one in followers)

        yield heard


@contextlib.asynccontextmanager
async def rung(redis_url: str) -> AsyncIterator[Heard]:
    """Everything that goes through Redis."""
    redis = Redis.from_url(redis_url)
    ears = redis.pubsub()
    await ears.psubscribe("*")
    messages: list[str] = []

    async def heard() -> str:
        while (message := await ears.get_message(timeout=0.2)) is not None:
            messages.append(str(message))
        assert len(messages) > 3
        return "".join(messages)

    try:
        yield heard
    finally:
        await ears.aclose()  # type: ignore[no-untyped-call]
        await redis.aclose()


async def everything(
    centre: Centre, refs: list[str], actors: tuple[Actor | None, ...] = WITNESSES
) -> str:
    return "".join([await answers(centre, actor, refs) for actor in actors])


async def answers(centre: Centre, actor: Actor | None, refs: list[str]) -> str:
    """Every page and every answer about the briefing that they may read, headers included."""
    at = f"/briefings/{SLUG}"
    pages = ["/", at, f"{at}?before=5", f"{at}/podium", f"{at}/desk", f"{at}/questions"]
    pages += [f"{at}/questions/mine", f"{at}/order", f"{at}/order.json", "/season", "/agenda.ics"]
    pages += [f"{at}/closing", f"{at}/events/1-", "/operations", "/metrics"]
    pages += [f"{at}/questions/{ref}{form}" for ref in refs for form in ("", "/desk", "/edit")]
    reads = ["", "/events", "/questions", "/questions/mine", "/desk/questions"]
    reads += ["/podium/questions", *(f"/questions/{ref}" for ref in refs)]
    reads += [f"/desk/questions/{ref}" for ref in refs]
    told = ""
    client, api = await centre.client(actor), await centre.api(actor)
    for asked, addresses in ((client, pages), (api, [f"/api{at}{read}" for read in reads])):
        for address in addresses:
            answer = await asked.get(address)
            assert answer.status_code < 500, (address, answer.text)
            told += answer.text + str(answer.headers)
    # One's own name stands on one's own pages.
    own = re.escape(actor.name) if actor else "$^"
    return told if actor is ASKER else re.sub(own, "", told)
