"""Transcripts played through a real hub, and read to the end by a reader of each audience."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.cast import VERA
from tests.centre import bare_centre
from tests.commands import Said, hub
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
