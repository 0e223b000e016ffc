"""A press centre on SQLite, served by a group of two workers."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.centre import Centre, bare_centre
from tests.workers import Worker, serve

Group = Callable[..., AbstractAsyncContextManager[Worker]]


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(sqlite_url) as centre:
        yield centre


@pytest.fixture
def group(centre: Centre, tmp_path: Path) -> Group:
    """Two workers of one `hub serve`, both ready. Further words are as for serve()."""

    @contextlib.asynccontextmanager
    async def start(**more: object) -> AsyncIterator[Worker]:
        url = centre.config.database_url
        settings = {"workers": 2, "HUB_LOG_LEVEL": "info"} | more
        async with serve(url, tmp_path, **settings) as hub:  # type: ignore[arg-type]
            await hub.tells("worker.ready", 2)
            yield hub

    return start
