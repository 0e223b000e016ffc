"""For machines that look after the hub: alive, ready, measured."""

from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hub.domain.audience import Role
from hub.domain.errors import NotFound, Unavailable
from hub.store.finding import epoch
from hub.web.house import house
from hub.web.visitor import visitor_of

# Whoever sends one of these, or for whom it was added, is somewhere behind a proxy.
FORWARDED = ("x-forwarded-for", "x-real-ip", "x-forwarded-host", "forwarded", "via")


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("alive\n")


async def readyz(request: Request) -> Response:
    """It can serve: the database is read, and it is not about to stop."""
    at = house(request)
    if at.fanout.vitals.draining_since is not None:
        return PlainTextResponse("draining\n", 503)
    try:
        await at.database.read(epoch)
    except Unavailable:
        return PlainTextResponse("the database does not answer\n", 503)
    return PlainTextResponse("ready\n")


async def metrics(request: Request) -> Response:
    """This worker's figures, and the newest of all that it hears. No words are in them, but how
    busy the podium is: they are for this machine, and for administrators with a token."""
    if not _from_this_machine(request):
        visitor = await visitor_of(request)
        if visitor is None or visitor.person.role != Role.ADMINISTRATOR:
            raise NotFound
    registry = house(request).fanout.gauges.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _from_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
