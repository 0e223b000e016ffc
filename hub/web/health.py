"""For machines that look after the hub: alive, ready, measured."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hub.domain.errors import Unavailable
from hub.store.finding import epoch
from hub.web.house import house


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("alive\n")


async def readyz(request: Request) -> Response:
    """It can serve: the database is read."""
    try:
        await house(request).database.read(epoch)
    except Unavailable:
        return PlainTextResponse("the database does not answer\n", 503)
    return PlainTextResponse("ready\n")


async def metrics(request: Request) -> Response:
    """This worker's figures. No names and no words are in them."""
    registry = house(request).fanout.gauges.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
