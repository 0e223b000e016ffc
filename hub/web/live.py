"""The socket's door: everything is checked before the handshake is answered."""

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from hub.domain.audience import Audience, may_join
from hub.domain.errors import NotFound, Unavailable
from hub.domain.words import LANGUAGES, whole_number
from hub.live.sink import AsgiSink, sink_of
from hub.live.socket import DRAINING, Socket
from hub.live.watch import Watch
from hub.web.failures import RETRY_SECONDS
from hub.web.house import house
from hub.web.visitor import Visitor, language_of, visitor_of

# A number of an event; more digits are not ours.
_DIGITS = 15
_EPOCH = 64


async def live(websocket: WebSocket) -> None:
    """GET /briefings/<slug>/live?as=room&after=141&epoch=k3f9"""
    at = house(websocket)
    try:
        audience, after, epoch, language = _asked(websocket)
    except ValueError as error:
        await websocket.send_denial_response(PlainTextResponse(f"{error}\n", 400))
        return
    revocations = at.fanout.revocations
    try:
        visitor = await visitor_of(websocket)
        watch = await at.fanout.watch(websocket.path_params["slug"])
        _check(visitor, audience, watch)
    except NotFound:
        await websocket.send_denial_response(PlainTextResponse("Nothing here.\n", 404))
        return
    except Unavailable as error:
        at.fanout.gauges.count_refusal(503)
        refusal = PlainTextResponse(f"{error}\n", 503, {"Retry-After": str(RETRY_SECONDS)})
        await websocket.send_denial_response(refusal)
        return
    await websocket.accept()
    sink = sink_of(websocket)
    staff = visitor is not None and visitor.staff
    socket = Socket(
        sink,
        key=visitor.key if visitor else None,
        person=visitor.person.id if visitor else None,
        name=visitor.person.name if visitor else "",
        staff=staff,
    )
    try:
        follows = await at.fanout.attach(
            socket, watch, audience, language, after=after, page_epoch=epoch, ours=_ours(websocket)
        )
        if not follows:
            sink.close(1000, "load the page anew")
        if at.fanout.revocations != revocations:
            # Some key ended between the door and the seat: it may have been this one.
            at.fanout.look_at_keys()
        at.fanout.gauges.count_end(await _until_gone(websocket))
    except Unavailable:
        sink.close(DRAINING, "the log cannot be read just now")
    finally:
        socket.leave()
        if isinstance(sink, AsgiSink):
            sink.stop()


def _ours(websocket: WebSocket) -> bool:
    """Whether the page was made by this version of the program; who does not say is no page."""
    return websocket.query_params.get("edition", "") in ("", house(websocket).renderer.edition)


def _asked(websocket: WebSocket) -> tuple[Audience, int | None, str | None, str]:
    """The address's parameters. ValueError with words for whoever wrote them."""
    asked = websocket.query_params
    try:
        audience = Audience(asked.get("as", Audience.PUBLIC))
    except ValueError:
        raise ValueError(f"as: one of {', '.join(Audience)}") from None
    given = asked.get("after")
    after = None if given is None else whole_number(given, digits=_DIGITS)
    if given is not None and after is None:
        raise ValueError("after: the number of the last event you have, a whole number from 0")
    epoch = asked.get("epoch")
    if epoch is not None and len(epoch) > _EPOCH:
        raise ValueError("epoch: as the page or the greeting gave it")
    language = asked.get("language") or language_of(websocket)
    if language not in LANGUAGES:
        raise ValueError(f"language: one of {', '.join(LANGUAGES)}")
    return audience, after, epoch, language


def _check(visitor: Visitor | None, audience: Audience, watch: Watch) -> None:
    role = visitor.person.role if visitor else None
    if not may_join(audience, role=role, public=watch.public):
        raise NotFound


async def _until_gone(websocket: WebSocket) -> int:
    """Nothing is read from a browser but that it has left; returns the close code."""
    try:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return int(message.get("code") or 1005)
    except WebSocketDisconnect as left:
        return left.code
