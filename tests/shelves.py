"""A folder and an S3: what hands out files is tested on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import s3, services


@pytest.fixture(scope="session")
def storage() -> Iterator[services.Server]:
    """An S3 that all tests share."""
    with s3.s3() as server, pytest.MonkeyPatch.context() as patch:
        for name, value in s3.ENVIRONMENT.items():
            patch.setenv(name, value)
        yield server


@pytest.fixture(params=["disk", "s3"])
def shelf_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """HUB_FILES, empty: the test runs once with a folder and once with an S3."""
    if request.param == "disk":
        return str(tmp_path / "shelf")
    server = request.getfixturevalue("storage")
    s3.make_bucket(server)
    return s3.address(server, tmp_path.name)
