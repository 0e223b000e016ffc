"""Whose permission is withdrawn while they follow: they are let go, with a code that says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from hub.domain.audience import Audience
from tests.cast import ANA, MILAN, VERA, Actor
from tests.centre import Centre, Follower, bare_centre
from tests.commands import Said, hub
from tests.live.test_several_workers import publish, two


@pytest.fixture
async def centre(postgres_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(postgres_url) as centre:
        yield centre


async def command(centre: Centre, redis_url: str, *words: str) -> Said:
    settings = {"HUB_DATABASE_URL": centre.config.database_url, "HUB_REDIS_URL": redis_url}
    said = await hub("person", *words, **settings)
    assert said.status == 0, said.err
    return said


async def end(follower: Follower) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            await follower.next()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def cookie(centre: Centre, actor: Actor) -> str:
    secret: str = (await centre.client(actor)).cookies["hub_session"]
    return secret


async def test_who_is_given_another_role_leaves_the_windows_of_the_old_one_on_every_worker(
    centre: Centre, tmp_path: Path, redis_url: str
) -> None:
    async with two(centre, tmp_path, redis_url=redis_url) as (one, other):
        secret = await cookie(centre, MILAN)
        async with (
            centre.follow(Audience.DESK, url=one.url, cookie=secret) as desk,
            centre.follow(Audience.DESK, MILAN, url=other.url) as program,
            centre.follow(Audience.ROOM, url=other.url, cookie=secret) as room,
            centre.follow(Audience.PODIUM, VERA, url=other.url) as vera,
        ):
            for follower in (desk, program, room):
                await follower.next()
            podium = (await vera.next())["hello"]
            await command(centre, redis_url, "role", MILAN.name, "--role", "spokesperson")
            assert await end(desk) == (4403, "you may no longer follow this here")
            assert await end(program) == (4403, "you may no longer follow this here")
            # A spokesperson sits in the room as well; and nobody else has noticed anything.
            n = await publish(centre, one, "on it goes")
            await room.upto(n)
            await vera.upto(podium + 1)


async def test_who_may_no_longer_sit_in_the_room_reads_with_the_public(
    centre: Centre, tmp_path: Path, redis_url: str
) -> None:
    async with two(centre, tmp_path, redis_url=redis_url) as (one, other):
        secret = await cookie(centre, ANA)
        async with (
            centre.follow(Audience.ROOM, url=one.url, cookie=secret) as room,
            centre.follow(url=other.url, cookie=secret) as public,
        ):
            await room.next()
            await public.next()
            await command(centre, redis_url, "role", ANA.name, "--role", "administrator")
            assert (await end(room))[0] == 4403
            await public.upto(await publish(centre, one, "open to all"))


async def test_who_is_signed_out_by_the_press_centre_has_no_key_any_more(
    centre: Centre, tmp_path: Path, redis_url: str
) -> None:
    async with two(centre, tmp_path, redis_url=redis_url) as (one, other):
        secret = await cookie(centre, ANA)
        async with (
            centre.follow(Audience.ROOM, url=one.url, cookie=secret) as browser,
            centre.follow(Audience.ROOM, ANA, url=other.url) as program,
        ):
            await browser.next()
            await program.next()
            await command(centre, redis_url, "leave", ANA.name)
            assert [(await end(one))[0] for one in (browser, program)] == [4401, 4401]
        api = await centre.api(ANA)
        answer = await api.post(f"{other.url}/api/briefings/storm-9/pause", json={})
        assert answer.status_code == 401
