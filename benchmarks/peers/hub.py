"""The hub itself, as an operator runs it: `hub serve` on a durable database."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import hub
from benchmarks.peers.peer import Running, family, free_port, started

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


class Hub:
    """One worker, no Redis; on SQLite, or on the PostgreSQL database that `url` names.

    `tree`: the checkout it is served from, to compare two of them.
    """

    name = "hub"

    def __init__(self, *, url: str | None = None, tree: Path = ROOT) -> None:
        self._url = url
        self._tree = tree

    def missing(self) -> str:
        """Nothing: it is here."""
        return ""

    def version(self) -> str:
        """Its own, and how its record is kept."""
        database = (
            "PostgreSQL (synchronous_commit=on)" if self._url else "SQLite (WAL, synchronous=FULL)"
        )
        return f"{hub.__version__} on {database}, Python {sys.version.split()[0]}"

    @contextlib.contextmanager
    def running(self, folder: Path) -> Iterator[Running]:
        """With a briefing of its own, open."""
        port = free_port()
        template, token = self._prepared
        if self._url is None:
            shutil.copy(template, folder / "hub.db")
        settings = self.settings(self._url or f"sqlite:///{folder / 'hub.db'}")
        argv = [sys.executable, "-m", "hub", "serve", "--port", str(port)]
        with started(argv, folder=folder, port=port, **settings) as process:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url)
            slug = f"bench-{secrets.token_hex(4)}"
            _post(url, token, "/api/briefings", {"slug": slug, "title": slug, "language": "en"})
            _post(url, token, f"/api/briefings/{slug}/opening", {})
            yield Running(
                meet={
                    "port": port,
                    "path": f"/briefings/{slug}/live?as=public&language=en&after=@",
                    "publish-path": f"/api/briefings/{slug}/updates",
                    "publish-header": f"Authorization: Bearer {token}",
                    "content-type": "application/json",
                    "body": '{"text":"@"}',
                },
                pids=family(process.pid),
                url=url,
            )

    @cached_property
    def _prepared(self) -> tuple[Path, str]:
        """A database with a spokesperson in it, to be copied for each run, and their token."""
        folder = Path(tempfile.mkdtemp(prefix="hub-bench-"))
        settings = self.settings(self._url or f"sqlite:///{folder / 'hub.db'}")
        self.run("migrate", settings=settings)
        self.run("person", "add", "Bench", "--role", "spokesperson", settings=settings)
        return folder / "hub.db", self.run("token", "Bench", settings=settings).strip()

    def settings(self, url: str) -> dict[str, str]:
        """The environment of a hub on this database."""
        return {
            "HUB_DATABASE_URL": url,
            "HUB_SECRET_KEY": "only for the benchmarks, long enough",
            "HUB_API_RATE": "0",
            "HUB_LOG_LEVEL": "warning",
            "PYTHONPATH": str(self._tree),
        }

    def run(self, *words: str, settings: dict[str, str]) -> str:
        """What a command of the hub prints. RuntimeError where it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "hub", *words],
            cwd=self._tree,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"hub {' '.join(words)}: {done.stderr}")
        return done.stdout


def _post(url: str, token: str, path: str, body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}{path}", json.dumps(body).encode(), headers)
    urllib.request.urlopen(request, timeout=PATIENCE).close()


def wait_until_ready(url: str) -> None:
    """Once it serves. OSError if it does not in time."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=PATIENCE).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
