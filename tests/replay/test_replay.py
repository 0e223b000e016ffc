"""Transcripts played through a real hub, and read to the end by a reader of each audience."""

import asyncio
import os
import re
from pathlib import Path

import pytest

from tests.cast import VERA
from tests.centre import bare_centre
from tests.commands import Said, hub
from tests.inspection.honest import HONEST
from tests.workers import serve

SAMPLE = Path(__file__).parent / "sample.md"
COMPLETE = "complete, in order, once"
ORDER = "order: computed again, and the same"
READERS = {"public", "room", "podium", "desk", "room, cut at random", "desk, cut at random"}
FOLDER = os.environ.get("HUB_TRANSCRIPTS")
TRANSCRIPTS = sorted(Path(FOLDER).glob("20*.md")) if FOLDER else []


async def test_our_own_sample_arrives_complete_in_a_hub_of_its_own() -> None:
    said = await hub("replay", str(SAMPLE), "--speed", "60", "--check")
    assert said.status == 0, said.err
    assert is_complete(said)
    # Whoever sits at the desk is told of questions alone: 4 asked, approved, 1 merged, 3 called
    # and answered; opened and closed.
    assert "desk: 18 events: complete" in said.err


async def test_the_files_of_a_folder_are_dropped_meanwhile_and_every_page_has_them(
    tmp_path: Path,
) -> None:
    names = ("plan.pdf", "photo.JPG", "Thông cáo.docx", "levels.csv")
    for name in names:
        (tmp_path / name).write_bytes(HONEST[name][0])
    said = await hub(
        *("replay", str(SAMPLE), "--speed", "60", "--check", "--documents", str(tmp_path))
    )
    assert said.status == 0, said.err
    assert is_complete(said)
    alone = await hub("replay", str(SAMPLE), "--speed", "60", "--check")
    assert read_by("room", said) == read_by("room", alone) + len(names)


async def test_a_folder_without_files_is_named(tmp_path: Path) -> None:
    said = await hub("replay", str(SAMPLE), "--documents", str(tmp_path))
    assert (said.status, said.out) == (1, "")
    assert f"{tmp_path}: there is no file in it" in said.err


def read_by(audience: str, said: Said) -> int:
    """How many events a reader of this audience was sent."""
    found = re.search(rf"^{audience}: (\d+) events", said.err, re.MULTILINE)
    assert found is not None
    return int(found[1])


async def test_with_a_spokespersons_token_alone_the_questions_are_notes(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with bare_centre(sqlite_url) as centre, serve(sqlite_url, tmp_path) as worker:
        token = centre.tokens[VERA.name]
        said = await hub(
            *("replay", str(SAMPLE), "--url", worker.url, "--speed", "60", "--check"),
            HUB_TOKEN=token,
        )
    assert said.status == 0, said.err
    assert said.err.count(COMPLETE) == 4
    assert ORDER in said.err


@pytest.mark.timeout(240)
@pytest.mark.skipif(not FOLDER, reason="HUB_TRANSCRIPTS names no folder")
async def test_every_real_transcript_arrives_complete(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    """All at once through one hub on each database, sixty times as fast as they were."""
    assert TRANSCRIPTS
    played = await asyncio.gather(
        _play_all(sqlite_url, tmp_path), _play_all(postgres_url, tmp_path)
    )
    for results in played:
        for file, said in zip(TRANSCRIPTS, results, strict=True):
            assert said.status == 0, f"{file.name}\n{said.err}"
            assert is_complete(said), f"{file.name}\n{said.err}"


def is_complete(said: Said) -> bool:
    """Every audience has every event once, in order, and the order can be computed again."""
    heard = {line.split(":")[0] for line in said.err.splitlines() if line.endswith(COMPLETE)}
    return heard == READERS and ORDER in said.err


async def _play_all(database_url: str, folder: Path) -> list[Said]:
    async with bare_centre(database_url), serve(database_url, folder) as worker:
        return await asyncio.gather(
            *(
                hub(
                    *("replay", str(file), "--url", worker.url, "--speed", "60", "--check"),
                    HUB_DATABASE_URL=database_url,
                )
                for file in TRANSCRIPTS
            )
        )
