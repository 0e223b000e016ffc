"""Documents as pages: found by their words, kept together in a zip, read page by page."""

import asyncio
import hashlib
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.web.bundle import safe_names
from tests.cast import ANA
from tests.centre import SLUG, Centre, open_centre
from tests.inspection.honest import pdf
from tests.papers import Papers

AT = f"/briefings/{SLUG}/documents"


@pytest.fixture
async def centre(sqlite_url: str, shelf_address: str, tmp_path: Path) -> AsyncIterator[Centre]:
    arriving = str(tmp_path / "arriving")
    async with open_centre(sqlite_url, files=shelf_address, uploads=arriving) as centre:
        yield centre


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("duong", ["Đường sắt", "Mưa lớn"]),
        ("ĐƯỜNG  sắt", ["Đường sắt"]),
        ("ngap", ["Mưa lớn"]),
        ("rout", ["Mưa lớn"]),
        ("railway", ["Đường sắt"]),
        ("nhầm", ["Nhầm tệp"]),
        ("bí mật", []),
        ("", ["Đường sắt", "Mưa lớn", "Nhầm tệp"]),
    ],
)
async def test_words_are_found_in_titles_descriptions_and_files(
    centre: Centre, query: str, found: list[str]
) -> None:
    papers = Papers(centre)
    await papers.dropped(content=b"one", titles={"": "Đường sắt", "en": "Railway"})
    await papers.dropped(
        content=b"two",
        titles={"": "Mưa lớn"},
        descriptions={"": "Những con đường", "fr": "Les routes"},
        found={"text": "Phố cổ\fbị NGẬP sâu"},
    )
    gone = await papers.dropped(content=b"three", titles={"": "Nhầm tệp"}, found={"text": "bí mật"})
    await papers.withdraw(gone)
    page = await (await centre.client()).get(AT, params={"q": query} if query else {})
    titles = re.findall(r'<h3 id="doc-[^>]+><a [^>]+><span lang="vi">([^<]+)', page.text)
    english = re.findall(r'<h3 id="doc-[^>]+><a [^>]+><span lang="en">([^<]+)', page.text)
    assert ["Đường sắt"] * len(english) + titles == found


async def test_all_come_as_one_zip_with_their_newest_versions_and_their_checksums(
    centre: Centre,
) -> None:
    papers = Papers(centre)
    ref = await papers.dropped("Kế hoạch.pdf", b"old")
    await papers.again(ref, "Kế hoạch.pdf", b"new" * 300_000)
    await papers.drop(ref, "Trang 2.")
    await papers.dropped("KẾ HOẠCH.pdf", b"another")
    await papers.dropped("press.pdf", b"for the press", public=False)
    await papers.draft("draft.pdf", b"draft")
    gone = await papers.dropped("gone.pdf", b"gone")
    await papers.withdraw(gone)
    public = {"Kế hoạch.pdf": b"new" * 300_000, "KẾ HOẠCH (2).pdf": b"another"}
    for actor, expected in ((None, public), (ANA, public | {"press.pdf": b"for the press"})):
        answer = await (await centre.client(actor)).get(f"{AT}.zip")
        assert answer.headers["content-length"] == str(len(answer.content))
        assert answer.headers["content-type"] == "application/zip"
        assert f'filename="{SLUG}-documents.zip"' in answer.headers["content-disposition"]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            assert packed.testzip() is None
            files = {name: packed.read(name) for name in packed.namelist()}
        sums = files.pop("SHA256SUMS").decode()
        assert files == expected
        assert sums == "".join(
            f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()
        )
        head = await (await centre.client(actor)).head(f"{AT}.zip")
        assert head.headers["content-length"] == answer.headers["content-length"]


async def test_a_zip_that_is_broken_off_leaves_nothing_behind(centre: Centre) -> None:
    await Papers(centre).dropped(content=bytes(20_000_000))
    for _ in range(5):
        client = await centre.client()
        async with client.stream("GET", f"{AT}.zip") as answer:
            await anext(answer.aiter_raw())
    whole = await (await centre.client()).get(f"{AT}.zip")
    assert len(whole.content) > 20_000_000


def test_no_two_names_of_a_zip_are_the_same_anywhere() -> None:
    names = ["a.pdf", "A.pdf", "a.pdf", "con.txt", "Nul", "SHA256SUMS", "ế" * 160 + ".pdf", "x. "]
    safe = safe_names(names)
    assert safe[:6] == ["a.pdf", "A (2).pdf", "a (3).pdf", "_con.txt", "_Nul", "SHA256SUMS (2)"]
    assert len({name.casefold() for name in safe}) == len(names)
    assert all(len(name.encode()) <= 255 for name in safe)
    assert safe[6].endswith(".pdf")


async def test_pages_are_drawn_once_for_all_who_turn_to_them(centre: Centre) -> None:
    papers, content = Papers(centre), pdf(20)
    ref = await papers.dropped(content=content, found={"pages": 20})
    address = f"/files/{await papers.address(ref)}/pages"
    clients = [await centre.client() for _ in range(6)]
    answers = await asyncio.gather(*(client.get(f"{address}/11.webp") for client in clients))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].content.startswith(b"RIFF")
    for page in ("0", "21", "-1", "1.5", "x", "9999999999"):
        assert (await clients[0].get(f"{address}/{page}.webp")).status_code == 404


async def test_what_cannot_be_drawn_is_a_missing_picture_and_no_defect(centre: Centre) -> None:
    papers = Papers(centre)
    ref = await papers.dropped(content=b"%PDF-1.7 broken", found={"pages": 2})
    address = f"/files/{await papers.address(ref)}"
    client = await centre.client()
    assert (await client.get(f"{address}/pages/1.webp")).status_code == 404
    assert (await client.get(f"{address}/read")).status_code == 200


async def test_the_list_stays_light_and_names_the_rest(centre: Centre) -> None:
    papers = Papers(centre)
    for number in range(23):
        await papers.dropped(
            titles={"": f"{number} " + "Ký tự dài " * 15}, found={"pages": 3, "preview": True}
        )
    page = (await (await centre.client(ANA)).get(f"/briefings/{SLUG}")).text
    (listed,) = re.findall(r'(?s)<section class="documents".*?</section>', page)
    assert listed.count('<li class="document') < 23
    assert len(listed.encode()) < 16 * 1024
    assert "All (23)" in listed
    every = (await (await centre.client(ANA)).get(AT)).text
    assert every.count('<article class="dossier') == 23
