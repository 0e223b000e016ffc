"""The supervisor: whatever happens to a worker, somebody sits at its socket soon."""

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from hub.supervisor.sockets import open_sockets
from tests.cast import VERA
from tests.centre import Centre
from tests.commands import hub
from tests.fire.history import RIGHT
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import verdict
from tests.services import free_port, wait_until
from tests.serving.conftest import Group
from tests.serving.visitors import connected
from tests.workers import Worker, serve

BACK_SECONDS = 15.0
ALL_BACK_SECONDS = 30.0


def sockets(pid: int) -> int:
    """How many this process has open."""
    fds = Path(f"/proc/{pid}/fd").iterdir()
    return sum(str(fd.readlink()).startswith("socket:") for fd in fds)


async def test_a_killed_worker_is_replaced_and_its_readers_come_back_with_nothing_lost(
    centre: Centre, group: Group
) -> None:
    async with (
        group() as serving,
        crowd([serving.url], 40) as public,
        publisher([serving.url], centre.tokens[VERA.name], rate=20) as vera,
    ):
        before = serving.pids()
        async with vera.going_on():
            os.kill(before[0], signal.SIGKILL)
            await serving.tells("worker.ready", 3)
        n = await vera.settled(within=5)
        await public.upto(n, within=BACK_SECONDS)
        assert await verdict(centre, vera, public) == RIGHT
        assert public.closes["cut"] > 0
        after = serving.pids()
        assert len(after) == 2
        assert set(before) & set(after) == {before[1]}
        [died] = serving.told("worker.died")
        assert (died["pid"], died["ended"]) == (before[0], "SIGKILL")


async def test_when_both_workers_die_nobody_is_refused_and_all_of_500_come_back_evenly_spread(
    centre: Centre, group: Group
) -> None:
    async with (
        group() as serving,
        crowd([serving.url], 500) as public,
        publisher([serving.url], centre.tokens[VERA.name]) as vera,
        contextlib.AsyncExitStack() as stack,
    ):
        dying = serving.pids()
        for pid in dying:
            os.kill(pid, signal.SIGSTOP)
        waiting = [await stack.enter_async_context(connected(serving.url)) for _ in range(20)]
        for visitor in waiting:
            visitor.ask()
        for pid in dying:
            os.kill(pid, signal.SIGKILL)
        assert {await visitor.status() for visitor in waiting} == {"200"}
        await serving.tells("worker.ready", 4)
        await public.upto(await vera.publish(), within=ALL_BACK_SECONDS)
        assert await verdict(centre, vera, public) == RIGHT
        one, other = (sockets(pid) for pid in serving.pids())
        # Nobody was refused: not one connection was tried in vain.
        assert set(public.closes) == {"cut"}
        # By the kernel's hash, as 500 coins fall: 35 of 100 on one side never happens.
        assert 0.35 < one / (one + other) < 0.65


async def test_a_worker_that_is_stuck_is_replaced_and_one_that_was_busy_for_3_seconds_is_not(
    group: Group,
) -> None:
    async with group(program=["tests.serving.impatient"]) as serving:
        busy, stuck = serving.pids()
        os.kill(busy, signal.SIGSTOP)
        os.kill(stuck, signal.SIGSTOP)
        # Not an event but a length of time is what this is about.
        await asyncio.sleep(3)
        os.kill(busy, signal.SIGCONT)
        await serving.tells("worker.ready", 3)
        assert [told["pid"] for told in serving.told("worker.stuck")] == [stuck]
        assert [told["ended"] for told in serving.told("worker.died")] == ["SIGKILL"]
        assert busy in serving.pids()
        assert stuck not in serving.pids()

        # Nor can one stay that does not leave when it is told to.
        os.kill(busy, signal.SIGSTOP)
        serving.renew()
        await serving.tells("worker.left", 1)
        async with asyncio.timeout(30):
            # Killed because it did not leave, or because it said nothing: whichever limit is first.
            while busy not in (ends := _ends(serving)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert ends[busy] == "SIGKILL"
        serving.terminate()
        assert await serving.ended() == 0
        assert serving.left() == []


async def test_workers_whose_supervisor_was_killed_go_and_leave_the_port_to_the_next(
    centre: Centre, tmp_path: Path, group: Group
) -> None:
    async with group() as serving, crowd([serving.url], 20) as public:
        port = int(serving.url.rpartition(":")[2])
        orphans = serving.pids()
        serving.process.kill()
        await serving.process.wait()
        url = centre.config.database_url
        async with (
            serve(url, tmp_path, port=port, workers=2) as following,
            publisher([following.url], centre.tokens[VERA.name]) as vera,
        ):
            await asyncio.to_thread(wait_until, lambda: not serving.left())
            assert set(following.pids()).isdisjoint(orphans)
            # They were told, whatever door of the two that close they tried next.
            assert all(one.closes["1012"] for one in public.readers)
            await public.upto(await vera.publish(), within=BACK_SECONDS)


@pytest.mark.parametrize(
    ("mood", "line"),
    [
        ("the database lacks migrations", "hub: the database lacks migrations\n"),
        ("", "hub: the workers do not start: status 7\n"),
    ],
)
async def test_when_no_worker_can_start_the_command_ends_with_the_workers_words(
    centre: Centre, tmp_path: Path, mood: str, line: str
) -> None:
    (tmp_path / "mood").write_text(mood)
    with pytest.raises(RuntimeError) as ended:
        async with serve(
            centre.config.database_url,
            tmp_path,
            workers=2,
            program=["tests.serving.moody"],
            MOOD=str(tmp_path / "mood"),
        ):
            pass
    assert str(ended.value).endswith(line)


async def test_each_worker_may_have_a_port_of_its_own(centre: Centre, group: Group) -> None:
    port = two_ports()
    url = f"http://127.0.0.1:{port}"
    async with group(port=port, words=["--port-each"], HUB_PUBLIC_URL=url) as serving:
        second = f"http://127.0.0.1:{port + 1}"
        async with (
            crowd([serving.url], 10, origin=url) as here,
            crowd([second], 20, origin=url) as there,
            publisher([serving.url], centre.tokens[VERA.name]) as vera,
        ):
            few, many = sorted(sockets(pid) for pid in serving.pids())
            assert many - few in range(8, 12)
            n = await vera.publish()
            await here.upto(n, within=5)
            await there.upto(n, within=5)
        os.kill(serving.pids()[1], signal.SIGKILL)
        await serving.tells("worker.ready", 3)
        assert [await page(serving.url), await page(second)] == [200, 200]


async def test_a_second_hub_on_the_same_port_is_refused(sqlite_url: str) -> None:
    port = free_port()
    with contextlib.ExitStack() as stack:
        for held in open_sockets("127.0.0.1", port, count=2, each=False):
            stack.enter_context(held)
        said = await hub("serve", f"--port={port}", "--workers=2", HUB_DATABASE_URL=sqlite_url)
    assert said.status == 1
    assert said.err == f"hub: --port: {port} cannot be used (Address already in use)\n"


def two_ports() -> int:
    """The first of two that are free."""
    while True:
        port = free_port()
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port + 1))
            return port


async def page(url: str) -> int:
    async with httpx2.AsyncClient(trust_env=False, verify=False, timeout=BACK_SECONDS) as client:
        return (await client.get(url)).status_code


def _ends(serving: Worker) -> dict[int, str]:
    told = [*serving.told("worker.left"), *serving.told("worker.died")]
    return {one["pid"]: one["ended"] for one in told}
