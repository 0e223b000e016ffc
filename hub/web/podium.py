"""The podium: what a spokesperson does. Each act is a sentence; the change comes by the socket."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.audience import RUN_IT, Audience
from hub.domain.briefing import Briefing
from hub.domain.document import Document
from hub.domain.errors import AlreadyRetracted, Invalid, Unavailable, WrongState
from hub.domain.question import Question
from hub.domain.update import Update
from hub.store import acts
from hub.store.documents import documents
from hub.store.finding import briefing_at, update_at
from hub.web.answering import NotToBeAnswered, as_told, question_to_answer
from hub.web.documents_page import as_it_will_be
from hub.web.forms import (
    CORRECTION,
    DRAFT,
    RETRACTION,
    SPEAKER,
    Form,
    draft_of,
    edition_of,
    read_form,
    words_of,
)
from hub.web.house import house, now
from hub.web.pages import done
from hub.web.podium_page import (
    act_back,
    act_form,
    draft_seen,
    own_window,
    screen_back,
    screen_page,
)
from hub.web.visitor import person_of, requires

# A form comes back with these; what else is refused is not about the form.
AT_THE_FORM = (Invalid, WrongState, Unavailable)


@requires(Audience.PODIUM)
async def screen(request: Request) -> Response:
    """GET /briefings/<slug>/podium"""
    return await screen_page(request)


@requires(*RUN_IT)
async def start(request: Request) -> Response:
    """POST .../opening"""
    return await _change(request, lambda briefing: briefing.open(**_by(request)))


@requires(*RUN_IT)
async def pause(request: Request) -> Response:
    """POST .../pause"""
    return await _change(request, lambda briefing: briefing.pause(**_by(request)))


@requires(*RUN_IT)
async def resume(request: Request) -> Response:
    """POST .../resumption"""
    return await _change(request, lambda briefing: briefing.resume(**_by(request)))


@requires(Audience.PODIUM)
async def add_speaker(request: Request) -> Response:
    """POST .../speakers: somebody more to speak."""
    form = await read_form(request, SPEAKER)
    function, department = form.get("function"), form.get("department")

    def verb(briefing: Briefing) -> None:
        briefing.add_speaker(
            form.get("name"), function=function, department=department, **_by(request)
        )

    try:
        form.check()
        return await _change(request, verb)
    except AT_THE_FORM as refusal:
        return await screen_back(request, "newcomer", form, refusal)


@requires(Audience.PODIUM)
async def publish(request: Request) -> Response:
    """POST .../updates"""
    form = await read_form(request, DRAFT)
    try:
        form.check()
        await acts.publish(
            house(request).database, _slug(request), draft_of(form), key=form.key(), **_by(request)
        )
    except AT_THE_FORM as refusal:
        return await screen_back(request, "composer", form, as_told(refusal))
    return _done(request)


@requires(Audience.PODIUM)
async def preview(request: Request) -> Response:
    """POST .../updates/preview: what the room would see, or what is wrong with the draft."""
    form, slug = await read_form(request, DRAFT), _slug(request)
    ref = form.get("answers")

    carried = tuple(form.get("attached").split())

    def look(session: Session) -> tuple[Briefing, Question | None, Sequence[Document]]:
        briefing = briefing_at(session, slug)
        return (
            briefing,
            question_to_answer(session, briefing, ref),
            [one for one in documents(session, briefing.id) if one.ref in carried],
        )

    briefing, question, chosen = await house(request).database.read(look)
    chosen = sorted(chosen, key=lambda one: carried.index(one.ref))
    update = None
    try:
        form.check()
        if form.get("text").strip():
            update = briefing.prepare(draft_of(form), now=now())
            set_committed_value(update, "answers", question)
        if ref and question is None:
            form.refuse(NotToBeAnswered())
    except Invalid as refusal:
        form.refuse(refusal)
    return draft_seen(request, briefing, update, form, as_it_will_be(chosen))


@requires(Audience.PODIUM)
async def correction_form(request: Request) -> Response:
    """GET .../updates/<ref>/correction: the words as they stand, to be put right."""
    update = await _standing(request)
    texts = {f"text-{code}": text for code, text in update.words.items()}
    texts["text"] = texts.pop(f"text-{update.language}")
    edition = str(update.editions[-1].number)
    form = Form.empty(CORRECTION, edition=edition, **texts)
    return await act_form(request, "correction", form, update)


@requires(Audience.PODIUM)
async def correct(request: Request) -> Response:
    """POST .../updates/<ref>/correction"""
    form = await read_form(request, CORRECTION)
    try:
        form.check()
        await acts.correct(
            house(request).database, _slug(request), _ref(request), words_of(form),
            note=form.get("note"), edition=edition_of(form), key=form.key(), **_by(request),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await act_back(request, "correction", form, refusal, await _update(request))
    return _done(request)


@requires(Audience.PODIUM)
async def retraction_form(request: Request) -> Response:
    """GET .../updates/<ref>/retraction: asked before the words are withdrawn."""
    update = await _standing(request)
    return await act_form(request, "retraction", Form.empty(RETRACTION), update)


@requires(Audience.PODIUM)
async def retract(request: Request) -> Response:
    """POST .../updates/<ref>/retraction"""
    form = await read_form(request, RETRACTION)
    try:
        form.check()
        await acts.retract(
            house(request).database, _slug(request), _ref(request), form.get("notice"),
            key=form.key(), **_by(request),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await act_back(request, "retraction", form, refusal, await _update(request))
    return _done(request)


@requires(Audience.PODIUM)
async def pin(request: Request) -> Response:
    """POST .../updates/<ref>/pin"""
    return await _change_update(request, lambda update: update.pin(**_by(request)))


@requires(Audience.PODIUM)
async def unpin(request: Request) -> Response:
    """POST .../updates/<ref>/unpin"""
    return await _change_update(request, lambda update: update.unpin(**_by(request)))


async def _change(request: Request, verb: Callable[[Briefing], object]) -> Response:
    await acts.change(house(request).database, _slug(request), verb)
    return _done(request)


async def _change_update(request: Request, verb: Callable[[Update], object]) -> Response:
    await acts.change_update(house(request).database, _slug(request), _ref(request), verb)
    return _done(request)


async def _update(request: Request) -> Update:
    slug, ref = _slug(request), _ref(request)
    return await house(request).database.read(lambda session: update_at(session, slug, ref))


async def _standing(request: Request) -> Update:
    update = await _update(request)
    if update.retracted:
        raise AlreadyRetracted
    return update


def _done(request: Request) -> Response:
    return done(request, back_to=own_window(request))


def _by(request: Request) -> dict[str, Any]:
    return {"by": person_of(request), "now": now()}


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _ref(request: Request) -> str:
    return str(request.path_params["ref"])
