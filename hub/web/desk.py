"""The desk: what a moderator does. Each act is a sentence; the change comes by the socket."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from hub.domain import desk
from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.errors import Invalid, Unavailable, WrongState
from hub.domain.question import Question
from hub.store import acts
from hub.store.desk import Verb, change, decline_all, message, undo_last
from hub.store.desk import call as call_to
from hub.store.questions import alias_of, lineup, numbered
from hub.web.desk_card import act_back, act_page, card_page
from hub.web.desk_forms import (
    ACTS,
    DECLINES,
    MESSAGE,
    PICKED,
    SETTINGS,
    UNDO,
    limit_of,
    number_of,
    picked,
    proportion_of,
    revision_of,
    shown_of,
)
from hub.web.desk_page import (
    screen_back,
    screen_page,
    settings_back,
    settings_page,
)
from hub.web.forms import Form, read_form
from hub.web.house import house, now
from hub.web.pages import done
from hub.web.visitor import Handler, person_of, requires

# A form comes back with these; what else is refused is not about the form.
AT_THE_FORM = (Invalid, WrongState, Unavailable)


@requires(Audience.DESK)
async def screen(request: Request) -> Response:
    """GET /briefings/<slug>/desk"""
    return await screen_page(request)


@requires(Audience.DESK)
async def card(request: Request) -> Response:
    """GET .../questions/<ref>/desk: a question with all that may be done with it."""
    return await card_page(request)


def form_of(act: str) -> Handler:
    """GET .../questions/<ref>/<act>: the form of this act."""

    @requires(Audience.DESK)
    async def form(request: Request) -> Response:
        return await act_page(request, act)

    return form


@requires(Audience.DESK)
async def approve(request: Request) -> Response:
    """POST .../questions/<ref>/approval"""

    def verb(session: Session, briefing: Briefing, question: Question) -> None:
        alias = alias_of(session, question)
        desk.approve(briefing, question, alias=alias, **_by(request))

    return await _act(request, "approval", lambda form: verb)


@requires(Audience.DESK)
async def decline(request: Request) -> Response:
    """POST .../questions/<ref>/decline"""
    return await _act(
        request,
        "decline",
        lambda form: (
            lambda _, briefing, question: desk.decline(
                briefing, question, form.get("reason"), form.get("note"), **_by(request)
            )
        ),
    )


@requires(Audience.DESK)
async def merge(request: Request) -> Response:
    """POST .../questions/<ref>/merge: with another one, by its number."""

    def merging(form: Form) -> Verb:
        number = number_of(form)
        return lambda session, briefing, question: desk.merge(
            briefing, question, numbered(session, briefing, number), **_by(request)
        )

    return await _act(request, "merge", merging)


@requires(Audience.DESK)
async def call(request: Request) -> Response:
    """POST .../questions/<ref>/call: a new one too; out of turn only with a reason."""
    return await _act(
        request,
        "call",
        lambda form: (
            lambda session, briefing, question: call_to(
                session, briefing, question, form.get("reason"), **_by(request)
            )
        ),
    )


@requires(Audience.DESK)
async def answered_aloud(request: Request) -> Response:
    """POST .../questions/<ref>/spoken-answer: by word of mouth, and no update says so."""
    return await _act(
        request,
        "spoken-answer",
        lambda form: (
            lambda _, briefing, question: desk.answer_aloud(
                briefing, question, form.get("note"), **_by(request)
            )
        ),
    )


@requires(Audience.DESK)
async def move(request: Request) -> Response:
    """POST .../questions/<ref>/move: before another one, or to the end."""
    return await _act(
        request,
        "move",
        lambda form: lambda session, briefing, question: desk.move(
            briefing, question, form.get("before") or None, lineup(session, briefing.id),
            form.get("reason"), **_by(request),
        ),
    )  # fmt: skip


@requires(Audience.DESK)
async def uphold(request: Request) -> Response:
    """POST .../questions/<ref>/upholding: after an appeal it stays declined."""
    return await _act(
        request,
        "upholding",
        lambda form: (
            lambda _, briefing, question: desk.uphold(
                briefing, question, form.get("note"), **_by(request)
            )
        ),
    )


@requires(Audience.DESK)
async def hold(request: Request) -> Response:
    """POST .../questions/<ref>/hold: colleagues see that somebody is at it."""
    return await _hold(request, desk.hold)


@requires(Audience.DESK)
async def release(request: Request) -> Response:
    """POST .../questions/<ref>/release"""
    return await _hold(request, desk.release)


@requires(Audience.DESK)
async def undo(request: Request) -> Response:
    """POST /briefings/<slug>/desk/undo: this moderator's last act."""
    form = await read_form(request, UNDO)
    try:
        form.check()
        await undo_last(house(request).database, _slug(request), key=form.key(), **_by(request))
    except AT_THE_FORM as refusal:
        return await screen_back(request, "undo", form, refusal)
    return _done(request)


@requires(Audience.DESK)
async def decline_several(request: Request) -> Response:
    """POST /briefings/<slug>/desk/declines: all that were chosen, or none."""
    form = await read_form(request, DECLINES, each=PICKED)
    try:
        form.check()
        await decline_all(
            house(request).database, _slug(request), picked(form), form.get("reason"),
            form.get("note"), key=form.key(), **_by(request),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await screen_back(request, "declines", form, refusal)
    return _done(request)


@requires(Audience.DESK)
async def say(request: Request) -> Response:
    """POST /briefings/<slug>/desk/messages: a few words to the podium."""
    form = await read_form(request, MESSAGE)
    try:
        form.check()
        await message(
            house(request).database, _slug(request), form.get("words"), key=form.key(),
            **_by(request),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await screen_back(request, "wire", form, refusal)
    return _done(request)


@requires(Audience.DESK)
async def settings_form(request: Request) -> Response:
    """GET /briefings/<slug>/desk/settings"""
    return await settings_page(request)


@requires(Audience.DESK)
async def settle(request: Request) -> Response:
    """POST /briefings/<slug>/desk/settings"""
    form = await read_form(request, SETTINGS)

    def verb(briefing: Briefing) -> None:
        desk.settle(
            briefing, shown=shown_of(form), person_limit=limit_of(form, "person_limit"),
            outlet_limit=limit_of(form, "outlet_limit"), proportion=proportion_of(form),
            **_by(request),
        )  # fmt: skip

    try:
        form.check()
        await acts.change(house(request).database, _slug(request), verb)
    except AT_THE_FORM as refusal:
        return await settings_back(request, form, refusal)
    return _done(request)


async def _act(request: Request, act: str, verb_of: Callable[[Form], Verb]) -> Response:
    form = await read_form(request, ACTS[act])
    try:
        form.check()
        await change(
            house(request).database, _slug(request), _ref(request), verb_of(form),
            revision=revision_of(form), request={act: form.asked()}, key=form.key(),
            **_by(request),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await act_back(request, act, form, refusal)
    return _done(request)


async def _hold(request: Request, verb: Callable[..., None]) -> Response:
    await change(
        house(request).database, _slug(request), _ref(request),
        lambda _, briefing, question: verb(briefing, question, **_by(request)),
        revision=None, request=None, key=None, **_by(request),
    )  # fmt: skip
    return _done(request)


def _done(request: Request) -> Response:
    return done(request, back_to=f"/briefings/{_slug(request)}/desk")


def _by(request: Request) -> dict[str, Any]:
    return {"by": person_of(request), "now": now()}


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _ref(request: Request) -> str:
    return str(request.path_params["ref"])
