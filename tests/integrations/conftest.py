"""A press centre for the API's tests, on each database."""

from collections.abc import AsyncIterator

import pytest

from tests.centre import Centre, open_centre


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    """Once on SQLite and once on PostgreSQL."""
    async with open_centre(database_url) as centre:
        yield centre


@pytest.fixture
async def small(sqlite_url: str) -> AsyncIterator[Centre]:
    """On SQLite alone: for what never reaches the database."""
    async with open_centre(sqlite_url) as centre:
        yield centre
