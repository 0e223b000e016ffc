"""Transcripts played through a real hub, and read to the end by a reader of each audience."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.centre import bare_centre
from tests.commands import Said, hub
from tests.workers import serve

SAMPLE = Path(__file__).parent / "sample.md"
COMPLETE = "complete, in order, once"
FOLDER = os.environ.get("HUB_TRANSCRIPTS")
TRANSCRIPTS = sorted(Path(FOLDER).glob("20*.md")) if FOLDER else []


async def test_our_own_sample_arrives_complete_in_a_hub_of_its_own() -> None:
    said = await hub("replay", str(SAMPLE), "--speed", "60", "--check")
    assert said.status == 0, said.err
    assert said.err.count(COMPLETE) == 4


async def test_a_check_that_finds_a_fault_ends_with_status_1(
    sqlite_url: str, tmp_path: Path
) -> None:
    """The control: a page that shows something else than what was sent is found."""
    async with bare_centre(sqlite_url), serve(sqlite_url, tmp_path) as worker:
        replaying = asyncio.create_task(
            hub(
                *("replay", str(SAMPLE), "--speed", "60", "--check", "--slug", "tampered"),
                *("--url", worker.url),
                HUB_DATABASE_URL=sqlite_url,
            )
        )
        await asyncio.to_thread(_tamper_when_published, sqlite_url.removeprefix("sqlite:///"))
        said = await replaying
    assert said.status == 1
    assert "reads otherwise" in said.err


def _tamper_when_published(path: str) -> None:
    """Changes published words behind the hub's back, as nobody ever should."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
        changed = 0
        while not changed:
            changed = connection.execute(
                """UPDATE edition SET words = replace(words, '": "', '": "X ') WHERE number = 1"""
            ).rowcount


@pytest.mark.timeout(240)
@pytest.mark.skipif(not FOLDER, reason="HUB_TRANSCRIPTS names no folder")
async def test_every_real_transcript_arrives_complete(database_url: str, tmp_path: Path) -> None:
    """All at once through one hub, sixty times as fast as they were."""
    files = TRANSCRIPTS
    assert files
    async with bare_centre(database_url), serve(database_url, tmp_path) as worker:

        async def play(file: Path) -> Said:
            return await hub(
                *("replay", str(file), "--url", worker.url, "--speed", "60", "--check"),
                HUB_DATABASE_URL=database_url,
            )

        played = await asyncio.gather(*(play(file) for file in files))
    for file, said in zip(files, played, strict=True):
        assert said.status == 0, f"{file.name}\n{said.err}"
        assert said.err.count(COMPLETE) == 4
