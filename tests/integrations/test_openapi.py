"""The API's own description: valid, complete, and true of the running hub."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.config import SchemathesisConfig
from starlette.routing import Route

from hub.integrations import api
from tests.cast import ANA, VERA
from tests.centre import SLUG, Centre, open_centre

PROBLEM = "application/problem+json"


def described() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(api.document())
    return document


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A hub on a thread of its own: schemathesis waits for its answers on this one."""
    url = f"sqlite:///{tmp_path_factory.mktemp('openapi') / 'hub.db'}"
    with (
        start_blocking_portal("asyncio", {"use_uvloop": True}) as portal,
        portal.wrap_async_context_manager(open_centre(url)) as centre,
    ):
        portal.call(centre.publish, "There is something to correct.")
        yield centre


@pytest.fixture
def schema(running: Centre) -> Any:
    answer = httpx2.get(f"{running.url}/api/briefings/{SLUG}/events", trust_env=False)
    ref = answer.json()["events"][-1]["update"]["ref"]
    config = SchemathesisConfig.from_dict(
        {
            "base-url": running.url,
            "request-timeout": 30,
            "generation": {"max-examples": 25, "deterministic": True},
            "checks": {
                # A schema cannot say what only the briefing knows: its speakers and languages,
                # whether a slug is taken, what a zone is called, or that a character is one that
                # can be shown. Such a field is refused as what it is: understood, not possible.
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "401", "403", "404", "409", "410", "422"]
                }
            },
        }
    )
    return schemathesis.openapi.from_url(f"{running.url}/api/openapi.json", config=config)


lazy = schemathesis.pytest.from_fixture("schema")


@pytest.mark.timeout(300)
@lazy.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_the_hub_is_as_it_describes_itself(case: Any, running: Centre) -> None:
    token = running.tokens[VERA.name]
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
