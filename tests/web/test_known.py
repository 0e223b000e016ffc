"""Who comes with a key is remembered for a moment, and forgotten the moment a key ends."""

from collections.abc import AsyncIterator

import pytest

from hub.domain.person import Person
from hub.web.known import Known
from tests.cast import ANA, VERA
from tests.centre import SLUG, Centre, open_centre


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


async def test_the_database_is_asked_once_until_some_key_ends() -> None:
    ended, asked = 0, 0

    async def look() -> Person | None:
        nonlocal asked
        asked += 1
        return Person(name=f"Ana {asked}")

    known = Known(lambda: ended)
    first = await known.person("digest", look)
    assert await known.person("digest", look) is first
    assert asked == 1
    ended += 1
    assert await known.person("digest", look) is not first
    assert asked == 2


async def test_what_was_found_before_a_key_ended_is_not_kept() -> None:
    ended, asked = 0, 0

    async def look() -> Person | None:
        nonlocal ended, asked
        asked += 1
        ended += 1  # it ends while the database answers
        return Person(name="Ana")

    known = Known(lambda: ended)
    await known.person("digest", look)
    await known.person("digest", look)
    assert asked == 2


async def test_who_is_unknown_is_looked_for_again() -> None:
    found: list[Person | None] = [None, Person(name="Ana")]

    async def look() -> Person | None:
        return found.pop(0)

    known = Known(lambda: 0)
    assert await known.person("digest", look) is None
    assert await known.person("digest", look) is not None


async def test_a_cookie_opens_nothing_any_more_right_after_the_sign_out(centre: Centre) -> None:
    browser = await centre.client(ANA)
    thief = await centre.client(None)
    thief.cookies.update(browser.cookies)
    assert ANA.name in (await thief.get(f"/briefings/{SLUG}")).text
    await browser.post("/sign-out")
    assert ANA.name not in (await thief.get(f"/briefings/{SLUG}")).text


async def test_a_publishing_answer_tells_how_long_the_commit_took(centre: Centre) -> None:
    api = await centre.api(VERA)
    answer = await api.post(f"/api/briefings/{SLUG}/updates", json={"text": "words"})
    name, _, duration = answer.headers["Server-Timing"].partition(";dur=")
    assert name == "commit"
    assert 0 < float(duration) < 2000
