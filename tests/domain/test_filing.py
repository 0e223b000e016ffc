"""When somebody files: the next time that it is so late on their own clock."""

from datetime import UTC, datetime

import pytest

from hub.domain.errors import Invalid
from hub.domain.filing import next_time

NOON = datetime(2026, 10, 15, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("15:30", "UTC", datetime(2026, 10, 15, 15, 30, tzinfo=UTC)),
        ("9:05", "UTC", datetime(2026, 10, 16, 9, 5, tzinfo=UTC)),
        ("12:00", "UTC", datetime(2026, 10, 16, 12, 0, tzinfo=UTC)),
        ("12:01", "UTC", datetime(2026, 10, 15, 12, 1, tzinfo=UTC)),
        ("20h15", "Asia/Ho_Chi_Minh", datetime(2026, 10, 15, 13, 15, tzinfo=UTC)),
        ("00:30", "Asia/Ho_Chi_Minh", datetime(2026, 10, 15, 17, 30, tzinfo=UTC)),
        ("07:00", "America/New_York", datetime(2026, 10, 16, 11, 0, tzinfo=UTC)),
    ],
)
def test_it_is_the_next_time_that_the_clock_says_so(text: str, zone: str, moment: datetime) -> None:
    assert next_time(text, zone, NOON) == moment


def test_a_night_that_is_an_hour_longer_is_counted_by_the_calendar() -> None:
    evening = datetime(2026, 10, 24, 16, 0, tzinfo=UTC)
    assert next_time("09:00", "Europe/Paris", evening) == datetime(2026, 10, 25, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "  "])
def test_who_names_no_time_has_no_deadline(text: str) -> None:
    assert next_time(text, "UTC", NOON) is None


@pytest.mark.parametrize(
    ("text", "zone", "field"),
    [
        ("24:00", "UTC", "files_at"),
        ("9:5", "UTC", "files_at"),
        ("٣:٠٠", "UTC", "files_at"),
        ("2026-10-15T09:00", "UTC", "files_at"),
        ("", "", "zone"),
        ("9:00", "Nowhere/City", "zone"),
        ("9:00", "../UTC", "zone"),
        ("9:00", "Asia", "zone"),
        ("9:00", "a\0b", "zone"),
        ("9:00", "x" * 5000, "zone"),
    ],
)
def test_what_is_no_time_or_no_zone_is_refused_by_its_field(
    text: str, zone: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        next_time(text, zone, NOON)
    assert refused.value.field == field
