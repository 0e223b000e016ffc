"""The program on one page: what it is made of, in which order it starts and stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from shutil import which
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp

from hub.checks import Checks
from hub.config import Config
from hub.folders import folder
from hub.inspection.inspector import Inspector
from hub.live.bus import LocalBell, RedisBell
from hub.live.fanout import Fanout
from hub.live.presence import Presence
from hub.live.protocol import DRAIN_SECONDS, REFUSED
from hub.live.vitals import DRAIN
from hub.logs import set_up
from hub.render import Renderer
from hub.store.arrivals import Arrivals
from hub.store.database import Database
from hub.store.finding import epoch, hub_name
from hub.store.keys import Keyring
from hub.store.scanner import scanner_at
from hub.store.shelf import open_shelf
from hub.web.defence import Doors
from hub.web.failures import HANDLERS
from hub.web.giving import Handout
from hub.web.house import House
from hub.web.known import Known
from hub.web.limits import Limits
from hub.web.packing import Packing
from hub.web.record import Record
from hub.web.routes import routes
from hub.web.stretches import Stretches
from hub.worker import tidy

# Nothing that people send here is larger; documents have their own door.
BODY_LIMIT = 128 * 1024
UPLOADS_LAST = timedelta(days=1)
HOUSE = "hub.house"
"""In the state of its lifespan: the hub's rooms, for the program that it runs in."""

# Of the disk on which files arrive, for the others who write there.
SPARE_BYTES = 64 * 1024 * 1024


def create_app(config: Config, renderer: Renderer | None = None) -> ASGIApp:
    """The ASGI application. It opens the database when its lifespan begins.

    `renderer`: one that several hubs of a program share; without it this hub has its own.
    """
    renderer = renderer or own_renderer()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        database = Database(config.database_url)
        limits = Limits(config.redis_url)
        shelf = open_shelf(config.files)
        arrivals = Arrivals(
            config.uploads_folder, config.upload_bytes, UPLOADS_LAST, spare_bytes=SPARE_BYTES
        )
        inspector = Inspector(office=which("soffice"))
        handout = Handout(shelf, inspector)
        scanner = scanner_at(config.clamd) if config.clamd else None
        checks = Checks(database, shelf, inspector, scanner)
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
            shelf=shelf,
            arrivals=arrivals,
            handed_in=checks.wake,
            handout=handout,
            centre=config.centre,
            language=config.language,
            public_url=config.public_url,
            secure=config.secure,
            api_rate=config.api_rate,
        )
        await fanout.start()
        behind = (
            asyncio.create_task(tidy(database, shelf, arrivals), name="tidy"),
            asyncio.create_task(checks.run(), name="checks"),
        )
        try:
            yield {
                DRAIN_SECONDS: config.drain_seconds,
                DRAIN: fanout.vitals.drain,
                REFUSED: fanout.gauges.count_refusal,
                HOUSE: app.state.house,
            }
        finally:
            for task in behind:
                task.cancel()
            await asyncio.gather(*behind, return_exceptions=True)
            await fanout.close()
            await limits.close()
            await handout.close()
            await inspector.close()
            await shelf.close()
            arrivals.close()
            await database.close()

    app = Starlette(
        routes=routes(folder("static")),
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
    renderer = own_renderer()
    # Before the first reader comes.
    renderer.warm()
    return create_app(config, renderer)


def own_renderer() -> Renderer:
    """What renders the pages that the program brings along."""
    return Renderer(templates=folder("templates"), static=folder("static"), locale=folder("locale"))


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
