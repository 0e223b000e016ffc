"""The hub as it may be after the next release: other templates, other files, one more column."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from tests.centre import SECRET_KEY

HERE = Path(__file__).resolve().parents[2]
MARK = "of-the-next-version"
"""A class that every article has there, and none has here."""

_MIGRATION = '''
"""a sponsor, of whom the version before knows nothing"""

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("briefing", sa.Column("sponsor", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("briefing", "sponsor")
'''


class NextVersion:
    """A tree of its own. `environment` is for a process that runs the hub from there."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "next"
        for name in ("hub", "templates", "static", "locale"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(HERE / name, self.tree / name, ignore=ignored)
        self._change("templates/updates/parts.html", '<article class="', f'<article class="{MARK} ')
        self._change("static/update.css", "", f".{MARK} {{ outline: 1px solid; }}\n")
        migrations = self.tree / "hub/store/migrations/versions"
        head = max(path.stem for path in migrations.glob("*.py")).partition("_")[0]
        (migrations / "9999_next.py").write_text(_MIGRATION.format(head=head))

    @property
    def environment(self) -> dict[str, str]:
        """Python looks there first, and not where it is started."""
        return {"PYTHONPATH": str(self.tree), "PYTHONSAFEPATH": "1"}

    async def migrate(self, database_url: str) -> None:
        """Brings the database up to what this version needs."""
        settings = {"HUB_DATABASE_URL": database_url, "HUB_SECRET_KEY": SECRET_KEY}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", "migrate"),
            env=os.environ | settings | self.environment,
        )
        assert await process.wait() == 0

    def _change(self, path: str, old: str, new: str) -> None:
        file = self.tree / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new) if old else new + text)
