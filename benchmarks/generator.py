"""The load generator: load.c, compiled when it is first needed, and run on a core of its own."""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("load.c")
CORE = 1

Measured = dict[str, Any]


@cache
def program() -> Path:
    """The compiled generator. RuntimeError with the compiler's words."""
    made = Path(tempfile.mkdtemp(prefix="hub-load-")) / "load"
    argv = ["cc", "-O2", "-o", str(made), str(SOURCE), "-lpthread"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"cc could not make the load generator:\n{done.stderr}")
    return made


def load(
    words: dict[str, str | int | float | bool], *, patience: float, prefix: Sequence[str] = ()
) -> Measured:
    """One run. `words` are load.c's options; True stands for a bare one. Seconds of patience."""
    argv = [*prefix, "taskset", "-c", str(CORE), str(program())]
    for name, value in words.items():
        argv.append(f"--{name}")
        if value is not True:
            argv.append(str(value))
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=patience)
    if done.returncode or not done.stdout:
        raise RuntimeError(f"the load generator ended:\n{done.stderr}")
    measured: Measured = json.loads(done.stdout)
    if done.stderr:
        measured["said"] = done.stderr.splitlines()[:3]
    return measured
