"""Uploads over the wire: cut and resumed, refused where they must be, and nothing left behind."""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from hub.domain.errors import Invalid, NoRoom, Unavailable
from hub.store.arrivals import UNFINISHED_LIMIT
from hub.web.bodies import Pace
from tests.web.dock import BYTES, DAY, FORM, MB, TUS, UPLOADS, WHOLE, Dock, Sender, answered, named

HASTE = Pace(least=1024, seconds=0.3)


@pytest.fixture
async def dock(tmp_path: Path) -> AsyncIterator[Dock]:
    async with Dock(tmp_path).serving() as dock:
        yield dock


@pytest.fixture
async def ana(dock: Dock) -> AsyncIterator[Sender]:
    async with Sender(dock.url) as found:
        yield found


def sum_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def kept(dock: Dock, data: bytes) -> bytes:
    return b"".join([piece async for piece in await dock.shelf.read(sum_of(data))])


async def reaches(sender: Sender, place: str, offset: int) -> None:
    """Returns when so much of it is on the disk, which announces itself to nobody."""
    async with asyncio.timeout(20):
        while await sender.stand(place) < offset:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def cut(sender: Sender, place: str, data: bytes, *, at: int) -> None:
    """Sends the beginning of all of it, and breaks off."""
    _, writer = await sender.patch(place, 0, len(data))
    writer.write(data[:at])
    await writer.drain()
    if at >= 2 * MB:
        await reaches(sender, place, at - 2 * MB)
    writer.transport.abort()


async def test_an_upload_that_is_cut_goes_on_where_it_stood_byte_for_byte(
    dock: Dock, ana: Sender
) -> None:
    data = os.urandom(6 * MB + 17)
    place = await ana.begin(len(data), "họp báo.pdf")
    await cut(ana, place, data, at=4 * MB)
    await dock.quiet()
    stands = await ana.stand(place)
    assert 2 * MB <= stands <= 4 * MB
    assert dock.taken == []
    answer = await ana.send(place, stands, data[stands:])
    assert (answer.status_code, answer.json()) == (
        200,
        {"sha256": sum_of(data), "size": len(data), "name": "họp báo.pdf"},
    )
    assert answer.headers["upload-offset"] == str(len(data))
    assert await kept(dock, data) == data


async def test_an_upload_begun_at_one_worker_is_ended_at_another(tmp_path: Path) -> None:
    data = os.urandom(3 * MB)
    async with Dock(tmp_path).serving() as one, Dock(tmp_path).serving() as other:
        async with Sender(one.url) as here:
            async with Sender(other.url) as there:
                place = await here.begin(len(data))
                assert (await here.send(place, 0, data[:MB])).status_code == 204
                assert (await there.send(place, MB, data[MB : 2 * MB])).status_code == 204
                answer = await here.send(place, 2 * MB, data[2 * MB :])
                assert answer.json()["sha256"] == sum_of(data)
                assert await kept(other, data) == data


async def test_two_who_send_the_same_upload_at_once_do_not_mix(tmp_path: Path) -> None:
    data = os.urandom(4 * MB)
    async with Dock(tmp_path).serving() as one, Dock(tmp_path).serving() as other:
        async with Sender(one.url) as here:
            async with Sender(other.url) as there:
                place = await here.begin(len(data))
                reader, writer = await here.patch(place, 0, len(data))
                writer.write(data[: 2 * MB])
                await reaches(there, place, MB)
                second = await there.send(place, await there.stand(place), b"")
                assert second.status_code in {409, 423}
                beside = await here.send(place, await here.stand(place), b"")
                assert beside.status_code in {409, 423}
                writer.write(data[2 * MB :])
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200 ")
                writer.close()
                assert await kept(one, data) == data


