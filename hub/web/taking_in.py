"""Files as they are handed in at the podium: by the page's own uploads, or by an ordinary form."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute

from hub.domain.audience import Audience, first_seat
from hub.domain.document import AlreadyWithdrawn, DocumentState
from hub.domain.errors import NotFound, Refusal
from hub.domain.handing_in import File, Sheet, clean_name
from hub.domain.person import Person
from hub.store import filing
from hub.store.acts import Answer
from hub.store.arrivals import Arrivals, Arrived
from hub.store.documents import document_at
from hub.store.finding import briefing_at
from hub.web.house import house, now
from hub.web.tus import Metadata, Tus
from hub.web.visitor import SignInNeeded, language_of, visitor_of


async def take_in(
    request: Request,
    arrived: Arrived,
    *,
    name: str,
    by: Person,
    key: str,
    document: str = "",
    public: bool = True,
) -> Answer:
    """Puts a file on the shelf and in the list: a new document, or a newer version of one. Its
    check begins at once. However often it is tried with this key, it is done once."""
    at, slug = house(request), str(request.path_params["slug"])
    file = File(name=clean_name(name or "-"), kept=arrived.sha256, size=arrived.size)
    await at.shelf.put(arrived.path, arrived.sha256)
    if document:
        answer = await filing.hand_in_again(
            at.database, slug, document, file, key=key, by=by, now=now()
        )
    else:
        answer = await filing.hand_in(
            at.database, slug, file, Sheet(public=public), key=key, by=by, now=now()
        )
    at.handed_in()
    return answer


def uploads() -> list[BaseRoute]:
    """Where the page's uploads go.

    Upload-Metadata: `filename`; `document`: of which this is a newer version; `press`: it is for
    the press only.
    """
    tus = Tus(
        at="/briefings/{slug}/uploads",
        arrivals=_arrivals,
        may=_may,
        begun=_begun,
        arrived=_arrived,
        words=_words,
    )
    return list(tus.routes())


def _arrivals(request: Request) -> Arrivals:
    return house(request).arrivals


async def _may(request: Request) -> Person:
    visitor = await visitor_of(request)
    if visitor is None:
        raise SignInNeeded
    if first_seat((Audience.PODIUM,), role=visitor.person.role) is None:
        raise NotFound
    return visitor.person


async def _begun(request: Request, metadata: Metadata) -> None:
    """What can be said before a byte has come is said then."""
    slug, document = str(request.path_params["slug"]), metadata.get("document", "")
    clean_name(metadata.get("filename", "-"))
    if not document:
        await house(request).database.read(lambda session: briefing_at(session, slug))
        return
    found = await house(request).database.read(lambda session: document_at(session, slug, document))
    if found.state == DocumentState.WITHDRAWN:
        raise AlreadyWithdrawn


async def _arrived(request: Request, arrived: Arrived, metadata: Metadata) -> Mapping[str, Any]:
    return await take_in(
        request,
        arrived,
        name=metadata.get("filename", ""),
        by=await _may(request),
        key=f"upload-{arrived.id}",
        document=metadata.get("document", ""),
        public="press" not in metadata,
    )


def _words(request: Request, refusal: Refusal) -> str:
    return house(request).renderer.refusal(language_of(request), refusal)
