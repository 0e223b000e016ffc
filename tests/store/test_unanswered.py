"""A database that does not answer: whoever asks is told so in time, and nothing is done late."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from sqlalchemy.orm import Session

from hub.domain.errors import Unavailable
from hub.store.database import ANSWER_SECONDS, Database
from tests.centre import Centre, bare_centre

WITHIN = 2.0


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(database_url) as centre:
        yield centre


async def test_acts_and_reads_are_given_up_within_two_seconds_and_not_done_afterwards(
    centre: Centre,
) -> None:
    centre.database.answer_seconds = ANSWER_SECONDS
    begun, hangs = threading.Event(), threading.Event()
    done: list[str] = []

    def stuck(session: Session) -> None:
        begun.set()
        hangs.wait()
        done.append("stuck")

    def late(session: Session) -> None:
        done.append("late")

    loop = asyncio.get_running_loop()
    first = asyncio.create_task(centre.do(stuck))
    await asyncio.to_thread(begun.wait)
    asked = loop.time()
    answers = await asyncio.gather(
        first,
        centre.do(late),
        centre.database.read(lambda session: hangs.wait()),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert loop.time() - asked < WITHIN + 0.5
    hangs.set()
    await centre.do(lambda session: done.append("after"))
    # What its asker has given up on before it began is not done behind their back.
    assert done == ["stuck", "after"]


async def test_a_connection_whose_reader_has_gone_is_closed_with_the_database(
    centre: Centre,
) -> None:
    begun, goes_on = threading.Event(), threading.Event()
    held: list[Any] = []

    def look(session: Session) -> None:
        held.append(session.connection().connection.dbapi_connection)
        begun.set()
        goes_on.wait()

    database = Database(centre.config.database_url)
    reader = asyncio.create_task(database.read(look))
    await asyncio.to_thread(begun.wait)
    reader.cancel()
    await asyncio.wait([reader])
    closing = asyncio.create_task(database.close())
    asyncio.get_running_loop().call_soon(goes_on.set)
    await closing
    with pytest.raises((psycopg.OperationalError, sqlite3.ProgrammingError), match="closed"):
        held[0].execute("SELECT 1")
