"""What the hub serves of other people's is what was recorded, and a change is noticed."""

import json
import re
import shutil
from pathlib import Path

import pytest

from hub.vendoring import faults

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what is served, to spoil."""
    return shutil.copytree(ROOT / "static/vendor", tmp_path / "vendor")


@pytest.mark.parametrize("place", ["static/vendor", "tests/vendor"])
def test_every_vendored_file_is_the_one_that_was_recorded(place: str) -> None:
    assert faults(ROOT / place) == []


def test_a_changed_file_is_named(folder: Path) -> None:
    with (folder / "htmx.org/htmx.min.js").open("a") as file:
        file.write(";")
    assert faults(folder) == ["htmx.org/htmx.min.js is not the file that was recorded"]


def test_a_missing_file_and_one_too_many_are_named(folder: Path) -> None:
    (folder / "htmx.org/htmx.min.js").rename(folder / "htmx.js")
    assert faults(folder) == ["htmx.org/htmx.min.js is missing", "htmx.js is not in vendor.json"]


def test_every_package_comes_with_its_licence() -> None:
    manifest = json.loads((ROOT / "static/vendor/vendor.json").read_text())
    assert {
        name
        for name, package in manifest.items()
        if not any(Path(path).name == "LICENSE" for path in package["files"])
    } == set()


def test_the_style_sheet_asks_for_the_fonts_by_the_recorded_version() -> None:
    """The version in the address is what lets a browser keep a font for ever."""
    manifest = json.loads((ROOT / "static/vendor/vendor.json").read_text())
    recorded = {
        f"{path}?v={package['version']}"
        for package in manifest.values()
        for path in package["files"]
        if path.endswith(".woff2")
    }
    sheet = (ROOT / "static/tokens.css").read_text()
    assert set(re.findall(r'url\("/static/vendor/([^"]+)"\)', sheet)) == recorded
