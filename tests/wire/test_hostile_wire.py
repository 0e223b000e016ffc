"""Frames and requests that are huge, without end or too many: they cost their sender the
connection, and nobody else anything."""

import asyncio
import contextlib
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from hub.live.protocol import HubWebSocketProtocol
from hub.live.upstream import FLOODING
from hub.server import UPSTREAM_LIMIT
from tests.centre import Centre, Follower, bare_centre
from tests.fire.patience import comes_true
from tests.storms.machine import taken
from tests.wire.attacker import (
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    RSV1,
    RSV2,
    RSV3,
    TEXT,
    Attacker,
    frame,
    handshake,
)
from tests.wire.echo import speaking, talk
from tests.workers import Worker, serve

# What is promised of an answer and of an update, in seconds.
SOON = 2.0
# Without its bounds each of these attacks took 16 to 50.
MEGABYTES = 4.0
LOG_LINE = 1024
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
BOMB = zlib.compress(b"0" * 3_000_000)[2:-4]


@dataclass(slots=True)
class Scene:
    """A worker and somebody who reads there, in peace if all is well."""

    centre: Centre
    worker: Worker
    reader: Follower

    @contextlib.asynccontextmanager
    async def in_peace(self) -> AsyncIterator[None]:
        """What happens in the block is felt neither by the reader nor by the worker."""
        pid = self.worker.process.pid
        before = taken(pid)
        yield
        began = time.monotonic()
        n = (await self.centre.publish("Meanwhile."))["n"]
        await self.reader.upto(n)
        assert time.monotonic() - began < SOON
        assert taken(pid).memory - before.memory < MEGABYTES
        assert [line for line in self.worker.log.splitlines() if len(line) > LOG_LINE] == []


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder = tmp_path_factory.mktemp("wire")
    url = f"sqlite:///{folder / 'hub.db'}"
    async with bare_centre(url) as centre, serve(url, folder, HUB_LOG_LEVEL="info") as worker:
        centre.url = worker.url
        async with centre.follow(url=worker.url) as reader:
            await reader.next()
            await centre.publish("Warm.")
            yield Scene(centre, worker, reader)


FLOODS = {
    "64 KiB and one byte": (frame(TEXT, b"x" * 65_537), {1009}),
    "16 MiB": (frame(TEXT, b"x" * (16 << 20)), {1009}),
    "16 MiB announced": (frame(TEXT, announced=16 << 20), {1009}),
    "brackets, 100,000 deep": (frame(TEXT, b"[" * 100_000), {1009}),
    "a deflate bomb": (frame(TEXT, BOMB, bits=RSV1), {1002, 1009}),
    "RSV2": (frame(TEXT, bits=RSV2), {1002}),
    "RSV3": (frame(PONG, bits=RSV3), {1002}),
    "not masked": (frame(TEXT, b"hello", masked=False), {1002}),
    "a close code that may not be sent": (frame(CLOSE, b"\x03\xed"), {1002}),
    "1,000 messages": (frame(TEXT, b"{}" * 50) * 1000, {FLOODING}),
    "a million empty messages": (frame(TEXT) * 1_000_000, {FLOODING}),
    "a message of a million empty pieces": (
        frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) * 1_000_000,
        {FLOODING},
    ),
    "a million pongs that answer nothing": (frame(PONG) * 1_000_000, {FLOODING}),
    "100,000 pings": (frame(PING, b"p" * 125) * 100_000, {FLOODING}),
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_a_flood_ends_its_own_socket_and_is_felt_by_nobody(scene: Scene, flood: str) -> None:
    data, codes = FLOODS[flood]
    async with scene.in_peace():
        attacker = await Attacker.greeted(scene.worker.url, DEFLATE)
        assert b"permessage-deflate" not in attacker.received
        attacker.send(data)
        if flood == "100,000 pings":
            # The pongs would pile up before somebody who takes none.
            attacker.transport.pause_reading()
            await scene.reader.upto((await scene.centre.publish("Meanwhile."))["n"])
            attacker.transport.resume_reading()
        await attacker.hears_goodbye()
        assert attacker.code in codes
        await attacker.leaves()


PROTOCOLS = ((WebSocketsSansIOProtocol, False), (HubWebSocketProtocol, True))
"""And whether a single browser cannot keep them busy or hold them; the first is the control."""


