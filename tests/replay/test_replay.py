"""Transcripts played through a real hub, and read to the end by a reader of each audience."""

import asyncio
import os
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
            assert said.err.count(COMPLETE) == 4


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
