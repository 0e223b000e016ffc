"""Documents at the podium: handed in, described, put in order, dropped, withdrawn, discarded."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from hub.domain import handing_in
from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.document import Document, DocumentState
from hub.domain.errors import N_, Invalid, NotFound, Refusal, TooLarge, Unavailable, WrongState
from hub.domain.version import Version
from hub.store import filing
from hub.store.documents import document_at
from hub.web.bodies import Filed, FormOfFiles, form_of_files
from hub.web.documents_forms import (
    DESCRIPTION,
    DISCARD,
    DROP,
    HANDING_IN,
    PLACE,
    VERSION,
    WITHDRAWAL,
    description_of,
    sheet_of,
)
from hub.web.documents_page import document_back, document_form
from hub.web.forms import Form, fill, read_form
from hub.web.handout import WEBP, disposition
from hub.web.house import house, now
from hub.web.outflow import FILE_HEADERS, FileAnswer
from hub.web.pages import done
from hub.web.podium_page import own_window, screen_back
from hub.web.taking_in import take_in
from hub.web.visitor import person_of, requires

AT_THE_FORM = (Invalid, WrongState, Unavailable, TooLarge)

Verb = Callable[[Briefing, Document], object]
FILES_AT_ONCE = 10


@requires(Audience.PODIUM)
async def hand_in(request: Request) -> Response:
    """POST .../documents: files from an ordinary form; each becomes a document."""

    async def take(sent: FormOfFiles, form: Form) -> None:
        files = [file for file in sent.files if file.field == "files"]
        _must_be_chosen("files", files)
        for number, file in enumerate(files):
            await take_in(
                request, file.arrived, name=file.name, by=person_of(request),
                key=f"{form.key()}-{number}", public="press" not in form.values,
            )  # fmt: skip

    form = Form(HANDING_IN)
    try:
        await _taken(request, form, take)
    except AT_THE_FORM as refusal:
        return await screen_back(request, "handing", form, refusal)
    return _done(request)


@requires(Audience.PODIUM)
async def version_form(request: Request) -> Response:
    """GET .../documents/<ref>/versions: a newer file; and those that are here, for their owner."""
    return await document_form(request, "version", Form.empty(VERSION), await _document(request))


@requires(Audience.PODIUM)
async def hand_in_again(request: Request) -> Response:
    """POST .../documents/<ref>/versions"""

    async def take(sent: FormOfFiles, form: Form) -> None:
        files = [file for file in sent.files if file.field == "file"]
        _must_be_chosen("file", files)
        await take_in(
            request, files[0].arrived, name=files[0].name, by=person_of(request),
            key=form.key(), document=_ref(request),
        )  # fmt: skip

    form = Form(VERSION)
    try:
        await _document(request)
        await _taken(request, form, take)
    except AT_THE_FORM as refusal:
        return await document_back(request, "version", form, refusal, await _document(request))
    return _done(request)


@requires(Audience.PODIUM)
async def description_form(request: Request) -> Response:
    """GET .../documents/<ref>/description: title, description, language, for whom."""
    document = await _document(request)
    document.refuse_dropped()
    return await document_form(request, "description", description_of(document), document)


@requires(Audience.PODIUM)
async def describe(request: Request) -> Response:
    """POST .../documents/<ref>/description"""
    form = await read_form(request, DESCRIPTION)

    def verb(briefing: Briefing, document: Document) -> None:
        handing_in.describe(briefing, document, sheet_of(form), **_by(request))

    return await _change(request, "description", form, verb)


@requires(Audience.PODIUM)
async def drop_form(request: Request) -> Response:
    """GET .../documents/<ref>/drop: asked of a new version, what is new in it."""
    return await document_form(request, "drop", Form.empty(DROP), await _document(request))


@requires(Audience.PODIUM)
async def drop(request: Request) -> Response:
    """POST .../documents/<ref>/drop"""
    form = await read_form(request, DROP)

    def verb(_briefing: Briefing, document: Document) -> None:
        document.drop(note=form.get("note"), **_by(request))

    return await _change(request, "drop", form, verb)


@requires(Audience.PODIUM)
async def withdrawal_form(request: Request) -> Response:
    """GET .../documents/<ref>/withdrawal: asked before it is taken back."""
    form = Form.empty(WITHDRAWAL)
    return await document_form(request, "withdrawal", form, await _document(request))


@requires(Audience.PODIUM)
async def withdraw(request: Request) -> Response:
    """POST .../documents/<ref>/withdrawal"""
    form = await read_form(request, WITHDRAWAL)

    def verb(_briefing: Briefing, document: Document) -> None:
        document.withdraw(form.get("reason"), **_by(request))

    return await _change(request, "withdrawal", form, verb)


@requires(Audience.PODIUM)
async def discard_form(request: Request) -> Response:
    """GET .../documents/<ref>/discard: asked before it is thrown away."""
    return await document_form(request, "discard", Form.empty(DISCARD), await _document(request))


@requires(Audience.PODIUM)
async def discard(request: Request) -> Response:
    """POST .../documents/<ref>/discard"""
    form = await read_form(request, DISCARD)

    def verb(_briefing: Briefing, document: Document) -> None:
        document.discard(**_by(request))

    return await _change(request, "discard", form, verb)


@requires(Audience.PODIUM)
async def put(request: Request) -> Response:
    """POST .../documents/<ref>/place: one up or down, before another one, or at the end."""
    form = await read_form(request, PLACE)
    form.check()
    database, at = house(request).database, (_slug(request), _ref(request))
    if way := form.get("way"):
        await filing.step(database, *at, up=way == "up", key=None, **_by(request))
    else:
        await filing.put_before(database, *at, form.get("before"), key=None, **_by(request))
    return _done(request)


@requires(Audience.PODIUM)
async def original(request: Request) -> Response:
    """GET .../documents/<ref>/versions/<n>/original: as it was handed in, for who did it."""
    version = await _version(request)
    if version.by_id != person_of(request).id:
        raise NotFound
    return FileAnswer(
        house(request).handout.outflow,
        size=version.kept_size,
        sha256=version.kept,
        media_type="application/octet-stream",
        headers={"Content-Disposition": disposition(version.name)},
    )


@requires(Audience.PODIUM)
async def preview(request: Request) -> Response:
    """GET .../documents/<ref>/versions/<n>/preview: its first page, of drafts too."""
    version = await _version(request)
    if not version.preview:
        raise NotFound
    picture = await house(request).handout.outflow.whole(f"{version.given}-preview.webp")
    return Response(picture, headers=FILE_HEADERS, media_type=WEBP)


async def _taken(
    request: Request, form: Form, take: Callable[[FormOfFiles, Form], Awaitable[None]]
) -> None:
    """Reads a form with files and has them taken. The form keeps what was typed, also when it is
    refused."""
    sent = FormOfFiles()
    try:
        async with form_of_files(
            request,
            house(request).arrivals,
            person=person_of(request).id,
            max_files=FILES_AT_ONCE,
            into=sent,
        ):
            fill(form, sent.fields.items())
            form.check()
            await take(sent, form)
    except AT_THE_FORM as refusal:
        # There was no room for a file: what had been typed by then comes back.
        if not form.values.get("key"):
            fill(form, sent.fields.items())
        form.values.setdefault("key", Form.empty(form.fields).get("key"))
        raise refusal


async def _change(request: Request, part: str, form: Form, verb: Verb) -> Response:
    def act(_session: Session, briefing: Briefing, document: Document) -> object:
        return verb(briefing, document)

    try:
        form.check()
        await filing.change(
            house(request).database, _slug(request), _ref(request), act,
            request={part: form.asked()}, key=form.key(), **_by(request),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await _back(request, part, form, refusal)
    return _done(request)


async def _back(request: Request, part: str, form: Form, refusal: Refusal) -> Response:
    return await document_back(request, part, form, refusal, await _document(request))


def _must_be_chosen(field: str, files: list[Filed]) -> None:
    if not files:
        raise Invalid(field, N_("Choose a file first."))


async def _document(request: Request) -> Document:
    slug, ref = _slug(request), _ref(request)
    return await house(request).database.read(lambda session: document_at(session, slug, ref))


async def _version(request: Request) -> Version:
    document, number = await _document(request), request.path_params["number"]
    for version in document.versions:
        if document.state != DocumentState.DISCARDED and str(version.number) == number:
            return version
    raise NotFound


def _done(request: Request) -> Response:
    return done(request, back_to=own_window(request))


def _by(request: Request) -> dict[str, Any]:
    return {"by": person_of(request), "now": now()}


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _ref(request: Request) -> str:
    return str(request.path_params["ref"])