async def test_only_uvicorns_own_protocol_lets_a_flood_go_on() -> None:
    flood = frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) * UPSTREAM_LIMIT
    for protocol, bounded in PROTOCOLS:
        async with speaking(protocol, largest=UPSTREAM_LIMIT) as echo:
            attacker = await Attacker.deaf(echo.url)
            attacker.transport.resume_reading()
            attacker.send(flood + frame(CONTINUATION, b"the end"))
            await attacker.hears(b"too much" if bounded else b"the end")
            assert attacker.code == (FLOODING if bounded else None)
            await attacker.leaves()


GOODBYES = {
    "goodbye": frame(CLOSE, b"\x03\xe8"),
    "nonsense": frame(TEXT, bits=RSV1),
}


async def test_only_uvicorns_own_protocol_waits_for_ever_for_whoever_does_not_read() -> None:
    """What is closed behind a backlog; each on a server of its own."""

    async def holds(protocol: type[WebSocketsSansIOProtocol], goodbye: bytes) -> bool:
        async with speaking(protocol, talk) as talking:
            attacker = await Attacker.deaf(talking.url)
            attacker.send(goodbye)
            try:
                await talking.is_left_alone(within=SOON + 1)
            except TimeoutError:
                return True
            finally:
                await attacker.leaves()
            return False

    kinds = [(protocol, bounded, why) for protocol, bounded in PROTOCOLS for why in GOODBYES]
    held = await asyncio.gather(*(holds(protocol, GOODBYES[why]) for protocol, _, why in kinds))
    assert held == [not bounded for _, bounded, _ in kinds], kinds


REFUSED: dict[str, tuple[Sequence[str], str, int]] = {
    "200 headers": ([f"X-{at}: y" for at in range(200)], "", 431),
    "a header of 20 kB": ([f"X-Long: {'y' * 20_000}"], "", 431),
    "an address of 20 kB": ([], "/live?x=" + "y" * 20_000, 414),
}


@pytest.mark.parametrize("handshake_of", REFUSED)
async def test_a_handshake_too_long_is_refused_and_not_left_hanging(
    scene: Scene, handshake_of: str
) -> None:
    more, path, status = REFUSED[handshake_of]
    async with scene.in_peace():
        attacker = await Attacker.connected(scene.worker.url)
        attacker.send(handshake(scene.worker.url, *more, **({"path": path} if path else {})))
        await attacker.is_sent_away(within=SOON)
        assert attacker.status == status


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 8"),
        (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Key: short"),
        (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Accept: no"),
        (b"Host: ", b"Ghost: "),
    ],
)
async def test_a_handshake_that_is_none_is_refused(
    scene: Scene, right: bytes, wrong: bytes
) -> None:
    async with scene.in_peace():
        attacker = await Attacker.connected(scene.worker.url)
        attacker.send(handshake(scene.worker.url).replace(right, wrong))
        await attacker.is_sent_away(within=SOON)
        assert attacker.status == 400


async def test_headers_without_end_are_not_kept(scene: Scene) -> None:
    async with scene.in_peace():
        attacker = await Attacker.connected(scene.worker.url)
        line = b"X-Again: " + b"y" * 1000 + b"\r\n"
        attacker.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + line * 20_000)
        await attacker.is_sent_away(within=SOON)


async def test_a_body_of_ten_gigabytes_is_refused_before_it_comes(scene: Scene) -> None:
    async with scene.in_peace():
        attacker = await Attacker.connected(scene.worker.url)
        attacker.send(_form(scene.worker.url, 10**10))
        async with asyncio.timeout(SOON):
            await attacker.hears(b"\r\n\r\n")
        assert attacker.status == 413
        await attacker.leaves()


async def test_requests_broken_off_half_way_leave_nothing_behind(scene: Scene) -> None:
    async with scene.in_peace():
        before = taken(scene.worker.process.pid).descriptors
        for _ in range(200):
            attacker = await Attacker.connected(scene.worker.url)
            attacker.send(_form(scene.worker.url, 60_000) + b"name=" + b"x" * 30_000)
            await asyncio.sleep(0)
            await attacker.leaves()

        async def let_go() -> bool:
            return taken(scene.worker.process.pid).descriptors <= before

        await comes_true(let_go, within=SOON, what="no connection of theirs is left")


def _form(url: str, length: int) -> bytes:
    host = url.removeprefix("http://")
    return (
        f"POST /sign-in HTTP/1.1\r\nHost: {host}\r\nOrigin: {url}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
    ).encode()
