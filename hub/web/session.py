"""Signing in and out, and the language of the interface."""

import asyncio
from functools import cache
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.domain.briefing import Briefing, BriefingState
from hub.domain.errors import N_, Invalid, NotFound
from hub.domain.person import Person
from hub.domain.words import LANGUAGES, fold
from hub.store.keys import SESSION_LASTS
from hub.web.forms import read_form
from hub.web.house import house, now
from hub.web.pages import page
from hub.web.visitor import (
    LANGUAGE_COOKIE,
    language_of,
    session_cookie,
)

PASSWORD_LENGTH = 10
PASSWORD_LIMIT = 256
YEAR = 365 * 24 * 3600

_hasher = PasswordHasher()


async def sign_in_form(request: Request) -> Response:
    """GET /sign-in"""
    to = _inside(request.query_params.get("to"))
    return await page(request, "signin/page.html", {"name": "", "error": None, "to": to})


async def sign_in(request: Request) -> Response:
    """POST /sign-in: name and password."""
    form = await read_form(request, {"name", "password", "to"})
    name, to = form.get("name", ""), _inside(form.get("to"))
    person = await _person(request, name, form.get("password", ""))
    if person is None:
        error = house(request).renderer.translate(
            language_of(request),
            N_("This name and this password do not belong together. Check both and try again."),
        )
        context = {"name": name, "error": error, "to": to}
        return await page(request, "signin/page.html", context, status=422)
    return await _signed_in(request, person, to)


async def link_form(request: Request) -> Response:
    """GET /sign-in/<secret>: nothing is used up by looking, mail programs look too."""
    at, secret = house(request), request.path_params["secret"]
    person = await at.database.read(lambda db: at.keyring.person_of_link(db, secret, now=now()))
    if person is None:
        return await page(request, "signin/spent.html", {}, status=404)
    return await page(request, "signin/link.html", {"name": person.name, "error": None})


async def use_link(request: Request) -> Response:
    """POST /sign-in/<secret>: signs in, once, and sets a password if one is given."""
    at, secret = house(request), request.path_params["secret"]
    form = await read_form(request, {"password"})
    password = form.get("password", "")
    try:
        hashed = await _hashed(password) if password else None
    except Invalid as error:
        person = await at.database.read(lambda db: at.keyring.person_of_link(db, secret, now=now()))
        if person is None:
            return await page(request, "signin/spent.html", {}, status=404)
        message = at.renderer.refusal(language_of(request), error)
        context = {"name": person.name, "error": message}
        return await page(request, "signin/link.html", context, status=422)

    def act(db: Session) -> Person | None:
        person = at.keyring.use_link(db, secret, now=now())
        if person is not None and hashed is not None:
            person.password = hashed
        return person

    person = await at.database.act("people", act)
    if person is None:
        return await page(request, "signin/spent.html", {}, status=404)
    return await _signed_in(request, person, None)


async def sign_out(request: Request) -> Response:
    """POST /sign-out: ends the session; its open pages are told so on every worker."""
    at = house(request)
    name = session_cookie(secure=at.secure)
    secret = request.cookies.get(name)
    if secret:
        await at.database.act("people", lambda db: at.keyring.sign_out(db, secret))
        at.fanout.keys_ended()
    response = RedirectResponse("/", 303)
    response.delete_cookie(name, secure=at.secure, httponly=True, samesite="lax")
    return response


async def choose_language(request: Request) -> Response:
    """GET /languages/<code>?to=/path: remembers it for a year and goes back."""
    code = request.path_params["code"]
    if code not in LANGUAGES:
        raise NotFound
    response = RedirectResponse(_inside(request.query_params.get("to")) or "/", 303)
    response.set_cookie(
        LANGUAGE_COOKIE, code, max_age=YEAR, secure=house(request).secure, samesite="lax"
    )
    return response


async def _person(request: Request, name: str, password: str) -> Person | None:
    at = house(request)
    address = request.client.host if request.client else "-"
    if not await at.limits.sign_in(address, fold(name)):
        raise HTTPException(429)
    if not name.isprintable():
        return None
    query = select(Person).where(Person.folded == fold(" ".join(name.split())))
    person = await at.database.read(lambda db: db.scalars(query).one_or_none())
    hashed = person.password if person else None
    right = await asyncio.to_thread(_matches, hashed, password[:PASSWORD_LIMIT])
    return person if right and person and person.password else None


@cache
def _nobodys() -> str:
    """Compared with where nobody has that name: the answer takes as long, and says nothing."""
    return _hasher.hash("nobody has this password")


def _matches(hashed: str | None, password: str) -> bool:
    try:
        return _hasher.verify(hashed or _nobodys(), password)
    except (Argon2Error, InvalidHashError):
        return False


async def _hashed(password: str) -> str:
    """argon2id, 80 ms: in a thread. Raises Invalid."""
    if not PASSWORD_LENGTH <= len(password) <= PASSWORD_LIMIT:
        raise Invalid(
            "password",
            N_("A password has %(least)d to %(most)d characters; a sentence is a good one."),
            least=PASSWORD_LENGTH,
            most=PASSWORD_LIMIT,
        )
    return await asyncio.to_thread(_hasher.hash, password)


async def _signed_in(request: Request, person: Person, to: str | None) -> Response:
    """A new session, never the one that was there: nobody can have planted it."""
    at = house(request)
    old = request.cookies.get(session_cookie(secure=at.secure))

    def act(db: Session) -> tuple[str, str]:
        if old:
            at.keyring.sign_out(db, old)
        return at.keyring.sign_in(db, person, now=now()), to or _seat(db, person)

    secret, address = await at.database.act("people", act)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        session_cookie(secure=at.secure),
        secret,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        secure=at.secure,
        httponly=True,
        samesite="lax",
    )
    return response


def _seat(db: Session, person: Person) -> str:
    """Where somebody wants to be: at the briefing that is on now, if it is just one."""
    on = [BriefingState.LIVE, BriefingState.PAUSED]
    slugs = db.scalars(select(Briefing.slug).where(Briefing.state.in_(on)).limit(2)).all()
    if len(slugs) != 1:
        return "/"
    podium = person.role.value in ("spokesperson", "officer")
    return f"/briefings/{slugs[0]}/podium" if podium else f"/briefings/{slugs[0]}"


def _inside(address: str | None) -> str | None:
    """The address if it leads nowhere but into this hub."""
    if not address or not address.startswith("/") or "\\" in address:
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and address[1:2] != "/" else None
