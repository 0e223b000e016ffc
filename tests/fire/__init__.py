"""Faults: what the hub promises while something beside it, or of it, breaks."""

import pytest

# The scenarios' own assertions tell what they saw, as a test's do.
pytest.register_assert_rewrite("tests.fire.load", "tests.fire.patience", "tests.fire.faults")
