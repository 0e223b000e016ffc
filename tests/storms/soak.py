"""Everything at once, for as long as one likes, at random but by a seed:

    python -m tests.storms.soak --minutes 20 --seed 7          (two workers, Redis, PostgreSQL)
    python -m tests.storms.soak --minutes 20 --seed 7 --sqlite

Ends with status 0 and its figures, or with what was wrong. docs/soak.md says more.
"""

import asyncio
import contextlib
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click
import uvloop

from hub.domain.audience import Audience
from tests.cast import ANA, VERA
from tests.centre import Centre, bare_centre
from tests.fire.history import RIGHT
from tests.fire.patience import comes_true
from tests.fire.publisher import publisher
from tests.fire.readers import Crowd, Reader, crowd
from tests.fire.record import record, verdict
from tests.fire.wire import Message
from tests.services import Server, fresh_database, postgres, redis
from tests.storms.editor import CANARY, Editor
from tests.storms.faults import Scene, faults
from tests.storms.keeper import Keeper
from tests.storms.machine import SPARE_MEGABYTES, Taken, taken
from tests.window import Window
from tests.workers import Worker, serve

WORKERS = 2
READERS = {Audience.PUBLIC: 60, Audience.ROOM: 20, Audience.PODIUM: 10}
TOKENS = {Audience.PUBLIC: None, Audience.ROOM: ANA.name, Audience.PODIUM: VERA.name}
PAGES = ((Audience.PUBLIC, "en"), (Audience.ROOM, "vi"), (Audience.PODIUM, "fr"))
ACTS_A_SECOND = 5.0
CUTS_A_SECOND = 1.0
QUIET_SECONDS = (0.5, 2.0)
COMPLETE_WITHIN = 15.0
# A worker that hangs or cannot see the record goes on for so long with what it has.
UNHEARD_SECONDS = 10.0
RING = 500
# Of a worker that nobody reads any more.
DESCRIPTORS = 60
# Nine streams of 512 events, as bytes and as text, and the pages kept of them.
FULL_RINGS_MEGABYTES = 40.0


