"""A crooked line: between readers and a real hub, it may lose, repeat, swap or cut."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

EVENT = b'{"n":'
Frames = list[bytes]
# Given the number of the socket and of the event, the frames to pass on in its place.
Bend = Callable[[int, int, bytes], Frames | None]


class Line:
    """One proxy. A bend that gives None cuts the connection."""

    def __init__(self, hub_port: Callable[[], int], bend: Bend) -> None:
        self._hub_port = hub_port
        self._bend = bend
        self._sockets = 0
        self.tasks: set[asyncio.Task[None]] = set()

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._hub_port())
        up = asyncio.create_task(_pass(reader, back))
        try:
            await self._down(there, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
            back.close()
            writer.close()

    async def _down(self, hub: asyncio.StreamReader, reader: asyncio.StreamWriter) -> None:
        head = await hub.readuntil(b"\r\n\r\n")
        reader.write(head)
        if b" 101 " not in head:
            await _pass(hub, reader)
            return
        self._sockets += 1
        socket = self._sockets
        while True:
            frame = await _frame(hub)
            at = frame.find(EVENT, 0, 20)
            bent: Frames | None = [frame]
            if at > 0:
                bent = self._bend(socket, int(frame[at + 5 : frame.index(b",", at)]), frame)
            if bent is None:
                return
            reader.write(b"".join(bent))


@contextlib.asynccontextmanager
async def crooked(port: int, hub_port: Callable[[], int], bend: Bend) -> AsyncIterator[None]:
    """Listens on the port until the block ends."""
    line = Line(hub_port, bend)
    server = await asyncio.start_server(line.take, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        for task in line.tasks:
            task.cancel()
        await asyncio.gather(*line.tasks, return_exceptions=True)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)


async def _frame(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(2)
    length = head[1]
    if length > 125:
        more = await reader.readexactly(2 if length == 126 else 8)
        head, length = head + more, int.from_bytes(more)
    return head + await reader.readexactly(length)
