"""What the API does not take, and with which words."""

import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hub.integrations.door import BODY_LIMIT
from hub.integrations.schemas import PAGE_LIMIT
from tests.cast import ADAM, ANA, BAO, MILAN, VERA
from tests.centre import SLUG, Centre, open_centre
from tests.integrations.test_reading import told

STORM = f"/api/briefings/{SLUG}"
UPDATES = f"{STORM}/updates"
JSON = {"Content-Type": "application/json"}

WRITES = [
    "/api/briefings",
    f"{STORM}/opening",
    f"{STORM}/pause",
    f"{STORM}/resumption",
    f"{STORM}/closing",
    f"{STORM}/speakers",
    UPDATES,
    f"{UPDATES}/bcd234fgh/correction",
    f"{UPDATES}/bcd234fgh/retraction",
    f"{UPDATES}/bcd234fgh/pin",
    f"{UPDATES}/bcd234fgh/unpin",
]

BY_THE_DESK = tuple(f"{STORM}/{act}" for act in ("opening", "pause", "resumption", "closing"))


@pytest.fixture(scope="module")
async def untouched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """One for all tests that must leave it as it was; each ends by looking."""
    folder = tmp_path_factory.mktemp("untouched")
    async with open_centre(f"sqlite:///{folder / 'hub.db'}") as centre:
        yield centre