@dataclass(slots=True)
class Soak:
    """`seconds` is how long things go wrong; 0: until everything has gone wrong once."""

    centre: Centre
    hub: Worker
    redis: Server
    postgres: Server | None
    seed: int
    seconds: float = 0.0
    tell: Callable[[str], None] = click.echo
    happened: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    _deaf: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """AssertionError or TimeoutError with what was wrong."""
        self.tell(f"seed {self.seed}")
        self.centre.url = self.hub.url
        fresh = [taken(pid) for pid in self.hub.pids()]
        async with contextlib.AsyncExitStack() as stack:
            enter = stack.enter_async_context
            token, api = self.centre.tokens[VERA.name], await self.centre.api(VERA)
            vera = await enter(publisher([self.hub.url], token, seed=self.seed))
            editor = Editor(vera, api, random.Random(self.seed), ACTS_A_SECOND)
            crowds = [await enter(self._crowd(audience, count)) for audience, count in _READERS]
            for people in crowds:
                people.heard = self._listens(editor)
            keepers = [Keeper(Window(self.centre, *page), self._dice()) for page in PAGES]
            for keeper in keepers:
                await enter(keeper.at_the_page())
            async with contextlib.AsyncExitStack() as meanwhile:
                for people in crowds:
                    await meanwhile.enter_async_context(people.cutting(CUTS_A_SECOND))
                await meanwhile.enter_async_context(editor.at_work())
                await self._things_go_wrong(crowds)
            await self._all_is_right(editor, crowds, keepers)
            self._sum_up(editor, crowds, keepers)
        await self._the_machine_is_given_back(fresh)

    async def _things_go_wrong(self, crowds: list[Crowd]) -> None:
        dice = self._dice()
        scene = Scene(
            hub=self.hub,
            workers=WORKERS,
            redis=self.redis,
            postgres=self.postgres,
            database_url=self.centre.config.database_url,
            crowds=crowds,
            dice=dice,
            deaf=self._deaf,
        )
        known = faults(scene)
        began = time.monotonic()
        while not self.happened or time.monotonic() - began < self.seconds:
            # All of them in turn, each time in another order.
            for name in dice.sample(list(known), len(known)):
                self.tell(f"{time.monotonic() - began:7.1f} s  {name.replace('_', ' ')}")
                await known[name](scene)
                self.happened[name] += 1
                await asyncio.sleep(dice.uniform(*QUIET_SECONDS))

    async def _all_is_right(
        self, editor: Editor, crowds: list[Crowd], keepers: list[Keeper]
    ) -> None:
        await editor.vera.publish()
        heads = {audience: (await record(self.centre, audience))[-1][0] for audience in READERS}
        for people in crowds:
            await people.upto(heads[people.audience], within=COMPLETE_WITHIN)
        judged = await verdict(self.centre, editor.vera, *crowds)
        assert judged == RIGHT, judged
        for keeper in keepers:
            async with asyncio.timeout(COMPLETE_WITHIN):
                await keeper.upto(heads[keeper.window.audience])
            differences = await keeper.differences()
            assert not differences, (keeper.window, differences)
            shown = set(CANARY.findall(str(keeper.window.sheet)))
            assert not shown & set(editor.retracted), shown & set(editor.retracted)
        # Whoever comes back from far behind is sent all of it once more, as it stands now.
        for audience, head in heads.items():
            async with self._crowd(audience, 1, after=max(0, head - RING)) as late:
                late.heard = self._listens(editor, patience=0.0)
                await late.upto(head, within=COMPLETE_WITHIN)
        assert not self.leaks, self.leaks

    def _listens(
        self, editor: Editor, *, patience: float = UNHEARD_SECONDS
    ) -> Callable[[Reader, Message], None]:
        """Hears words that were retracted."""

        def heard(reader: Reader, message: Message) -> None:
            for canary in CANARY.findall(message.said.get("html", "")):
                since = time.monotonic() - editor.retracted.get(canary, time.monotonic())
                if since > patience and reader.name not in self._deaf:
                    self.leaks.append(f"{reader.name}: {canary}, {since:.1f} s retracted")

        return heard

    def _crowd(
        self, audience: Audience, count: int, *, after: int = 0
    ) -> contextlib.AbstractAsyncContextManager[Crowd]:
        name = TOKENS[audience]
        token = self.centre.tokens[name] if name else None
        return crowd(
            [self.hub.url], count, after=after, audience=audience, token=token, seed=self.seed
        )

    async def _the_machine_is_given_back(self, fresh: list[Taken]) -> None:
        most = max(one.memory for one in fresh) + SPARE_MEGABYTES + FULL_RINGS_MEGABYTES

        async def given_back() -> bool:
            now = [taken(pid) for pid in self.hub.pids()]
            return all(one.descriptors < DESCRIPTORS and one.memory < most for one in now)

        try:
            await comes_true(given_back, within=COMPLETE_WITHIN, what="descriptors, memory")
        finally:
            self.tell(f"workers: {[taken(pid) for pid in self.hub.pids()]}")

    def _sum_up(self, editor: Editor, crowds: list[Crowd], keepers: list[Keeper]) -> None:
        acts, answers = editor.done, editor.vera.answers
        self.tell(f"faults: {sum(self.happened.values())}; acts: {dict(acts)}")
        self.tell(f"retracted: {len(editor.retracted)}; repeated: {len(answers) - acts['say']}")
        for people in crowds:
            events = sum(len(one.moments) for one in people.readers)
            self.tell(f"{people.audience}: {events} deliveries; {dict(people.closes)}")
        self.tell(f"pages: {[(one.window, one.cuts, one.reloads) for one in keepers]}")

    def _dice(self) -> random.Random:
        return random.Random(self.seed)


_READERS = list(READERS.items())


async def soak(
    seed: int,
    *,
    seconds: float,
    redis: Server,
    postgres: Server | None,
    folder: Path,
    tell: Callable[[str], None] = click.echo,
) -> Soak:
    """On servers that it may break."""
    with contextlib.ExitStack() as stack:
        url = f"sqlite:///{folder / 'hub.db'}"
        if postgres is not None:
            url = stack.enter_context(fresh_database(postgres.url))
        async with (
            bare_centre(url) as centre,
            serve(url, folder, redis_url=redis.url, workers=WORKERS) as hub,
        ):
            one = Soak(centre, hub, redis, postgres, seed, seconds, tell)
            try:
                await one.run()
            except BaseException as error:
                error.add_note(f"seed {seed}; the workers said:\n{hub.log[-4000:]}")
                raise
            return one


@click.command()
@click.option("--minutes", default=20.0, show_default=True)
@click.option("--seed", type=int, default=None, help="Another one each time if it is not given.")
@click.option("--sqlite", is_flag=True, help="The record in SQLite instead of PostgreSQL.")
def main(minutes: float, seed: int | None, sqlite: bool) -> None:
    """Everything at once for as long as one likes."""
    seed = random.randrange(1_000_000) if seed is None else seed
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        bell = stack.enter_context(redis())
        record_keeper = None if sqlite else stack.enter_context(postgres())
        uvloop.run(
            soak(
                seed,
                seconds=minutes * 60,
                redis=bell,
                postgres=record_keeper,
                folder=Path(folder),
            )
        )


if __name__ == "__main__":
    main()
