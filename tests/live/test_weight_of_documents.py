"""What an event of documents may weigh, however many there are and however long their titles."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from hub.domain.audience import Audience
from hub.domain.words import NAME_LIMIT, NOTICE_LIMIT
from hub.live.frame import say
from tests.cast import VERA
from tests.centre import Centre, open_centre
from tests.live.test_weight import FRAGMENT
from tests.papers import Papers
from tests.test_convergence import stage
from tests.window import Window, windows

STAGED = 60


def _long(words: str, limit: int) -> str:
    return (f"{words} " * limit)[:limit].strip()


TITLES = {
    "vi": _long("Kế hoạch “sơ tán” & đường đi của sáu phường ngoài đê,", NAME_LIMIT),
    "en": _long('The "evacuation" & the ways out of six wards,', NAME_LIMIT),
    "fr": _long("L’évacuation & les itinéraires de six quartiers,", NAME_LIMIT),
}
WORDS = {language: _long(title, NOTICE_LIMIT) for language, title in TITLES.items()}
REASON = _long("Nhầm & <sai> trang thứ hai của bản đồ.", NOTICE_LIMIT)
FOUND: dict[str, Any] = {"pages": 300, "preview": True}
SAID: dict[str, Any] = {"titles": TITLES, "descriptions": WORDS, "found": FOUND}


@pytest.fixture(scope="module")
async def centre(shared_url: str) -> AsyncIterator[Centre]:
    async with open_centre(shared_url) as centre:
        yield centre


async def test_an_act_on_one_of_sixty_documents_stays_below_the_bound(centre: Centre) -> None:
    podium = await stage(centre)
    papers = Papers(centre, podium.slug)
    name = f"{_long('bản đồ', 100)}.pdf"
    refs = [await papers.draft(name, **SAID) for _ in range(STAGED)]

    async def hand_in() -> None:
        await papers.draft(name, **SAID)

    async def bring_a_newer_one() -> None:
        await papers.again(refs[-1], name, **FOUND)
        await papers.drop(refs[-1], REASON)

    weights = await _weights(
        centre,
        podium.slug,
        hand_in,
        lambda: papers.put_first(refs[30]),
        lambda: papers.drop(refs[-1]),
        bring_a_newer_one,
        lambda: papers.put_first(refs[-1]),
        lambda: papers.withdraw(refs[-1], REASON),
        lambda: papers.discard(refs[0]),
    )
    assert max(weights) < FRAGMENT
    # All of them at once would not be.
    page = await (await centre.client(VERA)).get(f"/briefings/{podium.slug}/podium")
    assert len(page.content) > STAGED * FRAGMENT / 16


async def _weights(centre: Centre, slug: str, *acts: Callable[[], Awaitable[object]]) -> list[int]:
    """Of all events of these acts; and who watched sees what a fresh page shows."""
    watching = [
        Window(centre, audience, language, slug=slug)
        for audience in (Audience.PUBLIC, Audience.ROOM, Audience.PODIUM)
        for language in ("vi", "en", "fr")
    ]
    async with windows(*watching):
        for act in acts:
            await act()
        for window in watching:
            assert await window.differences() == []
        return [len(say(event).encode()) for window in watching for event in window.events]
