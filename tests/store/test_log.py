"""The log: numbered under the lock, without gaps, and none missed by whoever reads it."""

import asyncio
import random
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from hub.domain.audience import Audience
from hub.domain.draft import Draft
from hub.domain.event import Entry, Event
from hub.store.finding import briefing_at
from hub.store.log import read_on
from tests.cast import VERA
from tests.centre import SLUG, Centre, bare_centre
from tests.store.writer import Regret

WRITERS = 6
ACTS = 480
"""Acts of each writer: thousands of commits in all, a quarter of them rolled back."""
LOOK_SECONDS = 0.002


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(database_url) as centre:
        yield centre


async def test_numbers_have_no_gap_and_the_tail_misses_none(centre: Centre) -> None:
    """Writers in processes of their own, as so many workers, and a reader beside them."""
    seen: list[int] = []
    done = asyncio.Event()

    async def read() -> None:
        number = 0
        while True:
            last = done.is_set()
            passage = await centre.database.read(
                lambda session, number=number: read_on(  # type: ignore[misc]
                    session, 1, number=number, limit=500
                )
            )
            seen.extend(event.number for event in passage.events)
            if passage.events:
                number = passage.events[-1].number
            elif last:
                return
            else:
                # Several looks while each commit lasts, and the processor is left to the writers.
                await asyncio.sleep(LOOK_SECONDS)

    reader = asyncio.create_task(read())
    kept = await asyncio.gather(
        *(_writer(centre.config.database_url, seed) for seed in range(WRITERS))
    )
    done.set()
    await reader

    before = len(await _numbers(centre)) - sum(kept)
    assert sum(kept) > WRITERS * ACTS / 2
    assert seen == list(range(1, sum(kept) + before + 1))
    assert await _numbers(centre) == seen
    for audience in Audience:
        numbers = await centre.database.read(
            lambda session, audience=audience: list(  # type: ignore[misc]
                session.scalars(
                    select(Entry.n).where(Entry.audience == audience).order_by(Entry.number)
                )
            )
        )
        assert numbers == list(range(1, len(numbers) + 1))
    briefing = await centre.briefing()
    assert briefing.number == len(seen)


async def _writer(url: str, seed: int) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.store.writer", url, str(seed), str(ACTS), stdout=PIPE
    )
    kept, _ = await process.communicate()
    assert process.returncode == 0
    return int(kept)


async def _numbers(centre: Centre) -> list[int]:
    return await centre.database.read(
        lambda session: list(session.scalars(select(Event.number).order_by(Event.number)))
    )


def test_a_plain_serial_number_would_miss_committed_rows(postgres_url: str) -> None:
    """The control: the same check on what is usually done fails, so the check can see a loss."""
    engine = create_engine(postgres_url, pool_size=WRITERS + 1)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE plain (id bigserial PRIMARY KEY)"))
    halt = threading.Event()
    seen: list[int] = []

    def write(seed: int) -> None:
        dice = random.Random(seed)
        with engine.connect() as connection:
            for _ in range(60):
                connection.execute(text("INSERT INTO plain DEFAULT VALUES"))
                # The rest of a transaction's work, of any length.
                connection.execute(text(f"SELECT pg_sleep({dice.random() / 100})"))
                connection.commit()

    def read() -> None:
        cursor = 0
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            while True:
                last = halt.is_set()
                found = connection.scalars(
                    text("SELECT id FROM plain WHERE id > :id ORDER BY id"), {"id": cursor}
                ).all()
                seen.extend(found)
                if found:
                    cursor = found[-1]
                elif last:
                    return

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    reader = threading.Thread(target=read)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join()
    halt.set()
    reader.join()
    with engine.connect() as connection:
        committed = connection.scalar(text("SELECT count(*) FROM plain"))
    engine.dispose()
    assert committed == WRITERS * 60
    assert len(seen) < committed


async def test_acts_that_waited_share_a_commit_and_keep_their_order(centre: Centre) -> None:
    vera = centre.people[VERA.name]
    order: list[int] = []

    def act(at: int, session: Session) -> int:
        briefing = briefing_at(session, SLUG, lock=True)
        if at % 5 == 4:
            raise Regret
        order.append(at)
        update = briefing.publish(Draft(words={"": str(at)}), by=vera, now=datetime.now(UTC))
        return update.published_n[Audience.PUBLIC]

    answers = await asyncio.gather(
        *(centre.do(lambda session, at=at: act(at, session)) for at in range(50)),  # type: ignore[misc]
        return_exceptions=True,
    )
    published = [answer for answer in answers if isinstance(answer, int)]
    assert [isinstance(answer, Regret) for answer in answers] == [at % 5 == 4 for at in range(50)]
    assert order == sorted(order)
    assert published == list(range(published[0], published[0] + 40))


async def test_an_act_that_fails_leaves_nothing(centre: Centre) -> None:
    before = await centre.briefing()

    def act(session: Session) -> None:
        briefing = briefing_at(session, SLUG, lock=True)
        vera = centre.people[VERA.name]
        briefing.publish(Draft(words={"": "lost"}), by=vera, now=datetime.now(UTC))
        session.flush()
        raise Regret

    with pytest.raises(Regret):
        await centre.do(act)
    after = await centre.briefing()
    assert (after.number, after.heads) == (before.number, before.heads)


async def test_each_commit_is_announced_with_the_number_it_reached(centre: Centre) -> None:
    heard: list[tuple[int, int]] = []
    centre.database.announce = lambda briefing, number: heard.append((briefing, number))
    before = (await centre.briefing()).number
    for _ in range(3):
        await centre.say("words")
    assert heard == [(1, before + 1), (1, before + 2), (1, before + 3)]
