"""What the tests of the doors stand on: a hub of their own, and requests as raw bytes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests import services
from tests.centre import PATIENCE, SLUG, Centre, open_centre

LIVE = f"/briefings/{SLUG}/live"
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
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


async def raw(centre: Centre, request: str, *, until: bytes | None = None) -> bytes:
    """Everything that is answered to these bytes, up to the end or a word."""
    port = int(centre.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode())
    try:
        async with asyncio.timeout(PATIENCE):
            return await (reader.read() if until is None else reader.readuntil(until))
    finally:
        writer.close()


def lines(headers: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())
