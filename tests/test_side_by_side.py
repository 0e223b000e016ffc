"""One process that dies costs one test."""

import os
import subprocess
import sys
from pathlib import Path

FINE = "def test_{}(): pass\n"
KILLER = "import os\ndef test_killer(): os._exit(1)\n"


def test_what_a_dead_process_had_and_had_not_done_is_done_once_by_the_others(
    tmp_path: Path,
) -> None:
    for number in range(12):
        tests = [FINE.format(letter) for letter in "abcd"[: 1 + number % 4]]
        (tmp_path / f"test_{number:02}.py").write_text("".join(tests))
    (tmp_path / "test_05.py").write_text(FINE.format("before") + KILLER + FINE.format("after"))
    (tmp_path / "test_12.py").write_text(KILLER)
    (tmp_path / "conftest.py").write_text(
        "from tests.conftest import pytest_xdist_make_scheduler\n"
        "__all__ = ['pytest_xdist_make_scheduler']\n"
    )
    argv = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
    environment = {**os.environ, "PYTEST_ADDOPTS": "", "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [*argv, "--no-loadscope-reorder", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={name: value for name, value in environment.items() if "XDIST" not in name},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # Twelve files of one to four tests; where the sixth had two, two stand around the killer.
    assert "2 failed, 30 passed" in ran.stdout, ran.stdout + ran.stderr
