"""What was measured on: the machine, the day, the commit of the repository, and its disk."""

import os
import platform
import sqlite3
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMITS = 200


def machine() -> dict[str, str]:
    """In words, for the head of a table."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "commit": _commit(),
    }


def commit_ms(folder: Path) -> dict[str, float]:
    """What one durable commit of SQLite (WAL, synchronous=FULL) takes on this disk, by itself."""
    file = folder / "commits.db"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE t (words TEXT)")
    taken = []
    for _ in range(COMMITS):
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO t VALUES (?)", ("x" * 1024,))
        began = time.perf_counter()
        database.execute("COMMIT")
        taken.append((time.perf_counter() - began) * 1000)
    database.close()
    taken.sort()
    return {"p50": round(taken[COMMITS // 2], 3), "p99": round(taken[int(COMMITS * 0.99)], 3)}


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    """Its short name, with a + where files differ from it."""
    found = _git("rev-parse", "--short", "HEAD")
    return (found + ("+" if _git("status", "--porcelain") else "")) if found else "unknown"


def _git(*words: str) -> str:
    try:
        argv = ["git", "-C", str(ROOT), *words]
        return subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
