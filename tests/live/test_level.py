"""Writing to many at once, past their transports: nobody has less, more or another's."""

import asyncio
import contextlib
import gc
import random
import weakref
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from hub.domain.audience import Audience
from hub.live.protocol import SINK, HubWebSocketProtocol
from hub.live.socket import Socket
from hub.live.stream import CHUNK, Stream
from tests.centre import PATIENCE
from tests.live.test_stream import frame, frames
from tests.wire.attacker import Attacker, handshake
from tests.wire.echo import Speaker, speaking

BIG = CHUNK // 4
# The opcode of a text and the one of a ping.
TEXT, PING = 0x81, 0x89


class Room:
    """A stream that whoever connects joins after the event `after`, or at its head."""

    def __init__(self) -> None:
        self.after: int | None = None
        self.stream = Stream(Audience.ROOM, "en", head=0)
        self.sockets: list[Socket] = []
        self.hub: Speaker
        self._changed = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        socket = Socket(scope["extensions"][SINK], key=None)
        if b"elsewhere" not in scope["query_string"]:
            cursor = self.stream.head if self.after is None else self.after
            socket.join(self.stream, cursor=cursor, epoch="e")
        self.sockets.append(socket)
        self._changed.set()
        while (await receive())["type"] == "websocket.receive":
            pass
        socket.leave()
        self.sockets.remove(socket)
        self._changed.set()

    async def becomes(self, true: Callable[[], bool]) -> None:
        """Once somebody's coming or going has made it so. TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    async def reader(self, *, deaf: bool = False, path: str = "/live") -> tuple[Attacker, Socket]:
        """Somebody new, and where they sit."""
        before = set(self.sockets)
        if deaf:
            one = await Attacker.deaf(self.hub.url)
        else:
            one = await Attacker.connected(self.hub.url)
            one.send(handshake(self.hub.url, path=path))
            await one.hears(b"\r\n\r\n")
        await self.becomes(lambda: bool(set(self.sockets) - before))
        return one, (set(self.sockets) - before).pop()

    def flush(self) -> None:
        for _ in self.stream.flush(2):
            pass


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    async with speaking(HubWebSocketProtocol, room) as room.hub:
        yield room


def numbers(one: Attacker) -> list[int]:
    """Of the events that it has been sent whole."""
    data = bytes(one.received)
    at = data.find(b"\r\n\r\n") + 4 if data.startswith(b"HTTP") else 0
    got = []
    while at + 2 <= len(data):
        assert data[at] in (TEXT, PING), data[at : at + 20]
        size, at = data[at + 1], at + 2
        if size >= 126:
            more = 2 if size == 126 else 8
            size, at = int.from_bytes(data[at : at + more]), at + more
        text = data[at : at + size]
        if len(text) == size and text.startswith(b'{"n":'):
            got.append(int(text[5 : text.index(b",")]))
        at += size
    return got


async def comes(true: Callable[[], bool]) -> None:
    """Once what is on its way through this very loop has arrived. TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - bytes announce themselves to their reader alone
            await asyncio.sleep(0)


async def has(one: Attacker, upto: int, *, first: int = 1) -> None:
    await one.hears(b'{"n":%d,' % upto)
    await comes(lambda: numbers(one)[-1:] == [upto])
    assert numbers(one) == list(range(first, upto + 1))


async def test_who_stops_for_a_moment_has_each_once_and_is_one_of_the_many_again(
    room: Room,
) -> None:
    (slow, at_slow), (fast, _) = await room.reader(deaf=True), await room.reader()
    while not at_slow.sink.paused:
        room.stream.push([frame(room.stream.head + 1, size=BIG)])
        room.flush()
        await asyncio.sleep(0)
    assert len(room.stream.level) == 1
    for _ in range(3):
        room.stream.push([frame(room.stream.head + 1)])
        room.flush()
    slow.transport.resume_reading()
    await has(slow, room.stream.head)
    room.stream.push([frame(room.stream.head + 1)])
    room.flush()
    assert len(room.stream.level) == 2
    for one in (slow, fast):
        await has(one, room.stream.head)


