"""Having a file looked at, and everything that would be given out of it, unpacked."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from hub.inspection.inspector import Inspector
from hub.inspection.report import Report
from tests.inspection import honest


@dataclass(frozen=True)
class Looked:
    """`given`: the bytes that would be served; `inside`: with all that is packed in them."""

    report: Report
    out: Path
    given: bytes

    @property
    def inside(self) -> bytes:
        """Given bytes, and everything packed in them."""
        if self.given.startswith(b"%PDF-"):
            with pikepdf.open(io.BytesIO(self.given)) as pdf:
                return self.given + honest.saved(pdf, plain=True)
        if self.given.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(self.given)) as parts:
                return self.given + b"".join(parts.read(name) for name in parts.namelist())
        return self.given


async def look(inspector: Inspector, folder: Path, name: str, said: bytes) -> Looked:
    """Hands it in as an upload: under no name of its own, to an empty folder."""
    out = folder / "out"
    out.mkdir(parents=True)
    path = folder / "upload"
    path.write_bytes(said)
    report = await inspector.look(path, name, out)
    # What was not made is not there, and what is there was made.
    assert names(out) == sorted(report.files)
    assert path.read_bytes() == said
    if report.refused:
        return Looked(report, out, b"")
    return Looked(report, out, (out / report.clean).read_bytes() if report.clean else said)


def names(folder: Path) -> list[str]:
    """What is in it."""
    return sorted(one.name for one in folder.iterdir())


def memory(pid: int | str, what: str) -> int:
    """A line of /proc/PID/status, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"no {what}")


def group(pid: int) -> list[int]:
    """The processes of this group that still run."""
    found = []
    for one in Path("/proc").iterdir():
        try:
            state, _, its_group = (one / "stat").read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(its_group) == pid and state not in "ZX":
            found.append(int(one.name))
    return found
