"""Where documents are kept: the same of a folder and of an S3, which is away or full at times."""

import asyncio
import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.domain.errors import NoRoom, Unavailable
from hub.store.shelf import DiskShelf, NotKept, Shelf, open_shelf
from tests import s3
from tests.small_disk import MB, small_disk

DATA = os.urandom(11 * MB + 7)
"""More than the parts in which S3 is sent it."""


def name_of(data: bytes, form: str = "") -> str:
    return hashlib.sha256(data).hexdigest() + form


@pytest.fixture
async def shelf(shelf_address: str) -> AsyncIterator[Shelf]:
    """A shelf that is empty."""
    found = open_shelf(shelf_address)
    yield found
    await found.close()


async def put(shelf: Shelf, folder: Path, data: bytes, form: str = "") -> str:
    path = folder / "arrived"
    path.write_bytes(data)
    await shelf.put(path, name_of(data, form))
    path.unlink()
    return name_of(data, form)


async def all_of(shelf: Shelf, name: str, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join([piece async for piece in await shelf.read(name, start, stop)])


async def test_what_was_put_is_read_in_pieces_byte_for_byte(shelf: Shelf, tmp_path: Path) -> None:
    name = await put(shelf, tmp_path, DATA)
    pieces = [piece async for piece in await shelf.read(name)]
    assert b"".join(pieces) == DATA
    assert max(map(len, pieces)) <= MB


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (0, 1),
        (5, 5),
        (1, 300_000),
        (len(DATA) - 3, None),
        (len(DATA) - 3, len(DATA) + 50),
        (len(DATA), None),
        (len(DATA) + 1, len(DATA) + 9),
        (6 * MB, 7 * MB),
    ],
)
async def test_a_part_is_what_a_slice_of_it_would_be(
    shelf: Shelf, tmp_path: Path, start: int, stop: int | None
) -> None:
    name = await put(shelf, tmp_path, DATA)
    assert await all_of(shelf, name, start, stop) == DATA[start:stop]


async def test_an_empty_file_is_kept_too(shelf: Shelf, tmp_path: Path) -> None:
    assert await all_of(shelf, await put(shelf, tmp_path, b"")) == b""


async def test_the_same_twice_and_at_once_is_kept_once(shelf: Shelf, tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(5)]
    for path in paths:
        path.write_bytes(DATA)
    await asyncio.gather(*(shelf.put(path, name_of(DATA)) for path in paths))
    for path in paths:
        path.unlink()
    await put(shelf, tmp_path, DATA)
    assert await all_of(shelf, name_of(DATA)) == DATA
    if isinstance(shelf, DiskShelf):
        assert len(files(tmp_path / "shelf")) == 1


async def test_forms_of_a_file_are_kept_beside_it(shelf: Shelf, tmp_path: Path) -> None:
    await put(shelf, tmp_path, b"whole")
    for form in (".webp", "-960.webp"):
        path = tmp_path / "form"
        path.write_bytes(form.encode())
        await shelf.put(path, name_of(b"whole", form))
    await shelf.remove(name_of(b"whole", ".webp"))
    assert await all_of(shelf, name_of(b"whole")) == b"whole"
    assert await all_of(shelf, name_of(b"whole", "-960.webp")) == b"-960.webp"
    with pytest.raises(NotKept):
        await shelf.read(name_of(b"whole", ".webp"))


async def test_what_is_removed_or_never_was_is_not_kept(shelf: Shelf, tmp_path: Path) -> None:
    name = await put(shelf, tmp_path, b"gone")
    await shelf.remove(name)
    await shelf.remove(name)
    for missing in (name, name_of(b"never")):
        assert shelf.local(missing) is None
        with pytest.raises(NotKept):
            await shelf.read(missing)


