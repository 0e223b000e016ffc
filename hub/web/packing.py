"""Answers made small for the way: gzip, for text, for those who take it.

What compresses secrets beside something that a stranger chose would tell the secrets by its length
(BREACH). Here nothing does: an answer to somebody with a cookie is compressed only when nothing of
the request can be echoed in it, and a page that is put together from parts (see `joined`)
compresses each part by itself, what the reader's address says apart from what the record says.
"""

import gzip
import re
import struct
import zlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1024
"""Bytes; what is smaller fits a packet anyway."""

LEVEL = 4
# For what is compressed once and sent to many.
LEVEL_FOR_MANY = 7

_TEXT = re.compile(
    r"text/(?!event-stream)|application/(javascript|json|problem\+json)\b|image/svg\+xml"
)
# Secrets of sign-in links stand in these addresses and in their forms.
_NEVER = ("/sign-in",)
_PAGING = re.compile(rb"(before=\d{1,15})?")

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of many pages, compressed once."""

    plain: bytes
    packed: bytes


def part(text: str) -> Part:
    """A part of a page to be kept."""
    plain = text.encode()
    return Part(plain, _deflated(plain, LEVEL_FOR_MANY))


def joined(pieces: Sequence[str | Part]) -> bytes:
    """One gzip body of these pieces: no piece refers to what another says."""
    packed, crc, size = [_HEADER], 0, 0
    for piece in pieces:
        if isinstance(piece, Part):
            plain = piece.plain
            packed.append(piece.packed)
        else:
            plain = piece.encode()
            packed.append(_deflated(plain, LEVEL))
        crc = zlib.crc32(plain, crc)
        size += len(plain)
    # An empty last block: the pieces themselves end open.
    packed.append(b"\x03\x00" + struct.pack("<LL", crc, size & 0xFFFFFFFF))
    return b"".join(packed)


def takes_gzip(headers: Headers) -> bool:
    """Whether who asks takes gzip; `gzip;q=0` says no."""
    for coding in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight) is None
    return False


class Packing:
    """Compresses what the application answers, where that is safe and worth it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # Not a coroutine of its own: around a socket it would be kept as long as that.
        if scope["type"] != "http" or not _is_safe(scope):
            return self._app(scope, receive, send)
        return self._app(scope, receive, _Packer(send, Headers(scope=scope)))


class _Packer:
    """The sending end of one answer."""

    def __init__(self, send: Send, asked: Headers) -> None:
        self._send = send
        self._asked = asked
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_text(message):
            # Held back until it is known whether the body is one piece.
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            if message["type"] == "http.response.body" and not message.get("more_body"):
                message = _packed(start, message, takes_gzip(self._asked))
            await self._send(start)
        await self._send(message)


def _is_text(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        # An address that leads nowhere may be echoed by the page that says so.
        start["status"] == 200
        and "content-encoding" not in headers
        and _TEXT.match(headers.get("content-type", "")) is not None
    )


def _packed(start: Message, body: Message, wanted: bool) -> Message:
    plain: bytes = body.get("body", b"")
    if len(plain) < SMALLEST:
        return body
    headers = MutableHeaders(raw=start["headers"])
    headers.add_vary_header("Accept-Encoding")
    start["headers"] = headers.raw
    if not wanted:
        return body
    small = gzip.compress(plain, LEVEL, mtime=0)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(small))
    return {**body, "body": small}


def _is_safe(scope: Scope) -> bool:
    if scope["path"].startswith(_NEVER):
        return False
    if not any(name == b"cookie" for name, _ in scope["headers"]):
        return True
    return scope["method"] in ("GET", "HEAD") and bool(_PAGING.fullmatch(scope["query_string"]))


def _deflated(plain: bytes, level: int) -> bytes:
    """A piece of a deflate stream: whole bytes, and not its last block."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH)
