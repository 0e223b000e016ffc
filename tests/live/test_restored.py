"""A database that was put back is another history: every open page must load anew."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from hub.replay.sheet import Sheet
from hub.store.finding import epoch
from hub.store.schema import begin_new_epoch
from tests.centre import SLUG, Centre, Follower, open_centre


async def told_to_reload(follower: Follower) -> bool:
    """Whether the page was told to, before its socket was closed."""
    with pytest.raises(ConnectionClosed):
        while True:
            await follower.next()
    return {"reload": True} in follower.messages


async def test_a_new_epoch_makes_every_open_page_load_anew(database_url: str) -> None:
    async with open_centre(database_url) as centre, centre.follow() as ana:
        old = (await ana.next())["epoch"]
        new = await asyncio.to_thread(begin_new_epoch, database_url)
        assert await told_to_reload(ana)
        async with centre.follow(after=0, epoch=old) as stale:
            assert await stale.next() == {"reload": True}
        async with centre.follow() as fresh:
            assert (await fresh.next())["epoch"] == new
            n = (await centre.publish("the new history"))["n"]
            await fresh.upto(n)


async def test_an_older_copy_put_back_and_published_into_ends_as_a_fresh_page(
    sqlite_url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with open_centre(sqlite_url) as centre:
        await centre.publish("kept")
        await asyncio.to_thread(back_up, sqlite_url, copy)
        await centre.publish("lost in the restore")
        page = await fresh_page(centre)
        assert "lost in the restore" in str(page.items)
        async with centre.follow(after=page.n, epoch=page.epoch) as ana:
            await ana.next()
            await asyncio.to_thread(put_back, sqlite_url, copy)
            await asyncio.to_thread(begin_new_epoch, sqlite_url)
            assert await told_to_reload(ana)
        page = await fresh_page(centre)
        assert page.epoch == await centre.database.read(epoch)
        assert "lost in the restore" not in str(page.items)
        async with centre.follow(after=page.n, epoch=page.epoch) as ana:
            n = (await centre.publish("after it"))["n"]
            for event in await ana.upto(n):
                page.apply(event["html"])
        assert page.differences(await fresh_page(centre)) == []


async def fresh_page(centre: Centre) -> Sheet:
    client = await centre.client()
    return Sheet.read((await client.get(f"/briefings/{SLUG}")).text)


def back_up(url: str, copy: Path) -> None:
    _copy(Path(url.removeprefix("sqlite:///")), copy)


def put_back(url: str, copy: Path) -> None:
    _copy(copy, Path(url.removeprefix("sqlite:///")))


def _copy(one: Path, other: Path) -> None:
    with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other)) as target:
        source.backup(target)