def is_problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """The problem that was answered, in the form that every error has."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize("path", WRITES)
async def test_nobody_writes_without_a_good_token(untouched: Centre, path: str) -> None:
    client = await untouched.api()
    for header in (None, "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer clé"):
        headers = {b"Authorization": header.encode()} if header else {}
        answer = await client.post(path, json={"text": "x"}, headers=headers)
        is_problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
    assert (await untouched.briefing()).number == 3


async def test_a_bad_token_is_told_so_even_where_none_is_needed(small: Centre) -> None:
    client = await small.api()
    answer = await client.get(STORM, headers={"Authorization": "Bearer expired"})
    is_problem(answer, 401)


@pytest.mark.parametrize("path", WRITES)
async def test_who_may_not_write_learns_nothing_of_what_exists(
    untouched: Centre, path: str
) -> None:
    # The desk starts and ends a briefing as well.
    outsiders = (ANA, BAO, ADAM) if path.startswith(BY_THE_DESK) else (ANA, BAO, MILAN, ADAM)
    for actor in outsiders:
        client = await untouched.api(actor)
        here = await client.post(path, json={"text": "x"})
        is_problem(here, 403)
        nowhere = await client.post(path.replace(SLUG, "nowhere"), content=b"not even JSON")
        assert told(here) == told(nowhere)
    assert (await untouched.briefing()).number == 3


async def test_what_does_not_exist_is_not_found(centre: Centre) -> None:
    vera = await centre.api(VERA)
    ref = (await centre.publish("One."))["ref"]
    for path in (
        "/api/briefings/nowhere",
        "/api/briefings/nowhere/events",
        "/api/briefings/%00",
        "/api/briefings/%ff",
        "/api/briefings/STORM-9",
        f"/api/briefings/{'x' * 300}",
        f"{UPDATES}/bcd234fgh",
        f"{UPDATES}/%00",
        f"{UPDATES}/{ref.upper()}",
        f"/api/briefings/nowhere/updates/{ref}",
        "/api/nothing",
        "/api/",
    ):
        is_problem(await vera.get(path), 404)
    for path in ("/api/briefings/nowhere/updates", f"{UPDATES}/%00/correction"):
        is_problem(await vera.post(path, json={"text": "x"}), 404)


async def test_a_wrong_method_is_told_the_right_ones(untouched: Centre) -> None:
    vera = await untouched.api(VERA)
    for path, allowed in (
        (STORM, {"GET", "HEAD"}),
        ("/api/briefings", {"GET", "HEAD", "POST"}),
        (f"{UPDATES}/bcd234fgh/pin", {"POST"}),
        ("/api/openapi.json", {"GET", "HEAD"}),
    ):
        answer = await vera.request("DELETE", path)
        is_problem(answer, 405)
        assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", ""])
async def test_only_json_is_taken(untouched: Centre, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    answer = await (await untouched.api(VERA)).post(
        UPDATES, content=b'{"text": "x"}', headers=headers
    )
    is_problem(answer, 415)


async def test_json_in_utf8_may_say_so(small: Centre) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    answer = await (await small.api(VERA)).post(UPDATES, content=b'{"text": "x"}', headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xef\xbb\xbf{}",
        b'{"text": "\xff"}',
        b'{"text": "\xed\xa0\x80"}',
        b'{"text": "\\ud800"}',
        b'{"text": "a\x01b"}',
        b"[" * 100_000,
        b'{"text":' * 25_000,
        b'{"text": ' + b"9" * 5_000 + b"}",
        b'{"text": "x"} {}',
        b"{'text': 'x'}",
    ],
    ids=range(12),
)
async def test_what_is_not_json_is_told_where(untouched: Centre, body: bytes) -> None:
    answer = await (await untouched.api(VERA)).post(UPDATES, content=body, headers=JSON)
    problem = is_problem(answer, 400)
    assert "not JSON" in problem["detail"]
    assert (await untouched.briefing()).number == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("[]", "body"),
        ("null", "body"),
        ("{}", "text"),
        ('{"text": null}', "text"),
        ('{"text": 5}', "text"),
        ('{"text": NaN}', "text"),
        ('{"text": ["x"]}', "text"),
        ('{"text": ""}', "text"),
        ('{"text": " \\n\\t "}', "text"),
        ('{"text": "a\\u0000b"}', "text"),
        ('{"text": "a\\u001bb"}', "text"),
        ('{"text": "' + "x" * 5_001 + '"}', "text"),
        ('{"text": "x", "text": "y"}', "text"),
        ('{"text": "x", "translations": {"en": "a", "en": "b"}}', "en"),
        ('{"text": "x", "kind": "rumour"}', "kind"),
        ('{"text": "x", "kind": null}', "kind"),
        ('{"text": "x", "terms": "off"}', "terms"),
        ('{"text": "x", "terms": "background"}', "attribution"),
        ('{"text": "x", "speaker": "Nobody Known"}', "speaker"),
        ('{"text": "x", "speaker": 1e400}', "speaker"),
        ('{"text": "x", "language": "de"}', "language"),
        ('{"text": "x", "translations": {"de": "x"}}', "translations.de"),
        ('{"text": "x", "translations": {"fr": "\\u0001"}}', "translations.fr"),
        ('{"text": "x", "translations": {"fr": 1}}', "translations.fr"),
        ('{"text": "x", "language": "en", "translations": {"en": "y"}}', "body"),
        ('{"text": "x", "pinned": 1}', "pinned"),
        ('{"text": "x", "pinned": "true"}', "pinned"),
        ('{"text": "x", "n": 1}', "n"),
        ('{"text": "x", "author": "The Minister"}', "author"),
        ('{"text": "x", "state": "live"}', "state"),
    ],
)
async def test_a_field_that_cannot_be_taken_is_named_with_its_remedy(
    untouched: Centre, body: str, field: str
) -> None:
    answer = await (await untouched.api(VERA)).post(UPDATES, content=body.encode(), headers=JSON)
    problem = is_problem(answer, 422)
    assert problem["field"] == field
    assert [one["field"] for one in problem["errors"]] == [field]
    assert problem["errors"][0]["remedy"].endswith(".")
    assert (await untouched.briefing()).number == 3


async def test_an_unknown_speaker_is_told_the_list(small: Centre) -> None:
    answer = await (await small.api(VERA)).post(UPDATES, json={"text": "x", "speaker": "Nobody"})
    remedy = is_problem(answer, 422)["errors"][0]["remedy"]
    assert remedy == (
        "Nobody is not a speaker of this briefing. "
        "Choose one of: Tạ Thị Ngọc Diệp, Canary Secret Name."
    )


async def test_all_fields_that_cannot_be_taken_are_told_at_once(small: Centre) -> None:
    answer = await (await small.api(VERA)).post(UPDATES, json={"kind": "rumour", "zz": 1})
    fields = [one["field"] for one in is_problem(answer, 422)["errors"]]
    assert fields == ["text", "kind", "zz"]


@pytest.mark.parametrize("names", [["text"] * 20_000, [f"f{n}" for n in range(15_000)]])
async def test_a_flood_of_fields_is_answered_in_few_words(
    untouched: Centre, names: list[str]
) -> None:
    body = "{" + ",".join(f'"{name}":"x"' for name in names) + "}"
    started = time.perf_counter()
    answer = await (await untouched.api(VERA)).post(UPDATES, content=body.encode(), headers=JSON)
    is_problem(answer, 422)
    assert len(answer.content) < 4_000
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Storm 10"}, "slug"),
        ({"slug": "x" * 61}, "slug"),
        ({"slug": SLUG}, "slug"),
        ({"slug": "../etc"}, "slug"),
        ({"title": "\n"}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"zone": "Hanoi"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"language": "de"}, "language"),
        ({"languages": ["en", "de"]}, "languages.1"),
        ({"languages": "en"}, "languages"),
        ({"titles": {"de": "x"}}, "titles.de"),
        ({"speakers": [{"name": "A", "role": "chief"}]}, "speakers.0.role"),
        ({"speakers": [{"name": "Ana"}, {"name": "ana"}]}, "speaker"),
        ({"scheduled_at": "tomorrow"}, "scheduled_at"),
        ({"scheduled_at": "0"}, "scheduled_at"),
        ({"scheduled_at": 1_790_000_000}, "scheduled_at"),
        ({"scheduled_at": "2026-10-15T13:30:00"}, "scheduled_at"),
        ({"scheduled_at": "2026-13-45T13:30:00Z"}, "scheduled_at"),
        ({"scheduled_at": "0001-01-01T00:00:00+14:00"}, "scheduled_at"),
        ({"scheduled_at": "9999-12-31T23:59:59-14:00"}, "scheduled_at"),
        ({"public": "yes"}, "public"),
        ({"number": 7}, "number"),
    ],
)
async def test_a_briefing_that_cannot_be_held_is_refused_by_its_field(
    untouched: Centre, change: dict[str, object], field: str
) -> None:
    body = {"slug": "storm-10", "title": "Storm No. 10"} | change
    answer = await (await untouched.api(VERA)).post("/api/briefings", json=body)
    assert is_problem(answer, 422)["field"] == field


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("correction", {"text": "x", "edition": 0}, "edition"),
        ("correction", {"text": "x", "edition": 1.0}, "edition"),
        ("correction", {"text": "x", "edition": True}, "edition"),
        ("correction", {"text": "x", "edition": 10**30}, "edition"),
        ("correction", {"text": "x", "note": "n" * 601}, "note"),
        ("correction", {"note": "n"}, "text"),
        ("retraction", {}, "notice"),
        ("retraction", {"notice": "  "}, "notice"),
        ("retraction", {"notice": "n" * 601}, "notice"),
        ("retraction", {"notice": "n", "text": "x"}, "text"),
        ("pin", {"pinned_at": "now"}, "pinned_at"),
    ],
)
async def test_an_act_on_an_update_is_refused_by_its_field(
    small: Centre, path: str, body: dict[str, object], field: str
) -> None:
    ref = (await small.publish("One."))["ref"]
    answer = await (await small.api(VERA)).post(f"{UPDATES}/{ref}/{path}", json=body)
    assert is_problem(answer, 422)["field"] == field


async def test_an_act_on_a_retracted_update_is_refused(centre: Centre) -> None:
    vera = await centre.api(VERA)
    at = f"{UPDATES}/{(await centre.publish('One.'))['ref']}"
    assert (await vera.post(f"{at}/retraction", json={"notice": "No."})).status_code == 201
    for act, body in (("correction", {"text": "x"}), ("retraction", {"notice": "x"}), ("pin", {})):
        problem = is_problem(await vera.post(f"{at}/{act}", json=body), 409)
        assert problem["detail"] == "This update has been retracted."


async def test_what_a_briefing_cannot_do_now_is_refused_with_the_reason(centre: Centre) -> None:
    vera = await centre.api(VERA)
    problem = is_problem(await vera.post(f"{STORM}/opening"), 409)
    assert problem["detail"] == "The briefing is live already."
    is_problem(await vera.post(f"{STORM}/resumption"), 409)
    await vera.post(f"{STORM}/pause")
    problem = is_problem(await vera.post(UPDATES, json={"text": "x"}), 409)
    assert problem["detail"] == "The briefing is paused. Resume it, then publish."
    await vera.post(f"{STORM}/closing")
    is_problem(await vera.post(f"{STORM}/closing"), 409)
    problem = is_problem(await vera.post(UPDATES, json={"text": "x"}), 409)
    assert "closed" in problem["detail"]


@pytest.mark.parametrize("chunked", [False, True])
async def test_what_is_too_large_is_refused_and_the_next_request_is_not(
    small: Centre, chunked: bool
) -> None:
    body = b'{"text": "' + b"x" * BODY_LIMIT + b'"}'

    async def pieces() -> Any:
        yield body[:1_000]
        yield body[1_000:]

    vera = await small.api(VERA)
    answer = await vera.post(UPDATES, content=pieces() if chunked else body, headers=JSON)
    is_problem(answer, 413)
    assert (await vera.post(UPDATES, json={"text": "x"})).status_code == 201


async def test_the_longest_update_in_three_languages_is_taken(small: Centre) -> None:
    text = "😀" * 5_000
    body = {"text": text, "translations": {"en": text, "fr": text}}
    # Escaped as \uXXXX\uXXXX, the longest way to write it.
    answer = await (await small.api(VERA)).post(UPDATES, json=body)
    assert answer.status_code == 201, answer.text


async def test_while_the_database_is_held_readers_read_and_writers_are_told_to_come_back(
    small: Centre, tmp_path: Path
) -> None:
    vera = await small.api(VERA)
    vera.timeout = httpx2.Timeout(30)
    headers = {"Idempotency-Key": "held"}
    with contextlib.closing(sqlite3.connect(tmp_path / "hub.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await vera.post(UPDATES, json={"text": "x"}, headers=headers)
        assert "Nothing is lost" in is_problem(answer, 503)["detail"]
        assert int(answer.headers["retry-after"]) > 0
        assert (await vera.get(STORM)).status_code == 200
        other.execute("ROLLBACK")
    numbers = [
        (await vera.post(UPDATES, json={"text": "x"}, headers=headers)).json()["n"] for _ in "12"
    ]
    assert numbers == [2, 2]


async def test_a_token_that_asks_too_often_is_told_when_to_come_back(sqlite_url: str) -> None:
    async with open_centre(sqlite_url, api_rate=3) as centre:
        vera, ana = await centre.api(VERA), await centre.api(ANA)
        answers = [await vera.get(STORM) for _ in range(12)]
        last = next(answer for answer in answers if answer.status_code != 200)
        assert "3 requests a second" in is_problem(last, 429)["detail"]
        assert int(last.headers["retry-after"]) > 0
        # Each token is counted apart, and whoever needs none is not counted.
        assert (await ana.get(STORM)).status_code == 200
        public = await centre.api()
        assert {(await public.get(STORM)).status_code for _ in range(12)} == {200}


async def test_guessing_tokens_is_slowed_down(sqlite_url: str) -> None:
    async with open_centre(sqlite_url, api_rate=3) as centre:
        client = await centre.api()
        answers = [
            await client.post(UPDATES, headers={"Authorization": f"Bearer guess-{number}"})
            for number in range(12)
        ]
    assert {answer.status_code for answer in answers} == {401, 429}


async def test_cookies_open_nothing_in_the_api(small: Centre) -> None:
    browser = await small.client(VERA)
    is_problem(await browser.post(UPDATES, json={"text": "x"}), 401)


async def test_a_page_is_as_long_as_the_reader_may_ask(small: Centre) -> None:
    answer = await (await small.api()).get(f"{STORM}/events", params={"limit": PAGE_LIMIT})
    assert answer.status_code == 200
