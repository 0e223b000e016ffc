"""uvicorn's private names that the bounds on what comes up are built on: a canary."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


def test_uvicorns_sockets_have_every_private_name_that_the_bounds_use() -> None:
    made = set(WebSocketsSansIOProtocol.__init__.__code__.co_names)
    assert {
        "loop",
        "conn",
        "queue",
        "transport",
        "config",
        "handshake_initiated",
        "handshake_complete",
        "close_sent",
        "disconnected",
        "close_timer",
        "read_paused",
    } <= made
    for method in ("handle_cont", "handle_close", "handle_parser_exception", "handle_pong"):
        assert callable(getattr(WebSocketsSansIOProtocol, method))


def test_uvicorns_requests_have_every_private_name_that_the_bounds_use() -> None:
    assert {"loop", "transport"} <= set(HttpToolsProtocol.__init__.__code__.co_names)
    for method in (
        "data_received",
        "on_message_begin",
        "on_headers_complete",
        "on_message_complete",
        "handle_websocket_upgrade",
        "pause_writing",
        "resume_writing",
        "connection_lost",
    ):
        assert callable(getattr(HttpToolsProtocol, method))
