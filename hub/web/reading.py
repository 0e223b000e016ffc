"""Documents as pages: all of a briefing with the search, one for ever, and the viewer."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.document import Document, sees_document
from hub.domain.errors import NotFound
from hub.domain.version import Version
from hub.domain.words import NAME_LIMIT, whole_number
from hub.live.seen import seen_briefing
from hub.live.seen_documents import seen_document, seen_documents
from hub.store.documents import document_at, documents, texts
from hub.store.finding import briefing_at
from hub.web.bundle import Bundle, copies
from hub.web.handout import disposition, version_for
from hub.web.house import house
from hub.web.packing import Part, part
from hub.web.pages import page, page_around
from hub.web.room import windows
from hub.web.visitor import language_of, seat_of, visitor_of

_PAGE_DIGITS = 6


async def all_of_them(request: Request) -> Response:
    """GET /briefings/<slug>/documents: all that this reader has; `?q=`: those with these words."""
    briefing, found, audience = await _open_to(request)
    query = request.query_params.get("q", "").strip()[:NAME_LIMIT]
    at = house(request)
    shown = await at.handout.search.among(at.database, found, query) if query else found
    return await _page(
        request,
        briefing,
        audience,
        {"documents": seen_documents(shown, audience), "query": query, "count": len(found)},
    )


async def permalink(request: Request) -> Response:
    """GET /briefings/<slug>/documents/<ref>: a document with its versions; 410 once withdrawn."""
    at, visitor = house(request), await visitor_of(request)
    slug, ref = request.path_params["slug"], request.path_params["ref"]
    document = await at.database.read(lambda session: document_at(session, slug, ref))
    audience = seat_of(visitor, public=document.briefing.public)
    if audience not in sees_document(document):
        raise NotFound
    seen = seen_document(document, audience)
    return await _page(
        request,
        document.briefing,
        audience,
        {"documents": [seen], "query": None, "count": 1},
        status=410 if seen.withdrawn else 200,
    )


async def bundle(request: Request) -> Response:
    """GET /briefings/<slug>/documents.zip: the newest of each that this reader has."""
    briefing, found, audience = await _open_to(request)
    named = {"Content-Disposition": disposition(f"{briefing.slug}-documents.zip")}
    return Bundle(house(request).handout, copies(seen_documents(found, audience)), named)


async def read(request: Request) -> Response:
    """GET /files/<address>/read: the file in the page: a picture, or its pages, or their text."""
    version, audience = await version_for(request)
    pages = version.pages or 0 if version.type == "pdf" else 0
    if not (pages or version.is_picture):
        raise NotFound
    if (asked := request.query_params.get("page")) is not None:
        # Without a script a form cannot lead to a place in the page.
        number = whole_number(asked, digits=_PAGE_DIGITS) or 1
        return RedirectResponse(f"{request.url.path}#p{min(max(number, 1), pages)}", 303)
    seen = seen_document(version.document, audience)
    shown = {
        "briefing": seen_briefing(version.document.briefing, audience),
        "document": seen,
        "version": next(one for one in seen.versions if one.number == version.number),
        "pages": pages,
        "as_text": request.query_params.get("as") == "text",
        "windows": windows(version.document.briefing.slug, await visitor_of(request), ""),
    }
    leaves = [await _leaves(request, version, pages)] if pages else []
    return await page_around(request, "documents/read.html", leaves, shown)


async def _leaves(request: Request, version: Version, pages: int) -> Part:
    """All pages of a document, put together once for all who read it."""
    at, language = house(request), language_of(request)
    as_text, tongue = request.query_params.get("as") == "text", version.document.language
    key = (version.given, language, as_text, tongue)
    kept = at.handout.read.get(key)
    if kept is None:
        words = await at.database.read(lambda session: texts(session, [version.id]))
        shown = {
            "texts": by_page(words.get(version.id, ""), pages),
            "tongue": tongue,
            "as_text": as_text,
        }

        def put_together() -> Part:
            return part(at.renderer.page(language, "documents/leaves.html", shown))

        # Hundreds of pages: not on the loop.
        kept = await asyncio.to_thread(put_together)
        at.handout.read.put(key, kept)
    return kept


def by_page(text: str, pages: int) -> list[str]:
    """The words of each page; a form feed stands between pages."""
    texts = text.split("\f")[:pages]
    return texts + [""] * (pages - len(texts))


async def _open_to(request: Request) -> tuple[Briefing, list[Document], Audience]:
    """The briefing, what of its documents is open to who asks, and as whom. Raises NotFound."""
    visitor, slug = await visitor_of(request), request.path_params["slug"]
    briefing, every = await house(request).database.read(
        lambda db: (found := briefing_at(db, slug), documents(db, found.id))
    )
    audience = seat_of(visitor, public=briefing.public)
    return briefing, [one for one in every if audience in sees_document(one)], audience


async def _page(
    request: Request,
    briefing: Briefing,
    audience: Audience,
    shown: dict[str, Any],
    *,
    status: int = 200,
) -> Response:
    visitor = await visitor_of(request)
    around = {
        "briefing": seen_briefing(briefing, audience),
        "press": audience == Audience.ROOM,
        "windows": windows(briefing.slug, visitor, request.url.path),
    }
    return await page(request, "documents/page.html", shown | around, status=status)
