"""What a process takes of its machine, by the kernel's own account."""

from dataclasses import dataclass
from pathlib import Path

# What an allocator keeps and what is opened lazily, in megabytes.
SPARE_MEGABYTES = 24.0
# The allocator would keep tens of megabytes of what is free, for the next storm: this is about
# what the hub itself keeps.
GIVING_BACK = "65536"
"""Bytes: for MALLOC_TRIM_THRESHOLD_."""


@dataclass(frozen=True, slots=True)
class Taken:
    """`memory` in megabytes; `descriptors` are its files and sockets."""

    memory: float
    descriptors: int


def taken(pid: int) -> Taken:
    """Now. FileNotFoundError if it has gone."""
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Taken(memory=int(resident.split()[1]) / 1024, descriptors=descriptors)
