"""Expand, roll, contract: a program serves a database that a newer one has migrated already."""

from pathlib import Path

import httpx2
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.store import schema
from tests.centre import SLUG, bare_centre
from tests.commands import hub
from tests.workers import serve


def expand(session: Session) -> None:
    """As the next version might."""
    session.execute(text("ALTER TABLE briefing ADD COLUMN of_the_next_version VARCHAR"))
    session.execute(text("UPDATE alembic_version SET version_num = 'the_next'"))


async def test_an_older_worker_still_starts_after_the_database_was_migrated_for_the_next_version(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with bare_centre(sqlite_url) as centre:
        await centre.do(expand)
        async with serve(sqlite_url, tmp_path) as worker:
            await centre.say("Said after it.")
            async with httpx2.AsyncClient(trust_env=False, verify=False) as client:
                page = await client.get(f"{worker.url}/briefings/{SLUG}")
        assert page.status_code == 200
        assert "Said after it." in page.text


async def test_a_database_that_is_behind_is_told_from_one_that_is_ahead(database_url: str) -> None:
    schema.migrate(database_url)
    schema.downgrade(database_url)
    assert schema.pending(database_url)
    async with bare_centre(database_url) as centre:
        assert not schema.pending(database_url)
        await centre.do(expand)
        assert not schema.pending(database_url)
        assert (await hub("migrate", HUB_DATABASE_URL=database_url)).status == 0
