"""The API's door: who comes with which token, how often, and with what that is understood."""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from hub.domain.audience import Role
from hub.domain.errors import Invalid, NotAllowed
from hub.integrations.schemas import Closed
from hub.integrations.shown import FieldProblem
from hub.web.failures import problem
from hub.web.house import house
from hub.web.visitor import Visitor, bearer_of

Given = TypeVar("Given", bound=Closed)

# Three languages at the limit of an update, with every character written as \uXXXX\uXXXX.
BODY_LIMIT = 256 * 1024

# Fields told at once.
_TOLD = 20

_REMEDIES = {
    "missing": "Give this field.",
    "extra_forbidden": "There is no such field here. Take it out.",
    "string_too_short": "Write something here first.",
    "string_pattern_mismatch": "Write something here first.",
    "string_too_long": "The limit is {max_length} characters. Shorten or split it.",
    "too_long": "The limit is {max_length}.",
}


class NotTaken(Exception):
    """The request goes no further; `answer` says why."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.answer: Response = problem(status, detail, **more)


async def admitted(request: Request, needs: frozenset[Role] | None) -> Visitor | None:
    """Who comes with a token, if they are one of those; None: anybody may read.

    Raises NotTaken, and NotAllowed before anything is looked up: where they may not act, what
    exists and what does not look the same.
    """
    at = house(request)
    visitor = await bearer_of(request)
    anonymous = visitor is None and needs is None and "authorization" not in request.headers
    if anonymous:
        return None
    caller = visitor.key if visitor else request.client.host if request.client else ""
    if not await at.limits.api(caller, at.api_rate):
        raise NotTaken(429, f"The limit is {at.api_rate} requests a second. Wait, then try again.")
    if visitor is None:
        raise NotTaken(
            401, "Send the header Authorization: Bearer, with a token that `hub token` has made."
        )
    if needs is not None and visitor.person.role not in needs:
        raise NotAllowed
    return visitor


async def body_of(request: Request, model: type[Given]) -> Given:
    """What was sent, understood. Raises NotTaken: 400, 413, 415 or 422."""
    body = await _read(request)
    if not body and not any(field.is_required() for field in model.model_fields.values()):
        return model()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotTaken(415, "Send application/json.")
    try:
        given = model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise NotTaken(400, f"The body is not JSON: {_sentence(first['msg'])}") from None
        raise not_understood(error) from None
    # Which of the two was meant, nobody knows. What was validated is neither deep nor strange.
    json.loads(body, object_pairs_hook=_no_twins)
    return given


def query_of(request: Request, model: type[Given]) -> Given:
    """What the address asks for. Raises NotTaken: 422."""
    asked: dict[str, object] = {}
    for name, value in request.query_params.multi_items():
        if name in asked:
            raise invalid([FieldProblem(field=name, remedy="Give it once.")])
        asked[name] = value
    try:
        return model.model_validate(asked)
    except ValidationError as error:
        raise not_understood(error) from None


def key_of(request: Request) -> str | None:
    """The idempotency key, if one was sent. Raises NotTaken: 422."""
    keys = request.headers.getlist("idempotency-key")
    if len(keys) > 1:
        raise invalid([FieldProblem(field="Idempotency-Key", remedy="Send one key.")])
    return keys[0] if keys else None


def refused_field(error: Invalid) -> NotTaken:
    """What the domain cannot take, under the name that the field has here."""
    form, hyphen, code = error.field.partition("-")
    field = f"translations.{code}" if (form, hyphen) == ("text", "-") else error.field
    return invalid([FieldProblem(field=field, remedy=error.says % error.values)])


def not_understood(error: ValidationError) -> NotTaken:
    """Every field that does not fit, with its remedy."""
    return invalid(
        FieldProblem(field=_field(one), remedy=_remedy(one))
        for one in error.errors(include_url=False, include_input=False)
    )


def invalid(found: Iterable[FieldProblem]) -> NotTaken:
    """422 with these fields."""
    problems = list(islice(found, _TOLD))
    return NotTaken(
        422,
        " ".join(f"{one.field}: {one.remedy}" for one in problems[:3]),
        field=problems[0].field,
        errors=[one.model_dump() for one in problems],
    )


async def _read(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    body = bytearray()
    try:
        if length.isdecimal() and int(length[:20]) > BODY_LIMIT:
            raise _too_large()
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT:
                raise _too_large()
    except ClientDisconnect:
        raise NotTaken(400, "The body was cut off.") from None
    return bytes(body)


def _too_large() -> NotTaken:
    return NotTaken(413, f"The limit is {BODY_LIMIT} bytes. Shorten or split it.")


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    given = dict(pairs)
    if len(given) < len(pairs):
        twins = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
        raise invalid(FieldProblem(field=name, remedy="Give it once.") for name in twins)
    return given


def _field(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"] if part != "[key]") or "body"


def _remedy(error: ErrorDetails) -> str:
    known = _REMEDIES.get(error["type"])
    return known.format(**error.get("ctx", {})) if known else _sentence(error["msg"])


def _sentence(message: str) -> str:
    words = message.removeprefix("Value error, ").removeprefix("Invalid JSON: ")
    return f"{words[:1].upper()}{words[1:]}."
