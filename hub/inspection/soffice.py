"""An office file as a PDF, by LibreOffice where it is installed; it is nowhere needed."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from hub.inspection.bounds import allow_office_memory

_SECONDS = 20


def as_pdf(program: str, file: Path, out: Path) -> Path | None:
    """The PDF in a folder of its own in `out`, for the caller to delete; None: it did not do it.

    It stays in this process's group, so that whoever ends that ends it too.
    """
    # It sends a part of itself ahead and ends before that does: only the group is all of it.
    home = Path(tempfile.mkdtemp(dir=out, prefix="office-"))
    command = [
        program,
        "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        f"-env:UserInstallation={(home / 'profile').as_uri()}",
        "--convert-to", "pdf", "--outdir", str(home), str(file),
    ]  # fmt: skip
    with contextlib.suppress(subprocess.TimeoutExpired, OSError):
        subprocess.run(  # noqa: S603
            command,
            env={"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8", "TMPDIR": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
            preexec_fn=allow_office_memory,
        )
    shutil.rmtree(home / "profile", ignore_errors=True)
    made = home / f"{file.stem}.pdf"
    return made if made.is_file() else None
