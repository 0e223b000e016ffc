"""The API's own description: valid, complete, and true of the running hub."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from starlette.routing import Route

from hub.domain.words import LANGUAGES
from hub.integrations import api
from tests.cast import ANA, MILAN, VERA, Actor
from tests.centre import SLUG, Centre

PROBLEM = "application/problem+json"
SCHEMATHESIS = "from schemathesis.cli import schemathesis; schemathesis()"

# A schema cannot say what only the hub knows: a briefing's speakers and languages, the names of
# the zones, whether a slug is taken or a key was used, that a character is one that can be shown.
# Data of the right form may be refused for these, so 422 is not held against them.
SETTINGS = """
[generation]
max-examples = 25
deterministic = true

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "410", "422"]

[parameters]
"path.slug" = "{slug}"
"path.ref" = "{ref}"

[[operations]]
include-operation-id = ["close_briefing", "pause_briefing", "resume_briefing", "open_briefing"]
parameters = {{ "path.slug" = "other" }}
"""


def described() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(api.document())
    return document


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_description_is_valid() -> None:
    validate(described())


def test_every_address_of_the_api_is_described() -> None:
    served = {
        (route.path, method.lower())
        for route in api.routes()
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    told = {(path, method) for path, method, _ in operations()}
    assert served == told | {("/api/openapi.json", "get")}


def test_every_error_is_described_as_a_problem() -> None:
    for path, method, operation in operations():
        errors = {
            status: response
            for status, response in operation["responses"].items()
            if status not in ("200", "201", "204", "304")
        }
        assert {"401", "404", "422", "429", "503", "default"} <= set(errors), path
        for status, response in errors.items():
            assert list(response["content"]) == [PROBLEM], (path, method, status)


# Of the asker's own, of the podium's and of the desk's.
GUARDED = {
    "read_own_questions",
    "read_podium_questions",
    "read_podium_documents",
    "read_desk",
    "read_desk_question",
}


def test_every_write_needs_a_token_and_takes_a_key_and_no_read_takes_one() -> None:
    for path, method, operation in operations():
        keys = [one for one in operation["parameters"] if one["name"] == "Idempotency-Key"]
        assert len(keys) == (method == "post"), path
        guarded = method == "post" or operation["operationId"] in GUARDED
        needed: list[dict[str, list[str]]] = [{"bearer": []}] if guarded else [{}, {"bearer": []}]
        assert operation["security"] == needed, path


def test_what_is_taken_is_closed_and_in_the_hubs_languages() -> None:
    schemas = described()["components"]["schemas"]
    taken = ["NewUpdate", "Correction", "Retraction", "NewBriefing", "NewSpeaker", "Nothing"]
    assert [schemas[name]["additionalProperties"] for name in taken] == [False] * len(taken)
    assert schemas["NewUpdate"]["required"] == ["text"]
    names = schemas["NewUpdate"]["properties"]["translations"]["propertyNames"]
    assert names == {"enum": list(LANGUAGES)}


async def test_the_description_is_read_without_a_token(small: Centre) -> None:
    answer = await (await small.api()).get("/api/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == described()


# Of questions, as a journalist and as a moderator: all else they may not do.
OF_QUESTIONS_PATH = re.compile("/(questions|desk)")
OF_QUESTIONS = f"--include-path-regex={OF_QUESTIONS_PATH.pattern}"


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("actor", "only"), [(VERA, []), (ANA, [OF_QUESTIONS]), (MILAN, [OF_QUESTIONS])]
)
async def test_the_hub_is_as_it_describes_itself(
    small: Centre, tmp_path: Path, actor: Actor, only: list[str]
) -> None:
    vera = await small.api(VERA)
    ref = (await small.publish("There is something to correct."))["ref"]
    if only:
        asked = await (await small.api(ANA)).post(
            f"/api/briefings/{SLUG}/questions", json={"words": "Is there something to ask?"}
        )
        ref = asked.json()["ref"]
    await vera.post("/api/briefings", json={"slug": "other", "title": "Other"})
    before = (await small.briefing()).number
    file = tmp_path / "schemathesis.toml"
    file.write_text(SETTINGS.format(slug=SLUG, ref=ref))
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SCHEMATHESIS,
        f"--config-file={file}",
        "run",
        f"{small.url}/api/openapi.json",
        "--phases=examples,coverage,fuzzing",
        "--workers=1",
        "--no-color",
        "--continue-on-failure",
        f"--header=Authorization: Bearer {small.tokens[actor.name]}",
        *only,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await program.communicate()
    assert program.returncode == 0, said.decode()
    tested = [one for one in api.OPERATIONS if not only or OF_QUESTIONS_PATH.search(one.path)]
    assert f"Tested: {len(tested)}".encode() in said
    # It came as far as acting: not everything was refused at the door.
    assert (await small.briefing()).number > before
