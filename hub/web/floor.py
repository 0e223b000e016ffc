"""A question at the podium: promised an answer, referred; and what the desk says, acknowledged."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from hub.domain import desk
from hub.domain.audience import RUN_IT, Audience
from hub.domain.briefing import Briefing
from hub.domain.errors import N_, Invalid, NotFound, Unavailable, WrongState
from hub.domain.question import Question
from hub.domain.question_state import sees_question
from hub.domain.words import whole_number
from hub.store.desk import acknowledge, change
from hub.store.questions import question_at
from hub.web.floor_page import question_back, question_form
from hub.web.forms import REFERRAL, TAKEN, Form, read_form
from hub.web.house import house, now
from hub.web.pages import done
from hub.web.podium_page import own_window
from hub.web.promise import due_of
from hub.web.visitor import person_of, requires, window_of

AT_THE_FORM = (Invalid, WrongState, Unavailable)

Disposition = Callable[[Briefing, Question], None]


class NotAtThePodium(NotFound):
    # Alike for what the desk has ended, what it has not passed on yet, and what never was.
    says = N_("This question is not at the podium, or no longer: the desk decides on it.")


@requires(*RUN_IT)
async def taking_form(request: Request) -> Response:
    """GET .../questions/<ref>/taken: who answers, and until when."""
    return await question_form(request, "taken", Form.empty(TAKEN), await _question(request))


@requires(*RUN_IT)
async def take(request: Request) -> Response:
    """POST .../questions/<ref>/taken: an answer in writing is promised."""
    form = await read_form(request, TAKEN)

    def disposition(briefing: Briefing, question: Question) -> None:
        due_at = due_of(form, briefing.zone, now=now())
        desk.take(briefing, question, form.get("department"), due_at, **_by(request))

    return await _end(request, "taken", form, disposition)


@requires(*RUN_IT)
async def referral_form(request: Request) -> Response:
    """GET .../questions/<ref>/referral: who has to answer instead."""
    return await question_form(request, "referral", Form.empty(REFERRAL), await _question(request))


@requires(*RUN_IT)
async def refer(request: Request) -> Response:
    """POST .../questions/<ref>/referral: another body has to answer."""
    form = await read_form(request, REFERRAL)

    def disposition(briefing: Briefing, question: Question) -> None:
        desk.refer(briefing, question, form.get("body"), **_by(request))

    return await _end(request, "referral", form, disposition)


@requires(Audience.PODIUM)
async def acknowledge_message(request: Request) -> Response:
    """POST .../messages/<ref>/acknowledgement"""
    await acknowledge(house(request).database, _slug(request), _ref(request), **_by(request))
    return done(request, back_to=own_window(request))


async def _end(request: Request, part: str, form: Form, disposition: Disposition) -> Response:
    window = window_of(request)

    def verb(_session: Session, briefing: Briefing, question: Question) -> None:
        # Before anything is said of the question: a refusal would tell that there is one.
        _must_be_seen(question, briefing, window)
        question.read_as(whole_number(form.get("revision"), digits=6))
        disposition(briefing, question)

    try:
        form.check()
        await change(
            house(request).database, _slug(request), _ref(request), verb,
            revision=None, request={part: form.asked()}, key=form.key(), **_by(request),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await question_back(request, part, form, refusal, await _question(request))
    except NotFound as nothing:
        raise NotAtThePodium from nothing
    return done(request, back_to=own_window(request))


async def _question(request: Request) -> tuple[Briefing, Question]:
    slug, ref, window = _slug(request), _ref(request), window_of(request)

    def look(session: Session) -> tuple[Briefing, Question]:
        briefing, question = question_at(session, slug, ref)
        _must_be_seen(question, briefing, window)
        return briefing, question

    try:
        return await house(request).database.read(look)
    except NotFound as nothing:
        raise NotAtThePodium from nothing


def _must_be_seen(question: Question, briefing: Briefing, window: Audience) -> None:
    if window not in sees_question(question.state, briefing.shown):
        raise NotFound


def _by(request: Request) -> dict[str, Any]:
    return {"by": person_of(request), "now": now()}


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _ref(request: Request) -> str:
    return str(request.path_params["ref"])
