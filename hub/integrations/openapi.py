"""The OpenAPI 3.1 document, made from the declarations that let in and validate."""

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from hub import __version__
from hub.integrations.operation import Operation
from hub.integrations.shown import Problem
from hub.store.acts import KEY_LIMIT
from hub.store.agenda import SLUG, SLUG_LIMIT

Mode = Literal["validation", "serialization"]
Schemas = Mapping[Any, dict[str, Any]]

_ABOUT = """The live record of a press centre: what is said in its briefings, for programs.

Reading needs no token where a briefing is public. Writing needs `Authorization: Bearer` with the
token of somebody who may: a journalist asks, a moderator acts at the desk, a spokesperson or an
officer at the podium. Every write takes an `Idempotency-Key`: the same key
with the same request is done once and answered alike. Every error is a problem (RFC 9457)."""

_NAMES = {
    "slug": {
        "description": "The briefing's name in its address.",
        "schema": {"type": "string", "pattern": f"^{SLUG.pattern}$", "maxLength": SLUG_LIMIT},
    },
    "ref": {
        "description": "The reference of the update, question, message or document.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9]+$", "maxLength": 40},
    },
}

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Yours, unique for this request: send it again with the same key at will.",
    "schema": {
        "type": "string",
        "pattern": f"^[!-~]([ -~]{{0,{KEY_LIMIT - 2}}}[!-~])?$",
        "maxLength": KEY_LIMIT,
    },
}

_READING = {
    401: "The token that was sent is not good.",
    404: "Nothing is here, or nothing that you may know of.",
    422: "A field cannot be taken: which, and what to do.",
    429: "Too often; Retry-After says when to come back.",
    503: "The hub cannot read just now; Retry-After says when to come back.",
}
_READING_AS = _READING | {
    401: "A token is needed, or the one that was sent is not good.",
    403: "The token's person may not read this, here or anywhere.",
}
_WRITING = _READING | {
    400: "The body is not JSON.",
    401: "A token is needed, or the one that was sent is not good.",
    403: "The token's person may not do this, here or anywhere.",
    409: "Not now: the state of the briefing, the update or the question does not allow it.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    503: "The hub cannot write just now; send it again, with the same key, after Retry-After.",
}
_GONE = {
    "read_update": "The update is retracted: its notice, and since when.",
    "read_document": "The document is withdrawn: the reason, and since when.",
}
_WAIT = {"Retry-After": {"description": "In seconds.", "schema": {"type": "integer"}}}


def document(operations: Sequence[Operation]) -> bytes:
    """The document as JSON."""
    schemas, definitions = models_json_schema(
        list(dict.fromkeys(_models(operations))), ref_template="#/components/schemas/{model}"
    )
    problem = {"application/problem+json": {"schema": schemas[Problem, "serialization"]}}
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schemas, problem)
    described = {
        "openapi": "3.1.0",
        "info": {"title": "Press hub", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }
    return json.dumps(described, ensure_ascii=False).encode()


def _models(operations: Sequence[Operation]) -> Iterable[tuple[type[BaseModel], Mode]]:
    yield Problem, "serialization"
    for one in operations:
        if one.method == "POST":
            yield one.takes, "validation"
        if one.gives is not None:
            yield one.gives, "serialization"


def _operation(one: Operation, schemas: Schemas, problem: dict[str, Any]) -> dict[str, Any]:
    summary, _, description = one.words.partition("\n")
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": summary,
        "description": description.strip() or summary,
        "parameters": _parameters(one),
        "responses": {str(one.status): _success(one, schemas)} | _errors(one, problem),
        # An empty requirement: a token is welcome and not needed.
        "security": [{"bearer": []}] if one.needs else [{}, {"bearer": []}],
    }
    if one.method == "POST":
        said["requestBody"] = {
            "required": any(field.is_required() for field in one.takes.model_fields.values()),
            "content": {"application/json": {"schema": schemas[one.takes, "validation"]}},
        }
    return said


def _parameters(one: Operation) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, **about}
        for name, about in _NAMES.items()
        if f"{{{name}}}" in one.path
    ]
    if one.method == "POST":
        return [*found, _KEY]
    properties: dict[str, dict[str, Any]] = one.takes.model_json_schema().get("properties", {})
    for name, schema in properties.items():
        about = schema.pop("description", "")
        found.append({"name": name, "in": "query", "description": about, "schema": schema})
    return found


def _success(one: Operation, schemas: Schemas) -> dict[str, Any]:
    said: dict[str, Any] = {"description": HTTPStatus(one.status).phrase}
    if one.gives is not None:
        said["content"] = {"application/json": {"schema": schemas[one.gives, "serialization"]}}
    if one.status == HTTPStatus.CREATED:
        said["headers"] = {
            "Location": {"description": "As url.", "schema": {"type": "string", "format": "uri"}}
        }
    return said


def _errors(one: Operation, problem: dict[str, Any]) -> dict[str, Any]:
    reading = one.method == "GET"
    statuses = _WRITING if not reading else _READING_AS if one.needs else _READING
    if one.name in _GONE:
        statuses = statuses | {410: _GONE[one.name]}
    said: dict[str, Any] = {
        str(status): {"description": words, "content": problem}
        | ({"headers": _WAIT} if status in (429, 503) else {})
        for status, words in sorted(statuses.items())
    }
    if reading:
        said["304"] = {"description": "Not changed since the ETag in If-None-Match."}
    said["default"] = {"description": "Any other error.", "content": problem}
    return said
