"""A writer in a process of its own: python -m tests.store.writer URL SEED ACTS. Prints how many
of its acts were kept, each a commit of its own; every fourth or so is rolled back."""

import asyncio
import contextlib
import random
import sys
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.domain.draft import Draft
from hub.domain.errors import Unavailable
from hub.domain.person import Person
from hub.store.acts import publish
from hub.store.database import Database
from hub.store.finding import briefing_at
from tests.cast import VERA
from tests.centre import SLUG


class Regret(Exception):
    """An act that fails after it has taken a number."""


async def write(url: str, seed: int, acts: int) -> int:
    """How many acts were kept."""
    database = Database(url)
    dice = random.Random(seed)
    vera = await database.read(
        lambda session: session.scalars(select(Person).where(Person.name == VERA.name)).one()
    )

    async def keep(key: str) -> bool:
        """As a client does: again with the same key until it is answered."""
        while True:
            with contextlib.suppress(Unavailable):
                await publish(
                    database, SLUG, Draft(words={"": key}), key=key, by=vera, now=datetime.now(UTC)
                )
                return True

    async def regret() -> bool:
        def act(session: Session) -> None:
            briefing = briefing_at(session, SLUG, lock=True)
            briefing.publish(Draft(words={"": "lost"}), by=vera, now=datetime.now(UTC))
            session.flush()
            raise Regret

        with contextlib.suppress(Regret, Unavailable):
            await database.act(SLUG, act)
        return False

    kept = 0
    for at in range(acts):
        kept += await (regret() if dice.random() < 0.25 else keep(f"{seed}-{at}"))
    await database.close()
    return kept


if __name__ == "__main__":
    print(asyncio.run(write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))  # noqa: T201
