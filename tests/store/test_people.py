"""Outlets as they are entered: of a category, and sharing among their people or not."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.audience import Role
from hub.domain.person import Category, Outlet
from hub.store.database import Database
from hub.store.people import add_person
from tests.centre import Centre, bare_centre
from tests.commands import hub

ANA = ("person", "add", "Ana Sato", "--role", "journalist", "--outlet", "Harbour Post")


async def outlet(centre: Centre, name: str) -> tuple[Category, bool]:
    def look(session: Session) -> tuple[Category, bool]:
        found = session.scalars(select(Outlet).where(Outlet.name == name)).one()
        return found.category, found.shares

    return await centre.database.read(look)


async def test_an_outlet_is_local_and_apart_unless_it_is_said_and_then_stays_so(
    database_url: str,
) -> None:
    env = {"HUB_DATABASE_URL": database_url}
    async with bare_centre(database_url) as centre:
        assert (await hub(*ANA, **env)).status == 0
        assert await outlet(centre, "Harbour Post") == (Category.LOCAL, False)
        said = await hub(*ANA, "--category", "foreign", "--shares", **env)
        assert said.status == 0, said.err
        assert await outlet(centre, "Harbour Post") == (Category.FOREIGN, True)
        assert (await hub(*ANA, **env)).status == 0
        assert await outlet(centre, "Harbour Post") == (Category.FOREIGN, True)
        assert (await hub(*ANA, "--apart", **env)).status == 0
        assert await outlet(centre, "Harbour Post") == (Category.FOREIGN, False)


async def test_those_who_enter_one_outlet_in_the_same_moment_enter_it_once(
    database_url: str,
) -> None:
    async with bare_centre(database_url) as centre:
        others = [Database(database_url) for _ in range(6)]
        try:
            people = await asyncio.gather(
                *(
                    other.act("people", partial(_enter, name=f"Ana {number % 2}"))
                    for number, other in enumerate(others)
                )
            )
        finally:
            for other in others:
                await other.close()
        assert len(set(people)) == 2
        assert await outlet(centre, "Harbour Post") == (Category.LOCAL, False)


def _enter(session: Session, *, name: str) -> int:
    return add_person(session, name, role=Role.JOURNALIST, outlet="Harbour Post").id


@pytest.mark.parametrize("more", [("--category", "central"), ("--shares",)])
async def test_a_category_without_an_outlet_is_refused(
    sqlite_url: str, more: tuple[str, ...]
) -> None:
    said = await hub(
        *("person", "add", "Milan", "--role", "moderator", *more), HUB_DATABASE_URL=sqlite_url
    )
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("hub: --outlet: name the one")
