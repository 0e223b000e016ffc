"""P1 by hand: publish without a break while kill -9 takes a worker, the database or Redis; at the
end everything that was acknowledged must be there.

    python -m tests.fire.kill_cycles --cycles 50 --database postgres --seed 7

Each acknowledgement is on the disk, in a journal, before its act counts. Status 1: something of it
is not in the database, or a reader was not sent each event once and in order.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests import services
from tests.cast import VERA
from tests.fire.ground import Gate, Ground, beside
from tests.fire.history import RIGHT, Verdict
from tests.fire.publisher import publisher
from tests.fire.readers import crowd
from tests.fire.record import record, verdict
from tests.workers import Worker

HANDS = 8
READERS = 20
CUTS_A_SECOND = 2.0
# Seconds between two deaths: time enough to publish again, or to die again while starting.
LEAST, MOST = 0.5, 4.0
ALL_BACK_WITHIN = 60.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`lost` are acts that stand in the journal and not in the database."""

    acknowledged: int
    lost: tuple[str, ...]
    verdict: Verdict
    deaths: Counter[str]


async def cycles(
    ground: Ground,
    times: int,
    *,
    seed: int,
    postgresql: bool,
    tell: Tell,
    hands: int = HANDS,
    most: float = MOST,
) -> Outcome:
    """That many deaths under a load; the first ones are of each kind, in turn."""
    dice = random.Random(seed)
    deaths: Counter[str] = Counter()
    journal = ground.folder / "journal"
    async with (
        a_database(ground, postgresql=postgresql) as (url, postgres),
        ground.own_redis() as redis,
        ground.centre(url) as centre,
        ground.workers(centre, 1, redis_url=redis.url, workers=2) as [hub],
        crowd([hub.url], READERS, after=0, seed=seed) as public,
        publisher([hub.url], centre.tokens[VERA.name], seed=seed, journal=journal) as vera,
    ):
        victims: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("a worker", lambda: kill_a_worker(hub, dice)),
            ("Redis", lambda: asyncio.to_thread(redis.restart)),
        ]
        if postgres is not None:
            victims.append(("PostgreSQL", lambda: asyncio.to_thread(postgres.restart)))
        async with public.cutting(CUTS_A_SECOND), vera.hard_at_it(hands):
            for at in range(times):
                await asyncio.sleep(dice.uniform(LEAST, most))
                name, kill = victims[at] if at < len(victims) else dice.choice(victims)
                deaths[name] += 1
                await kill()
                tell(f"{at + 1}: {name} killed; {len(vera.acknowledged)} acknowledged")
        head = await vera.settled(within=ALL_BACK_WITHIN)
        await public.upto(head, within=ALL_BACK_WITHIN)
        found = await verdict(centre, vera, public)
        kept = {act for _, act in await record(centre)}
    told = [line.split()[0] for line in journal.read_text().splitlines()]
    return Outcome(len(told), tuple(act for act in told if act not in kept), found, deaths)


async def kill_a_worker(hub: Worker, dice: random.Random) -> None:
    """One of them, with SIGKILL."""
    if pids := hub.pids():
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(pids), signal.SIGKILL)


@contextlib.asynccontextmanager
async def a_database(
    ground: Ground, *, postgresql: bool
) -> AsyncIterator[tuple[str, services.Server | None]]:
    """One of its own, and its server where there is one to break."""
    if not postgresql:
        yield f"sqlite:///{ground.folder / 'hub.db'}", None
        return
    async with ground.own_postgres(durable=True) as server:
        async with beside(services.fresh_database(server.url)) as url:
            yield url, server


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    asked.add_argument("--cycles", type=int, default=50)
    asked.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    asked.add_argument("--hands", type=int, default=HANDS, help="who publish at once")
    asked.add_argument("--most", type=float, default=MOST, help="seconds between two deaths")
    asked.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    given = asked.parse_args()
    _tell(f"seed {given.seed}, {given.cycles} cycles on {given.database}")
    with tempfile.TemporaryDirectory(prefix="hub-kill-cycles-") as folder:
        ground = Ground(folder=Path(folder), postgres="", redis="", gate=Gate(1))
        found = asyncio.run(
            cycles(
                ground,
                given.cycles,
                seed=given.seed,
                postgresql=given.database == "postgres",
                tell=_tell,
                hands=given.hands,
                most=given.most,
            )
        )
    _tell(f"{found.acknowledged} acknowledged, {len(found.lost)} lost; killed: {found.deaths}")
    if found.lost:
        _tell("\n".join(found.lost))
    if found.verdict != RIGHT:
        _tell(str(found.verdict))
    return int(bool(found.lost) or found.verdict != RIGHT)


def _tell(words: str) -> None:
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
