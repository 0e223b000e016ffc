"""An operation of the API: one declaration that lets in, validates, answers and documents."""

import hashlib
import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.domain.audience import Audience, Role, may_join
from hub.domain.errors import Invalid, NotAllowed, NotFound
from hub.domain.person import Person
from hub.integrations.door import NotTaken, admitted, body_of, key_of, query_of, refused_field
from hub.integrations.schemas import Closed, Nothing
from hub.integrations.shown import Made
from hub.store.agenda import SLUG, SLUG_LIMIT
from hub.store.database import COMMITTED
from hub.web.house import House, house
from hub.web.visitor import Visitor

Given = TypeVar("Given", bound=Closed)


def _those_at(audience: Audience) -> frozenset[Role]:
    return frozenset(role for role in Role if may_join(audience, role=role, public=False))


PODIUM = _those_at(Audience.PODIUM)
DESK = _those_at(Audience.DESK)
JOURNALISTS = frozenset({Role.JOURNALIST})
"""Who may do what: an operation needs one of these, or of several of them."""

# The door counts for itself, so that what is too large is answered in the API's own form.
_NO_OTHER_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Ask(Generic[Given]):
    """A request that was let in and understood. `given` is its body, or a GET's query."""

    request: Request
    visitor: Visitor | None
    given: Given
    key: str | None

    @property
    def house(self) -> House:
        return house(self.request)

    @property
    def person(self) -> Person:
        """Who acts. Raises NotAllowed where nobody needed to come in."""
        if self.visitor is None:
            raise NotAllowed
        return self.visitor.person

    @property
    def slug(self) -> str:
        return str(self.request.path_params["slug"])

    @property
    def ref(self) -> str:
        return str(self.request.path_params["ref"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What is done at `method` and `path`. `needs`: whom; None: anybody, also without a token."""

    method: str
    path: str
    takes: type[Closed]
    gives: type[BaseModel] | None
    needs: frozenset[Role] | None
    answer: Callable[[Ask[Any]], Awaitable[Any]]

    @property
    def name(self) -> str:
        return self.answer.__name__

    @property
    def words(self) -> str:
        return inspect.getdoc(self.answer) or ""

    @property
    def status(self) -> int:
        """Of success."""
        if self.gives is None:
            return 204
        return 200 if self.method == "GET" else 201

    async def respond(self, request: Request) -> Response:
        """Lets in, understands, answers."""
        arrived = time.perf_counter()
        try:
            visitor = await admitted(request, self.needs)
            _check_names(request)
            reading = self.method == "GET"
            given = query_of(request, self.takes if reading else Nothing)
            if not reading:
                given = await body_of(request, self.takes)
            answer = await self.answer(Ask(request, visitor, given, key_of(request)))
        except NotTaken as refused:
            return refused.answer
        except Invalid as error:
            return refused_field(error).answer
        if reading:
            return _read(request, answer)
        response = _written(self.status, answer)
        if (committed := COMMITTED.get()) is not None:
            # How long until it was on the disk, in milliseconds: the rest is the way back.
            response.headers["Server-Timing"] = f"commit;dur={(committed - arrived) * 1000:.2f}"
        return response


def reads(
    path: str, *, takes: type[Given], gives: type[BaseModel], needs: frozenset[Role] | None = None
) -> Callable[[Callable[[Ask[Given]], Awaitable[BaseModel]]], Operation]:
    """Declares something that the public may read, and with a token whoever may join; with
    `needs` only those."""

    def declare(answer: Callable[[Ask[Given]], Awaitable[BaseModel]]) -> Operation:
        return Operation(
            method="GET", path=path, takes=takes, gives=gives, needs=needs, answer=answer
        )

    return declare


def writes(
    path: str,
    *,
    takes: type[Given],
    gives: type[BaseModel] | None = None,
    needs: frozenset[Role] = PODIUM,
) -> Callable[[Callable[[Ask[Given]], Awaitable[Made | None]]], Operation]:
    """Declares something that those may do."""

    def declare(answer: Callable[[Ask[Given]], Awaitable[Made | None]]) -> Operation:
        return Operation(
            method="POST", path=path, takes=takes, gives=gives, needs=needs, answer=answer
        )

    return declare


def routes_of(operations: Sequence[Operation]) -> list[BaseRoute]:
    """One route a path: two of them would answer 405 with only the first one's methods."""
    table: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        table.setdefault(operation.path, {})[operation.method] = operation
    return [
        Route(path, _endpoint(by_method), methods=list(by_method), max_body_size=_NO_OTHER_LIMIT)
        for path, by_method in table.items()
    ]


def _endpoint(by_method: dict[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await by_method[method].respond(request)

    return endpoint


def _check_names(request: Request) -> None:
    """What cannot be a name is none; no database is asked for what it cannot even store."""
    slug, ref = request.path_params.get("slug", "x"), request.path_params.get("ref", "x")
    if len(slug) > SLUG_LIMIT or not SLUG.fullmatch(slug) or not (ref.isascii() and ref.isalnum()):
        raise NotFound


def _read(request: Request, answer: BaseModel) -> Response:
    body = answer.model_dump_json().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Authorization"}
    known = request.headers.get("if-none-match", "").split(",")
    if tag in {one.strip().removeprefix("W/") for one in known}:
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")


def _written(status: int, answer: Made | None) -> Response:
    headers = {"Cache-Control": "no-store"}
    if answer is None:
        return Response(status_code=status, headers=headers)
    headers["Location"] = answer.url
    return Response(answer.model_dump_json(), status, headers, "application/json")
