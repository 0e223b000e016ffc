"""The doors: what every answer carries, who may knock, and what a hostile client achieves."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from hub.app import BODY_LIMIT
from hub.domain.audience import Audience
from hub.server import UPSTREAM_LIMIT, listen, serving
from hub.web.limits import SIGN_IN_A_MINUTE
from tests import services
from tests.cast import ANA, VERA, Actor
from tests.centre import PATIENCE, SLUG, Centre, Follower, bare_centre, now, open_centre

LIVE = f"/briefings/{SLUG}/live"
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """One hub for the whole file: what is done to it must not matter to the others."""
    folder = tmp_path_factory.mktemp("defence")
    async with open_centre(f"sqlite:///{folder / 'hub.db'}") as centre:
        yield centre


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def either(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Centre]:
    """The same on each kind of database: they disagree about what is a text."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("either")
        async with open_centre(f"sqlite:///{folder / 'hub.db'}") as centre:
            yield centre
        return
    with services.fresh_database(request.getfixturevalue("postgres_server")) as url:
        async with open_centre(url) as centre:
            yield centre


# --- What every answer carries ------------------------------------------------------------------

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


async def test_every_kind_of_answer_carries_the_headers(centre: Centre) -> None:
    ref = await centre.say("Words")
    nobody, ana, vera = await centre.client(), await centre.client(ANA), await centre.client(VERA)
    podium = f"/briefings/{SLUG}/podium"
    update = f"/briefings/{SLUG}/updates/{ref}"
    answers = {
        "page": await nobody.get(f"/briefings/{SLUG}"),
        "signed in": await vera.get(podium),
        "redirect": await nobody.get(podium),
        "act": await vera.post(f"{update}/pin"),
        "act by htmx": await vera.post(f"{update}/unpin", headers={"HX-Request": "true"}),
        "form back": await vera.post(f"/briefings/{SLUG}/updates", data={"text": ""}),
        "block": await vera.post(f"/briefings/{SLUG}/updates/preview", data={"text": "a"}),
        "not found": await ana.get(podium),
        "no such route": await nobody.get("/nowhere"),
        "wrong method": await nobody.put("/"),
        "sign in first": await nobody.post(f"{update}/pin"),
        "foreign": await nobody.post(f"{update}/pin", headers={"Origin": "https://evil.example"}),
        "wrong host": await nobody.get("/", headers={"Host": "evil.example"}),
        "too large": await vera.post(podium, content=b"x" * (BODY_LIMIT + 1)),
        "static": await nobody.get("/static/tokens.css"),
        "no such file": await nobody.get("/static/nothing.css"),
        "api": await nobody.get("/api/briefings"),
        "problem": await nobody.get("/api/briefings/nowhere"),
        "health": await nobody.get("/healthz"),
        "metrics": await nobody.get("/metrics"),
    }
    wanted = dict(
        zip(
            answers, (200, 200, 303, 303, 204, 422, 200, 404, 404, 405, 401, 403, 400), strict=False
        )
    )
    assert {name: answers[name].status_code for name in wanted} == wanted
    for name, answer in answers.items():
        carried = {header: answer.headers.get(header) for header in ALWAYS}
        assert carried == ALWAYS, name
        assert "camera=()" in answer.headers["permissions-policy"]
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), name
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        assert "server" not in answer.headers
        assert "strict-transport-security" not in answer.headers
    numbers = [answer.headers["x-request-id"] for answer in answers.values()]
    assert len(set(numbers)) == len(numbers)


async def test_scripts_run_by_a_nonce_that_is_another_each_time(centre: Centre) -> None:
    client = await centre.client(VERA)
    nonces = set()
    for address in ("/", f"/briefings/{SLUG}", f"/briefings/{SLUG}/podium", "/nowhere") * 3:
        answer = await client.get(address)
        (nonce,) = re.findall(r"'nonce-([^']+)'", answer.headers["content-security-policy"])
        assert len(nonce) >= 16
        nonces.add(nonce)
        scripts = re.findall(r"<script\b(?! type=.application/json.)[^>]*>", answer.text)
        assert bool(scripts) == address.startswith("/briefings")
        assert all(f'nonce="{nonce}"' in script and "src=" in script for script in scripts)
        # What the policy would forbid, and a page that needs it would be broken.
        assert not re.search(r"<[^>]+\s(on\w+|style)=", answer.text)
        assert "<style" not in answer.text
    assert len(nonces) == 12


