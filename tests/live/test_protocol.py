"""The wire: our frames as an independent client reads them, and uvicorn's names we build on."""

import json
from collections.abc import Iterator

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import Server
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from hub.live.frame import websocket_frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 1_000_000])
def test_a_frame_of_any_size_decodes_with_an_independent_client(size: int) -> None:
    text = "đ" * (size // 2) + "x" * (size % 2)
    assert len(text.encode()) == size
    assert list(_decoded(websocket_frame(text))) == [text]


def test_joined_frames_decode_one_by_one() -> None:
    texts = [json.dumps({"n": n, "html": "y" * n * 40}) for n in range(1, 9)]
    assert list(_decoded(b"".join(map(websocket_frame, texts)))) == texts


def _decoded(wire: bytes) -> Iterator[str]:
    # As after the handshake: everything received is frames.
    client = ClientProtocol(parse_uri("ws://127.0.0.1/"), max_size=None, state=State.OPEN)
    client.receive_data(wire)
    assert client.parser_exc is None
    for event in client.events_received():
        assert isinstance(event, Frame)
        assert event.opcode is Opcode.TEXT
        assert event.fin
        yield bytes(event.data).decode()


def test_uvicorn_has_every_private_name_that_the_sink_uses() -> None:
    made = set(WebSocketsSansIOProtocol.__init__.__code__.co_names)
    used = {
        "app_state",
        "transport",
        "conn",
        "queue",
        "writable",
        "handshake_initiated",
        "handshake_complete",
        "close_sent",
        "disconnected",
        "close_timer",
        "read_paused",
        "loop",
    }
    assert used - made == set()
    for method in (
        "handle_connect",
        "resume_writing",
        "shutdown",
        "connection_made",
        "send",
    ):
        assert callable(getattr(WebSocketsSansIOProtocol, method))
    assert {"app_state", "cycle", "loop"} - set(
        HttpToolsProtocol.__init__.__code__.co_names
    ) == set()
    assert {"keep_alive", "response_complete"} - set(
        RequestResponseCycle.__init__.__code__.co_names
    ) == set()
    for method in ("on_headers_complete", "shutdown"):
        assert callable(getattr(HttpToolsProtocol, method))
    for method in ("startup", "shutdown", "on_tick", "capture_signals"):
        assert callable(getattr(Server, method))
    assert "scope" in WebSocketsSansIOProtocol.handle_connect.__code__.co_names
