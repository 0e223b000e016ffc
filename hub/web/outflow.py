"""How a file leaves the shelf: in pieces, as fast as its reader takes them and no faster.

Two hundred who fetch at once must not be in the way of the live path: only so many pieces are
read at a time in a worker, and after each there is a turn for everybody else.
"""

import asyncio
import base64
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.store.shelf import NotKept, Shelf
from hub.web.ranges import asked

AT_ONCE = 4
"""Pieces that a worker reads from the shelf at a time."""

FILE_HEADERS = {
    # Whatever a file holds, it runs nothing and calls nobody.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Kept by its reader alone, and asked about each time: a withdrawal bites at once.
    "Cache-Control": "private, no-cache",
}


class Outflow:
    """The door of the shelf, shared by all who fetch from one worker."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def open(self, name: str, start: int, stop: int) -> AsyncGenerator[bytes]:
        """The bytes from `start` until before `stop`. Raises NotKept before the first of them."""
        return self._pieces(await self._shelf.read(name, start, stop))

    async def whole(self, name: str) -> bytes:
        """All of a small file. Raises NotKept."""
        pieces = await self._shelf.read(name)
        return b"".join([piece async for piece in self._pieces(pieces)])

    async def _pieces(self, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
        try:
            while True:
                async with self._turns:
                    piece = await anext(pieces, b"")
                if not piece:
                    return
                yield piece
                # Else one reader on a fast line would keep the loop as long as the file lasts.
                await asyncio.sleep(0)
        finally:
            if isinstance(pieces, AsyncGenerator):
                await pieces.aclose()


class FileAnswer(Response):
    """A file, or the parts of it that are asked for. On the shelf it is called by its checksum,
    which tells its bytes from any others'."""

    def __init__(
        self,
        outflow: Outflow,
        *,
        size: int,
        sha256: str,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        self._outflow, self._name, self._size = outflow, sha256, size
        self._tag, self.media_type = f'"{sha256}"', media_type
        self.status_code, self.background = 200, None
        self._more = FILE_HEADERS | {
            "ETag": self._tag,
            "Accept-Ranges": "bytes",
            "Repr-Digest": f"sha-256=:{_base64(sha256)}:",
            **headers,
        }
        self.body = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = asked(Headers(scope=scope), tag=self._tag, size=self._size)
        headers = dict(self._more)
        ranges: Sequence[tuple[int, int]] = [(0, self._size)]
        if wanted.status in (304, 412, 416):
            if wanted.status == 416:
                headers["Content-Range"] = f"bytes */{self._size}"
            await Response(status_code=wanted.status, headers=headers)(scope, receive, send)
            return
        kind, parts = str(self.media_type), [(b"", self._size)]
        if wanted.status == 206:
            ranges = wanted.ranges
            kind, parts = self._parts(ranges, headers)
        headers |= {"Content-Type": kind, "Content-Length": str(sum(size for _, size in parts))}
        if scope["method"] == "HEAD":
            await begin(send, wanted.status, headers)
            await send({"type": "http.response.body", "body": b""})
            return
        # Asked for before anything is said: what the shelf has not can still be answered.
        first = await self._outflow.open(self._name, *ranges[0])
        await begin(send, wanted.status, headers)
        async with Line(receive) as line:
            for (before, _), (start, stop) in zip(parts, ranges, strict=False):
                if before:
                    await send(some(before))
                pieces = (
                    first
                    if (start, stop) == ranges[0]
                    else await self._outflow.open(self._name, start, stop)
                )
                if not await self._pour(pieces, stop - start, line, send):
                    return
            if len(parts) > len(ranges):
                await send(some(parts[-1][0]))
            await send({"type": "http.response.body", "body": b""})

    async def _pour(
        self, pieces: AsyncGenerator[bytes], length: int, line: "Line", send: Send
    ) -> bool:
        """Whether somebody is still there to send more to."""
        async with aclosing(pieces) as pouring:
            async for piece in pouring:
                length -= len(piece)
                await send(some(piece))
                if line.gone:
                    return False
        if length:
            raise NotKept
        return True

    def _parts(
        self, ranges: Sequence[tuple[int, int]], headers: dict[str, str]
    ) -> tuple[str, list[tuple[bytes, int]]]:
        """The content type, and before each range what stands there and how long both are."""
        kind = str(self.media_type)
        if len(ranges) == 1:
            start, stop = ranges[0]
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{self._size}"
            return kind, [(b"", stop - start)]
        boundary = secrets.token_hex(16)
        parts = []
        for start, stop in ranges:
            before = (
                f"\r\n--{boundary}\r\nContent-Type: {kind}\r\n"
                f"Content-Range: bytes {start}-{stop - 1}/{self._size}\r\n\r\n"
            ).encode()
            parts.append((before, len(before) + stop - start))
        end = f"\r\n--{boundary}--\r\n".encode()
        return f"multipart/byteranges; boundary={boundary}", [*parts, (end, len(end))]


class Line:
    """Listens whether the reader has hung up: a server lets one write to nobody."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._listening: asyncio.Task[None] | None = None

    @property
    def gone(self) -> bool:
        return self._listening is not None and self._listening.done()

    async def __aenter__(self) -> "Line":
        self._listening = asyncio.create_task(self._listen(), name="file.reader")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listening is not None:
            self._listening.cancel()

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def begin(send: Send, status: int, headers: Mapping[str, str]) -> None:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


def some(body: bytes) -> dict[str, object]:
    # Never the last one: what comes in one piece would be compressed, and its ranges be wrong.
    return {"type": "http.response.body", "body": body, "more_body": True}


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