async def test_what_is_kept_is_listed_by_when_it_was_last_put(shelf: Shelf, tmp_path: Path) -> None:
    kept = {await put(shelf, tmp_path, data) for data in (b"one", b"two", b"three")}
    kept.add(await put(shelf, tmp_path, b"one", "-960.webp"))
    hour = timedelta(hours=1)
    assert {name async for name in shelf.names(datetime.now(UTC) + hour)} == kept
    assert [name async for name in shelf.names(datetime.now(UTC) - hour)] == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "abc",
        "../" + "a" * 64,
        "a" * 64 + "/b",
        "a" * 64 + ".webp/..",
        "a" * 64 + "\n",
        "A" * 64,
        "a" * 64 + ".a.b",
        "à" * 64,
    ],
)
async def test_nothing_but_a_name_reaches_the_storage(
    shelf: Shelf, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "arrived"
    path.write_bytes(b"data")
    with pytest.raises(ValueError, match="not a name"):
        await shelf.put(path, name)
    with pytest.raises(ValueError, match="not a name"):
        await shelf.read(name)
    with pytest.raises(ValueError, match="not a name"):
        await shelf.remove(name)
    with pytest.raises(ValueError, match="not a name"):
        shelf.local(name)


async def test_a_folder_is_for_nobody_else_and_says_where_a_file_lies(tmp_path: Path) -> None:
    shelf = open_shelf(str(tmp_path / "shelf"))
    name = await put(shelf, tmp_path, b"secret")
    local = shelf.local(name)
    assert local is not None
    assert local.read_bytes() == b"secret"
    assert files(tmp_path / "shelf") == [local]
    assert stat.S_IMODE(local.stat().st_mode) == 0o600
    folders = [
        tmp_path / "shelf",
        *(path for path in (tmp_path / "shelf").rglob("*") if path.is_dir()),
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    await shelf.close()


async def test_a_full_disk_keeps_nothing_by_halves_and_takes_it_when_there_is_room(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "small", 4 * MB) as disk:
        shelf = DiskShelf(disk.folder / "shelf")
        disk.fill(leave=MB)
        with pytest.raises(NoRoom):
            await put(shelf, tmp_path, DATA[: 2 * MB])
        assert shelf.local(name_of(DATA[: 2 * MB])) is None
        assert files(disk.folder / "shelf") == []
        disk.make_room()
        name = await put(shelf, tmp_path, DATA[: 2 * MB])
        assert await all_of(shelf, name) == DATA[: 2 * MB]
        await shelf.close()


async def test_a_copy_that_a_killed_worker_left_is_cleared_away(tmp_path: Path) -> None:
    shelf = DiskShelf(tmp_path / "shelf")
    left = tmp_path / "shelf" / "coming" / "left"
    left.write_bytes(b"half")
    await DiskShelf(tmp_path / "shelf").close()
    assert left.exists()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.store.shelf._LEFT_BEHIND_SECONDS", -1)
        await DiskShelf(tmp_path / "shelf").close()
    assert not left.exists()
    await shelf.close()


async def test_a_storage_that_is_away_says_so_and_serves_again_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with s3.s3() as server:
        shelf = open_shelf(s3.address(server))
        await asyncio.to_thread(server.kill)
        with pytest.raises(Unavailable):
            await put(shelf, tmp_path, b"words")
        with pytest.raises(Unavailable):
            await shelf.read(name_of(b"words"))
        with pytest.raises(Unavailable):
            await shelf.remove(name_of(b"words"))
        await asyncio.to_thread(server.start)
        # It came back empty, and nobody has made its bucket.
        with pytest.raises(Unavailable):
            await put(shelf, tmp_path, b"words")
        await asyncio.to_thread(s3.make_bucket, server)
        assert await all_of(shelf, await put(shelf, tmp_path, b"words")) == b"words"
        await shelf.close()


@pytest.mark.parametrize("where", ["", "ftp://there/", "s3://", "s3://bucket/?endpont=typo"])
def test_an_address_that_is_none_is_refused(where: str) -> None:
    with pytest.raises(ValueError, match=r"kept in a folder|the storage is"):
        open_shelf(where)


def test_a_hub_without_s3_never_loads_its_client(tmp_path: Path) -> None:
    program = (
        "import sys; from hub.store.shelf import open_shelf; open_shelf(sys.argv[1]);"
        "sys.exit('obstore' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "shelf")], check=True)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
