"""Nothing hostile passes as it is, and none of it hurts the one who asks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pikepdf
import pytest

from hub.domain.filetype import FILE_TYPES, Fault, type_named
from hub.inspection.inspector import Inspector
from hub.inspection.report import Report
from tests.inspection.hostile import CANARY, HOSTILE, HTML, acting_pdf, edited_pdf
from tests.inspection.looking import Looked, look, memory

MOST_GROWTH = 50 << 20
MARKS = (b"JavaScript", b"Launch", b"CANARY", b"run.exe", CANARY.encode(), HTML[:20])


@pytest.fixture(scope="module")
async def inspector() -> AsyncIterator[Inspector]:
    """One for all: what a file does to it the next one must not feel."""
    inspector = Inspector(look_seconds=100)
    yield inspector
    await inspector.close()


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_is_refused_by_name_or_given_out_harmless(
    inspector: Inspector, tmp_path: Path, name: str
) -> None:
    said, fault = HOSTILE[name]
    before = memory("self", "VmRSS")
    looked = await look(inspector, tmp_path, name, said)

    assert looked.report.refused == fault, looked.report
    assert [mark for mark in MARKS if mark in looked.inside] == []
    assert memory("self", "VmRSS") - before < MOST_GROWTH
    if inspector.pid is not None:
        assert memory(inspector.pid, "VmPeak") <= 1 << 30


def test_what_is_looked_for_can_be_found() -> None:
    """The control: the marks are in what was handed in."""
    inside = Looked(Report(), Path(), acting_pdf()).inside
    assert [mark for mark in MARKS if mark not in inside] == [HTML[:20]]
    assert HTML[:20] in HOSTILE["page behind.pdf"][0]


async def test_what_acts_in_a_pdf_is_taken_out_and_its_page_stays(
    inspector: Inspector, tmp_path: Path
) -> None:
    looked = await look(inspector, tmp_path, "acting.pdf", acting_pdf())
    with pikepdf.open(looked.out / "clean.pdf") as clean:
        assert len(clean.pages) == 1
        assert len(clean.attachments) == 0
        links = [dict(one.get("/A", {})) for one in clean.pages[0].obj.Annots]
    assert [sorted(link) for link in links] == [[], [], [], [], [], ["/D", "/Next", "/S"]]


async def test_what_stood_in_a_pdf_before_is_gone(inspector: Inspector, tmp_path: Path) -> None:
    said = edited_pdf()
    assert b"CANARY draft" in said
    looked = await look(inspector, tmp_path, "edited.pdf", said)
    assert looked.report.text == "Released"
    assert b"CANARY draft" not in looked.inside


def test_every_fault_has_been_met_but_the_one_of_time() -> None:
    assert {fault for _, fault in HOSTILE.values()} == {*Fault, None} - {Fault.TOO_SLOW}


def test_what_is_not_in_the_table_is_not_taken() -> None:
    for suffix in (".svg", ".html", ".xml", ".exe", ".js", ".docm", ".doc", ".rtf", ".mov", ".7z"):
        assert type_named(suffix) is None
    assert len({suffix for one in FILE_TYPES for suffix in one.suffixes}) == sum(
        len(one.suffixes) for one in FILE_TYPES
    )
