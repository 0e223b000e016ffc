"""What the operator reads is what there is."""

import re
from pathlib import Path

from hub.config import Config

OPERATION = Path("docs/operation.md").read_text()


def test_every_setting_is_in_the_operators_table_with_its_default() -> None:
    told = dict(re.findall(r"^\| `HUB_(\w+)` \| (?:`([^`]*)`)?", OPERATION, re.MULTILINE))
    assert {name.upper() for name in Config.model_fields} == set(told)
    for name in ("api_rate", "drain_seconds", "language", "centre", "log_level", "database_url"):
        default = Config.model_fields[name].default
        expected = f"{default:g}" if isinstance(default, float) else str(default)
        assert told[name.upper()] == expected


def test_every_signal_of_the_log_that_the_operator_reads_about_is_one_that_is_written() -> None:
    source = "".join(path.read_text() for path in Path("hub/supervisor").glob("*.py"))
    written = set(re.findall(r'log\.\w+\(\s*"([a-z.]+_?[a-z]*)"', source))
    assert set(re.findall(r"`((?:worker|renewal|group)\.[a-z_]+)`", OPERATION)) == written
