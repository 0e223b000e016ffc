"""The inspecting process: one JSON request a line in, one JSON answer a line out.

    python -m hub.inspection [SOFFICE]

{"look": path, "name": name, "out": folder}   a Report
{"pages": path, "first": 17, "last": 24, "width": 1200, "out": folder}   Pages
"""

import errno
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from hub.domain.filetype import Fault
from hub.inspection.bounds import allow_time, confine
from hub.inspection.leaves import some_leaves
from hub.inspection.look import look
from hub.inspection.report import Refused

# The disk is full, the file is gone: that says nothing about the document.
_OURS = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENOENT, errno.EACCES, errno.EPERM,
    errno.ENFILE, errno.EMFILE,
}  # fmt: skip


def main() -> None:
    """Answers until nobody asks any more."""
    office = sys.argv[1] if len(sys.argv) > 1 else None
    answers = _own_line()
    confine()
    for line in sys.stdin.buffer:
        allow_time()
        answer = _refusable(_answer, json.loads(line), office)
        answers.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        answers.flush()


def _answer(request: dict[str, Any], office: str | None) -> dict[str, Any]:
    out = Path(request["out"])
    if "look" in request:
        return asdict(look(Path(request["look"]), request["name"], out, office=office))
    with Path(request["pages"]).open("rb"):
        pass  # PDFium says of every file it cannot open that it is not there.
    pages = some_leaves(
        Path(request["pages"]),
        first=request["first"],
        last=request["last"],
        width=request["width"],
        out=out,
    )
    return {"files": [asdict(leaf) for leaf in pages.leaves], "texts": pages.texts}


def _refusable(act: Callable[..., dict[str, Any]], *request: Any) -> dict[str, Any]:
    try:
        return act(*request)
    except Refused as refused:
        return {"refused": refused.fault, "why": refused.why}
    except MemoryError:
        return {"refused": Fault.UNPACKS_TOO_LARGE, "why": "MemoryError"}
    except Exception as error:
        number = error.errno if isinstance(error, OSError) else None
        if number in _OURS:
            return {"failed": os.strerror(number), "errno": number}
        # Whatever a library makes of a stranger's file.
        fault = Fault.UNPACKS_TOO_LARGE if number == errno.EFBIG else Fault.DAMAGED
        return {"refused": fault, "why": f"{type(error).__name__}: {error}"[:200]}


def _own_line() -> BinaryIO:
    """Where answers go; what libraries print goes to nobody."""
    line = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return line


if __name__ == "__main__":
    main()
