"""A press centre of one's own for every journey, and its people in front of their windows."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import expect

from tests.browser import Visit, Visits
from tests.cast import Actor
from tests.centre import PATIENCE, Centre, open_centre
from tests.journeys.windows import AT, sign_in

expect.set_options(timeout=PATIENCE * 1000)

Seat = Callable[..., Awaitable[Visit]]
"""`ana = await seat(ANA)`, `vera = await seat(VERA, PODIUM)`, `reader = await seat()`."""


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


@pytest.fixture
def seat(centre: Centre, visit: Visits) -> Seat:
    """Puts somebody, signed in, in front of a window of their own; nobody: the public."""

    async def take(actor: Actor | None = None, path: str = AT, **window: object) -> Visit:
        person = await visit(centre.url, **window)  # type: ignore[arg-type]
        if actor is not None:
            await sign_in(centre, person, actor)
        await person.page.goto(path)
        return person

    return take
