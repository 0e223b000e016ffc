"""What a journalist asks, and what may be done with it: each act is a sentence; what becomes of it
is whispered to the asker's pages, which fetch their own part again."""

from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hub.domain import asking
from hub.domain.audience import Audience, may_ask
from hub.domain.errors import NotFound
from hub.live.seen import seen_briefing
from hub.live.seen_own import seen_own_list, seen_own_of
from hub.store import desk as acts
from hub.store.asking import own_screen, pair_screen
from hub.store.desk import Verb
from hub.web.ask_forms import APPEAL, ASK, EDIT, WITHDRAWAL, ask_of, edited, filled_in
from hub.web.ask_page import AT_THE_FORM, Own, act_back, act_form, ask_back, fragments, own_page
from hub.web.forms import Form, read_form
from hub.web.house import house, now
from hub.web.pages import by_htmx, done
from hub.web.room import windows
from hub.web.visitor import Handler, person_of, requires, visitor_of


def asker(handler: Handler) -> Handler:
    """Lets in who may ask; for anybody else there is nothing here."""

    @requires(Audience.ROOM)
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        if not may_ask(person_of(request).role):
            raise NotFound
        return await handler(request)

    return guarded


@asker
async def ask(request: Request) -> Response:
    """POST .../questions"""
    form = await read_form(request, ASK)
    try:
        form.check()
        what = ask_of(form, now=now())
        await acts.ask(
            house(request).database, _slug(request), what, key=form.key(), **_by(request)
        )
    except AT_THE_FORM as refusal:
        return await ask_back(request, _slug(request), form, refusal)
    return _done(request)


@asker
async def mine(request: Request) -> Response:
    """GET .../questions/mine: one's own questions; for an open page, only what changes there."""
    slug, person = _slug(request), person_of(request)
    screen = await house(request).database.read(lambda db: own_screen(db, slug, person))
    briefing, own = seen_briefing(screen.briefing, Audience.ROOM), seen_own_list(screen, person)
    if by_htmx(request):
        return await fragments(request, own, briefing)
    offered = windows(slug, await visitor_of(request), request.url.path)
    return await own_page(request, own, briefing, offered)


@asker
async def edit_form(request: Request) -> Response:
    """GET .../questions/<ref>/edit: the words as they stand, to be said otherwise."""
    own = await _own(request)
    return await act_form(request, "edit", filled_in(own[1]), own)


@asker
async def edit(request: Request) -> Response:
    """POST .../questions/<ref>/edit"""
    form = await read_form(request, EDIT)
    own = await _own(request)
    try:
        form.check()
        what, by = edited(form, own[1].language, now=now()), _by(request)
        await _change(
            request, form, {name: form.get(name) for name in sorted(EDIT)},
            lambda _, at, one: asking.edit(at, one, what, **by),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await act_back(request, "edit", form, refusal, own)
    return _done(request)


@asker
async def withdrawal_form(request: Request) -> Response:
    """GET .../questions/<ref>/withdrawal: asked before it is taken back."""
    return await act_form(request, "withdrawal", Form.empty(WITHDRAWAL), await _own(request))


@asker
async def withdraw(request: Request) -> Response:
    """POST .../questions/<ref>/withdrawal"""
    form, by = await read_form(request, WITHDRAWAL), _by(request)
    try:
        form.check()
        await _change(request, form, "withdraw", lambda _, at, one: asking.withdraw(at, one, **by))
    except AT_THE_FORM as refusal:
        return await act_back(request, "withdrawal", form, refusal, await _own(request))
    return _done(request)


@asker
async def appeal_form(request: Request) -> Response:
    """GET .../questions/<ref>/appeal: why it should be looked at again."""
    return await act_form(request, "appeal", Form.empty(APPEAL), await _own(request))


@asker
async def appeal(request: Request) -> Response:
    """POST .../questions/<ref>/appeal"""
    form, by = await read_form(request, APPEAL), _by(request)
    words = form.get("appeal")
    try:
        form.check()
        await _change(
            request, form, {"appeal": words},
            lambda _, at, one: asking.appeal(at, one, words, **by),
        )  # fmt: skip
    except AT_THE_FORM as refusal:
        return await act_back(request, "appeal", form, refusal, await _own(request))
    return _done(request)


async def _change(request: Request, form: Form, what: object, verb: Verb) -> None:
    await acts.change_own(
        house(request).database, _slug(request), _ref(request), verb,
        request=what, key=form.key(), **_by(request),
    )  # fmt: skip


async def _own(request: Request) -> Own:
    """The asker's own question. A colleague's may be read and not changed. Raises NotFound."""
    slug, ref, person = _slug(request), _ref(request), person_of(request)
    briefing, question, into, floor, _ = await house(request).database.read(
        lambda db: pair_screen(db, slug, ref)
    )
    if question.asker_id != person.id:
        raise NotFound
    own = seen_own_of(question, briefing, person, floor=floor, into=into)
    return seen_briefing(briefing, Audience.ROOM), own


def _done(request: Request) -> Response:
    return done(request, back_to=f"/briefings/{_slug(request)}#mine")


def _by(request: Request) -> dict[str, Any]:
    return {"by": person_of(request), "now": now()}


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _ref(request: Request) -> str:
    return str(request.path_params["ref"])
