# ruff: noqa: F811
"""The doors: what every answer carries, who may knock, and what a hostile client achieves."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest

from hub.app import BODY_LIMIT
from hub.server import listen, serving
from hub.web.limits import SIGN_IN_A_MINUTE
from tests.cast import ANA, VERA, Actor
from tests.centre import SLUG, Centre, bare_centre, now, open_centre, shared_renderer
from tests.web.doors import ALWAYS, HANDSHAKE, LIVE, centre, either, lines, raw  # noqa: F401 - fixtures

# --- What every answer carries ------------------------------------------------------------------


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
            serving(config, listening, shared_renderer()),
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
    told = await raw(centre, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 400 ")
    told = await raw(centre, f"GET {LIVE} HTTP/1.1\r\nHost: {host}\r\n{lines(HANDSHAKE)}\r\n")
    assert told.startswith(b"HTTP/1.1 400 ")


async def test_two_hosts_or_none_are_not_answered(centre: Centre) -> None:
    for hosts in ("", "Host: 127.0.0.1\r\nHost: evil.example\r\n"):
        told = await raw(centre, f"GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 400 ")


async def test_health_answers_a_balancer_that_knows_only_the_address(centre: Centre) -> None:
    for path in ("/healthz", "/readyz"):
        told = await raw(
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
    told = await raw(
        centre,
        f"GET {LIVE}?as=public HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"{lines(HANDSHAKE)}{headers}\r\n",
    )
    # Two of them are already refused by the protocol below us.
    two = len(origins) > 1
    assert told.startswith(b"HTTP/1.1 400 " if two else b"HTTP/1.1 403 "), told
    assert (b"multiple values" if two else b"another site") in told
    assert b"hello" not in told


async def test_exactly_the_own_origin_is_let_in(centre: Centre) -> None:
    port = centre.url.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost", "[::1]"):
        headers = f"Host: 127.0.0.1:{port}\r\n{lines(HANDSHAKE)}Origin: http://{name}:{port}\r\n"
        told = await raw(centre, f"GET {LIVE} HTTP/1.1\r\n{headers}\r\n", until=b"hello")
        assert told.startswith(b"HTTP/1.1 101 ")


async def test_a_program_with_a_token_needs_no_origin_at_the_socket(centre: Centre) -> None:
    port = centre.url.rpartition(":")[2]
    token = centre.tokens[ANA.name]
    headers = f"Host: 127.0.0.1:{port}\r\n{lines(HANDSHAKE)}Authorization: Bearer {token}\r\n"
    address = f"GET {LIVE}?as=room HTTP/1.1\r\n"
    told = await raw(centre, f"{address}{headers}\r\n", until=b"hello")
    assert told.startswith(b"HTTP/1.1 101 ")
    told = await raw(centre, f"{address}{headers}Cookie: hub_session=x\r\n\r\n")
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
