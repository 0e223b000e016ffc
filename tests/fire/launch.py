"""A worker with a fault built in: python -m tests.fire.launch FAULT... serve --port ...

What it breaks, it breaks from outside: the hub does not know that it is under test.
"""

import asyncio
import ctypes
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from hub.cli import main
from hub.domain.draft import Draft
from hub.live import fanout
from hub.live.fanout import Fanout
from hub.store import acts

BLOCKED_SECONDS = 3.0
NEVER = 1e9
MARK = "end here"
"""An update with these words ends the process at its crash point."""
STATUS = 86
RUNG_SECONDS = 0.5


def tells_tasks() -> None:
    """On SIGUSR1 it writes how many tasks its loop has."""

    def tell(*_: object) -> None:
        told = tasks_file(os.getpid())
        told.with_suffix(".new").write_text(str(len(asyncio.all_tasks())))
        told.with_suffix(".new").rename(told)

    signal.signal(signal.SIGUSR1, tell)


def tasks_file(pid: int) -> Path:
    """Where that worker tells its tasks: on no disk that a test fills."""
    return Path(tempfile.gettempdir()) / f"hub-fire-{pid}"


def blockable() -> None:
    """On SIGUSR2 its loop does nothing for three seconds."""
    signal.signal(signal.SIGUSR2, lambda *_: time.sleep(BLOCKED_SECONDS))


def without_tail() -> None:
    """Looks into the log only when the bell rings."""
    for name in ("TAIL_SECONDS", "TAIL_WITHOUT_BELL_SECONDS"):
        getattr(fanout, name)  # else the control would pass for nothing
        setattr(fanout, name, NEVER)


def hasty() -> None:
    """PostgreSQL acknowledges what is not on its disk yet."""

    @event.listens_for(Engine, "connect")
    def connected(dbapi: Any, _record: object) -> None:
        with dbapi.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")
        dbapi.commit()


def ends_before_commit() -> None:
    """Everything is written, nothing is kept."""
    marked = _marked()

    @event.listens_for(Engine, "before_cursor_execute")
    def executes(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if marked.is_set() and statement.startswith("INSERT INTO event"):
            connection.info[MARK] = True

    @event.listens_for(Engine, "commit")
    def commits(connection: Connection) -> None:
        if MARK in connection.info:
            os._exit(STATUS)


def ends_before_the_bell() -> None:
    """It is kept, and nobody has been told."""
    marked = _marked()
    announce = Fanout.announce

    def ends(self: Fanout, briefing_id: int, number: int) -> None:
        if marked.is_set():
            os._exit(STATUS)
        announce(self, briefing_id, number)

    _replace(Fanout, "announce", ends)


def ends_before_the_answer() -> None:
    """It is kept and rung, and who published has not been told."""
    marked = _marked()
    publish = acts.publish

    async def ends(*given: Any, **more: Any) -> Any:
        answer = await publish(*given, **more)
        if marked.is_set():
            await asyncio.sleep(RUNG_SECONDS)
            os._exit(STATUS)
        return answer

    _replace(acts, "publish", ends)


def _marked() -> asyncio.Event:
    """Set once an update with the mark is on its way."""
    marked = asyncio.Event()
    publish = acts.publish

    async def notices(database: Any, slug: str, draft: Draft, **more: Any) -> Any:
        if MARK in str(draft.words):
            marked.set()
        return await publish(database, slug, draft, **more)

    _replace(acts, "publish", notices)
    return marked


def _replace(where: Any, name: str, value: object) -> None:
    setattr(where, name, value)


FAULTS: dict[str, Callable[[], None]] = {
    fault.__name__: fault
    for fault in (
        tells_tasks,
        blockable,
        without_tail,
        hasty,
        ends_before_commit,
        ends_before_the_bell,
        ends_before_the_answer,
    )
}


def _die_with_the_tests() -> None:
    """However they end: a fault that nobody takes away again must not stay behind."""
    parent_death_signal = 1
    ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL)


if __name__ == "__main__":
    _die_with_the_tests()
    at = sys.argv.index("serve")
    for word in sys.argv[1:at]:
        FAULTS[word]()
    sys.argv[1:at] = []
    main()
