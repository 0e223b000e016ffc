"""Readers who ask again and again, each with a cursor of its own, as static/polling.js does."""

import asyncio
import gzip
import json
import random
import time
from collections import Counter, deque
from typing import Any, cast

EVERY = 2.0
"""Seconds between two questions of one reader, and up to half as much again."""

CONNECTIONS = 48


class Line(asyncio.Protocol):
    """A kept connection: answers come in the order of the questions."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._got = b""
        self.received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own class is no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        """The body."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self._transport.write(request)
        return answer

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            at = self._got.find(b"Content-Length: ", 0, end)
            if at < 0:
                at = self._got.find(b"content-length: ", 0, end)
            length = int(self._got[at + 16 : self._got.index(b"\r\n", at)])
            if len(self._got) < end + 4 + length:
                return
            head, body = self._got[:end], self._got[end + 4 : end + 4 + length]
            self._got = self._got[end + 4 + length :]
            answer = self._waiting.popleft()
            if head.startswith(b"HTTP/1.1 200"):
                answer.set_result(body)
            else:
                answer.set_exception(RuntimeError(head[:200].decode()))


class Crowd:
    """Readers, each with a cursor and a time to ask again; they share connections."""

    def __init__(self, url: str, slug: str, readers: int, cursor: int) -> None:
        self._host = url.removeprefix("http://")
        self._slug = slug
        self._cursors = [cursor] * readers
        self._known: dict[bytes, dict[str, Any]] = {}
        self.published: dict[int, float] = {}
        self.taken: list[float] = []
        self.asked = 0
        self.disordered = 0
        self.seen: Counter[int] = Counter()
        self._lines: list[Line] = []

    async def follow(self, until: float) -> None:
        """Asks until then (the loop's time), and then until everybody has everything."""
        loop = asyncio.get_running_loop()
        host, port = self._host.split(":")
        self._lines = [
            (await loop.create_connection(Line, host, int(port)))[1] for _ in range(CONNECTIONS)
        ]
        readers = range(len(self._cursors))
        await asyncio.gather(*(self._read(reader, until) for reader in readers))

    @property
    def received(self) -> int:
        return sum(line.received for line in self._lines)

    async def _read(self, reader: int, until: float) -> None:
        loop = asyncio.get_running_loop()
        line = self._lines[reader % CONNECTIONS]
        await asyncio.sleep(random.random() * EVERY)
        while True:
            cursor = self._cursors[reader]
            body = await line.ask(
                f"GET /briefings/{self._slug}/events/{cursor + 1}-?language=vi HTTP/1.1\r\n"
                f"Host: {self._host}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            )
            self.asked += 1
            head = self._take(reader, body)
            if loop.time() > until and head >= max(self.published, default=0):
                return
            behind = self._cursors[reader] < head
            await asyncio.sleep(0 if behind else EVERY * (1 + random.random() / 2))

    def _take(self, reader: int, body: bytes) -> int:
        told = self._known.get(body)
        if told is None:
            told = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
            told["events"] = [event["n"] for event in told["events"]]
            self._known[body] = told
        now = time.monotonic()
        for n in told["events"]:
            if n != self._cursors[reader] + 1:
                self.disordered += 1
            self._cursors[reader] = n
            self.seen[n] += 1
            if n in self.published:
                self.taken.append((now - self.published[n]) * 1000)
        return int(told["head"])
