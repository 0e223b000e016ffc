"""One flood from beginning to end."""

import asyncio
import contextlib
import dataclasses
import json
import resource
import secrets
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from hub.flood.cost import Cost, cost
from hub.flood.crowd import Crowd
from hub.flood.door import Door, FloodError
from hub.flood.publisher import Account, Order
from hub.flood.report import Report, report

# Descriptors that are not sockets of readers.
_OTHER_FILES = 64
# What has just joined settles before its memory is read.
SETTLE_SECONDS = 0.5

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Flood:
    """What is asked for. `slug` None: a briefing of its own; `pid`: of the hub, None: elsewhere;
    `patience`: how long to wait for what is missing while nothing more comes. Seconds."""

    url: str
    token: str
    sockets: int
    rate: float
    seconds: float
    size: int
    publishers: int
    audience: str
    join_rate: float
    patience: float
    slug: str | None = None
    pid: int | None = None


async def flood(asked: Flood, tell: Tell) -> Report:
    """Joins, publishes, waits for the last reader, counts. Raises FloodError with one line."""
    open_many_files(asked.sockets)
    before = _cost(asked.pid)
    async with _briefing(asked) as (door, head):
        crowd = Crowd(door, asked.sockets)
        try:
            tell(f"joining {asked.sockets:,} sockets, {asked.join_rate:,.0f} a second ...")
            await crowd.join(asked.join_rate)
            await asyncio.sleep(SETTLE_SECONDS)
            joined = _cost(asked.pid)
            how = f"{asked.rate:g} a second" if asked.rate else "as fast as they are answered"
            tell(f"publishing for {asked.seconds:g} s, {how} ...")
            # Another audience may count differently: the difference is the same for every update.
            shift = crowd.tallies[0].cursor - head
            own = time.process_time()
            account = await _publish(asked, door)
            own = (time.process_time() - own) / max(1e-9, (account.ended - account.began) / 1e9)
            if account.stopped and not account.acts:
                raise FloodError(f"the hub takes no update: {account.stopped}")
            last = max(number for number, *_ in account.acts) + shift
            await crowd.complete(last, asked.patience)
            costs = (before, joined, _cost(asked.pid))
            return report(crowd, account, shift=shift, last=last, costs=costs, own=own)
        finally:
            await crowd.leave()


def open_many_files(sockets: int) -> None:
    """A socket is a file. FloodError: more than the system lets us have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most not in (resource.RLIM_INFINITY,) and sockets + _OTHER_FILES > most:
        raise FloodError(
            f"--sockets: this system lets a process open {most:,} files: ask for at most"
            f" {most - _OTHER_FILES:,}, raise the limit (ulimit -Hn), or run several floods"
        )
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextlib.asynccontextmanager
async def _briefing(asked: Flood) -> AsyncIterator[tuple[Door, int]]:
    """The briefing that is flooded and its head; one of our own is closed afterwards."""
    ours = asked.slug is None
    slug = asked.slug or f"flood-{secrets.token_hex(4)}"
    door = Door(asked.url, slug, asked.audience, asked.token)
    if ours:
        new = {"slug": slug, "title": f"A test of the hub ({slug})", "language": "en"}
        _did(*await asyncio.to_thread(door.ask, "POST", "/api/briefings", new))
        path = f"/api/briefings/{slug}/opening"
        _did(*await asyncio.to_thread(door.ask, "POST", path))
    status, found = await asyncio.to_thread(door.ask, "GET", f"/api/briefings/{slug}")
    if status == 404:
        raise FloodError(f"--slug: {asked.url} has no briefing {slug}")
    _did(status, found)
    try:
        yield door, int(found["head"])
    finally:
        if ours:
            with contextlib.suppress(FloodError):
                await asyncio.to_thread(door.ask, "POST", f"/api/briefings/{slug}/closing")


async def _publish(asked: Flood, door: Door) -> Account:
    order = Order(
        url=asked.url,
        slug=door.slug,
        token=asked.token,
        size=asked.size,
        rate=asked.rate,
        seconds=asked.seconds,
        publishers=asked.publishers,
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub.flood.publisher"), stdin=PIPE, stdout=PIPE
    )
    try:
        out, _ = await process.communicate(json.dumps(dataclasses.asdict(order)).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise FloodError("the publishers broke down")
    return Account.read(out.decode())


def _did(status: int, said: dict[str, object]) -> None:
    if status == 401:
        raise FloodError("--token: the hub does not know this token; make one: hub token NAME")
    if status == 403:
        raise FloodError("--token: its person may not publish; it takes a spokesperson's")
    if status >= 300:
        raise FloodError(f"the hub answers {status}: {said.get('detail', '')}")


def _cost(pid: int | None) -> Cost | None:
    if pid is None:
        return None
    try:
        return cost(pid)
    except ProcessLookupError:
        raise FloodError(f"--pid: there is no process {pid} on this machine") from None
