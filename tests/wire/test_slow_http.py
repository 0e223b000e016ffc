"""Who asks, sends or reads too slowly loses the connection; who is only slow does not."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

import hub.live.upstream
from tests.centre import PATIENCE, open_centre
from tests.wire.attacker import Attacker
from tests.wire.echo import DROP, POURED, Speaker, pour, speaking

SECONDS = 0.5


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUEST_SECONDS", "TAKING_SECONDS"):
        monkeypatch.setattr(hub.live.upstream, name, SECONDS)


@pytest.mark.parametrize("sent", ["nothing", "half a head", "half a body"])
async def test_a_request_that_does_not_end_is_waited_for_no_longer(
    sqlite_url: str, sent: str
) -> None:
    async with open_centre(sqlite_url) as centre:
        attackers = [await Attacker.connected(centre.url) for _ in range(50)]
        for attacker in attackers:
            attacker.send(_begun(centre.url, sent))
        assert (await (await centre.client()).get("/")).status_code == 200
        for attacker in attackers:
            await attacker.is_sent_away(within=PATIENCE)


async def test_an_answer_that_is_not_taken_is_not_kept() -> None:
    async with speaking(app=pour) as speaker:
        reader, writer = await _asks(speaker)
        await reader.readuntil(b"\r\n\r\n")
        await speaker.is_left_alone(within=PATIENCE)
        # Not even by the kernel.
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(POURED)
        writer.close()


async def test_only_uvicorns_own_protocol_keeps_it_for_ever() -> None:
    async with speaking(app=pour, http=HttpToolsProtocol) as speaker:
        _, writer = await _asks(speaker)
        with pytest.raises(TimeoutError):
            await speaker.is_left_alone(within=6 * SECONDS)
        writer.transport.abort()


async def test_a_slow_reader_who_reads_on_has_all_of_it() -> None:
    async with speaking(app=pour) as speaker:
        reader, writer = await _asks(speaker)
        taken = 0
        # For several times as long as anybody is looked at.
        while taken < POURED:
            taken += len(await reader.readexactly(len(DROP)))
            await asyncio.sleep(6 * SECONDS * len(DROP) / POURED)
        writer.close()


def _begun(url: str, sent: str) -> bytes:
    head = f"POST /sign-in HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nOrigin: {url}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\nname="
    return {"nothing": "", "half a head": head, "half a body": head + kind}[sent].encode()


async def _asks(speaker: Speaker) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Somebody with little room of their own."""
    where = urlsplit(speaker.url)
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plug.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plug, (where.hostname, where.port))
    reader, writer = await asyncio.open_connection(sock=plug, limit=len(DROP))
    writer.write(f"GET / HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
    return reader, writer