async def test_uploads_broken_off_two_hundred_times_leave_no_more_than_a_persons_share(
    dock: Dock, ana: Sender
) -> None:
    data = os.urandom(64 * 1024)
    for _ in range(200):
        await cut(ana, await ana.begin(len(data)), data, at=len(data) // 2)
    await dock.quiet()
    files = dock.files()
    assert len(files) == 2 * UNFINISHED_LIMIT
    assert sum((dock.folder / name).stat().st_size for name in files) < 20 * len(data)
    assert await dock.arrivals.sweep(datetime.now(UTC)) == 0
    assert await dock.arrivals.sweep(datetime.now(UTC) + DAY) == UNFINISHED_LIMIT
    assert dock.files() == []
    assert dock.taken == []


async def test_a_share_is_each_persons_own(dock: Dock, ana: Sender) -> None:
    async with Sender(dock.url, 2) as ben:
        first = await ben.begin(10)
        oldest = await ana.begin(10)
        for _ in range(UNFINISHED_LIMIT):
            await ana.begin(10)
        assert await ben.stand(first) == 0
        assert (await ana.http.head(oldest, headers=TUS)).status_code == 404


@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST"])
async def test_a_body_announced_as_endless_is_refused_before_a_byte_of_it(
    dock: Dock, ana: Sender, method: str
) -> None:
    place = await ana.begin(MB) if method == "PATCH" else WHOLE if method == "PUT" else FORM
    headers = BYTES | {"Upload-Offset": "0", "Content-Length": str(10**10)}
    if method == "POST":
        headers["Content-Type"] = "multipart/form-data; boundary=edge"
    reader, writer = await ana.open(method, place, **headers)
    status, said = await answered(reader)
    writer.close()
    assert (status, b"connection: close" in said.lower()) == (413, True)
    assert sum((dock.folder / name).stat().st_size for name in dock.files()) < 1024


async def test_an_upload_announced_beyond_the_limit_is_refused(dock: Dock, ana: Sender) -> None:
    asked = TUS | {"Upload-Metadata": named("a"), "Upload-Length": str(8 * MB + 1)}
    answer = await ana.http.post(UPLOADS, headers=asked)
    assert (answer.status_code, answer.json()) == (
        413,
        {"detail": "The file is too large: the limit is 8 MB."},
    )
    assert dock.files() == []


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_body_without_length_is_cut_off_at_the_limit(
    dock: Dock, ana: Sender, method: str
) -> None:
    place = await ana.begin(2 * MB) if method == "PATCH" else WHOLE
    headers = BYTES | {"Upload-Offset": "0", "Transfer-Encoding": "chunked"}
    reader, writer = await ana.open(method, place, **headers)
    answer = asyncio.create_task(answered(reader))
    chunk = b"10000\r\n" + bytes(65_536) + b"\r\n"
    with contextlib.suppress(ConnectionError):
        for _ in range(1_000):
            writer.write(chunk)
            await writer.drain()
            if answer.done():
                break
    # Whoever still sends may find the line cut before the answer could be read.
    with contextlib.suppress(ConnectionError):
        assert (await answer)[0] == 413
    writer.close()
    await dock.quiet()
    if method == "PATCH":
        assert 0 <= await ana.stand(place) <= 2 * MB
    else:
        assert dock.files() == []
    assert dock.taken == []


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_body_that_trickles_is_cut_off_and_what_came_of_an_upload_is_kept(
    tmp_path: Path, method: str
) -> None:
    async with Dock(tmp_path, pace=HASTE).serving() as dock:
        async with Sender(dock.url) as ana:
            place = await ana.begin(MB) if method == "PATCH" else WHOLE
            headers = BYTES | {"Upload-Offset": "0", "Content-Length": str(MB)}
            reader, writer = await ana.open(method, place, **headers)
            answer, sent = asyncio.create_task(answered(reader)), 0
            while not answer.done():
                with contextlib.suppress(ConnectionError):
                    writer.write(b"x")
                    sent += 1
                await asyncio.wait([answer], timeout=0.02)
            status, said = await answer
            writer.close()
            assert (status, b"connection: close" in said.lower()) == (408, True)
            if method == "PATCH":
                assert 0 < await ana.stand(place) <= sent
            else:
                assert dock.files() == []


async def test_a_body_that_keeps_the_pace_may_take_its_time(tmp_path: Path) -> None:
    async with Dock(tmp_path, pace=HASTE).serving() as dock:
        async with Sender(dock.url) as ana:
            data = os.urandom(16 * 1024)
            reader, writer = await ana.patch(await ana.begin(len(data)), 0, len(data))
            for start in range(0, len(data), 1024):
                writer.write(data[start : start + 1024])
                await asyncio.sleep(0.05)
            assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
            writer.close()
            assert [one.sha256 for one in dock.taken] == [sum_of(data)]


async def test_what_is_taken_is_taken_once_however_often_it_is_asked(
    dock: Dock, ana: Sender
) -> None:
    data = b"a plan"
    place = await ana.begin(len(data))
    first = await ana.send(place, 0, data)
    again = await ana.send(place, len(data), b"")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert await ana.stand(place) == len(data)
    assert len(dock.taken) == 1
    # The bytes are on the shelf alone.
    assert [name.partition(".")[2] for name in dock.files()] == ["json"]


@pytest.mark.parametrize(("refusal", "status"), [(Unavailable(), 503), (NoRoom(), 507)])
async def test_a_whole_file_waits_until_it_can_be_taken(
    dock: Dock, ana: Sender, refusal: Unavailable, status: int
) -> None:
    place = await ana.begin(6)
    dock.refuses = refusal
    answer = await ana.send(place, 0, b"a plan")
    assert (answer.status_code, answer.json()) == (status, {"detail": str(refusal)})
    assert await ana.stand(place) == 6
    dock.refuses = None
    assert (await ana.send(place, 6, b"")).status_code == 200
    assert [one.sha256 for one in dock.taken] == [sum_of(b"a plan")]


async def test_a_file_that_is_refused_for_good_is_gone(dock: Dock, ana: Sender) -> None:
    place = await ana.begin(6)
    dock.refuses = Invalid("file", "Send a PDF.")
    assert (await ana.send(place, 0, b"a plan")).status_code == 422
    assert dock.files() == []


async def test_another_persons_upload_answers_like_one_that_never_was(
    dock: Dock, ana: Sender
) -> None:
    place = await ana.begin(6)
    never = f"{UPLOADS}/{'0' * 32}"
    odd = f"{UPLOADS}/%2e%2e%2fshelf"
    async with Sender(dock.url, 2) as ben:
        for method, headers in (("HEAD", TUS), ("PATCH", BYTES), ("DELETE", TUS)):
            answers = [
                await ben.http.request(method, one, headers=headers | {"Upload-Offset": "0"})
                for one in (place, never, odd)
            ]
            told = [(one.status_code, one.content, dict(one.headers)) for one in answers]
            for _, _, named_headers in told:
                named_headers.pop("date")
            assert told[0] == told[1]
            assert [status for status, _, _ in told] == [404, 404, 404]
    assert await ana.stand(place) == 0


async def test_the_answers_are_those_of_the_standard(dock: Dock, ana: Sender) -> None:
    options = await ana.http.options(UPLOADS)
    told = {name: options.headers[name] for name in ("tus-version", "tus-max-size")}
    assert (options.status_code, told) == (
        204,
        {"tus-version": "1.0.0", "tus-max-size": str(8 * MB)},
    )
    assert options.headers["tus-extension"] == (
        "creation,creation-with-upload,expiration,termination"
    )
    begun = await ana.http.post(
        UPLOADS, headers=TUS | {"Upload-Length": "6", "Upload-Metadata": named("a.pdf")}
    )
    assert (begun.status_code, begun.headers["tus-resumable"]) == (201, "1.0.0")
    place = begun.headers["location"]
    assert re.fullmatch(rf"{UPLOADS}/[0-9a-f]{{32}}", place)
    expires = parsedate_to_datetime(begun.headers["upload-expires"])
    assert abs(expires - datetime.now(UTC) - DAY) < timedelta(minutes=1)
    more = await ana.send(place, 0, b"a p")
    assert (more.status_code, more.headers["upload-offset"]) == (204, "3")
    assert "upload-expires" in more.headers
    stands = await ana.http.head(place, headers=TUS)
    assert {
        name: stands.headers[name]
        for name in ("upload-offset", "upload-length", "upload-metadata", "cache-control")
    } == {
        "upload-offset": "3",
        "upload-length": "6",
        "upload-metadata": named("a.pdf"),
        "cache-control": "no-store",
    }
    wrong = await ana.send(place, 2, b"lan")
    assert wrong.status_code == 409
    assert await ana.stand(place) == 3
    ended = await ana.http.post(place, headers=TUS | {"X-HTTP-Method-Override": "DELETE"})
    assert ended.status_code == 204
    assert (await ana.http.head(place, headers=TUS)).status_code == 404
    assert dock.files() == []


async def test_a_file_can_come_with_the_request_that_begins_it(dock: Dock, ana: Sender) -> None:
    asked = BYTES | {"Upload-Length": "6", "Upload-Metadata": named("a.pdf")}
    part = await ana.http.post(UPLOADS, headers=asked, content=b"a p")
    assert (part.status_code, part.headers["upload-offset"]) == (201, "3")
    assert (await ana.send(part.headers["location"], 3, b"lan")).status_code == 200
    whole = await ana.http.post(UPLOADS, headers=asked, content=b"a plan")
    assert (whole.status_code, whole.headers["upload-offset"]) == (201, "6")
    assert whole.json()["sha256"] == sum_of(b"a plan")
    assert len(dock.taken) == 2


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (412, {"Tus-Resumable": "0.2.2"}),
        (412, {"Tus-Resumable": ""}),
        (400, {"Upload-Length": "-1"}),
        (400, {"Upload-Length": "٣"}),
        (400, {"Upload-Length": "", "Upload-Defer-Length": "1"}),
        (400, {"Upload-Metadata": "filename a,filename b"}),
        (400, {"Upload-Metadata": "filename *"}),
        (400, {"Upload-Metadata": "filename " + "YQ==" * 4000}),
        (403, {"Upload-Metadata": "other YQ=="}),
        (403, {"X-Person": ""}),
    ],
)
async def test_what_is_not_the_standard_begins_nothing(
    dock: Dock, ana: Sender, status: int, headers: dict[str, str]
) -> None:
    asked = TUS | {"Upload-Length": "6", "Upload-Metadata": named("a")} | headers
    raw = [(name.encode(), value.encode()) for name, value in asked.items()]
    answer = await ana.http.post(UPLOADS, headers=raw)
    assert answer.status_code == status
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert ("tus-version" in answer.headers) == (status == 412)
    assert dock.files() == []


async def test_bytes_of_another_type_are_not_taken(dock: Dock, ana: Sender) -> None:
    place = await ana.begin(3)
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "text/plain"}
    assert (await ana.http.patch(place, headers=headers, content=b"abc")).status_code == 415
    assert await ana.stand(place) == 0
