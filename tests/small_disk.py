"""A disk of a few megabytes that a test can fill, and make room on again."""

import contextlib
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

MB = 1 << 20


class SmallDisk:
    """`mounted`: a file system of its own; else no file here may be larger, which the kernel
    refuses just as it refuses a full disk, with another number."""

    def __init__(self, folder: Path, size: int, *, mounted: bool) -> None:
        self.folder = folder
        self.mounted = mounted
        self._size = size
        self._filler = folder / "filler"

    def fill(self, *, leave: int) -> None:
        """Leaves so many bytes free."""
        if self.mounted:
            self._filler.write_bytes(bytes(shutil.disk_usage(self.folder).free - leave))
        else:
            _limit(leave)

    def make_room(self) -> None:
        """All of it is free again but for what others wrote."""
        if self.mounted:
            self._filler.unlink()
        else:
            _limit(self._size)


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[SmallDisk]:
    """One at this folder. Only root may mount; for others a limit on this process stands in."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield SmallDisk(folder, size, mounted=mounted)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        if mounted:
            # Lazily: a thread may hold a file still.
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _limit(size: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
