"""The podium's forms about documents, and drafts as the room will see them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import Audience
from hub.domain.document import Document, DocumentState
from hub.domain.errors import Refusal
from hub.live.seen_documents import SeenDocument, SeenVersion, seen_document
from hub.web.failures import status_of
from hub.web.forms import Form
from hub.web.pages import block, by_htmx, page
from hub.web.podium_page import around, form_block, refusals
from hub.web.visitor import person_of


async def document_form(
    request: Request, act: str, form: Form, document: Document, *, status: int = 200
) -> Response:
    """The form of an act on one document: a page, or what stands inside the podium's dialog."""
    part, shown = f"document-{act}", await _shown(request, form, document)
    if by_htmx(request):
        return block(request, f"podium/{part}.html", "form", shown, status=status)
    return await page(request, f"podium/{part}.html", shown, status=status)


async def document_back(
    request: Request, act: str, form: Form, refusal: Refusal, document: Document
) -> Response:
    """The form as it was filled in and why it was refused."""
    form.refuse(refusal)
    status = status_of(refusal)
    if not by_htmx(request):
        return await document_form(request, act, form, document, status=status)
    shown = await _shown(request, form, document)
    return form_block(request, f"document-{act}", shown, status=status)


def as_it_will_be(documents: Sequence[Document]) -> list[SeenDocument]:
    """What a draft carries, as if it were dropped; what cannot be brought along is left out."""
    return [
        _dropped(document) if document.state == DocumentState.DRAFT else seen
        for document in documents
        if (seen := seen_document(document, Audience.PODIUM)).withdrawn is None
        and document.versions[-1].given is not None
    ]


def _dropped(document: Document) -> SeenDocument:
    version = document.versions[-1]
    shown = SeenVersion(
        number=version.number,
        n=0,
        at=version.arrived_at,
        # It has none before it is dropped.
        address="",
        name=version.name,
        type=version.type,
        size=version.size,
        sha256=version.given or "",
        pages=version.pages,
        width=version.width,
        height=version.height,
        preview=version.preview,
        sizes=[],
        note="",
    )
    seen = seen_document(document, Audience.PODIUM)
    return replace(seen, state=DocumentState.DROPPED, versions=[shown], staged=None)


async def _shown(request: Request, form: Form, document: Document) -> dict[str, Any]:
    person = person_of(request)
    return await around(request, document.briefing) | {
        "document": seen_document(document, Audience.PODIUM),
        "form": form,
        "refusals": refusals(request, form),
        # The originals are their owners' alone.
        "originals": [
            (version.number, version.name, version.kept_size, version.arrived_at)
            for version in reversed(document.versions)
            if version.by_id == person.id
        ],
    }
