"""The command `hub` as somebody types it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass

from tests.centre import SECRET_KEY


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str


async def hub(*words: str, **env: str | None) -> Said:
    """Runs `hub WORDS`; an environment variable that is None is not there."""
    settings = {"HUB_SECRET_KEY": SECRET_KEY, "HUB_LOG_LEVEL": "warning"} | env
    surroundings = {name: value for name, value in os.environ.items() if name not in settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub", *words),
        env=surroundings | {name: value for name, value in settings.items() if value is not None},
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())
