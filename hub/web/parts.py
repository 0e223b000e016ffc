"""The parts of a multipart body, one after the other, none of them ever in memory whole."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A field; `name` is its file's, None: a plain field."""

    field: str
    name: str | None


class Parts:
    """Reads the parts off a body. Each is read to its end before the next. Everything here raises
    HTTPException for what is no such body, and what reading it raises."""

    def __init__(self, request: Request, body: AsyncIterator[bytes]) -> None:
        kind, options = parse_options_header(request.headers.get("content-type"))
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise HTTPException(415, "Send multipart/form-data.")
        self._body = body
        self._found = _Found()
        try:
            self._parser = MultipartParser(options[b"boundary"], self._found.callbacks())
        except FormParserError:
            raise _damaged() from None

    async def next_part(self) -> Part | None:
        """The next one; None when there is no more."""
        while not self._found.waiting:
            if not await self._read_on():
                if not self._found.ended:
                    raise _damaged()
                return None
        found = self._found.waiting.popleft()
        if not isinstance(found, Part):
            raise _damaged()
        return found

    async def pieces(self) -> AsyncIterator[bytes]:
        """What the part holds, in pieces."""
        while True:
            while not self._found.waiting:
                if not await self._read_on():
                    raise _damaged()
            found = self._found.waiting.popleft()
            if not isinstance(found, bytes):
                return
            yield found

    async def text(self) -> str:
        """What the part holds, as text."""
        text = bytearray()
        async for piece in self.pieces():
            text += piece
            if len(text) > FIELD_LIMIT:
                raise HTTPException(413)
        return _decoded(bytes(text))

    async def _read_on(self) -> bool:
        chunk = await anext(self._body, None)
        if chunk is None:
            return False
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise _damaged() from None
        return True


class _Found:
    """What the parser calls. Who reads has both; neither of these knows the reader: the three would
    keep each other, and the bytes, until the collector looks at what is old."""

    def __init__(self) -> None:
        # Nobody has taken it yet: a part, bytes of it, its end.
        self.waiting: deque[Part | bytes | None] = deque()
        self.ended = False
        self._headers: dict[bytes, bytes] = {}
        self._header = self._value = b""

    def callbacks(self) -> "MultipartCallbacks":
        """As the parser wants them."""
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": self._on_header,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header = self._value = b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        if b"name" not in options:
            raise _damaged()
        name = options.get(b"filename")
        self.waiting.append(
            Part(_decoded(options[b"name"]), None if name is None else _decoded(name))
        )

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self.waiting.append(data[start:end])

    def _on_part_end(self) -> None:
        self.waiting.append(None)

    def _on_end(self) -> None:
        self.ended = True


def _damaged() -> HTTPException:
    return HTTPException(400, "The form cannot be understood.")


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise _damaged() from None