async def test_who_comes_with_much_missing_and_reads_slowly_has_each_once(room: Room) -> None:
    room.stream.push([frame(n, size=BIG) for n in range(1, 21)])
    room.after = 0
    slow, at_slow = await room.reader(deaf=True)
    assert at_slow.sink.paused
    assert 0 < at_slow.cursor < 20
    slow.transport.resume_reading()
    await has(slow, 20)


async def test_the_number_of_a_file_that_is_given_to_another_is_not_written_to(room: Room) -> None:
    readers = [await room.reader() for _ in range(3)]
    room.stream.push(frames(1, 1))
    room.flush()
    gone, socket = readers[-1]
    file = socket.sink.file
    room.stream.push(frames(2, 2))
    flushing = room.stream.flush(1)
    next(flushing)
    # Two pieces are to come, and the last one is for whoever has gone now.
    await gone.leaves()
    await room.becomes(lambda: socket not in room.sockets)
    stranger, elsewhere = await room.reader(path="/live?elsewhere")
    while elsewhere.sink.file != file:
        # The first free number may have been another one.
        stranger, elsewhere = await room.reader(path="/live?elsewhere")
    for _ in flushing:
        pass
    for one, _ in readers[:-1]:
        await has(one, 2)
    stranger.send(b"\x89\x80\0\0\0\0")
    await stranger.hears(b"\x8a\x00")
    assert stranger.received.endswith(b"\r\n\r\n\x8a\x00")


async def test_whatever_readers_do_between_two_pieces_each_has_every_event_once_and_in_order(
    room: Room,
) -> None:
    dice = random.Random(11)
    there: dict[Attacker, int] = {}
    for _ in range(60):
        for _ in range(dice.randrange(3)):
            first = room.stream.head + 1
            there[(await room.reader())[0]] = first
        size = dice.choice([10, 10, 300, BIG])
        room.stream.push([frame(room.stream.head + 1, size=size)])
        for _ in room.stream.flush(dice.randrange(1, 4)):
            match dice.randrange(6):
                case 0 if there:
                    one = dice.choice(list(there))
                    del there[one]
                    await one.leaves()
                case 1 if there:
                    one = dice.choice(list(there))
                    with contextlib.suppress(RuntimeError):
                        one.transport.pause_reading()
                case 2:
                    for one in there:
                        with contextlib.suppress(RuntimeError):
                            one.transport.resume_reading()
                case 3:
                    # As where a correction empties the ring, or a joiner is read for.
                    room.stream.push([frame(room.stream.head + 1)])
                    room.flush()
                case 4:
                    there[(await room.reader())[0]] = room.stream.head + 1
    for one in there:
        with contextlib.suppress(RuntimeError):
            one.transport.resume_reading()
    room.stream.push(frames(room.stream.head + 1, room.stream.head + 1))
    room.flush()
    assert len(there) > 5
    for one, first in there.items():
        await has(one, room.stream.head, first=first)


async def test_who_has_gone_leaves_nothing_that_memory_has_to_be_searched_for(room: Room) -> None:
    readers = [(await room.reader())[0] for _ in range(3)]
    gone = [weakref.ref(protocol) for protocol in room.hub.server.server_state.connections]
    gc.disable()
    try:
        for one in readers:
            await one.leaves()
        await room.becomes(lambda: not room.sockets)
        await comes(lambda: not any(protocol() for protocol in gone))
    finally:
        gc.enable()


async def test_a_pong_is_an_answer_whatever_came_before_it(room: Room) -> None:
    reader, socket = await room.reader()
    for answer in (b"\x8a\x80\0\0\0\0", b"\x8a\x84\0\0\0\0abcd", b"\x8a\x80\0\0\0\0"):
        socket.ask(b"", "")
        assert socket.sink.unanswered
        await reader.hears(b"\x89\x00")
        reader.send(answer)
        await comes(lambda: not socket.sink.unanswered)


async def test_the_bytes_of_a_pong_within_a_message_are_none(room: Room) -> None:
    _, socket = await room.reader()
    [protocol] = room.hub.server.server_state.connections
    pong = b"\x8a\x80\0\0\0\0"
    socket.ask(b"", "")
    # A message of twelve bytes, whose middle looks like a pong and comes by itself.
    for part in (b"\x82\x8c\0\0\0\0abc", pong, b"def"):
        protocol.data_received(part)
        assert socket.sink.unanswered
    protocol.data_received(pong)
    assert not socket.sink.unanswered
