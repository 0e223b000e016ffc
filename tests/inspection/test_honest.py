"""Nothing honest is refused, and nothing of who made it and where stays in it."""

import io
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageStat

from hub.domain.filetype import Family, type_of
from hub.inspection.inspector import Inspector
from tests.inspection import honest
from tests.inspection.honest import AUTHOR, HONEST, WORDS
from tests.inspection.looking import look

SOFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
async def inspector() -> AsyncIterator[Inspector]:
    inspector = Inspector(look_seconds=100, pages_seconds=100)
    yield inspector
    await inspector.close()


@pytest.mark.parametrize("name", HONEST)
async def test_an_honest_file_is_taken_for_what_it_is_without_author_and_place(
    inspector: Inspector, tmp_path: Path, name: str
) -> None:
    said, kind = HONEST[name]
    looked = await look(inspector, tmp_path, name, said)

    assert (looked.report.refused, looked.report.type) == (None, kind), looked.report
    family = type_of(kind).family
    assert (looked.report.preview is not None) == (family in {Family.PDF, Family.IMAGE})
    assert (looked.report.text == WORDS) == (family == Family.OFFICE or name == "notes.txt")
    assert b"CANARY" not in looked.inside
    assert b"Exif" not in looked.inside


async def test_a_pdf_says_its_pages_and_words_and_keeps_no_author(
    inspector: Inspector, tmp_path: Path
) -> None:
    said = honest.pdf(3)
    with pikepdf.open(io.BytesIO(said)) as before:
        # The control: there is something to be taken out.
        assert AUTHOR.encode() in honest.saved(before, plain=True)
    looked = await look(inspector, tmp_path, "plan.pdf", said)
    assert looked.report.pages == 3
    assert looked.report.text == "\f".join(f"Schools stay closed, page {n}" for n in (1, 2, 3))
    with Image.open(looked.out / "preview.webp") as preview:
        assert max(preview.size) == 640
    with pikepdf.open(looked.out / "clean.pdf") as clean:
        assert len(clean.pages) == 3
        assert dict(clean.docinfo) == {}
        assert len(clean.pages[0].get_images()) == 1


async def test_a_pdf_that_only_its_owner_may_change_can_be_read_by_all(
    inspector: Inspector, tmp_path: Path
) -> None:
    with pikepdf.open(io.BytesIO(honest.pdf())) as document:
        said = honest.saved(document, pikepdf.Encryption(user="", owner="o"))
    looked = await look(inspector, tmp_path, "plan.pdf", said)
    with pikepdf.open(looked.out / "clean.pdf") as clean:
        assert not clean.is_encrypted
    assert looked.report.text == "Schools stay closed, page 1"


async def test_a_picture_stands_upright_in_the_widths_of_screens_and_is_never_enlarged(
    inspector: Inspector, tmp_path: Path
) -> None:
    looked = await look(
        inspector, tmp_path / "large", "photo.jpg", honest.picture(size=(1000, 2000), turn=6)
    )
    assert (looked.report.width, looked.report.height) == (2000, 1000)
    sizes = [(size.width, size.height) for size in looked.report.sizes]
    assert sizes == [(480, 240), (960, 480), (1600, 800)]
    for size in looked.report.sizes:
        with Image.open(looked.out / size.file) as drawn:
            assert (drawn.size, drawn.format) == ((size.width, size.height), "WEBP")
    with Image.open(looked.out / "clean.jpg") as clean:
        assert (clean.size, clean.format) == ((2000, 1000), "JPEG")

    looked = await look(inspector, tmp_path / "small", "a.png", honest.picture("PNG", (300, 200)))
    assert [(size.width, size.height) for size in looked.report.sizes] == [(300, 200)]


@pytest.mark.parametrize("name", ["signs.gif", "signs.webp"])
async def test_what_moves_goes_on_moving(inspector: Inspector, tmp_path: Path, name: str) -> None:
    looked = await look(inspector, tmp_path, name, HONEST[name][0])
    with Image.open(io.BytesIO(looked.given)) as clean:
        seen = []
        for number in range(getattr(clean, "n_frames", 1)):
            clean.seek(number)
            means = ImageStat.Stat(clean.convert("RGB")).mean
            seen.append(means.index(max(means)))
    assert seen == [0, 1, 2]  # red, green, blue


async def test_a_picture_that_must_not_lose_anything_does_not(
    inspector: Inspector, tmp_path: Path
) -> None:
    said = honest.picture("PNG")
    looked = await look(inspector, tmp_path, "map.png", said)
    with Image.open(io.BytesIO(said)) as before, Image.open(io.BytesIO(looked.given)) as after:
        assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1258"])
async def test_vietnamese_is_read_in_whatever_it_was_saved(
    inspector: Inspector, tmp_path: Path, encoding: str
) -> None:
    # Windows writes marks beside their letters.
    text = honest.csv() if encoding != "windows-1258" else "Trạm Láng".replace("ạ", "a\u0323")
    looked = await look(inspector, tmp_path, "levels.csv", text.encode(encoding))
    assert looked.report.text in {honest.csv().strip(), "Trạm Láng"}
    assert looked.report.clean is None


async def test_an_office_file_stays_one_and_opens_elsewhere(
    inspector: Inspector, tmp_path: Path
) -> None:
    looked = await look(inspector, tmp_path, "letter.odt", honest.odf())
    with zipfile.ZipFile(io.BytesIO(looked.given)) as clean:
        first = clean.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert clean.testzip() is None


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
async def test_an_office_file_is_previewed_where_libreoffice_is_installed(tmp_path: Path) -> None:
    inspector = Inspector(office=SOFFICE, look_seconds=100)
    try:
        looked = await look(inspector, tmp_path, "Thông cáo.docx", honest.docx())
    finally:
        await inspector.close()
    assert looked.report.pages == 1
    with Image.open(looked.out / "preview.webp") as preview:
        assert max(preview.size) == 640


async def test_pages_are_drawn_some_at_a_time_with_their_words(
    inspector: Inspector, tmp_path: Path
) -> None:
    looked = await look(inspector, tmp_path, "long.pdf", honest.pdf(30))
    pages = await inspector.pages(looked.out / "clean.pdf", 25, 99, 600, tmp_path)
    assert [(leaf.page, leaf.width, leaf.file) for leaf in pages.leaves] == [
        (page, 600, f"{page}.webp") for page in range(25, 31)
    ]
    assert pages.texts == {page: f"Schools stay closed, page {page}" for page in range(25, 31)}
    for leaf in pages.leaves:
        with Image.open(tmp_path / leaf.file) as drawn:
            assert drawn.size == (leaf.width, leaf.height)

    most = await inspector.pages(looked.out / "clean.pdf", 1, 30, 10**9, tmp_path)
    assert [leaf.page for leaf in most.leaves] == list(range(1, 9))
    assert max(leaf.width for leaf in most.leaves) <= 2401
