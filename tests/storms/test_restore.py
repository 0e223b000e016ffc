"""An older copy of the database is put back while everybody reads: it is another history."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from playwright.async_api import Locator, Page, expect
from psycopg.sql import SQL, Identifier

from hub.domain.audience import Audience
from hub.store import schema
from hub.store.finding import epoch
from tests.browser import Visits
from tests.cast import ANA, VERA
from tests.centre import Centre, bare_centre
from tests.fire.history import RIGHT
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import verdict
from tests.journeys.windows import AT, said
from tests.services import fresh_database
from tests.workers import serve

READERS, IN_THE_ROOM = 40, 10
# Two looks of the timer, and the two seconds over which pages load themselves anew.
NOTICED_WITHIN = 10.0


async def test_everybody_leaves_a_history_that_is_none_any_more_and_ends_as_a_fresh_page(
    postgres_server: str, redis_url: str, tmp_path: Path, visit: Visits
) -> None:
    async with (
        _backed_up(postgres_server) as (centre, copy),
        serve(centre.config.database_url, tmp_path, redis_url=redis_url, workers=2) as hub,
        crowd([hub.url], READERS, after=0) as public,
        crowd(
            [hub.url], IN_THE_ROOM, after=0, audience=Audience.ROOM, token=centre.tokens[ANA.name]
        ) as room,
        publisher([hub.url], centre.tokens[VERA.name], name="before") as before,
        publisher([hub.url], centre.tokens[VERA.name], name="after") as after,
    ):
        bao, linh = await visit(hub.url), await visit(hub.url)
        await bao.page.goto(AT)
        for _ in range(5):
            await before.publish(words="Lost in the restore.")
        await expect(_lost(bao.page)).to_have_count(5)

        await asyncio.to_thread(_put_back, postgres_server, centre.config.database_url, copy)
        # As docs/operation.md has it: the hub runs on meanwhile, and is even published into.
        async with after.going_on():
            await asyncio.to_thread(schema.begin_new_epoch, centre.config.database_url)
            new = await centre.database.read(epoch)
            await expect(bao.page.locator("#feed")).to_have_attribute(
                "data-epoch", new, timeout=NOTICED_WITHIN * 1000
            )
        n = await after.settled(within=NOTICED_WITHIN)
        after.sent |= before.sent | {"act-early": 0.0}
        for people in (public, room):
            await people.upto(n, within=NOTICED_WITHIN)
            # Whoever comes back to a worker that has not noticed yet is sent away once more.
            assert all(one.reloads for one in people.readers)
        assert await verdict(centre, after, public, room) == RIGHT

        await expect(bao.page.locator("#feed")).to_have_attribute("data-n", str(n))
        await linh.page.goto(AT)
        assert await _record(bao.page) == await _record(linh.page)
        await expect(_lost(bao.page)).to_have_count(0)
        # The hub ends before the windows do: nobody is there to see it.
        for one in (bao, linh):
            await one.page.close()


def _lost(page: Page) -> Locator:
    return said(page).filter(has_text="Lost in the restore.")


async def _record(page: Page) -> list[str]:
    return await page.locator("#updates > *").all_inner_texts()


@contextlib.asynccontextmanager
async def _backed_up(server: str) -> AsyncIterator[tuple[Centre, str]]:
    """A press centre's database, and the name of a copy of it as it is now."""
    with fresh_database(server) as url:
        name = urlsplit(url).path[1:]
        async with bare_centre(url) as centre:
            await centre.say("act-early: it was so then, and is so again.")
            await asyncio.to_thread(_copy, server, name, f"{name}_copy")
            yield centre, f"{name}_copy"


def _copy(server: str, name: str, copy: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        _send_away(connection, name)
        connection.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(copy), Identifier(name))
        )


def _put_back(server: str, url: str, copy: str) -> None:
    """The copy in place of the database, under its name."""
    name = urlsplit(url).path[1:]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(Identifier(name))
        )
        _send_away(connection, name)
        connection.execute(SQL("DROP DATABASE {}").format(Identifier(name)))
        connection.execute(
            SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(copy), Identifier(name))
        )


def _send_away(connection: psycopg.Connection, name: str) -> None:
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
    )
