"""Who is at the desk: what workers tell one another, what a stranger on their channel achieves,
and who is told of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.domain.audience import Audience, Role
from hub.live.colleagues import Colleagues
from hub.store.people import add_person
from tests.cast import ANA, MILAN, VERA, Actor
from tests.centre import Centre, Follower, bare_centre, now, open_centre
from tests.workers import serve

MINH = Actor("Đỗ Nhật Minh", Role.MODERATOR)
NO_REPORTS = [
    b"", b"x", b"[]", b"{}", b"7", b'["w"]', b'["w", 7]', b'["w", [[1]]]', b'["w", [[1, 2]]]',
    b'["w", [["a", [2]]]]', b'["w", [[1, ["x"]]]]', b'["w", [[1, [-2]]]]',
    b'["w", [[1, [9999999999999]]]]', b'[7, [[1, [2]]]]', b"[" * 99_999, b"\xff\xfe",
    b'["' + b"w" * 9999 + b'", [[1, [2]]]]',
]  # fmt: skip


@pytest.mark.parametrize("report", NO_REPORTS, ids=lambda report: repr(report[:40]))
def test_what_is_no_report_names_nobody(report: bytes) -> None:
    colleagues = Colleagues(shared=True)
    assert not colleagues.hear(report, own="own")
    assert (colleagues.at(1), colleagues.strangers()) == ([], set())


def test_a_worker_names_those_of_another_once_it_has_learned_who_they_are() -> None:
    here, there = Colleagues(shared=True), Colleagues(shared=True)
    here.own = lambda: {1: {7: "Milan"}, 2: {8: "Minh"}}
    there.own = lambda: {1: {8: "Minh", 9: "Nora"}}
    assert there.hear((here.report("a") or "").encode(), own="b")
    assert there.at(1) == ["Minh", "Nora"]
    assert there.strangers() == {7, 8}
    there.introduce({7, 8}, {7: "Milan"})
    assert (there.strangers(), there.at(1), there.at(2)) == (set(), ["Milan", "Minh", "Nora"], [])
    assert there.at(3) == []


def test_one_who_has_two_desks_open_is_one_and_an_empty_desk_is_told_once() -> None:
    here, there = Colleagues(shared=True), Colleagues(shared=True)
    here.own = there.own = lambda: {1: {7: "Milan"}}
    there.hear((here.report("a") or "").encode(), own="b")
    assert there.at(1) == ["Milan"]
    here.own = there.own = dict
    told = here.report("a")
    assert told is not None
    assert here.report("a") is None
    there.hear(told.encode(), own="b")
    assert there.at(1) == []


def test_where_the_others_cannot_be_heard_nobody_is_named() -> None:
    assert Colleagues(shared=False).at(1) is None


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with open_centre(sqlite_url) as centre:
        yield centre


async def entered(centre: Centre) -> None:
    """Minh works here too."""
    person = await centre.do(lambda db: add_person(db, MINH.name, role=MINH.role, outlet=None))
    centre.people[MINH.name] = person
    centre.tokens[MINH.name] = await centre.do(
        lambda db: centre.keyring.make_token(db, person, now=now())
    )


async def names(follower: Follower, *wanted: str) -> None:
    """Until it is told that exactly these are at the desk."""
    async with asyncio.timeout(20):
        while (await follower.next()).get("desk") != sorted(wanted):
            pass


async def test_the_desk_is_told_who_comes_and_goes_and_nobody_else_is(centre: Centre) -> None:
    await entered(centre)
    head = (await centre.briefing()).number
    others = [(Audience.PUBLIC, None), (Audience.ROOM, ANA), (Audience.PODIUM, VERA),
              (Audience.ROOM, MILAN)]  # fmt: skip
    async with contextlib.AsyncExitStack() as stack:
        outside = [
            await stack.enter_async_context(centre.follow(audience, actor))
            for audience, actor in others
        ]
        milan = await stack.enter_async_context(centre.follow(Audience.DESK, MILAN))
        await names(milan, MILAN.name)
        async with centre.follow(Audience.DESK, MINH, language="fr") as minh:
            await names(milan, MILAN.name, MINH.name)
            await names(minh, MILAN.name, MINH.name)
        await names(milan, MILAN.name)
        for follower in outside:
            while "beat" not in (await follower.next()):
                pass
            assert not any("desk" in message for message in follower.messages)
            assert MINH.name not in str(follower.messages)
    # Presence is never an event.
    assert (await centre.briefing()).number == head


async def test_colleagues_on_another_worker_are_named_too(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with bare_centre(postgres_url) as centre:
        await entered(centre)
        async with (
            serve(postgres_url, tmp_path, redis_url=redis_url, HUB_WORKERS="2") as one,
            serve(postgres_url, tmp_path, redis_url=redis_url, HUB_WORKERS="2") as other,
            centre.follow(Audience.DESK, MILAN, url=one.url) as milan,
        ):
            async with centre.follow(Audience.DESK, MINH, url=other.url) as minh:
                await names(milan, MILAN.name, MINH.name)
                await names(minh, MILAN.name, MINH.name)
            await names(milan, MILAN.name)
