"""Who sees what of a question: the room and the public as the desk lets them, nobody who asked."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hub.domain.audience import Audience
from hub.domain.question_state import Shown
from hub.store.finding import briefing_at
from tests.cast import ADAM, ANA, BAO, MILAN, OANH, VERA, Actor
from tests.centre import SLUG, Centre, open_centre
from tests.desk_acts import Desk
from tests.web.test_asking import ASK, AT, HTMX, WORDS, send, typed
from tests.window import Window, windows


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)


def bare(page: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'nonce="[^"]+"|[0-9a-f]{16}|[2-9b-z]{9}(?=[%/" ])', "-", page)


@pytest.mark.parametrize("actor", [None, BAO, MILAN, VERA, OANH, ADAM])
async def test_to_anybody_else_an_unapproved_question_is_as_one_that_never_was(
    centre: Centre, desk: Desk, actor: Actor | None
) -> None:
    ref, never = await desk.ask(ANA, WORDS), "bcdfghjkm"
    client = await centre.client(actor)
    for what in ("", "/edit", "/withdrawal", "/appeal"):
        one, other = [await client.get(f"{ASK}/{name}{what}") for name in (ref, never)]
        assert one.status_code == other.status_code
        assert bare(one.text).replace(ref, never) == bare(other.text)
        assert what or one.status_code == 404
    for what in ("edit", "withdrawal", "appeal"):
        values = {"words": "x", "appeal": "x", "key": "k", "zone": "UTC"}
        form = {name: values[name] for name in values if name in FIELDS[what]}
        one, other = [await send(client, f"{ASK}/{name}/{what}", {}, form) for name in (ref, never)]
        assert one.status_code == other.status_code != 303
        assert bare(one.text).replace(ref, never) == bare(other.text)
    if actor is BAO:
        form = await typed(client, words="And then?")
        one, other = [await send(client, ASK, HTMX, form | {"follows": at}) for at in (ref, never)]
        assert one.status_code == other.status_code == 422
    seen = [AT, ASK, f"{ASK}/mine", f"{AT}/order", f"{AT}/order.json", "/season"]
    for path in seen:
        page = (await client.get(path)).text
        assert WORDS not in page
        assert ref not in page
        assert actor is None or ANA.name not in page


FIELDS = {"edit": {"words", "key", "zone"}, "withdrawal": {"key"}, "appeal": {"appeal", "key"}}


@pytest.mark.parametrize(
    ("shown", "seen"),
    [(Shown.ALL, (True, True)), (Shown.CALLED, (False, True)), (Shown.NONE, (False, False))],
)
async def test_the_queue_is_what_the_desk_lets_be_seen_and_never_who_asked(
    centre: Centre, desk: Desk, shown: Shown, seen: tuple[bool, bool]
) -> None:
    def show(session: Any) -> None:
        briefing_at(session, SLUG, lock=True).shown = shown

    await centre.do(show)
    called, waits = await desk.called(BAO, "Called, I?"), await desk.approved(ANA, WORDS)
    for client in (await centre.client(), await centre.client(BAO)):
        page = (await client.get(ASK)).text
        assert (WORDS in page, "Called, I?" in page) == seen
        assert (await client.get(f"{ASK}/{waits}")).status_code == (200 if seen[0] else 404)
        room = (await client.get(AT)).text
        assert f'id="k-{waits}"' in room if seen[0] else WORDS not in room
        assert (f'id="k-{called}"' in room) == seen[1]
        assert "Delta Wire" not in room
        assert ANA.name not in page


async def test_those_beyond_the_next_five_are_counted_and_stand_on_a_page_of_their_own(
    centre: Centre, desk: Desk
) -> None:
    for actor in (ANA, BAO):
        for n in range(3):
            await desk.approved(actor, f"{actor.name[:3]} {n}?")
    reader = await centre.client()
    page = (await reader.get(AT)).text
    assert page.count('id="k-') == 5
    assert "1 more waits" in page
    assert (await reader.get(ASK)).text.count('id="k-') == 6


async def test_a_pair_stands_at_an_address_of_its_own(centre: Centre, desk: Desk) -> None:
    ref = await desk.called(ANA, WORDS)
    await desk.answer(ref, "The city does.")
    for client in (await centre.client(), await centre.client(BAO), await centre.client(ANA)):
        page = (await client.get(f"{ASK}/{ref}")).text
        assert page.index(WORDS) < page.index("The city does.")
        assert "Delta Wire" not in re.sub(r"<header.*?</header>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("actor", [None, MILAN, VERA, OANH, ADAM])
async def test_only_journalists_are_offered_the_form_and_may_send_it(
    centre: Centre, actor: Actor | None
) -> None:
    client = await centre.client(actor)
    assert 'id="ask"' not in (await client.get(AT)).text
    answer = await send(client, ASK, {}, {"words": WORDS, "key": "k", "zone": "UTC"})
    assert answer.status_code == (401 if actor is None else 404)
    assert (await client.get(f"{ASK}/mine")).status_code == (303 if actor is None else 404)


async def test_a_promise_in_the_feed_says_what_became_of_it(centre: Centre, desk: Desk) -> None:
    reader, ref = await centre.client(), await desk.called(ANA, WORDS)
    await desk.take(ref)
    page = (await reader.get(AT)).text
    assert "Answer promised in writing" in page
    assert "Sở Y tế" in page
    assert f'id="d-{ref}"' in page
    await desk.undo()
    page = (await reader.get(AT)).text
    assert "was taken back by the desk" in page
    assert f'id="d-{ref}"' not in page
    await desk.take(ref)
    answer = await desk.answer(ref)
    page = (await reader.get(AT)).text
    lines = re.findall(rf'<article [^>]*id="(t-{ref}-\d+)"', page)
    assert len(lines) == len(set(lines)) == 2
    assert f'data-jump="u-{answer["ref"]}">Answered</a>' in page
    assert f'id="d-{ref}"' not in page


async def test_a_page_that_was_followed_says_of_questions_what_a_fresh_one_says(
    centre: Centre, desk: Desk
) -> None:
    opened = [Window(centre, audience) for audience in (Audience.PUBLIC, Audience.ROOM)]
    async with windows(*opened):
        ref, other = await desk.called(ANA, WORDS), await desk.approved(BAO, "And who then?")
        await desk.take(ref)
        await desk.undo()
        await desk.take(ref)
        await desk.call(other)
        await desk.refer(other)
        await desk.undo()
        await desk.answer(other, "Nobody.")
        await desk.answer(ref, "The city does.")
        for n in range(6):
            await desk.approved((ANA, BAO)[n % 2], f"{n}?")
        for window in opened:
            assert await window.differences() == []


async def test_a_thread_is_followed_both_ways_as_far_as_one_may_see_it(
    centre: Centre, desk: Desk
) -> None:
    ref = await desk.called(ANA, WORDS)
    said = str((await desk.answer(ref, "The city does."))["ref"])
    shown = await desk.approved(BAO, "From which budget?", follows=ref)
    hidden = await desk.ask(BAO, "And who signed it?", follows=said)
    first, own = await centre.client(), await centre.client(BAO)
    page = (await first.get(f"{ASK}/{ref}")).text
    assert "From which budget?" in page
    assert "And who signed it?" not in page
    assert "And who signed it?" in (await own.get(f"{ASK}/{ref}")).text
    assert WORDS in (await first.get(f"{ASK}/{shown}")).text
    page = (await own.get(f"{ASK}/{hidden}")).text
    assert f'A follow-up to <a href="{AT}/updates/{said}">#' in page
    # What the room may not see any more is not named by what follows it up either.
    withdrawn = await desk.approved(ANA, "Taken back?")
    after = await desk.approved(BAO, "Why was that?", follows=withdrawn)
    assert "Taken back?" in (await first.get(f"{ASK}/{after}")).text
    await desk.decline(withdrawn)
    assert "Taken back?" not in (await first.get(f"{ASK}/{after}")).text
    assert "Taken back?" in (await (await centre.client(ANA)).get(f"{ASK}/{after}")).text
