"""The public record in cacheable stretches: the socket's own messages, as they stand now."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from hub.domain.audience import Audience
from hub.domain.draft import Draft
from hub.live.stream import RING
from hub.store import acts
from hub.store.finding import briefing_at
from hub.web.stretches import HUNDRED
from tests.acting import on_agenda
from tests.cast import VERA
from tests.centre import SLUG, Centre, now, open_centre

AT = f"/briefings/{SLUG}/events"
# Promised for all that is not a socket; the hub itself answers right sooner.
SOON = 5.0


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


async def test_whoever_asks_reads_exactly_what_whoever_follows_is_sent(database_url: str) -> None:
    """In each language: every event once and in order, as the socket tells it."""
    async with open_centre(database_url) as centre:
        refs = await _said(centre, [f"Word {at}." for at in range(130)])
        await _correct(centre, refs[0], "Other words.")
        await _retract(centre, refs[1])
        client = await centre.client()
        for language in ("vi", "en", "fr"):
            async with centre.follow(Audience.PUBLIC, after=0, language=language) as follower:
                sent = await follower.upto(133)
            assert await _asked_for(client, language=language) == sent
            answer = await client.get(f"{AT}/1-100?language={language}")
            assert answer.json()["events"] == sent[:100]


async def test_no_answer_crosses_a_hundred_and_each_tells_the_head(centre: Centre) -> None:
    await _said(centre, ["Word."] * 229)
    client = await centre.client()
    stretches = {"1-": (1, 100), "150-": (150, 200), "200-": (200, 200), "201-": (201, 230)}
    for span, (first, last) in stretches.items():
        told = (await client.get(f"{AT}/{span}")).json()
        assert [one["n"] for one in told["events"]] == list(range(first, last + 1)), span
        assert told["head"] == 230
    # Whoever has everything, or comes from a worker that is ahead, is told no more than the head.
    for span in ("231-", "900-"):
        told = (await client.get(f"{AT}/{span}")).json()
        assert (told["head"], told["events"]) == (230, [])
    await centre.publish("One more.")
    assert [one["n"] for one in (await client.get(f"{AT}/231-")).json()["events"]] == [231]


async def test_retracted_words_are_in_no_stretch_from_the_very_answer_on(centre: Centre) -> None:
    """Neither in the ring nor from before it; nor where the briefing was corrected."""
    refs = await _said(centre, [f"canary{at}" for at in range(RING + HUNDRED)])
    client, podium = await centre.client(), await centre.api(VERA)
    spans = ["1-100", "2-", "601-", "613-"]
    before = "".join([(await client.get(f"{AT}/{span}")).text for span in spans])
    assert "canary0<" in before
    assert f"canary{len(refs) - 1}<" in before
    for ref in (refs[0], refs[-1]):
        answer = await podium.post(
            f"/api/briefings/{SLUG}/updates/{ref}/retraction", json={"notice": "Wrong."}
        )
        assert answer.status_code == 201
        told = "".join([(await client.get(f"{AT}/{span}")).text for span in spans])
        assert f'id=\\"u-{ref}\\"' in told
        assert f"{'canary0' if ref == refs[0] else f'canary{len(refs) - 1}'}<" not in told
    assert "canary1<" in told


async def test_what_another_process_retracts_is_gone_though_no_bell_rang(centre: Centre) -> None:
    ref = await centre.say("canary", language="en")
    client = await centre.client()
    assert "canary" in (await client.get(f"{AT}/1-")).text
    await _retract(centre, ref)
    async with asyncio.timeout(SOON):
        while "canary" in (await client.get(f"{AT}/1-")).text:
            pass
    told = (await client.get(f"{AT}/1-")).json()
    assert [one["n"] for one in told["events"]] == [1, 2, 3]


async def test_a_thousand_who_ask_at_once_cost_the_database_a_handful_of_questions(
    centre: Centre,
) -> None:
    refs = await _said(centre, [f"Word {at}." for at in range(RING + HUNDRED)])
    client = await centre.client()
    await client.get(f"{AT}/600-")
    for span in ("1-100", "101-", "600-", "700-"):
        # So that what is kept is good for nothing any more.
        await _retract(centre, refs.pop())
        with _questions() as asked:
            answers = await asyncio.gather(*(client.get(f"{AT}/{span}") for _ in range(250)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1, span
        # A look at the log, reading on, and the stretch itself: some statements each.
        assert len(asked) < 40, asked
        assert asked, "the statements are not counted"


async def test_caches_are_told_how_long_and_nothing_that_tells_readers_apart(
    centre: Centre,
) -> None:
    await _said(centre, ["Word."] * 120)
    nobody, vera = await centre.client(), await centre.client(VERA)
    french = await centre.client()
    french.headers.update({"Accept-Language": "fr", "Cookie": "hub_language=fr"})
    for span, seconds in (("101-", 1), ("1-100", 5)):
        answers = [await client.get(f"{AT}/{span}") for client in (nobody, vera, french)]
        assert len({answer.content for answer in answers}) == 1
        for answer in answers:
            assert (
                answer.headers["cache-control"] == f"public, max-age={seconds}, s-maxage={seconds}"
            )
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["content-encoding"] == "gzip"
            assert "set-cookie" not in answer.headers
        # As the page says of itself: what comes from another history or version is not for it.
        page = (await nobody.get(f"/briefings/{SLUG}")).text
        for name in ("epoch", "edition"):
            assert f'data-{name}="{answers[0].json()[name]}"' in page
        plain = await nobody.get(f"{AT}/{span}", headers={"Accept-Encoding": "identity"})
        assert plain.json() == answers[0].json()
        assert "content-encoding" not in plain.headers
        tags = {answers[0].headers["etag"], plain.headers["etag"]}
        assert len(tags) == 2
        for tag in tags:
            coding = "gzip" if tag == answers[0].headers["etag"] else "identity"
            asked = {"If-None-Match": f'"other", {tag}', "Accept-Encoding": coding}
            same = await nobody.get(f"{AT}/{span}", headers=asked)
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    await centre.publish("News.")
    asked = {"If-None-Match": (await nobody.get(f"{AT}/101-")).headers["etag"]}
    await centre.publish("More news.")
    assert (await nobody.get(f"{AT}/101-", headers=asked)).status_code == 200


async def test_what_is_not_the_publics_looks_like_what_is_not_there(centre: Centre) -> None:
    await on_agenda(centre, "closed-circle", public=False)
    for client in (await centre.client(), await centre.client(VERA), await centre.api(VERA)):
        told = set()
        addresses = ["/briefings/closed-circle/events/1-", "/briefings/nowhere/events/1-"]
        # A hundred that is not full yet, other stretches, other ways to write one, a language.
        spans = ["1-100", "1-50", "2-101", "0-", "01-", "1-1", "-1", "1", "١-", "1-?language=de"]
        for address in addresses + [f"{AT}/{span}" for span in spans]:
            answer = await client.get(address)
            told.add((answer.status_code, answer.text, answer.headers["cache-control"]))
        assert told == {(404, "Nothing here.\n", "public, max-age=1, s-maxage=1")}


async def _said(centre: Centre, texts: list[str]) -> list[str]:
    """Published one after the other; returns the references."""

    def act(db: Session, some: list[str]) -> list[str]:
        briefing, by = briefing_at(db, SLUG, lock=True), centre.people[VERA.name]
        return [
            briefing.publish(Draft(words={"": text}, language="en"), by=by, now=now()).ref
            for text in some
        ]

    refs: list[str] = []
    for at in range(0, len(texts), HUNDRED):
        refs += await centre.do(partial(act, some=texts[at : at + HUNDRED]))
    return refs


async def _asked_for(client: httpx2.AsyncClient, *, language: str) -> list[dict[str, Any]]:
    """Everything, as a program that follows by asking reads it."""
    events: list[dict[str, Any]] = []
    while True:
        answer = await client.get(f"{AT}/{len(events) + 1}-?language={language}")
        told = json.loads(answer.text)
        events += told["events"]
        if len(events) == told["head"]:
            return events


async def _correct(centre: Centre, ref: str, text: str) -> None:
    await acts.correct(
        centre.database,
        SLUG,
        ref,
        {"": text},
        note="",
        edition=None,
        key=None,
        by=centre.people[VERA.name],
        now=now(),
    )


async def _retract(centre: Centre, ref: str) -> None:
    by = centre.people[VERA.name]
    await acts.retract(centre.database, SLUG, ref, "Wrong.", key=None, by=by, now=now())


@contextlib.contextmanager
def _questions() -> Iterator[list[str]]:
    """What any database of this process, the hub's too, is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
