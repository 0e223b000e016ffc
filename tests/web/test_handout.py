"""Files as they are handed out: whole, in parts, resumed, and under their own names."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cast import ANA, VERA
from tests.centre import Centre, open_centre
from tests.papers import Papers

CONTENT = bytes(range(256)) * 4096  # 1 MB: several pieces
SUM = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
async def centre(sqlite_url: str, shelf_address: str, tmp_path: Path) -> AsyncIterator[Centre]:
    arriving = str(tmp_path / "arriving")
    async with open_centre(sqlite_url, files=shelf_address, uploads=arriving) as centre:
        yield centre


async def _at(centre: Centre, name: str = "plan.pdf", content: bytes = CONTENT) -> str:
    papers = Papers(centre)
    return f"/files/{await papers.address(await papers.dropped(name, content))}"


async def test_a_file_comes_whole_to_be_saved_and_never_to_be_run(centre: Centre) -> None:
    answer = await (await centre.client()).get(await _at(centre))
    assert answer.content == CONTENT
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in ("date", "x-request-id", "server")
    }
    assert headers == {
        "content-type": "application/pdf",
        "content-length": str(len(CONTENT)),
        "content-disposition": "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "private, no-cache",
        "etag": f'"{SUM}"',
        "repr-digest": headers["repr-digest"],
        "accept-ranges": "bytes",
        "permissions-policy": headers["permissions-policy"],
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
    }


async def test_a_text_file_is_sent_as_it_is_also_to_those_who_take_gzip(centre: Centre) -> None:
    content = "một hai ba\n".encode() * 1000
    papers = Papers(centre)
    ref = await papers.dropped("words.txt", content, found={"type": "txt"})
    client = await centre.client()
    answer = await client.get(f"/files/{await papers.address(ref)}")
    assert (answer.headers.get("content-encoding"), answer.content) == (None, content)
    assert answer.headers["content-length"] == str(len(content))


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("Kế hoạch ứng phó Đợt 2.pdf", "Ke hoach ung pho Dot 2.pdf",
         "K%E1%BA%BF%20ho%E1%BA%A1ch%20%E1%BB%A9ng%20ph%C3%B3%20%C4%90%E1%BB%A3t%202.pdf"),
        ("100% “sûr”; déjà vu.pdf", "100- -sur-; deja vu.pdf",
         "100%25%20%E2%80%9Cs%C3%BBr%E2%80%9D%3B%20d%C3%A9j%C3%A0%20vu.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf", "passwd.pdf"),
    ],
)  # fmt: skip
async def test_a_file_is_saved_under_its_own_name(
    centre: Centre, name: str, plain: str, encoded: str
) -> None:
    answer = await (await centre.client()).head(await _at(centre, name))
    assert answer.headers["content-disposition"] == (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    )


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, len(CONTENT)),
        ("bytes=300000-799999", 300_000, 800_000),
        ("bytes=-5", len(CONTENT) - 5, len(CONTENT)),
        ("BYTES = 10-19", 10, 20),
        ("bytes=1000000-99999999", 1_000_000, len(CONTENT)),
        ("bytes=-99999999", 0, len(CONTENT)),
        # Beyond the end beside one that is not: what there is.
        ("bytes=5-9, 99999999-", 5, 10),
    ],
)
async def test_a_part_is_what_was_asked_for(
    centre: Centre, asked: str, start: int, stop: int
) -> None:
    answer = await (await centre.client()).get(await _at(centre), headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:stop]
    assert answer.headers["content-length"] == str(stop - start)
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    assert answer.headers["etag"] == f'"{SUM}"'


@pytest.mark.parametrize("asked", ["bytes=1048576-", "bytes=-0", "bytes=99999999-, 88888888-"])
async def test_what_is_beyond_the_end_is_416_and_told_the_length(
    centre: Centre, asked: str
) -> None:
    answer = await (await centre.client()).get(await _at(centre), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "lines=1-2", "bytes 0-5", "bytes=0-5;1",
        "bytes=0-9, 5-14", "bytes=" + ", ".join(f"{n * 10}-{n * 10}" for n in range(17)),
        "bytes=" + "9" * 30 + "-", "bytes=0-1, x",
    ],
)  # fmt: skip
async def test_a_range_that_says_nothing_or_too_much_is_answered_with_the_whole(
    centre: Centre, asked: str
) -> None:
    answer = await (await centre.client()).get(await _at(centre), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, CONTENT)


async def test_several_parts_come_in_the_order_asked_for(centre: Centre) -> None:
    headers = {"Range": "bytes=700000-999999, 0-4"}
    answer = await (await centre.client()).get(await _at(centre), headers=headers)
    assert answer.status_code == 206
    kind, _, boundary = answer.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/byteranges"
    assert answer.headers["content-length"] == str(len(answer.content))
    parts = answer.content.split(f"\r\n--{boundary}".encode())
    assert parts[0] == b""
    assert parts[-1] == b"--\r\n"
    told = [part.split(b"\r\n\r\n", 1) for part in parts[1:-1]]
    assert told == [
        [
            b"\r\nContent-Type: application/pdf\r\nContent-Range: bytes "
            + f"{start}-{stop - 1}/{len(CONTENT)}".encode(),
            CONTENT[start:stop],
        ]
        for start, stop in ((700_000, 1_000_000), (0, 5))
    ]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": f'"{SUM}"'}, 304),
        ({"If-None-Match": f'"x", W/"{SUM}"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": f'"other", "{SUM}"'}, 200),
        ({"Range": "bytes=5-", "If-Range": f'"{SUM}"'}, 206),
        # Of another file, or by a date: half of this one after half of that would be neither.
        ({"Range": "bytes=5-", "If-Range": '"other"'}, 200),
        ({"Range": "bytes=5-", "If-Range": f'W/"{SUM}"'}, 200),
        ({"Range": "bytes=5-", "If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"}, 200),
        ({"Range": "bytes=5-", "If-None-Match": f'"{SUM}"'}, 304),
    ],
)
async def test_conditions(centre: Centre, headers: dict[str, str], status: int) -> None:
    client, address = await centre.client(), await _at(centre)
    answer = await client.get(address, headers=headers)
    assert answer.status_code == status
    assert len(answer.content) == {200: len(CONTENT), 206: len(CONTENT) - 5}.get(status, 0)
    head = await client.head(address, headers=headers)
    assert (head.status_code, head.content) == (status, b"")
    assert head.headers.get("content-length") == answer.headers.get("content-length")


async def test_a_download_that_was_cut_goes_on_where_it_stopped(centre: Centre) -> None:
    client, address = await centre.client(), await _at(centre)
    had = b""
    async with client.stream("GET", address) as answer:
        tag = answer.headers["etag"]
        async for piece in answer.aiter_raw():
            had += piece
            if len(had) > 100_000:
                break
    headers = {"Range": f"bytes={len(had)}-", "If-Range": tag}
    rest = await client.get(address, headers=headers)
    assert rest.status_code == 206
    assert had + rest.content == CONTENT


async def test_a_download_goes_on_from_the_file_it_began_with_also_after_a_new_version(
    centre: Centre,
) -> None:
    papers = Papers(centre)
    ref = await papers.dropped(content=CONTENT)
    first = f"/files/{await papers.address(ref)}"
    await papers.again(ref, content=b"another")
    await papers.drop(ref, "Page 2 is new.")
    client = await centre.client()
    assert (await client.get(first, headers={"Range": "bytes=-5"})).content == CONTENT[-5:]
    assert (await client.get(f"/files/{await papers.address(ref)}")).content == b"another"


async def test_a_withdrawal_bites_at_once_also_for_who_has_a_copy(centre: Centre) -> None:
    papers = Papers(centre)
    ref = await papers.dropped(content=CONTENT)
    client, address = await centre.client(), f"/files/{await papers.address(ref)}"
    assert (await client.get(address)).status_code == 200
    await papers.withdraw(ref, "Trang 2 <sai>.")
    for headers in ({"If-None-Match": f'"{SUM}"'}, {"Range": "bytes=5-"}, {}):
        answer = await client.get(address, headers=headers)
        assert answer.status_code == 410
        assert "Trang 2 &lt;sai&gt;." in answer.text
        assert answer.headers["cache-control"] == "no-store"


async def test_the_checksum_is_what_sha256sum_reads(centre: Centre) -> None:
    answer = await (await centre.client()).get(f"{await _at(centre, 'Kế hoạch.pdf')}.sha256")
    assert answer.text == f"{SUM}  Kế hoạch.pdf\n"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert (
        "filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch.pdf.sha256"
        in (answer.headers["content-disposition"])
    )


async def test_a_picture_has_its_preview_and_its_sizes_and_may_stand_in_the_page(
    centre: Centre,
) -> None:
    papers = Papers(centre)
    found = {"type": "jpeg", "width": 800, "height": 600, "preview": True, "sizes": {"480": 360}}
    said = {"descriptions": {"": "Một con đường ngập"}}
    ref = await papers.dropped("map.jpg", b"JPEG", found=found, **said)
    digest = hashlib.sha256(b"JPEG").hexdigest()
    await papers.form(digest, "-preview.webp", b"PREVIEW")
    await papers.form(digest, "-480.webp", b"SMALL")
    client, address = await centre.client(), f"/files/{await papers.address(ref)}"
    for form, content in (("preview", b"PREVIEW"), ("480.webp", b"SMALL")):
        answer = await client.get(f"{address}/{form}")
        assert (answer.content, answer.headers["content-type"]) == (content, "image/webp")
        again = await client.get(
            f"{address}/{form}", headers={"If-None-Match": answer.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    for form in ("481.webp", "0.webp", "x.webp", "pages/1.webp", "480"):
        assert (await client.get(f"{address}/{form}")).status_code == 404
    disposed = (await client.get(f"{address}?inline")).headers["content-disposition"]
    assert disposed.startswith("inline; ")


async def test_nothing_but_a_picture_is_ever_shown_in_place(centre: Centre) -> None:
    answer = await (await centre.client()).get(f"{await _at(centre)}?inline")
    assert answer.headers["content-disposition"].startswith("attachment; ")


async def test_many_who_fetch_at_once_have_all_of_it_and_slow_ones_hold_up_nobody(
    centre: Centre,
) -> None:
    address = await _at(centre, content=CONTENT * 8)
    slow = [await centre.client() for _ in range(8)]
    streams = [client.stream("GET", address) for client in slow]
    held = [await stream.__aenter__() for stream in streams]
    client = await centre.client(ANA)
    whole = await asyncio.gather(*(client.get(address) for _ in range(20)))
    assert {hashlib.sha256(answer.content).hexdigest() for answer in whole} == {
        hashlib.sha256(CONTENT * 8).hexdigest()
    }
    for answer in held:
        assert (
            hashlib.sha256(await answer.aread()).hexdigest()
            == hashlib.sha256(CONTENT * 8).hexdigest()
        )
    for stream in streams:
        await stream.__aexit__(None, None, None)


async def test_the_podium_fetches_like_everybody_else(centre: Centre) -> None:
    assert (await (await centre.client(VERA)).get(await _at(centre))).content == CONTENT
