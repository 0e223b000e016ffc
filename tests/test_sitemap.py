"""Every address of the hub as every role, by every method; a new route without a row fails."""

import itertools
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from websockets.exceptions import InvalidStatus

from hub.domain.audience import Audience, Role
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.update import Update
from hub.folders import folder
from hub.store.agenda import NewBriefing, add_briefing
from hub.store.finding import briefing_at
from hub.web.routes import routes
from tests.cast import ADAM, ANA, MILAN, OANH, SPEAKERS, VERA, Actor
from tests.centre import Centre, now, open_centre
from tests.sitemap_rows import ALL_READ, LIVE, SEATS, SITEMAP, Row, Statuses

PEOPLE: tuple[Actor | None, ...] = (None, ANA, MILAN, VERA, OANH, ADAM)
"""The order of the statuses in every row."""

NUMBERS = itertools.count(1)


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    """What is asked here is decided before the database is: one kind of it is enough."""
    async with open_centre(sqlite_url) as centre:
        yield centre


def _map() -> dict[str, set[str]]:
    """Every address and its methods, as the hub itself knows them; HEAD comes with GET."""
    found: dict[str, set[str]] = {}
    for route in routes(folder("static")):
        path, methods = _told(route)
        assert path not in found, f"{path} is there twice"
        found[path] = methods
    return found


def _told(route: BaseRoute) -> tuple[str, set[str]]:
    match route:
        case Route():
            methods = set(route.methods or ())
            return route.path, methods - ({"HEAD"} if "GET" in methods else set())
        case WebSocketRoute():
            return route.path, {"WEBSOCKET"}
        case Mount():
            return route.path, {"GET"}
    raise AssertionError(f"what is a {route!r}?")


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    routed = {(method, path) for path, methods in _map().items() for method in methods}
    assert routed == set(SITEMAP) | {("WEBSOCKET", LIVE)}
    assert {actor.role if actor else None for actor in PEOPLE} == {None, *Role}
    assert set(SEATS) == set(Audience)


@pytest.mark.parametrize("comes_with", ["cookie", "token"])
@pytest.mark.parametrize("row", SITEMAP, ids=" ".join)
async def test_each_role_is_answered_as_the_table_says(
    shared: Centre, row: tuple[str, str], comes_with: str
) -> None:
    method, path = row
    expected: Statuses = getattr(SITEMAP[row], comes_with)
    answered = []
    for actor in PEOPLE:
        client = await (shared.client(actor) if comes_with == "cookie" else shared.api(actor))
        if actor is None:
            client.headers["Origin"] = shared.url
        answer = await _ask(shared, client, method, path)
        answered.append(answer.status_code)
        if method == "GET":
            head = await _ask(shared, client, "HEAD", path)
            assert (head.status_code, head.content) == (answer.status_code, b"")
    assert tuple(answered) == expected


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """One hub for the whole walk."""
    folder = tmp_path_factory.mktemp("sitemap")
    async with open_centre(f"sqlite:///{folder / 'hub.db'}") as centre:
        yield centre


async def test_each_role_comes_through_the_sockets_door_as_the_table_says(shared: Centre) -> None:
    place = await _place(shared, "live")
    for audience, expected in SEATS.items():
        answered = []
        for actor in PEOPLE:
            try:
                async with shared.follow(audience, actor, slug=place["slug"]) as follower:
                    assert "hello" in await follower.next()
                    answered.append(101)
            except InvalidStatus as refused:
                answered.append(refused.response.status_code)
        assert tuple(answered) == expected, audience


