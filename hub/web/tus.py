"""Uploads that can be resumed: the tus protocol 1.0.0 (core, creation, creation-with-upload,
expiration, termination). What is uploaded, by whom, and what becomes of it, others say.

    POST   at             a new upload: Upload-Length, Upload-Metadata    201, Location
    HEAD   at/<id>        how far it is                                   200, Upload-Offset
    PATCH  at/<id>        more of it, from Upload-Offset on               204, at the end 200
    DELETE at/<id>        it is not wanted any more                       204

Where the last answer was lost, or was a refusal that passes (503, 507), an empty PATCH at the end
asks for it again: what has been taken is taken once.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.domain.errors import N_, Invalid, NotFound, Refusal, Unavailable
from hub.domain.person import Person
from hub.store.arrivals import Arrivals, Arrived, Arriving, WrongOffset
from hub.web.bodies import PACE, UNLIMITED, Pace, length_of, paced
from hub.web.failures import status_of

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
BYTES = "application/offset+octet-stream"

_OVERRIDE = "x-http-method-override"
_METADATA_LIMIT = 8 * 1024
_AT, _METADATA = "at", "metadata"

Metadata = Mapping[str, str]
Handler = Callable[["Tus", Request], Awaitable[Response]]


class NotTus(Invalid):
    """A header that is missing or damaged. `field` names it."""


def _spoken(handler: Handler) -> Handler:
    """Asks for the protocol's version, and answers refusals in it."""

    @wraps(handler)
    async def speaking(tus: "Tus", request: Request) -> Response:
        if request.headers.getlist("tus-resumable") != [VERSION]:
            return tus.answer(412, {"Tus-Version": VERSION})
        try:
            return await handler(tus, request)
        except Refusal as refusal:
            return tus.refused(request, refusal)

    return speaking


