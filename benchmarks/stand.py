"""The stand of the page benchmarks: a record of any length, and a real hub on a core of its own."""

import asyncio
import contextlib
import os
import platform
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from hub.demo.cast import HANG, KHANH, LOC
from hub.demo.storm import STORM
from hub.domain.audience import Role
from hub.domain.draft import Draft
from hub.domain.person import Person
from hub.replay.acts import Publish
from hub.store import acts, schema
from hub.store.agenda import NewBriefing, add_briefing
from hub.store.database import Database
from hub.store.keys import Keyring
from hub.store.people import add_person

SECRET_KEY = "the benchmarks' own secret key"
LANGUAGES = ("vi", "en")
WORDS = 85
"""Words an update has in each of its languages: about 500 characters."""

PINNED_EVERY = 40
CORRECTED_EVERY = 20
AT_ONCE = 32
START_SECONDS = 60.0


@dataclass(frozen=True)
class Record:
    """A filled database. `token` publishes; `session` is a journalist's cookie."""

    url: str
    token: str
    session: str


def slug_of(updates: int) -> str:
    """The briefing with so many updates."""
    return f"history-{updates}"


def fill(url: str, lengths: list[int]) -> Record:
    """Migrates an empty database and gives it a live briefing of each length."""
    schema.migrate(url)
    return asyncio.run(_fill(url, lengths))


async def _fill(url: str, lengths: list[int]) -> Record:
    database, keyring, now = Database(url), Keyring(SECRET_KEY), datetime.now(UTC)
    try:

        def people(db: Session) -> tuple[Person, str, str]:
            vera = add_person(db, "Vera Lind", role=Role.SPOKESPERSON, outlet=None)
            ana = add_person(db, "Ana Brito", role=Role.JOURNALIST, outlet="Delta Wire")
            token = keyring.make_token(db, vera, now=now)
            return vera, token, keyring.sign_in(db, ana, now=now)

        vera, token, cookie = await database.act("people", people)
        for length in lengths:
            await _history(database, length, by=vera)
        return Record(url, token, cookie)
    finally:
        await database.close()


async def _history(database: Database, length: int, *, by: Person) -> None:
    slug, words = slug_of(length), Words(length)
    new = NewBriefing(
        slug=slug,
        title=f"Bản ghi có {length} mục",
        titles={"en": f"A record of {length} updates"},
        scheduled_at=datetime.now(UTC),
        place="Flood Control Hall",
        zone="Asia/Ho_Chi_Minh",
        language="vi",
        languages=["en", "fr"],
        speakers=[(one.name, one.function, one.department) for one in (KHANH, LOC, HANG)],
    )
    now = datetime.now(UTC)
    await database.act(slug, lambda db: add_briefing(db, new, by=by, now=now).open(by=by, now=now))

    async def publish(at: int) -> None:
        draft = Draft(
            words={"": words.text("vi"), "en": words.text("en")},
            speaker=(KHANH, LOC, HANG)[at % 3].name,
            pinned=at % PINNED_EVERY == 0,
        )
        told = await acts.publish(database, slug, draft, key=None, by=by, now=datetime.now(UTC))
        if at % CORRECTED_EVERY == 0:
            await acts.correct(
                database, slug, told["ref"], {"": words.text("vi")}, note="Số liệu mới.",
                edition=None, key=None, by=by, now=datetime.now(UTC),
            )  # fmt: skip

    for begun in range(0, length, AT_ONCE):
        await asyncio.gather(*map(publish, range(begun, min(length, begun + AT_ONCE))))


class Words:
    """Text of the demonstration's own words in any order: harder to compress than speech."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        spoken = [act for act in STORM.acts if isinstance(act, Publish)]
        self._words = {
            language: [
                word
                for act in spoken
                for word in ({**act.translations, act.language: act.text}).get(language, "").split()
            ]
            for language in LANGUAGES
        }

    def text(self, language: str, words: int = WORDS) -> str:
        """So many words, in two paragraphs."""
        chosen = self._random.choices(self._words[language], k=words)
        half = words // 2
        return " ".join(chosen[:half]) + ".\n\n" + " ".join(chosen[half:]) + "."


@dataclass(frozen=True)
class Hub:
    """A hub that runs."""

    url: str
    pid: int

    @property
    def host(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def cpu_seconds(self) -> float:
        """What it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(database_url: str, *, core: int = 0, **env: str) -> Iterator[Hub]:
    """`hub serve`, one worker, on one core; this program takes the others."""
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(0, cores - {core})
    port = free_port()
    settings = {
        "HUB_DATABASE_URL": database_url,
        "HUB_SECRET_KEY": SECRET_KEY,
        "HUB_API_RATE": "0",
        "HUB_LOG_LEVEL": "warning",
        "HUB_DRAIN_SECONDS": "0",
    }
    command = [sys.executable, "-m", "hub", "serve", "--port", str(port)]
    process = subprocess.Popen(
        ["taskset", "-c", str(core), *command], env=os.environ | settings | env
    )
    hub = Hub(f"http://127.0.0.1:{port}", process.pid)
    try:
        _ready(hub, process)
        yield hub
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(hub: Hub, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{hub.url}/readyz", timeout=1).close()
            return
        time.sleep(0.05)
    raise RuntimeError("the hub did not come up")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def machine() -> dict[str, str]:
    """What was measured on."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": f"{len(models)} x {models[0] if models else platform.machine()}",
        "system": platform.release(),
        "python": platform.python_version(),
    }


def spread(milliseconds: list[float]) -> dict[str, float]:
    """p50, p95 and the worst."""
    ordered = sorted(milliseconds)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * q))] for q in (0.5, 0.95, 1.0)]
    return {name: round(value, 2) for name, value in zip(("p50", "p95", "max"), at, strict=True)}