async def test_a_method_that_an_address_does_not_take_is_405_and_named(shared: Centre) -> None:
    for path, methods in _map().items():
        if "WEBSOCKET" in methods:
            continue
        for actor in (None, VERA):
            client = await shared.client(actor)
            known = methods | ({"HEAD"} if "GET" in methods else set())
            for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - known:
                if path.endswith("/preview") and method in ("GET", "HEAD"):
                    continue  # there it is the permalink of an update of that name
                answer = await _ask(shared, client, method, path)
                assert answer.status_code == 405, (method, path)
                if path != "/static":
                    assert set(answer.headers["allow"].split(", ")) == known


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", "http://127.0.0.1", "HTTP://127.0.0.1:{port}", ""],
)
async def test_an_act_from_elsewhere_is_refused_before_anything_is_asked(
    shared: Centre, origin: str | None
) -> None:
    """Also with a good session: that is what another site would ride on."""
    port = shared.url.rpartition(":")[2]
    for (method, path), row in SITEMAP.items():
        if method != "POST" or (path.startswith("/api/") and origin is None):
            continue
        for actor in (None, VERA):
            client = await shared.client(actor)
            del client.headers["origin"]
            headers = {} if origin is None else {"Origin": origin.format(port=port)}
            answer = await _ask(shared, client, method, path, row=row, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (
                403,
                "text/plain; charset=utf-8",
            ), (path, actor)


async def test_a_program_with_a_token_needs_no_origin_but_may_not_have_a_foreign_one(
    shared: Centre,
) -> None:
    for (method, path), row in SITEMAP.items():
        if method != "POST" or "sign" in path:
            continue
        client = await shared.api(VERA)
        answer = await _ask(shared, client, method, path, row=row)
        assert answer.status_code == row.token[PEOPLE.index(VERA)], path
        foreign = {"Origin": "https://evil.example"}
        answer = await _ask(shared, client, method, path, row=row, headers=foreign)
        assert answer.status_code == 403, path
        # What comes with a cookie as well may come from a browser.
        cookie = {"Cookie": "hub_session=x"}
        answer = await _ask(shared, client, method, path, row=row, headers=cookie)
        expected = row.token[PEOPLE.index(VERA)] if path.startswith("/api/") else 403
        assert answer.status_code == expected, path


async def test_what_one_may_not_have_looks_like_what_is_not_there(shared: Centre) -> None:
    """To the byte, for each address of the podium; but for what differs in every answer."""
    for actor in (ANA, MILAN, ADAM):
        client = await shared.client(actor, **{"X-Forwarded-For": "10.0.0.1"})
        for (method, path), row in SITEMAP.items():
            if row.cookie[PEOPLE.index(actor)] != 404:
                continue
            place = await _place(shared, row.state)
            nowhere = place | {"slug": place["slug"][::-1], "ref": place["ref"][::-1]}
            told = []
            for at in (place, nowhere):
                answer = await client.request(
                    method, path.format(**at), data=row.sent if method == "POST" else None
                )
                told.append(_told_by(answer, at))
            assert told[0] == told[1], path
            assert told[0][0] == 404


async def test_a_closed_circles_briefing_is_not_there_for_strangers(shared: Centre) -> None:
    """Nor is its name, its state or its words, on any address."""
    for actor in (None, ADAM):
        for client in (await shared.client(actor), await shared.api(actor)):
            place = await _place(shared, "live", public=False)
            nowhere = place | {"slug": place["slug"][::-1], "ref": place["ref"][::-1]}
            for (method, path), row in SITEMAP.items():
                if method != "GET" or "{slug}" not in path or {303, 401} & set(row.cookie):
                    continue
                told = [
                    _told_by(await client.get(path.format(**at)), at) for at in (place, nowhere)
                ]
                assert told[0] == told[1], path
                assert told[0][0] == 404, path
            for path in ("/", "/api/briefings"):
                assert place["slug"] not in (await client.get(path)).text


def _told_by(answer: httpx2.Response, place: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    """An answer without what differs in every one: the address asked for, nonce, number, date."""
    text = answer.text
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    number = headers.pop("x-request-id")
    for name, value in (("slug", place["slug"]), ("ref", place["ref"]), ("number", number)):
        text = text.replace(value, name)
    text = re.sub(r'nonce="[^"]+"', "nonce", text)
    policy = headers.get("content-security-policy", "")
    headers["content-security-policy"] = re.sub(r"'nonce-[^']+'", "nonce", policy)
    return answer.status_code, text, headers


async def _ask(
    centre: Centre,
    client: httpx2.AsyncClient,
    method: str,
    path: str,
    *,
    row: Row | None = None,
    headers: dict[str, str] | None = None,
) -> httpx2.Response:
    """An act is done in a place of its own, so that no answer depends on an earlier one."""
    acts = (method, path) in SITEMAP and method == "POST"
    row = row or SITEMAP.get((method, path)) or Row(ALL_READ, ALL_READ)
    place = await _place(centre, row.state, secret="{secret}" in path, fresh=acts)
    address = "/static/tokens.css" if path == "/static" else path.format(**place)
    # A port of call of its own too: attempts to sign in are counted.
    more: dict[str, Any] = {"headers": {"X-Forwarded-For": f"10.0.0.{next(NUMBERS) % 250}"}}
    more["headers"] |= headers or {}
    if method == "POST" and row.json is not None:
        more["json"] = {k: place["fresh"] if v == "NEW" else v for k, v in row.json.items()}
    elif method == "POST":
        sent = {k: f"key-{next(NUMBERS)}" if k == "key" else v for k, v in row.sent.items()}
        if "password" in sent:
            sent["name"] = f"Nobody {next(NUMBERS)}"
        more["data"] = sent
    answer = await client.request(method, address, **more)
    assert answer.status_code < 500, (method, address, answer.text)
    if acts:
        await centre.do(lambda db: _put_away(db, place), place["slug"])
    return answer


def _put_away(db: Session, place: dict[str, str]) -> None:
    """Else the front page would have hundreds of live briefings."""
    slugs = [place["slug"], place["fresh"]]
    db.execute(
        update(Briefing)
        .where(Briefing.slug.in_(slugs))
        .values(state=BriefingState.CLOSED, closed_at=now())
    )


async def _place(
    centre: Centre, state: str, *, public: bool = True, secret: bool = False, fresh: bool = False
) -> dict[str, str]:
    """What stands in an address: a briefing in this state with an update, a sign-in link."""
    number = next(NUMBERS)
    slug = f"place-{number}-abc" if fresh else f"{state}-{'open' if public else 'closed'}-place"
    vera = centre.people[VERA.name]
    new = NewBriefing(
        slug=slug,
        title="Flood",
        scheduled_at=now(),
        language="en",
        speakers=SPEAKERS,
        public=public,
    )

    def settle(db: Session) -> str | None:
        there = db.scalars(select(Briefing).where(Briefing.slug == slug)).one_or_none()
        if there is not None:
            return db.scalars(select(Update.ref).where(Update.briefing_id == there.id)).first()
        briefing: Briefing = add_briefing(db, new, by=vera, now=now())
        if state != "scheduled":
            briefing.open(by=vera, now=now())
        return None

    ref = await centre.do(settle, slug)
    if ref is None and state != "scheduled":
        ref = await centre.say("Words", slug=slug)
        if state == "paused":
            await centre.do(
                lambda db: briefing_at(db, slug, lock=True).pause(by=vera, now=now()), slug
            )
    ref = ref or "unwritten9"
    place = {"slug": slug, "ref": ref, "code": "fr", "fresh": f"fresh-{number}", "secret": "none"}
    place["span"] = "1-"
    # Of documents there is none.
    place |= {"upload": "0" * 32, "number": "1", "address": "A" * 22, "width": "480", "page": "1"}
    if secret:
        place["secret"] = await centre.do(
            lambda db: centre.keyring.make_link(db, vera, now=now()), "people"
        )
    return place
