"""The ground every test stands on: real servers, and a database of its own on each kind."""

import contextlib
import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import structlog
from redis import Redis
from xdist.remote import Producer

from tests import dialects, migrated, services
from tests.side_by_side import FileByFile

pytest_plugins = ["tests.browser", "tests.shelves"]

# Each server that runs, and how much it had written when the current test began.
RUNNING = pytest.StashKey[dict[services.Server, int]]()


def pytest_configure(config: pytest.Config) -> None:
    # What the hub inside the tests' own process would say of each request is noise.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    config.stash[RUNNING] = {}
    dialects.share_compiled()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    return FileByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    running = item.config.stash[RUNNING]
    running.update({server: len(server.log) for server in running})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what the servers wrote meanwhile."""
    report = yield
    if report.failed:
        for server, before in item.config.stash[RUNNING].items():
            if said := server.log[before:].splitlines()[-40:]:
                report.sections.append((f"log of {server.url}", "\n".join(said)))
    return report


@pytest.fixture(scope="session", autouse=True)
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hubs that are told of no folder for their files have one here, not where the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_FILES", str(tmp_path_factory.mktemp("files")))
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """One event loop for the whole run, of the kind the hub is served on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """The URL of the PostgreSQL all tests share: HUB_TEST_POSTGRES_URL, else one of our own."""
    if url := os.environ.get("HUB_TEST_POSTGRES_URL"):
        yield url
        migrated.forget(url)
        return
    with services.postgres() as server, _logged(server, pytestconfig):
        yield server.url


@pytest.fixture(scope="session")
def redis_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """The URL of the Redis all tests share: HUB_TEST_REDIS_URL, else one of our own."""
    if url := os.environ.get("HUB_TEST_REDIS_URL"):
        yield url
        return
    with services.redis() as server, _logged(server, pytestconfig):
        yield server.url


@pytest.fixture
def own_postgres(pytestconfig: pytest.Config) -> Iterator[services.Server]:
    """A PostgreSQL for this test alone, to break."""
    with services.postgres() as server, _logged(server, pytestconfig):
        yield server


@pytest.fixture
def own_redis(pytestconfig: pytest.Config) -> Iterator[services.Server]:
    """A Redis for this test alone, to break."""
    with services.redis() as server, _logged(server, pytestconfig):
        yield server


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """A Redis that holds nothing."""
    with Redis.from_url(redis_server) as client:
        client.flushdb()
    return redis_server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database, dropped after the test."""
    with services.fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shared_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """One database for the whole file: every test has a briefing of its own in it."""
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("shared")
        yield f"sqlite:///{folder / 'hub.db'}"
        return
    with services.fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@contextlib.contextmanager
def _logged(server: services.Server, config: pytest.Config) -> Iterator[None]:
    config.stash[RUNNING][server] = 0
    try:
        yield
    finally:
        config.stash[RUNNING].pop(server)
