"""The Autobahn cases, played by an independent client against an echo on our protocol."""

import asyncio
from collections.abc import Sequence

import pytest
from kosoku import FailureError, run_fuzzingclient
from kosoku._kosoku import CaseResult
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from hub.live.protocol import DirectSink, HubWebSocketProtocol
from tests.wire.echo import speaking

# Nothing is compressed, whatever a browser offers.
COMPRESSED = ["12.*", "13.*"]
SIDE_BY_SIDE = 8
PATIENCE = 60.0


async def test_every_case_ends_at_least_as_well_as_on_uvicorns_own_protocol() -> None:
    theirs, ours = await asyncio.gather(
        _passed(WebSocketsSansIOProtocol), _passed(HubWebSocketProtocol)
    )
    assert len(ours) == len(theirs) == 301
    # The cases have short deadlines of their own: what misses one among others plays alone.
    if missed := [case for case in ours if not ours[case]]:
        ours |= await _passed(HubWebSocketProtocol, missed, side_by_side=1)
    # 7.1.5 is uvicorn's own: a close frame amid the pieces of a message.
    assert [case for case in ours if not ours[case]] in ([], ["7.1.5"])
    assert [case for case in ours if theirs[case] and not ours[case]] == []


class _NoPongs(HubWebSocketProtocol):
    def handle_ping(self) -> None:
        self.conn.data_to_send()


class _Stammer(DirectSink):
    def take(self, wire: bytes, texts: Sequence[str]) -> bool:
        return super().take(wire * 2, texts)


class _Stammering(HubWebSocketProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.sink = _Stammer(self)


@pytest.mark.parametrize(
    ("broken", "case"),
    [(_NoPongs, "2.2"), (_Stammering, "1.1.2")],
    ids=["no pongs", "each frame twice"],
)
async def test_a_protocol_that_is_broken_fails_a_case(
    broken: type[HubWebSocketProtocol], case: str
) -> None:
    assert await _passed(HubWebSocketProtocol, [case]) == {case: True}
    assert await _passed(broken, [case]) == {case: False}


async def _passed(
    protocol: type[WebSocketsSansIOProtocol],
    cases: Sequence[str] | None = None,
    *,
    side_by_side: int = SIDE_BY_SIDE,
) -> dict[str, bool]:
    results = await _played(protocol, cases, side_by_side)
    return {result.case_id: result.passed for result in results}


async def _played(
    protocol: type[WebSocketsSansIOProtocol], cases: Sequence[str] | None, side_by_side: int
) -> Sequence[CaseResult]:
    async with speaking(protocol) as echo, asyncio.timeout(PATIENCE):
        try:
            return await run_fuzzingclient(
                echo.url.replace("http", "ws"),
                cases,
                None if cases else COMPRESSED,
                concurrency=side_by_side,
            )
        except FailureError as failure:
            return failure.results
