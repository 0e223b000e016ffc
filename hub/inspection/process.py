"""The inspecting process as its parent sees it."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import hub

_ANSWER = 16 << 20


class Ended(Exception):
    """The process ended before it answered, or said something that is no answer.

    `slow`: the kernel ended it, its CPU time used up.
    """

    def __init__(self, why: str, *, slow: bool = False) -> None:
        super().__init__(why)
        self.slow = slow


class Inspecting:
    """One process. `asked` counts what it was asked."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.asked = 0

    @classmethod
    async def start(cls, *, office: str | None) -> Self:
        """Runs it with a bare environment, at the head of a group of its own."""
        root = str(Path(hub.__file__).parents[1])
        places = [root, *(place for place in sys.path if Path(place).is_absolute())]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "hub.inspection",
            *([office] if office else []),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            env={
                "PYTHONPATH": os.pathsep.join(dict.fromkeys(places)),
                "PATH": os.defpath,
                "LANG": "C.UTF-8",
                "MALLOC_ARENA_MAX": "1",
            },
            limit=_ANSWER,
            # Its own group: what it starts ends with it, and Ctrl+C is not for it.
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Of the process, and of its group."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it is there."""
        return self._process.returncode is None

    async def ask(self, request: Mapping[str, object]) -> dict[str, Any]:
        """Raises Ended."""
        self.asked += 1
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        except (OSError, ValueError) as error:
            raise Ended(f"{type(error).__name__}: {error}"[:200]) from error
        if not line.endswith(b"\n"):
            status = await self._process.wait()
            why = signal.Signals(-status).name if status < 0 else f"status {status}"
            raise Ended(why, slow=status == -signal.SIGXCPU)
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise Ended("no JSON") from error
        if not isinstance(answer, dict):
            raise Ended("no answer")
        return answer

    async def end(self) -> None:
        """At once, and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
