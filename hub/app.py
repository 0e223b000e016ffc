"""The program on one page: what it is made of, in which order it starts and stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp

from hub.config import Config
from hub.folders import folder
from hub.live.bus import LocalBell, RedisBell
from hub.live.fanout import Fanout
from hub.live.presence import Presence
from hub.live.protocol import DRAIN_SECONDS
from hub.live.vitals import DRAIN
from hub.logs import set_up
from hub.render import Renderer
from hub.store.database import Database
from hub.store.finding import epoch, hub_name
from hub.store.keys import Keyring
from hub.web.defence import Doors
from hub.web.failures import HANDLERS
from hub.web.house import House
from hub.web.known import Known
from hub.web.limits import Limits
from hub.web.packing import Packing
from hub.web.record import Record
from hub.web.routes import routes
from hub.web.stretches import Stretches
from hub.worker import tidy

# Nothing that people send here is larger; documents will have their own door.
BODY_LIMIT = 128 * 1024


def create_app(config: Config, *, warm: bool = False) -> ASGIApp:
    """The ASGI application. It opens the database when its lifespan begins.

    `warm`: all templates are compiled before the first reader comes.
    """
    static = folder("static")
    renderer = Renderer(templates=folder("templates"), static=static, locale=folder("locale"))
    if warm:
        renderer.warm()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        database = Database(config.database_url)
        limits = Limits(config.redis_url)
        fanout = await _fanout(config, database, renderer)
        database.announce = fanout.announce
        database.hand_over = fanout.delivery.take
        database.breath = fanout.delivery.breath
        database.observe = fanout.acted
        fanout.gauges.count_reads(lambda: database.reads)
        app.state.house = House(
            database=database,
            renderer=renderer,
            keyring=Keyring(config.secret_key.get_secret_value()),
            known=Known(lambda: fanout.revocations),
            fanout=fanout,
            limits=limits,
            record=Record(database, renderer),
            stretches=Stretches(fanout, database, renderer),
            centre=config.centre,
            language=config.language,
            public_url=config.public_url,
            secure=config.secure,
            api_rate=config.api_rate,
        )
        await fanout.start()
        tidying = asyncio.create_task(tidy(database), name="tidy")
        try:
            yield {DRAIN_SECONDS: config.drain_seconds, DRAIN: fanout.vitals.drain}
        finally:
            tidying.cancel()
            await fanout.close()
            await limits.close()
            await database.close()

    app = Starlette(
        routes=routes(static),
        exception_handlers=HANDLERS,
        lifespan=lifespan,
        max_body_size=BODY_LIMIT,
    )
    # Around everything, Starlette's own error pages and limits included.
    return Doors(Packing(app), origins=config.origins, hosts=config.hosts, secure=config.secure)


def from_environment() -> ASGIApp:
    """For the server's workers: the application as the environment describes it."""
    config = Config.read()
    set_up(config.log_level, as_json=True)
    return create_app(config, warm=True)


async def _fanout(config: Config, database: Database, renderer: Renderer) -> Fanout:
    history, name = await database.read(lambda session: (epoch(session), hub_name(session)))
    alone = config.workers == 1
    presence = Presence(shared=alone or config.redis_url is not None)
    bell: LocalBell | RedisBell = (
        LocalBell(alone=alone)
        if config.redis_url is None
        else RedisBell(config.redis_url, name=name, presence=presence)
    )
    return Fanout(database, renderer, bell=bell, presence=presence, epoch=history)
