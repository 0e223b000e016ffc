"""Files that come in one go: a whole body, or the files of a form; and disks that are full."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.web.bodies import Pace
from tests.small_disk import small_disk
from tests.web.dock import FORM, MB, WHOLE, Dock, Sender, answered

EDGE = "edge"


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


def part(head: str, data: bytes) -> bytes:
    return f"--{EDGE}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"


END = f"--{EDGE}--\r\n".encode()
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}


async def test_a_whole_body_is_a_file(dock: Dock, ana: Sender) -> None:
    data = os.urandom(5 * MB + 3)

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 100_000):
            yield data[start : start + 100_000]

    for content in (data, in_pieces(), b""):
        answer = await ana.http.put(WHOLE, content=content)
        assert answer.status_code == 200
    assert [(one.sha256, one.size) for one in dock.taken] == [
        (sum_of(data), len(data)),
        (sum_of(data), len(data)),
        (sum_of(b""), 0),
    ]
    assert dock.files() == []


async def test_the_files_of_a_form_come_with_its_fields(dock: Dock, ana: Sender) -> None:
    large, small = os.urandom(3 * MB), b"--edg\r\n--edg--\r\n\r\n"
    body = (
        part('name="title"', "Kế hoạch".encode())
        + part('name="file"; filename="họp báo.pdf"', large)
        + part('name="file"; filename=""', b"")
        + part('name="note"', b"")
        + part('name="more"; filename="a.txt"\r\nContent-Type: text/plain', small)
        + END
    )
    answer = await ana.http.post(FORM, headers=MULTIPART, content=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "fields": {"title": "Kế hoạch", "note": ""},
        "files": [
            {"field": "file", "name": "họp báo.pdf", "sha256": sum_of(large), "size": 3 * MB},
            {"field": "more", "name": "a.txt", "sha256": sum_of(small), "size": len(small)},
        ],
    }
    assert dock.files() == []


async def test_a_browsers_own_form_is_understood(dock: Dock, ana: Sender) -> None:
    answer = await ana.http.post(FORM, data={"a": "b"}, files={"file": ("a.pdf", b"a plan")})
    assert answer.json()["fields"] == {"a": "b"}
    assert [one["sha256"] for one in answer.json()["files"]] == [sum_of(b"a plan")]


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (400, {}, b"".join(part('name="f"; filename="a"', b"x") for _ in range(4)) + END),
        (400, {}, b"".join(part('name="f"', b"x") for _ in range(5)) + END),
        (400, {}, part('name="f"; filename="a"', b"x" * 70_000)),
        (400, {}, part('filename="a"', b"x") + END),
        (400, {}, part('name="f"', b"\xff") + END),
        (400, {}, b"no edge at all"),
        (400, {}, part('name="f"; filename="a"\r\n' + "X: y\r\n" * 500, b"") + END),
        (400, {"Content-Type": f"multipart/form-data; boundary={'b' * 300}"}, b""),
        (413, {}, part('name="f"', b"x" * 70_000) + END),
        (413, {}, part('name="f"; filename="a"', bytes(8 * MB + 1)) + END),
        (415, {"Content-Type": "application/x-www-form-urlencoded"}, b"f=a"),
        (415, {"Content-Type": "multipart/form-data"}, b""),
    ],
)
async def test_what_is_no_form_of_files_leaves_nothing(
    dock: Dock, ana: Sender, status: int, headers: dict[str, str], body: bytes
) -> None:
    answer = await ana.http.post(FORM, headers=MULTIPART | headers, content=body)
    assert answer.status_code == status
    assert dock.files() == []
    assert dock.taken == []


async def test_what_follows_on_the_end_of_a_form_is_not_read_for_ever(
    dock: Dock, ana: Sender
) -> None:
    reader, writer = await ana.open("POST", FORM, **MULTIPART, **{"Transfer-Encoding": "chunked"})
    body = part('name="f"; filename="a"', b"x") + END
    writer.write(b"%x\r\n%b\r\n" % (len(body), body))
    answer = asyncio.create_task(answered(reader))
    with contextlib.suppress(ConnectionError):
        for _ in range(2_000):
            if answer.done():
                break
            writer.write(b"10000\r\n" + bytes(65_536) + b"\r\n")
            await writer.drain()
    assert answer.done() or writer.transport.is_closing()
    with contextlib.suppress(ConnectionError):
        assert (await answer)[0] == 413
    writer.close()
    await dock.quiet()
    assert dock.files() == []
    assert dock.taken == []


@pytest.mark.parametrize("path", [WHOLE, FORM])
async def test_what_is_broken_off_leaves_nothing(dock: Dock, ana: Sender, path: str) -> None:
    method, data = ("PUT", b"") if path == WHOLE else ("POST", part('name="f"; filename="a"', b""))
    for _ in range(50):
        headers = MULTIPART | {"Content-Length": str(6 * MB)}
        _, writer = await ana.open(method, path, **headers)
        writer.write(data + bytes(MB + MB // 2))
        await writer.drain()
        writer.transport.abort()
    await dock.quiet()
    assert dock.files() == []
    assert dock.taken == []


async def test_a_full_disk_says_so_and_an_upload_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    data = os.urandom(6 * MB)
    with small_disk(tmp_path / "small", 16 * MB) as disk:
        async with Dock(disk.folder).serving() as dock, Sender(dock.url) as ana:
            place = await ana.begin(len(data))
            disk.fill(leave=2 * MB)
            answer = await ana.send(place, 0, data)
            assert (answer.status_code, answer.headers["tus-resumable"]) == (507, "1.0.0")
            assert answer.json()["detail"].startswith("There is no room for this file just now.")
            stands = await ana.stand(place)
            assert 0 < stands <= 2 * MB
            assert (await ana.http.put(WHOLE, content=data)).status_code == 507
            assert len(dock.files()) == 2
            disk.make_room()
            done = await ana.send(place, stands, data[stands:])
            assert (done.status_code, done.json()["sha256"]) == (200, sum_of(data))
            assert (await ana.http.put(WHOLE, content=data)).status_code == 200


async def test_a_file_waits_for_a_shelf_that_is_full(tmp_path: Path) -> None:
    data = os.urandom(3 * MB)
    with small_disk(tmp_path / "small", 8 * MB) as disk:
        dock = Dock(tmp_path, shelf=disk.folder / "shelf")
        async with dock.serving(), Sender(dock.url) as ana:
            place = await ana.begin(len(data))
            assert (await ana.send(place, 0, data[:MB])).status_code == 204
            if not disk.mounted:
                # The limit would hold for the upload itself as well.
                assert (await ana.send(place, MB, data[MB:-1])).status_code == 204
            disk.fill(leave=MB)
            stands = await ana.stand(place)
            assert (await ana.send(place, stands, data[stands:])).status_code == 507
            disk.make_room()
            stands = await ana.stand(place)
            done = await ana.send(place, stands, data[stands:])
            assert done.json()["sha256"] == sum_of(data)


async def test_what_others_need_of_the_disk_is_left_to_them(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 16 * MB) as disk:
        spare = 10 * MB if disk.mounted else 1 << 60
        async with Dock(disk.folder, spare=spare).serving() as dock, Sender(dock.url) as ana:
            refused = await ana.http.put(WHOLE, content=bytes(7 * MB))
            assert refused.status_code == 507
            assert dock.files() == []
            if disk.mounted:
                chunked = {"Transfer-Encoding": "chunked"}
                reader, writer = await ana.open("PUT", WHOLE, **chunked)
                with contextlib.suppress(ConnectionError):
                    for _ in range(160):
                        writer.write(b"10000\r\n" + bytes(65_536) + b"\r\n")
                        await writer.drain()
                    writer.write(b"0\r\n\r\n")
                with contextlib.suppress(ConnectionError):
                    async with asyncio.timeout(20):
                        assert (await reader.readline()).startswith(b"HTTP/1.1 507")
                writer.close()
                await dock.quiet()
                assert dock.files() == []


async def test_whoever_sends_nothing_more_is_cut_off(tmp_path: Path) -> None:
    async with Dock(tmp_path, pace=Pace(1024, 0.2)).serving() as dock, Sender(dock.url) as ana:
        headers = MULTIPART | {"Content-Length": "5000"}
        reader, writer = await ana.open("POST", FORM, **headers)
        writer.write(part('name="f"; filename="a"', b"x" * 100)[:-2])
        status, _ = await answered(reader)
        writer.close()
        assert status == 408
        assert dock.files() == []
