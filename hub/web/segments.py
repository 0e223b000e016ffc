"""The public record for crowds: answers that any cache between us and them may give for us.

Nothing here looks at who asks: no cookie, no token, only the public's events, and for a briefing
that is not public the same 404 as for one that does not exist.
"""

import gzip
import re

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hub.domain.errors import NotFound, Unavailable
from hub.domain.words import LANGUAGES
from hub.web.failures import RETRY_SECONDS
from hub.web.house import house
from hub.web.packing import takes_gzip
from hub.web.stretches import HUNDRED, Answer

# How long a cache may answer for us, and so how long what was retracted may still be told there.
TAIL = "public, max-age=1, s-maxage=1"
CLOSED = "public, max-age=5, s-maxage=5"

# No leading zeros: each stretch has one address.
_SPAN = re.compile(r"([1-9]\d{0,8})-([1-9]\d{0,8})?", re.ASCII)


async def segment(request: Request) -> Response:
    """GET /briefings/<slug>/events/101-200, a whole hundred; /events/142-, what comes from 142 on.

    `?language=vi`: of the words around what was said.
    """
    at, slug = house(request), request.path_params["slug"]
    language = request.query_params.get("language", at.language)
    span = _SPAN.fullmatch(request.path_params["span"])
    try:
        if language not in LANGUAGES or span is None:
            raise NotFound
        first = int(span[1])
        if span[2] is None:
            return _answered(request, await at.stretches.tail(slug, language, first), TAIL)
        if first % HUNDRED != 1 or int(span[2]) != first + HUNDRED - 1:
            raise NotFound
        return _answered(request, await at.stretches.closed(slug, language, first), CLOSED)
    except NotFound:
        return PlainTextResponse("Nothing here.\n", 404, {"Cache-Control": TAIL})
    except Unavailable as error:
        headers = {"Cache-Control": "no-store", "Retry-After": str(RETRY_SECONDS)}
        return PlainTextResponse(f"{error}\n", 503, headers)


def _answered(request: Request, answer: Answer, lasting: str) -> Response:
    packed = answer.packed and takes_gzip(request.headers)
    tag = f'"{answer.tag}{"-g" if packed else ""}"'
    headers = {"Cache-Control": lasting, "ETag": tag, "Vary": "Accept-Encoding"}
    if tag in re.split(r",\s*", request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    body = answer.body
    if packed:
        headers["Content-Encoding"] = "gzip"
    elif answer.packed:
        body = gzip.decompress(body)
    return Response(body, headers=headers, media_type="application/json")
