"""A quay for files: a small real server with the doors for uploads alone, and whoever comes there.

`python -m tests.web.dock FOLDER LIMIT` is one in a process of its own; it prints its port.
"""

import asyncio
import contextlib
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hub.app import BODY_LIMIT
from hub.domain.errors import NotAllowed, Refusal
from hub.domain.person import Person
from hub.server import listen
from hub.store.arrivals import Arrivals, Arrived
from hub.store.shelf import DiskShelf
from hub.web.bodies import UNLIMITED, Pace, form_of_files, whole_body
from hub.web.failures import HANDLERS
from hub.web.tus import Metadata, Tus

MB = 1 << 20
UPLOADS = "/api/uploads"
WHOLE = "/api/whole"
FORM = "/api/form"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}
DAY = timedelta(days=1)
PATIENCE = 20.0


class Dock:
    """The server. `taken` are the uploads that were handed over; `refuses` is said instead."""

    def __init__(
        self,
        folder: Path,
        *,
        shelf: Path | None = None,
        limit: int = 8 * MB,
        pace: Pace | None = None,
        spare: int = 0,
    ) -> None:
        self.folder = folder / "arrivals"
        self.arrivals = Arrivals(self.folder, limit, DAY, spare_bytes=spare)
        self.shelf = DiskShelf(shelf or folder / "shelf")
        self.taken: list[Arrived] = []
        self.refuses: Refusal | None = None
        self.pace = pace or Pace()
        self.url = ""
        self._busy = 0
        self._quiet = asyncio.Condition()
        tus = Tus(
            at=UPLOADS,
            arrivals=lambda _: self.arrivals,
            may=self._may,
            begun=self._begun,
            arrived=self._arrived,
            pace=self.pace,
        )
        self._app = Starlette(
            routes=[
                *tus.routes(),
                Route(WHOLE, self._whole, methods=["PUT"], max_body_size=UNLIMITED),
                Route(FORM, self._form, methods=["POST"], max_body_size=UNLIMITED),
            ],
            exception_handlers=HANDLERS,
            max_body_size=BODY_LIMIT,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._busy += 1
        try:
            await self._app(scope, receive, send)
        finally:
            async with self._quiet:
                self._busy -= 1
                self._quiet.notify_all()

    async def quiet(self) -> None:
        """Returns when nobody is being served."""
        async with asyncio.timeout(PATIENCE), self._quiet:
            await self._quiet.wait_for(lambda: self._busy == 0)

    def files(self) -> list[str]:
        """What lies in the folder of the uploads on their way."""
        return sorted(path.name for path in self.folder.iterdir())

    @contextlib.asynccontextmanager
    async def serving(self, *, announce: bool = False) -> AsyncIterator["Dock"]:
        listening = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(
            uvicorn.Config(self, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        )
        listening.listen()
        task = asyncio.create_task(server.serve(sockets=[listening]))
        if announce:
            sys.stdout.write(f"{listening.getsockname()[1]}\n")
            sys.stdout.flush()
        try:
            yield self
            if announce:
                await task
        finally:
            server.should_exit = True
            await task
            self.arrivals.close()
            await self.shelf.close()

    async def _may(self, request: Request) -> Person:
        who = request.headers.get("x-person", "")
        if not who:
            raise NotAllowed
        return Person(id=int(who), name=who)

    async def _begun(self, _request: Request, metadata: Metadata) -> None:
        if "filename" not in metadata:
            raise NotAllowed

    async def _arrived(
        self, _request: Request, arrived: Arrived, metadata: Metadata
    ) -> Mapping[str, Any]:
        if self.refuses is not None:
            raise self.refuses
        await self.shelf.put(arrived.path, arrived.sha256)
        self.taken.append(arrived)
        return {"sha256": arrived.sha256, "size": arrived.size, "name": metadata["filename"]}

    async def _whole(self, request: Request) -> Response:
        person = await self._may(request)
        async with whole_body(request, self.arrivals, person=person.id, pace=self.pace) as arrived:
            return JSONResponse(await self._arrived(request, arrived, {"filename": "-"}))

    async def _form(self, request: Request) -> Response:
        person = await self._may(request)
        async with form_of_files(
            request, self.arrivals, person=person.id, max_files=3, max_fields=4, pace=self.pace
        ) as form:
            files = [
                {
                    "field": one.field,
                    **await self._arrived(request, one.arrived, {"filename": one.name}),
                }
                for one in form.files
            ]
            return JSONResponse({"fields": form.fields, "files": files})


class Sender:
    """Somebody who sends files: whole requests, or bytes as they please."""

    def __init__(self, url: str, person: int = 1) -> None:
        self.person = {"X-Person": str(person)}
        self.http = httpx2.AsyncClient(
            base_url=url, headers=self.person, trust_env=False, verify=False, timeout=PATIENCE
        )
        self._port = int(url.rpartition(":")[2])

    async def begin(self, size: int, name: str = "plan.pdf") -> str:
        """A new upload; returns its address."""
        answer = await self.http.post(
            UPLOADS, headers=TUS | {"Upload-Length": str(size), "Upload-Metadata": named(name)}
        )
        assert answer.status_code == 201, answer.text
        place: str = answer.headers["location"]
        return place

    async def stand(self, place: str) -> int:
        """How far it is."""
        answer = await self.http.head(place, headers=TUS)
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])

    async def send(self, place: str, offset: int, data: bytes) -> httpx2.Response:
        """More of it, in one request."""
        headers = BYTES | {"Upload-Offset": str(offset)}
        return await self.http.patch(place, headers=headers, content=data)

    async def open(
        self, method: str, path: str, **headers: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A request whose body is still to come."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        named = {"Host": "127.0.0.1"} | self.person
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{method} {path} HTTP/1.1", *(f"{key}: {text}" for key, text in named.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        return reader, writer

    async def patch(
        self, place: str, offset: int, length: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A PATCH whose body is still to come."""
        headers = BYTES | {"Upload-Offset": str(offset), "Content-Length": str(length)}
        return await self.open("PATCH", place, **headers)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()


def named(name: str) -> str:
    """Upload-Metadata with a file's name."""
    return f"filename {b64encode(name.encode()).decode()}"


async def answered(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status of the answer, and all that came until the server hung up."""
    async with asyncio.timeout(PATIENCE):
        said = await reader.read()
    return int(said.split(b" ", 2)[1]), said


async def main(folder: str, limit: str) -> None:
    async with Dock(Path(folder), limit=int(limit)).serving(announce=True):
        pass


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
