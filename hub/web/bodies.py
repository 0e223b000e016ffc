"""Bodies that are files: taken as they stream in, at a least pace, with flat memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request

from hub.domain.errors import N_, Refusal, TooLarge
from hub.store.arrivals import Arrivals, Arrived
from hub.web.parts import FIELD_LIMIT, Parts


class TooSlow(Refusal):
    """The line is dead, or somebody holds it open. What came is kept where it can be resumed."""

    says = N_("The file comes too slowly, and was cut off. Look at the connection, and go on.")


@dataclass(frozen=True, slots=True)
class Pace:
    """At least so many bytes within so many seconds of waiting for them."""

    least: int = 32 * 1024
    seconds: float = 30.0


PACE = Pace()

UNLIMITED = 1 << 62
"""For the routes of these doors: they know their limits themselves, and hang up beyond them, where
Starlette would answer and read on."""

# Boundaries and headers of the parts, of which the parser allows 32 KB each at most.
_AROUND = 64 * 1024


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of a form: its field, the name it had where it comes from, and the file."""

    field: str
    name: str
    arrived: Arrived


@dataclass(slots=True)
class FormOfFiles:
    """What a form brought. A field that was sent several times has its last value."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Filed] = field(default_factory=list)


async def paced(
    request: Request, pace: Pace = PACE, *, most: int = UNLIMITED
) -> AsyncIterator[bytes]:
    """The body in pieces, `most` bytes in all. Raises TooSlow, TooLarge, ClientDisconnect."""
    if (length_of(request) or 0) > most:
        raise TooLarge(limit=most >> 20)
    clock = asyncio.get_running_loop().time
    stream = request.stream()
    left, got, whole = pace.seconds, 0, most
    async with contextlib.aclosing(stream):
        while True:
            asked = clock()
            try:
                async with asyncio.timeout(left):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise TooSlow from None
            # Only the waiting counts: our own disk may be slow as well.
            left, got = left - (clock() - asked), got + len(chunk)
            most -= len(chunk)
            if most < 0:
                raise TooLarge(limit=whole >> 20)
            if got >= pace.least:
                left, got = pace.seconds, 0
            if chunk:
                yield chunk


@contextlib.asynccontextmanager
async def whole_body(
    request: Request, arrivals: Arrivals, *, person: int, pace: Pace = PACE
) -> AsyncIterator[Arrived]:
    """The body as one file, for as long as the block lasts; cut off, nothing of it stays.

    Raises TooLarge (before a byte is read, where the length was told), TooSlow, NoRoom.
    """
    upload = await arrivals.begin(length_of(request), person=person)
    try:
        await arrivals.append(upload, 0, paced(request, pace))
        async with arrivals.finish(upload) as arrived:
            yield arrived
    finally:
        await asyncio.shield(arrivals.discard(upload))


@contextlib.asynccontextmanager
async def form_of_files(
    request: Request,
    arrivals: Arrivals,
    *,
    person: int,
    max_files: int = 10,
    max_fields: int = 32,
    into: FormOfFiles | None = None,
    pace: Pace = PACE,
) -> AsyncIterator[FormOfFiles]:
    """A form with files in it (multipart), the files for as long as the block lasts.

    A file that nobody chose is left out; `max_files` stays below what Arrivals allows of one
    person. `into` is filled as it comes, and so has what was typed when a file is refused. Raises
    HTTPException for what is not such a form or has more in it, and what whole_body() raises.
    """
    begun: list[str] = []
    form, fields = FormOfFiles() if into is None else into, 0
    try:
        async with contextlib.AsyncExitStack() as finishing:
            most = max_files * (arrivals.limit_bytes + _AROUND) + max_fields * (
                FIELD_LIMIT + _AROUND
            )
            parts = Parts(request, paced(request, pace, most=most))
            while (part := await parts.next_part()) is not None:
                if part.name is None:
                    fields += 1
                    if fields > max_fields:
                        raise HTTPException(400, f"The limit is {max_fields} fields.")
                    form.fields[part.field] = await parts.text()
                    continue
                if len(begun) == max_files:
                    raise HTTPException(400, f"The limit is {max_files} files.")
                upload = await arrivals.begin(None, person=person)
                begun.append(upload)
                await arrivals.append(upload, 0, parts.pieces())
                arrived = await finishing.enter_async_context(arrivals.finish(upload))
                if part.name or arrived.size:
                    form.files.append(Filed(part.field, part.name, arrived))
            yield form
    finally:
        for upload in begun:
            await asyncio.shield(arrivals.discard(upload))


def length_of(request: Request) -> int | None:
    """What Content-Length tells, if it does."""
    told = request.headers.get("content-length", "")
    return int(told) if told.isdecimal() else None