async def test_with_https_cookies_and_addresses_are_kept_to_it(sqlite_url: str) -> None:
    async with bare_centre(sqlite_url) as centre:
        ana = centre.people[ANA.name]
        link = await centre.do(lambda db: centre.keyring.make_link(db, ana, now=now()), "people")
        listening = listen("127.0.0.1", 0)
        config = centre.config.model_copy(
            update={"public_url": "https://press.example", "drain_seconds": 0.0}
        )
        # As behind a proxy that ends TLS: it passes on the name it was asked under.
        async with (
            serving(config, listening),
            httpx2.AsyncClient(
                base_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
                headers={"Host": "press.example"},
            ) as client,
        ):
            answer = await client.get("/")
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
            own = {"Origin": "https://press.example"}
            cookie = (await client.post(f"/sign-in/{link}", headers=own)).headers["set-cookie"]
            assert cookie.startswith("__Host-hub=")
            for word in ("secure", "httponly", "samesite=lax", "path=/"):
                assert word in cookie.lower()
            assert "domain" not in cookie.lower()
            for elsewhere in ("http://press.example", "https://press.example:8443"):
                refused = await client.post("/sign-out", headers={"Origin": elsewhere})
                assert refused.status_code == 403
            assert (await client.get("/", headers={"Host": "127.0.0.1"})).status_code == 400


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example#127.0.0.1",
        "user@127.0.0.1",
        "127.0.0.1:80:80",
        "",
        "127.0.0.1, evil.example",
        "[::1].evil.example",
        "127.0.0.1\x00",
    ],
)
async def test_another_host_is_not_answered(centre: Centre, host: str) -> None:
    told = await _raw(centre, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 400 ")
    told = await _raw(centre, f"GET {LIVE} HTTP/1.1\r\nHost: {host}\r\n{_lines(HANDSHAKE)}\r\n")
    assert told.startswith(b"HTTP/1.1 400 ")


async def test_two_hosts_or_none_are_not_answered(centre: Centre) -> None:
    for hosts in ("", "Host: 127.0.0.1\r\nHost: evil.example\r\n"):
        told = await _raw(centre, f"GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 400 ")


async def test_health_answers_a_balancer_that_knows_only_the_address(centre: Centre) -> None:
    for path in ("/healthz", "/readyz"):
        told = await _raw(
            centre, f"GET {path} HTTP/1.1\r\nHost: 10.1.2.3\r\nConnection: close\r\n\r\n"
        )
        assert told.startswith(b"HTTP/1.1 200 ")


# --- The socket's handshake ---------------------------------------------------------------------


@pytest.mark.parametrize("actor", [None, ANA])
@pytest.mark.parametrize(
    "origins",
    [
        [],
        ["null"],
        [""],
        ["https://evil.example"],
        ["https://127.0.0.1:{port}"],
        ["http://127.0.0.1:1"],
        ["http://127.0.0.1"],
        ["http://127.0.0.1:{port}.evil.example"],
        ["http://evil.example/127.0.0.1:{port}"],
        ["http://127.0.0.1:{port}/"],
        ["HTTP://127.0.0.1:{port}"],
        ["http://127.0.0.1:{port} http://evil.example"],
        ["http://lоcalhost:{port}"],
        ["http://xn--lcalhost-s7h:{port}"],
        ["http://127.0.0.1:{port}", "https://evil.example"],
        ["http://127.0.0.1:{port}", "http://127.0.0.1:{port}"],
    ],
    ids=lambda origins: " + ".join(origins) or "absent",
)
async def test_a_handshake_from_elsewhere_is_refused_before_the_upgrade(
    centre: Centre, origins: list[str], actor: Actor | None
) -> None:
    """Also with a good session: that is what another site's page would bring along."""
    port = centre.url.rpartition(":")[2]
    headers = "".join(f"Origin: {origin.format(port=port)}\r\n" for origin in origins)
    if actor is not None:
        client = await centre.client(actor)
        headers += f"Cookie: hub_session={client.cookies['hub_session']}\r\n"
    told = await _raw(
        centre,
        f"GET {LIVE}?as=public HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"{_lines(HANDSHAKE)}{headers}\r\n",
    )
    # Two of them are already refused by the protocol below us.
    two = len(origins) > 1
    assert told.startswith(b"HTTP/1.1 400 " if two else b"HTTP/1.1 403 "), told
    assert (b"multiple values" if two else b"another site") in told
    assert b"hello" not in told


async def test_exactly_the_own_origin_is_let_in(centre: Centre) -> None:
    port = centre.url.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost", "[::1]"):
        headers = f"Host: 127.0.0.1:{port}\r\n{_lines(HANDSHAKE)}Origin: http://{name}:{port}\r\n"
        told = await _raw(centre, f"GET {LIVE} HTTP/1.1\r\n{headers}\r\n", until=b"hello")
        assert told.startswith(b"HTTP/1.1 101 ")


async def test_a_program_with_a_token_needs_no_origin_at_the_socket(centre: Centre) -> None:
    port = centre.url.rpartition(":")[2]
    token = centre.tokens[ANA.name]
    headers = f"Host: 127.0.0.1:{port}\r\n{_lines(HANDSHAKE)}Authorization: Bearer {token}\r\n"
    address = f"GET {LIVE}?as=room HTTP/1.1\r\n"
    told = await _raw(centre, f"{address}{headers}\r\n", until=b"hello")
    assert told.startswith(b"HTTP/1.1 101 ")
    told = await _raw(centre, f"{address}{headers}Cookie: hub_session=x\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 403 ")


# --- Limits -------------------------------------------------------------------------------------


async def test_a_body_beyond_the_limit_is_413_and_the_hub_goes_on(centre: Centre) -> None:
    vera = await centre.client(VERA)
    address = f"/briefings/{SLUG}/updates"
    for body in (b"text=" + b"x" * BODY_LIMIT, b"\0" * (BODY_LIMIT * 8)):
        answer = await vera.post(
            address, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert answer.status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 8192

    answer = await vera.post(
        address, content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    await centre.publish("still here")


async def test_sign_in_may_be_tried_so_often_and_hardly_oftener(centre: Centre) -> None:
    client = await centre.client()

    async def tried(at: str, name: str) -> list[int]:
        """Until it is refused; the window slides meanwhile, so a few more are let through."""
        statuses: list[int] = []
        while 429 not in statuses and len(statuses) < 2 * SIGN_IN_A_MINUTE:
            sent = {"name": name.format(len(statuses)), "password": "wrong"}
            headers = {"X-Forwarded-For": at.format(len(statuses))}
            answer = await client.post("/sign-in", data=sent, headers=headers)
            statuses.append(answer.status_code)
        return statuses

    for at, name in (("198.51.100.7", "Somebody {}"), ("192.0.2.{}", "Vera LIND")):
        statuses = await tried(at, name)
        assert statuses[:SIGN_IN_A_MINUTE] == [422] * SIGN_IN_A_MINUTE
        assert statuses[-1] == 429
    # Another one, and who only reads, are not concerned.
    assert 429 not in {(await client.post("/sign-in", data={"name": "Ana"})).status_code}
    assert (await client.get("/sign-in")).status_code == 200


async def test_the_api_may_be_asked_so_often_with_one_token(sqlite_url: str) -> None:
    async with open_centre(sqlite_url, api_rate=5) as centre:
        ana, vera = await centre.api(ANA), await centre.api(VERA)
        asked = [(await ana.get("/api/briefings")).status_code for _ in range(30)]
        assert asked[:5] == [200] * 5
        assert 429 in asked
        assert (await vera.get("/api/briefings")).status_code == 200


# --- A hostile socket ---------------------------------------------------------------------------


async def test_a_message_over_the_limit_closes_that_socket_and_no_other(centre: Centre) -> None:
    async with centre.follow() as hostile, centre.follow() as other:
        await other.next()
        await hostile.connection.send("x" * UPSTREAM_LIMIT)
        assert await _still_told(centre, hostile)
        await hostile.connection.send("x" * (UPSTREAM_LIMIT + 1))
        assert await _closed(hostile) == 1009
        assert await _still_told(centre, other)


async def test_a_long_message_in_many_pieces_is_too_long_as_well(centre: Centre) -> None:
    async with centre.follow() as hostile:

        async def pieces() -> AsyncIterator[str]:
            for _ in range(50):
                yield "x" * 100

        with contextlib.suppress(ConnectionClosed):
            await hostile.connection.send(pieces())
        assert await _closed(hostile) == 1009


async def test_what_a_browser_sends_is_ignored(centre: Centre) -> None:
    async with centre.follow() as follower:
        await follower.next()
        for message in (
            "x" * 4000,
            b"\0" * 4000,
            "",
            b"",
            '{"n": 1}',
            '{"reload": true}',
            "đ" * 99,
        ):
            await follower.connection.send(message)
        for _ in range(300):
            await follower.connection.send("{}")
        pongs = [await follower.connection.ping() for _ in range(300)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*pongs)
        assert await _still_told(centre, follower)
        assert {key for message in follower.messages for key in message} <= {
            "hello", "epoch", "n", "html", "beat", "here",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x81\x05hello", 1002),  # not masked
        (b"\xc1\x80\0\0\0\0", 1002),  # a reserved bit
        (b"\x83\x80\0\0\0\0", 1002),  # an unknown opcode
        (b"\x81\x82\0\0\0\0\xc3\x28", 1007),  # no UTF-8
        (b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 1009),  # 8 exabytes announced
        (b"\x89\xfe\x01\x00\0\0\0\0" + b"x" * 256, 1002),  # a ping too long
        (b"\x80\x80\0\0\0\0", 1002),  # the end of nothing
    ],
)
async def test_a_broken_frame_closes_that_socket_and_no_other(
    centre: Centre, frame: bytes, code: int
) -> None:
    port = int(centre.url.rpartition(":")[2])
    async with centre.follow() as other:
        await other.next()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET {LIVE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{_lines(HANDSHAKE)}"
            f"Origin: {centre.url}\r\n\r\n".encode()
        )
        async with asyncio.timeout(PATIENCE):
            await reader.readuntil(b"hello")
            writer.write(frame)
            rest = await reader.read()
        writer.close()
        assert b"\x88" in rest
        assert int.from_bytes(rest[rest.rindex(b"\x88") + 2 :][:2]) == code
        assert await _still_told(centre, other)


async def _closed(follower: Follower) -> int | None:
    """The code it was closed with."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await follower.next()
    return follower.connection.close_code


async def _still_told(centre: Centre, follower: Follower) -> bool:
    n = (await centre.publish("Another one."))["n"]
    await follower.upto(n)
    return True


# --- Tampered addresses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "after=-1",
        "after=1.5",
        "after=1e3",
        "after=one",
        "after=",
        "after=%20",
        "after=%2B1",
        "after=0x10",
        "after=1_000",
        "after=%00",
        "after=1%00",
        "after=%D9%A3",  # ٣
        "after=%EF%BC%91",  # fullwidth 1
        "after=%C2%B2",  # ²
        "after=%FF%FE",
        f"after={'9' * 16}",
        f"after={'9' * 5000}",
        "as=desk",
        "as=",
        "as=ROOM",
        "as=public%00",
        "as=%F0%9F%92%A9",
        f"as={'x' * 5000}",
        "language=de",
        "language=EN",
        "language=..%2F..%2Fetc",
        "language=en%00",
        f"epoch={'e' * 65}",
        f"epoch={'e' * 5000}",
    ],
)
async def test_a_tampered_cursor_is_refused_in_words(centre: Centre, query: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await _connected(centre, query)
    answer = refused.value.response
    assert answer.status_code == 400
    assert answer.body is not None
    words = answer.body.decode()
    assert words.startswith(query.partition("=")[0])
    assert len(words) < 200


@pytest.mark.parametrize(
    "query",
    [
        "after=999999999999999",
        "after=999999",
        "after=1&epoch=another",
        "after=1&epoch=%00",
        "after=0&epoch=",
        "after=0&epoch=%D0%B5%D0%BF%D0%BE%D1%85%D0%B0",
        "after=0&epoch=%FF",
        "epoch=another",
    ],
)
async def test_a_cursor_that_never_was_means_load_anew(centre: Centre, query: str) -> None:
    async with await _connected(centre, query) as socket:
        assert [json.loads(message) async for message in socket] == [{"reload": True}]
        assert socket.close_code == 1000


@pytest.mark.parametrize(
    "query", ["", "after=0", "after=1", "after=0001", "unknown=1", "after=0&language="]
)
async def test_a_cursor_that_is_one_is_followed(centre: Centre, query: str) -> None:
    head = (await centre.briefing()).head(Audience.PUBLIC)
    async with await _connected(centre, query) as socket:
        assert json.loads(await socket.recv())["hello"] == head


async def _connected(centre: Centre, query: str) -> ClientConnection:
    return await connect(
        f"{centre.url.replace('http', 'ws', 1)}{LIVE}?{query}",
        origin=Origin(centre.url),
        compression=None,
        proxy=None,
    )


STRANGE = [
    "%00", "a%00b", "%FF", "%ED%A0%80", "..%2F..%2Fetc", "%F0%9F%92%A9", "%0d%0aSet-Cookie:x=1",
    "%25", "x" * 3000, "%7B%7B7*7%7D%7D", "<script>",
]  # fmt: skip


ADDRESSES = {
    # What is asked with something strange in it, and what may be answered.
    "/{strange}": {404},
    "/briefings/{strange}": {404},
    "/briefings/{strange}/podium": {404, 303},
    "/briefings/{slug}/updates/{strange}": {404},
    "/briefings/{slug}/updates/{strange}/correction": {404, 303},
    "/sign-in/{strange}": {404},
    "/languages/{strange}": {404},
    "/static/{strange}": {404},
    "/?x={strange}": {200},
    "/briefings/{slug}?before={strange}": {422},
    "/briefings/{slug}/podium?show={strange}": {200, 303},
    "/languages/vi?to={strange}": {303},
    "/sign-in?to={strange}": {200},
    "/api/briefings/{strange}": {404},
    "/api/briefings/{slug}/updates/{strange}": {404},
    "/api/briefings/{slug}/events?after={strange}": {422},
}


@pytest.mark.parametrize("strange", STRANGE)
async def test_no_address_breaks_anything(either: Centre, strange: str) -> None:
    """Broken UTF-8, NULs and the rest: a plain answer, never ours to blame."""
    for actor in (None, VERA):
        client = await either.client(actor)
        for address, statuses in ADDRESSES.items():
            answer = await client.get(address.format(strange=strange, slug=SLUG))
            assert answer.status_code in statuses, (address, actor)
            assert "set-cookie" not in answer.headers or "/languages/vi" in address
            assert "<script>" not in answer.text
            if "/languages/vi" in address:
                assert answer.headers["location"] == "/"
        for address in (
            f"/briefings/{strange}/updates",
            f"/briefings/{SLUG}/updates/{strange}/pin",
        ):
            assert (await client.post(address)).status_code in (401, 404, 422)
        for header, before in (
            ("Cookie", "hub_session="),
            ("Authorization", "Bearer "),
            ("Accept-Language", ""),
        ):
            sent = {header: before + strange[:200]}
            assert (await client.get("/", headers=sent)).status_code == 200
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        # Each from an address of its own: attempts are counted.
        "X-Forwarded-For": f"192.0.2.{STRANGE.index(strange)}",
    }
    sent_form = f"name={strange}&password={strange}".encode()
    assert (await client.post("/sign-in", content=sent_form, headers=headers)).status_code == 422
    with pytest.raises(InvalidStatus) as refused:
        await connect(
            f"{either.url.replace('http', 'ws', 1)}/briefings/{strange}/live",
            origin=Origin(either.url),
            proxy=None,
        )
    assert refused.value.response.status_code in (400, 403, 404)


async def test_a_defect_of_ours_is_told_without_its_details(postgres_url: str) -> None:
    async with open_centre(postgres_url) as centre:
        await centre.do(lambda db: db.execute(text("ALTER TABLE edition RENAME TO elsewhere")))
        await centre.do(lambda db: db.execute(text("ALTER TABLE speaker RENAME TO elsewhere_too")))
        for client, address in (
            (await centre.client(VERA), f"/briefings/{SLUG}"),
            (await centre.api(VERA), f"/api/briefings/{SLUG}/events"),
        ):
            answer = await client.get(address)
            assert answer.status_code == 500
            assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
            assert answer.headers["x-request-id"] in answer.text
            for word in ("speaker", "sqlalchemy", "Traceback", "psycopg"):
                assert word not in answer.text


async def test_when_the_database_is_gone_everybody_is_told_so(
    own_postgres: services.Server,
) -> None:
    """Signed in or not, at the socket too: 503 and when to come back, never a 500."""
    with services.fresh_database(own_postgres.url) as url:
        async with open_centre(url) as centre:
            nobody, vera, api = (
                await centre.client(),
                await centre.client(VERA),
                await centre.api(VERA),
            )
            await asyncio.to_thread(own_postgres.kill)
            for client, address in (
                (nobody, f"/briefings/{SLUG}"),
                (vera, f"/briefings/{SLUG}/podium"),
                (vera, "/"),
                (api, f"/api/briefings/{SLUG}"),
            ):
                answer = await client.get(address)
                assert answer.status_code == 503, address
                assert answer.headers["retry-after"] == "2"
            answer = await vera.post(
                f"/briefings/{SLUG}/updates",
                data={"key": "k", "text": "Kept words"},
            )
            assert answer.status_code == 503
            assert (await nobody.get("/readyz")).status_code == 503
            assert (await nobody.get("/healthz")).status_code == 200
            with pytest.raises(InvalidStatus) as refused:
                await _connected(centre, "as=public")
            assert refused.value.response.status_code == 503
            await asyncio.to_thread(own_postgres.start)
            assert (await nobody.get(f"/briefings/{SLUG}")).status_code == 200
            async with centre.follow(Audience.ROOM, VERA) as follower:
                assert await _still_told(centre, follower)


async def _raw(centre: Centre, request: str, *, until: bytes | None = None) -> bytes:
    """Everything that is answered to these bytes, up to the end or a word."""
    port = int(centre.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode())
    try:
        async with asyncio.timeout(PATIENCE):
            return await (reader.read() if until is None else reader.readuntil(until))
    finally:
        writer.close()


def _lines(headers: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())
