"""What a server's processes cost, from /proc: CPU time and memory."""

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Cost(NamedTuple):
    """Of a process and its children. CPU in seconds, memory in bytes; `pss` None: not to be
    seen."""

    processes: int
    cpu: float
    rss: int
    pss: int | None


def cost(pid: int) -> Cost:
    """Of the process and everything it has started, now. ProcessLookupError: it is gone."""
    pids = family(pid)
    cpu = sum(_cpu(one) for one in pids)
    rss = sum(_rss(one) for one in pids)
    shares = [_pss(one) for one in pids]
    known = [share for share in shares if share is not None]
    return Cost(len(pids), cpu, rss, sum(known) if len(known) == len(shares) else None)


def family(pid: int) -> list[int]:
    """The process and its children, and theirs. ProcessLookupError: it is gone."""
    parents: dict[int, list[int]] = {}
    there = False
    for path in Path("/proc").glob("[0-9]*"):
        one = int(path.name)
        fields = _stat(one)
        if fields:
            parents.setdefault(int(fields[1]), []).append(one)
            there = there or one == pid
    if not there:
        raise ProcessLookupError(f"no process {pid}")
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _rss(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    return 0


def _pss(pid: int) -> int | None:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return None


def _stat(pid: int) -> list[str]:
    """The fields after the name; empty when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []
