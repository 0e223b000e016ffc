"""Files as they are handed out: one door, which asks the document who may have it.

Whoever may not have a file is told what those are told who ask for one that there never was.
"""

from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hub.domain.audience import Audience
from hub.domain.document import DocumentState, sees_document
from hub.domain.errors import Gone, NotFound
from hub.domain.filetype import type_of
from hub.domain.version import PICTURES, Version
from hub.domain.words import fold, whole_number
from hub.store.documents import file_at
from hub.store.shelf import NotKept
from hub.web.house import house
from hub.web.leaves import leaf
from hub.web.outflow import FILE_HEADERS, FileAnswer
from hub.web.ranges import asked
from hub.web.visitor import seat_of, visitor_of

WEBP = "image/webp"
_PAGE_DIGITS = 6


async def version_for(request: Request) -> tuple[Version, Audience]:
    """The file at this address, and as whom its reader may have it. Raises NotFound, Gone."""
    at, visitor = house(request), await visitor_of(request)
    address = request.path_params["address"]
    version = await at.database.read(lambda session: file_at(session, address))
    document = version.document
    audience = seat_of(visitor, public=document.briefing.public)
    if audience not in sees_document(document) or version.given is None:
        raise NotFound
    if document.state == DocumentState.WITHDRAWN:
        raise Gone(reason=document.reason)
    return version, audience


async def download(request: Request) -> Response:
    """GET /files/<address>: the file. `?inline`: a picture in the page, nothing else ever is."""
    version, _ = await version_for(request)
    inline = version.type in PICTURES and "inline" in request.query_params
    return FileAnswer(
        house(request).handout.outflow,
        size=version.size,
        sha256=given(version),
        media_type=media_type(version),
        headers={"Content-Disposition": disposition(version.name, inline=inline)},
    )


async def checksum(request: Request) -> Response:
    """GET /files/<address>.sha256: its checksum, as `sha256sum --check` reads it."""
    version, _ = await version_for(request)
    named = {"Content-Disposition": disposition(f"{version.name}.sha256")}
    return PlainTextResponse(f"{given(version)}  {version.name}\n", headers=FILE_HEADERS | named)


async def preview(request: Request) -> Response:
    """GET /files/<address>/preview: its first page, or the picture, small."""
    version, _ = await version_for(request)
    if not version.preview:
        raise NotFound
    return await _picture(request, f"{given(version)}-preview.webp")


async def width(request: Request) -> Response:
    """GET /files/<address>/<width>.webp: a picture in one of the sizes made for the screen."""
    version, _ = await version_for(request)
    wanted = request.path_params["width"]
    if wanted not in version.sizes:
        raise NotFound
    return await _picture(request, f"{given(version)}-{wanted}.webp")


async def page_picture(request: Request) -> Response:
    """GET /files/<address>/pages/<n>.webp: a page, for the viewer."""
    version, _ = await version_for(request)
    number = whole_number(request.path_params["page"], digits=_PAGE_DIGITS)
    if number is None or not 1 <= number <= (version.pages or 0):
        raise NotFound
    try:
        return await _picture(request, leaf(given(version), number))
    except NotKept:
        # Nobody has turned to it yet.
        await house(request).handout.leaves.make(given(version), number, version.pages or 0)
    return await _picture(request, leaf(given(version), number))


def given(version: Version) -> str:
    """What names the bytes that are given out, and is their checksum. Raises NotFound."""
    if version.given is None:
        raise NotFound
    return version.given


def disposition(name: str, *, inline: bool = False) -> str:
    """The header by which a file is saved under its own name (RFC 6266), in ASCII for the old."""
    plain = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%' else "-" for c in _unmarked(name)
    )
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def media_type(version: Version) -> str:
    """What it says it is: what the check has found in it."""
    return type_of(version.type).media


async def _picture(request: Request, name: str) -> Response:
    """A small one, whole."""
    headers: dict[str, Any] = FILE_HEADERS | {"ETag": f'"{name}"'}
    known = Headers({"if-none-match": request.headers.get("if-none-match", "")})
    if asked(known, tag=headers["ETag"], size=0).status == 304:
        return Response(status_code=304, headers=headers)
    body = await house(request).handout.outflow.whole(name)
    return Response(body, headers=headers, media_type=WEBP)


def _unmarked(name: str) -> str:
    """Its marks taken off, its capitals kept."""
    return "".join(fold(c).upper() if c.isupper() else fold(c) for c in name)
