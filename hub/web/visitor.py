"""Who is asking, in which language, and whether they may sit here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import quote

from babel import negotiate_locale
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from hub.domain.audience import STAFF, Audience, first_seat, may_join
from hub.domain.errors import NotFound
from hub.domain.person import Person
from hub.domain.words import LANGUAGES
from hub.web.house import house, now

LANGUAGE_COOKIE = "hub_language"

Handler = Callable[[Request], Awaitable[Response]]


class SignInNeeded(Exception):
    """Nobody is signed in, and this needs somebody."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in. `key` is the digest of the session or token they came with."""

    person: Person
    key: str

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def role(self) -> str:
        return self.person.role.value

    @property
    def staff(self) -> bool:
        """Whether they work here, and are told what is wrong with the hub."""
        return self.person.role in STAFF

    @property
    def outlet(self) -> str | None:
        return self.person.outlet.name if self.person.outlet else None


def session_cookie(*, secure: bool) -> str:
    """The cookie's name: __Host- binds it to this host and to https, where there is https."""
    return "__Host-hub" if secure else "hub_session"


async def visitor_of(connection: HTTPConnection) -> Visitor | None:
    """Who comes with a session's cookie or with a token; asked of the database once a request."""
    if not hasattr(connection.state, "visitor"):
        # If the database does not answer now, the page that says so must not ask it again.
        connection.state.visitor = None
        connection.state.visitor = await _by_cookie(connection) or await bearer_of(connection)
    found: Visitor | None = connection.state.visitor
    return found


async def bearer_of(connection: HTTPConnection) -> Visitor | None:
    """Who came with `Authorization: Bearer`; None if nobody or not a good token."""
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        return None
    at = house(connection)
    digest = at.keyring.digest(secret)
    person = await at.known.person(
        digest, lambda: at.database.read(lambda db: at.keyring.person_of_token(db, secret))
    )
    return Visitor(person, digest) if person else None


def seat_of(visitor: Visitor | None, *, public: bool) -> Audience:
    """The audience in which somebody reads a briefing. Raises NotFound."""
    role = visitor.person.role if visitor else None
    for audience in (Audience.ROOM, Audience.PUBLIC):
        if may_join(audience, role=role, public=public):
            return audience
    raise NotFound


def requires(*audiences: Audience) -> Callable[[Handler], Handler]:
    """Lets in who may sit at one of these: others find nothing, the unknown are sent to sign in."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request) -> Response:
            visitor = await visitor_of(request)
            if visitor is None:
                if request.method in ("GET", "HEAD"):
                    return RedirectResponse(f"/sign-in?to={quote(request.url.path)}", 303)
                raise SignInNeeded
            seat = first_seat(audiences, role=visitor.person.role)
            if seat is None:
                raise NotFound
            request.state.person, request.state.seat = visitor.person, seat
            return await handler(request)

        return guarded

    return decorate


def person_of(request: Request) -> Person:
    """The person that @requires let in."""
    person: Person = request.state.person
    return person


def window_of(request: Request) -> Audience:
    """The window through which @requires let them in: theirs, to which they go back."""
    seat: Audience = request.state.seat
    return seat


def language_of(connection: HTTPConnection) -> str:
    """The remembered language, else the browser's, else the press centre's."""
    chosen = connection.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = _wanted(connection.headers.get("accept-language", ""))
    return negotiate_locale(wanted, LANGUAGES, sep="-") or house(connection).language


def _wanted(header: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.split("-")[0]))
        except ValueError:
            continue
    return [tag for _, tag in sorted(weighed, key=lambda item: item[0]) if tag]


async def _by_cookie(connection: HTTPConnection) -> Visitor | None:
    at = house(connection)
    secret = connection.cookies.get(session_cookie(secure=at.secure))
    if not secret:
        return None
    digest = at.keyring.digest(secret)
    person = await at.known.person(
        digest,
        lambda: at.database.read(lambda db: at.keyring.person_of_session(db, secret, now=now())),
    )
    return Visitor(person, digest) if person else None
