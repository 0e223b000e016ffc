# ruff: noqa: F811
"""What is sent to the doors in bad faith: broken frames, tampered cursors, strange addresses."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from hub.domain.audience import Audience
from hub.server import UPSTREAM_LIMIT
from tests import services
from tests.cast import VERA
from tests.centre import PATIENCE, SLUG, Centre, Follower, open_centre
from tests.web.doors import ALWAYS, HANDSHAKE, LIVE, centre, either, lines, raw  # noqa: F401 - fixtures

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
            f"GET {LIVE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines(HANDSHAKE)}"
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
        "as=stage",
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
    "/briefings/{slug}/events/{strange}": {404},
    "/briefings/{slug}/events/1-?language={strange}": {404},
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
