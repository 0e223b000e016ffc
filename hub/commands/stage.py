"""A hub of one's own for a demonstration or a replay: fresh database, one process, no Redis."""

import asyncio
import contextlib
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from hub.commands.opening import patient_database
from hub.config import Config
from hub.domain.audience import Role
from hub.logs import set_up
from hub.replay.company import Tokens
from hub.replay.room import Journalist
from hub.server import listen, serving
from hub.store import schema
from hub.store.keys import Keyring
from hub.store.people import add_person

T = TypeVar("T")


def perform(
    play: Coroutine[None, None, T],
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> T:
    """asyncio.run(), which SIGTERM ends as Ctrl+C does: what was opened is closed."""

    async def stoppable() -> T:
        this = asyncio.current_task()
        if this is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
        return await play

    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(stoppable())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


@contextlib.asynccontextmanager
async def a_hub_of_our_own(folder: Path, *, port: int) -> AsyncIterator[Config]:
    """Serves on loopback (port 0: a free one) with its database in the folder."""
    listening = listen("127.0.0.1", port)
    config = Config(
        database_url=f"sqlite:///{folder / 'hub.db'}",
        redis_url=None,
        files=str(folder / "files"),
        public_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
        secret_key=secrets.token_urlsafe(32),
        # It is its own guest: no limit, no slow goodbye.
        api_rate=0,
        drain_seconds=0.2,
        workers=1,
        log_level="warning",
    )
    set_up(config.log_level, as_json=False)
    schema.migrate(config.database_url)
    async with serving(config, listening):
        yield config


async def token_for(config: Config, name: str, role: Role) -> str:
    """Enters somebody and makes them a token."""

    def work(session: Session) -> str:
        person = add_person(session, name, role=role, outlet=None)
        return _keyring(config).make_token(session, person, now=datetime.now(UTC))

    return await _act(config, work)


async def tokens_for(
    config: Config, *, podium: str, desk: str, room: Sequence[Journalist]
) -> Tokens:
    """Enters all who play a programme and makes them tokens."""

    def work(session: Session) -> dict[str, str]:
        made = {}
        for one in room:
            person = add_person(
                session,
                one.name,
                role=Role.JOURNALIST,
                outlet=one.outlet,
                category=one.category,
                shares=one.shares,
            )
            made[one.name] = _keyring(config).make_token(session, person, now=datetime.now(UTC))
        return made

    return Tokens(
        podium=await token_for(config, podium, Role.SPOKESPERSON),
        desk=await token_for(config, desk, Role.MODERATOR),
        askers=await _act(config, work),
    )


async def link_for(config: Config, name: str, role: Role, outlet: str | None) -> str:
    """Enters somebody and makes them a sign-in link."""

    def work(session: Session) -> str:
        person = add_person(session, name, role=role, outlet=outlet)
        return _keyring(config).make_link(session, person, now=datetime.now(UTC))

    return f"{config.public_url}/sign-in/{await _act(config, work)}"


async def _act(config: Config, work: Callable[[Session], T]) -> T:
    database = patient_database(config)
    try:
        return await database.act("people", work)
    finally:
        await database.close()


def _keyring(config: Config) -> Keyring:
    return Keyring(config.secret_key.get_secret_value())
