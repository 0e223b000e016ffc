"""What is compiled for one language may be rendered in every other."""

import pytest

from hub.domain.words import LANGUAGES
from hub.folders import folder
from tests.centre import shared_renderer

TEMPLATES = sorted(
    path.relative_to(folder("templates")).as_posix() for path in folder("templates").rglob("*.html")
)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_the_same_code_in_every_language(name: str) -> None:
    """Were a constant of one language folded into it, the others would read that."""
    source = (folder("templates") / name).read_text()
    environments = shared_renderer()._environments
    code = {environments[one].compile(source, name, raw=True) for one in LANGUAGES}
    assert len(code) == 1


def test_a_constant_that_each_language_writes_in_its_own_way_would_be_seen() -> None:
    """The control."""
    environments = shared_renderer()._environments
    code = {environments[one].compile("{{ 1234.5|number }}", raw=True) for one in LANGUAGES}
    assert len(code) == len(LANGUAGES)
