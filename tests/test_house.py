"""The house is in order: style, types, layers, locks, and a wheel that runs elsewhere."""

import importlib.metadata
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pathspec import GitIgnoreSpec

from hub.domain.audience import Role

ROOT = Path(__file__).parents[1]
LIMIT = 400  # lines
RUNTIME_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "tests" / "requirements.lock"
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# A checkout belongs to no registry and to no machine.
ADDRESSES = re.compile(
    rf"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|/(?:home|Users)/\w+/"
    rf"|{re.escape(str(ROOT))}\b|{re.escape(str(Path.home()))}/\w"
)


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """What a program printed; the test fails with it when the program does."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\n{done.stdout}", pytrace=False)
    return done.stdout


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "tool",
    [
        ["-m", "ruff", "check", "--extend-exclude=.tools"],
        ["-m", "ruff", "format", "--check", "--diff", "--extend-exclude=.tools"],
        ["-m", "mypy"],
        ["-c", LINT_IMPORTS, "--no-logo"],
        ["-m", "djlint", "templates", "--lint", "--profile=jinja", "--quiet"],
        ["-m", "hub", "vendor", "--check"],
    ],
    ids=["ruff", "format", "mypy", "layers", "djlint", "vendor"],
)
def test_the_tools_find_nothing(tool: list[str]) -> None:
    run(sys.executable, *tool)


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        str(path): len(lines(path))
        for path in files()
        if path.suffix in {".py", ".js", ".css", ".html"}
        and not {"vendor", "versions"} & set(path.parts)
    }
    assert {path: length for path, length in lengths.items() if length > LIMIT} == {}


def test_no_file_names_a_registry_or_a_place_on_some_machine() -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in files()
        for number, line in enumerate(lines(path), 1)
        if ADDRESSES.search(line)
    ]
    assert found == []


def test_the_locks_hold_what_the_project_asks_for_and_what_that_needs_and_no_more() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = needs(project["project"]["dependencies"])
    tests = needs(project["dependency-groups"]["test"])
    assert pins(RUNTIME_LOCK) == {name: importlib.metadata.version(name) for name in runtime}
    assert pins(TEST_LOCK) == {name: importlib.metadata.version(name) for name in tests}


def test_every_locked_version_has_a_hash() -> None:
    for lock in (RUNTIME_LOCK, TEST_LOCK):
        entries = entries_of(lock)
        assert entries
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.timeout(300)
def test_a_wheel_installed_elsewhere_runs(tmp_path: Path) -> None:
    elsewhere = tmp_path / "some where"
    venv.create(elsewhere, symlinks=True)
    python = elsewhere / "bin" / "python"
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    install("sync", "--require-hashes", str(RUNTIME_LOCK), python=python)
    install("install", "--no-deps", *map(str, tmp_path.glob("*.whl")), python=python)
    demo = subprocess.Popen(
        [elsewhere / "bin" / "hub", "demo", "--port", "0", "--speed", "60"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = list(itertools.takewhile(lambda line: "Ctrl+C" not in line, demo.stdout or []))
        links = dict(line.split() for line in said if len(line.split()) == 2)
        assert set(links) == {"public", *Role}
        page = httpx2.get(links["public"], trust_env=False)
        assert page.status_code == 200
        sheets = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        assert sheets
        for sheet in sheets:
            assert httpx2.get(page.url.join(sheet), trust_env=False).status_code == 200
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0
    finally:
        demo.kill()
        demo.communicate()


def install(*what: str, python: Path) -> None:
    """Install from what ./run fetched before; ask the network only when it was cleared away."""
    uv = shutil.which("uv", path=f"{os.environ['PATH']}:{ROOT / '.tools' / 'bin'}")
    assert uv is not None
    command = [uv, "pip", *what, "--python", str(python)]
    if subprocess.run([*command, "--offline"], capture_output=True, check=False).returncode:
        run(*command)


def files() -> Iterator[Path]:
    """Every file of the project, relative to it: what .gitignore names is not."""
    ignored = GitIgnoreSpec.from_lines([".git", *lines(Path(".gitignore"))])
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if not ignored.match_file(f"{here / name}/")]
        yield from (here / name for name in names if not ignored.match_file(here / name))


def lines(path: Path) -> list[str]:
    """The lines of a text file of the project; none of any other."""
    try:
        return (ROOT / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def entries_of(lock: Path) -> list[str]:
    return lock.read_text().replace("\\\n", " ").splitlines()


def pins(lock: Path) -> dict[str, str]:
    """Name and version of what a lock file asks for on this machine."""
    requirements = [Requirement(entry.partition("--hash")[0]) for entry in entries_of(lock)]
    return {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate()
    }


def needs(asked: list[str]) -> set[str]:
    """The names of everything these requirements need, themselves included, here and now."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in asked]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        version = importlib.metadata.version(name)
        assert requirement.specifier.contains(version, prereleases=True), str(requirement)
        for wanted in {"", *requirement.extras}:
            if (name, wanted) not in found:
                found.add((name, wanted))
                further = importlib.metadata.requires(name) or []
                waiting += [(Requirement(text), wanted) for text in further]
    return {name for name, _ in found}