@dataclass(frozen=True)
class Tus:
    """The handlers, for one address.

    `arrivals`: where this request's uploads are. `may`: who is asking; raises what it pleases.
    `begun`: whether somebody may begin an upload with this metadata; raises refusals. `arrived`:
    takes the whole file, and returns what is answered; a refusal other than Unavailable ends the
    upload. It may be asked again for the same `Arrived.id` after a crash. `words`: what a refusal
    is called in the language of who asks.
    """

    at: str
    arrivals: Callable[[Request], Arrivals]
    may: Callable[[Request], Awaitable[Person]]
    begun: Callable[[Request, Metadata], Awaitable[None]]
    arrived: Callable[[Request, Arrived, Metadata], Awaitable[Mapping[str, Any]]]
    words: Callable[[Request, Refusal], str] = lambda _, refusal: str(refusal)
    pace: Pace = PACE

    def routes(self) -> list[Route]:
        """Where they stand; `at` may have parameters of its own."""
        ones = ["OPTIONS", "HEAD", "PATCH", "DELETE", "POST"]
        one = f"{self.at}/{{upload}}"
        return [
            Route(self.at, self._at_all, methods=["OPTIONS", "POST"], max_body_size=UNLIMITED),
            Route(one, self._at_one, methods=ones, max_body_size=UNLIMITED),
        ]

    def answer(
        self, status: int, headers: Mapping[str, str], content: Mapping[str, Any] | None = None
    ) -> Response:
        """An answer as the protocol wants it."""
        always = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
        if content is None:
            return Response(status_code=status, headers=always | dict(headers))
        return JSONResponse(content, status, headers=always | dict(headers))

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """A refusal, in words. A body that may go on for ever is not waited for; else the sender
        would not hear the answer who reads it after the last byte."""
        status = 400 if isinstance(refusal, NotTus) else status_of(refusal)
        endless = status in (408, 413) or "transfer-encoding" in request.headers
        headers = {"Connection": "close"} if endless else {}
        return self.answer(status, headers, {"detail": self.words(request, refusal)})

    async def _at_all(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return self._options(request)
        return await self._create(request)

    async def _at_one(self, request: Request) -> Response:
        method = request.method
        if method == "POST":
            # For who can send nothing else; a GET stays one whatever it says.
            method = request.headers.get(_OVERRIDE, "").upper()
        match method:
            case "OPTIONS":
                return self._options(request)
            case "HEAD":
                return await self._stand(request)
            case "PATCH":
                return await self._go_on(request)
            case "DELETE":
                return await self._end(request)
        return self.answer(405, {"Allow": "OPTIONS, HEAD, PATCH, DELETE"})

    def _options(self, request: Request) -> Response:
        limit = str(self.arrivals(request).limit_bytes)
        return self.answer(
            204, {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": limit}
        )

    @_spoken
    async def _create(self, request: Request) -> Response:
        arrivals, person = self.arrivals(request), await self.may(request)
        size = _number(request, "upload-length")
        if size > arrivals.limit_bytes:
            raise arrivals.too_large()
        told = request.headers.get("upload-metadata", "")
        metadata = metadata_of(told)
        with_bytes = length_of(request) not in (None, 0) or "transfer-encoding" in request.headers
        if with_bytes and request.headers.get("content-type") != BYTES:
            return self.answer(415, {})
        if (length_of(request) or 0) > size:
            raise arrivals.too_large()
        await self.begun(request, metadata)
        at = request.url.path
        upload = await arrivals.begin(size, person=person.id, about={_AT: at, _METADATA: told})
        offset = 0
        if with_bytes:
            offset = await arrivals.append(upload, 0, paced(request, self.pace))
        place = {"Location": f"{at}/{upload}"}
        if offset == size:
            return await self._taken(request, await arrivals.describe(upload), place, status=201)
        return self.answer(201, place | await self._standing(arrivals, upload, offset))

    @_spoken
    async def _stand(self, request: Request) -> Response:
        arrivals, arriving = await self._own(request)
        offset = await arrivals.offset(arriving.id)
        headers = {"Upload-Length": str(arriving.size)}
        if arriving.about[_METADATA]:
            headers["Upload-Metadata"] = arriving.about[_METADATA]
        return self.answer(200, headers | await self._standing(arrivals, arriving.id, offset))

    @_spoken
    async def _go_on(self, request: Request) -> Response:
        arrivals, arriving = await self._own(request)
        if request.headers.get("content-type") != BYTES:
            return self.answer(415, {})
        offset, size = _number(request, "upload-offset"), arriving.size or 0
        if arriving.answer is not None:
            if offset != size:
                raise WrongOffset
            return self.answer(200, {"Upload-Offset": str(size)}, arriving.answer)
        if offset != await arrivals.offset(arriving.id):
            raise WrongOffset
        if offset + (length_of(request) or 0) > size:
            raise arrivals.too_large()
        offset = await arrivals.append(arriving.id, offset, paced(request, self.pace))
        if offset == size:
            return await self._taken(request, arriving, {}, status=200)
        return self.answer(204, await self._standing(arrivals, arriving.id, offset))

    @_spoken
    async def _end(self, request: Request) -> Response:
        arrivals, arriving = await self._own(request)
        await arrivals.discard(arriving.id)
        return self.answer(204, {})

    async def _taken(
        self, request: Request, arriving: Arriving, headers: Mapping[str, str], *, status: int
    ) -> Response:
        """It is here wholly: hands it over, once."""
        arrivals = self.arrivals(request)
        async with arrivals.finish(arriving.id) as arrived:
            try:
                answer = await self.arrived(
                    request, arrived, metadata_of(arriving.about[_METADATA])
                )
            except Unavailable:
                # It waits for another try.
                raise
            except Refusal:
                await arrivals.discard(arriving.id)
                raise
            await arrivals.settle(arriving.id, answer)
        return self.answer(status, {**headers, "Upload-Offset": str(arrived.size)}, answer)

    async def _own(self, request: Request) -> tuple[Arrivals, Arriving]:
        """The upload at this address. Raises NotFound, also for another person's."""
        person, arrivals = await self.may(request), self.arrivals(request)
        arriving = await arrivals.describe(request.path_params["upload"])
        at = request.url.path.rpartition("/")[0]
        if arriving.person != person.id or arriving.about.get(_AT) != at:
            raise NotFound
        return arrivals, arriving

    async def _standing(self, arrivals: Arrivals, upload: str, offset: int) -> dict[str, str]:
        expires = format_datetime(await arrivals.expires(upload), usegmt=True)
        return {"Upload-Offset": str(offset), "Upload-Expires": expires}


def metadata_of(told: str) -> Metadata:
    """What Upload-Metadata says: pairs of a key and its value in base64. Raises NotTus."""
    found: dict[str, str] = {}
    try:
        if len(told) > _METADATA_LIMIT:
            raise ValueError
        for pair in told.split(",") if told else ():
            key, _, value = pair.strip(" ").partition(" ")
            if not key or not key.isascii() or not key.isprintable() or key in found:
                raise ValueError
            found[key] = b64decode(value, validate=True).decode()
    except (ValueError, NotBase64):
        raise NotTus("Upload-Metadata", N_("Send it as tus 1.0.0 has it.")) from None
    return found


def _number(request: Request, name: str) -> int:
    told = request.headers.getlist(name)
    if len(told) != 1 or not (told[0].isascii() and told[0].isdecimal()) or len(told[0]) > 15:
        raise NotTus(name.title(), N_("Send it as tus 1.0.0 has it."))
    return int(told[0])
