"""Working time: what is due when, over lunch, weekends, holidays and clocks that are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.domain.working_time import OFFICE, WorkingTime

VUNG_TAU = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
NONE = timedelta(0)
ALL_DAY = ((time(0), time(0)),)


def office(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VUNG_TAU)


def berlin(text: str, *, second: bool = False) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=int(second))


def every_day(zone: str, *spans: tuple[time, time]) -> WorkingTime:
    return WorkingTime(zone, dict.fromkeys(range(7), spans), frozenset())


CALENDARS = [
    OFFICE,
    every_day("Europe/Berlin", (time(1), time(2, 30)), (time(2, 30), time(4)), (time(9), time(17))),
    # Where the clocks change at midnight.
    every_day("America/Santiago", (time(0), time(0, 30)), (time(22), time(0))),
    # Where they change by half an hour.
    every_day("Australia/Lord_Howe", (time(1, 45), time(2, 10)), (time(2, 20), time(2, 40))),
    # Where 30 December 2011 was left out.
    every_day("Pacific/Apia", (time(7), time(12)), (time(13), time(0))),
    every_day("Asia/Ho_Chi_Minh", *ALL_DAY),
]
calendars = st.sampled_from(CALENDARS)
spells = st.timedeltas(NONE, timedelta(hours=200))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Any moment, but often one near a change of clocks or a holiday."""
    near = draw(
        st.sampled_from(
            [
                datetime(2026, 3, 29, 1, tzinfo=UTC),
                datetime(2026, 10, 25, 1, tzinfo=UTC),
                datetime(2026, 4, 5, 3, tzinfo=UTC),
                datetime(2026, 9, 6, 4, tzinfo=UTC),
                datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
                datetime(2011, 12, 30, 10, tzinfo=UTC),
                datetime(2027, 2, 6, tzinfo=UTC),
            ]
        )
    )
    return near + draw(st.timedeltas(timedelta(days=-12), timedelta(days=12)))


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        ("2026-11-23T08:00", 2, "2026-11-23T10:00"),
        ("2026-11-23T11:00", 2, "2026-11-23T15:00"),  # over lunch
        ("2026-11-23T12:00", 2, "2026-11-23T15:30"),  # in the lunch break
        ("2026-11-23T16:00", 1, "2026-11-23T17:00"),  # to the end of the day, not the next morning
        ("2026-11-23T16:00", 1.5, "2026-11-24T08:00"),
        ("2026-11-20T16:30", 4, "2026-11-23T11:00"),  # over the weekend
        ("2026-11-21T10:00", 7.5, "2026-11-23T17:00"),  # asked on a Saturday
        ("2026-02-13T16:00", 2, "2026-02-23T08:30"),  # over Tết, nine days with its weekends
        ("2027-02-04T16:00", 2, "2027-02-12T08:30"),
        ("2026-04-24T16:00", 2, "2026-04-28T08:30"),  # Hùng Kings' day on a Sunday, Monday in lieu
        ("2026-04-29T16:00", 2, "2026-05-04T08:30"),
        ("2027-04-29T16:00", 2, "2027-05-04T08:30"),  # 1 May on a Saturday, Monday in lieu
        ("2026-08-31T16:00", 2, "2026-09-03T08:30"),
    ],
)
def test_an_answer_is_due_when_the_office_has_had_the_hours(
    asked: str, hours: float, due: str
) -> None:
    assert OFFICE.due(office(asked), hours) == office(due)
    assert OFFICE.due(office(asked), timedelta(hours=hours)).tzinfo is UTC
    assert OFFICE.between(office(asked), office(due)) == timedelta(hours=hours)


def test_a_week_of_the_office_is_five_days_of_seven_and_a_half_hours() -> None:
    assert OFFICE.between(office("2026-11-16T00:00"), office("2026-11-23T00:00")) == 37.5 * HOUR


def test_how_late_an_answer_is_is_working_time_with_a_sign() -> None:
    due, now = office("2026-11-20T16:00"), office("2026-11-23T08:30")
    assert OFFICE.between(due, now) == 2 * HOUR
    assert OFFICE.between(now, due) == -2 * HOUR


@pytest.mark.parametrize(
    ("at", "start"),
    [
        ("2026-11-23T07:29", "2026-11-23T07:30"),
        ("2026-11-23T07:30", "2026-11-23T07:30"),
        ("2026-11-23T11:29", "2026-11-23T11:29"),
        ("2026-11-23T11:30", "2026-11-23T13:30"),
        ("2026-11-20T17:00", "2026-11-23T07:30"),
        ("2026-09-01T09:00", "2026-09-03T07:30"),
    ],
)
def test_the_office_works_from_the_start_of_a_span_until_before_its_end(
    at: str, start: str
) -> None:
    assert OFFICE.next_start(office(at)) == office(start)
    assert OFFICE.is_working(office(at)) is (at == start)


def test_a_night_in_which_the_clock_is_put_forward_has_an_hour_less() -> None:
    night = every_day("Europe/Berlin", (time(1), time(5)))
    asked = berlin("2026-03-29T01:00")
    assert night.between(asked, berlin("2026-03-29T05:00")) == 3 * HOUR
    assert night.due(asked, 3) == berlin("2026-03-29T05:00")
    assert night.due(asked, 1.5) == berlin("2026-03-29T03:30")


def test_a_night_in_which_the_clock_is_put_back_has_an_hour_more() -> None:
    night = every_day("Europe/Berlin", (time(1), time(5)))
    asked = berlin("2026-10-25T01:00")
    assert night.between(asked, berlin("2026-10-25T05:00")) == 5 * HOUR
    half_past_two, and_again = (berlin("2026-10-25T02:30", second=x) for x in (False, True))
    # Compared in UTC: Python holds a time that comes twice to be unequal to any other zone's.
    assert night.due(asked, 1.5) == half_past_two.astimezone(UTC)
    assert night.due(asked, 2.5) == and_again.astimezone(UTC)
    assert night.is_working(half_past_two)
    assert night.is_working(and_again)


def test_spans_that_meet_in_a_skipped_hour_are_not_counted_twice() -> None:
    night = every_day("Europe/Berlin", (time(1), time(2, 30)), (time(3), time(4)))
    assert night.between(berlin("2026-03-29T00:00"), berlin("2026-03-29T12:00")) == 2 * HOUR


def test_a_day_that_a_place_left_out_is_not_worked() -> None:
    apia = every_day("Pacific/Apia", (time(8), time(16)))
    start = datetime(2011, 12, 29, tzinfo=ZoneInfo(apia.zone))
    assert apia.between(start, datetime(2012, 1, 1, tzinfo=ZoneInfo(apia.zone))) == 16 * HOUR


def test_who_works_around_the_clock_has_every_hour() -> None:
    crisis = every_day("Asia/Ho_Chi_Minh", *ALL_DAY)
    asked = office("2026-11-21T23:15")
    assert crisis.is_working(asked)
    assert crisis.due(asked, 30) == asked + 30 * HOUR


def test_the_order_in_which_spans_are_written_does_not_matter() -> None:
    morning, afternoon = OFFICE.hours[0]
    turned = WorkingTime(OFFICE.zone, {0: (afternoon, morning)}, frozenset())
    assert turned.due(office("2026-11-23T11:00"), 2) == office("2026-11-23T15:00")


@pytest.mark.parametrize(
    ("zone", "hours", "says"),
    [
        ("Asia/Vung_Tau", {0: ALL_DAY}, "zone: 'Asia/Vung_Tau'"),
        ("Asia", {0: ALL_DAY}, "zone: 'Asia'"),
        ("../UTC", {0: ALL_DAY}, "zone: '../UTC'"),
        ("UTC", {}, "hours: there are none"),
        ("UTC", {0: ()}, "hours: there are none"),
        ("UTC", {7: ALL_DAY}, "hours: 7 is not a weekday"),
        ("UTC", {0: ((time(9), time(9)),)}, "hours: from 09:00:00 to 09:00:00 is empty"),
        ("UTC", {0: ((time(22), time(6)),)}, "hours: from 22:00:00 to 06:00:00 is empty"),
        ("UTC", {0: ((time(9), time(12)), (time(11), time(13)))}, "hours: 11:00:00 is in two"),
        ("UTC", {0: ((time(9), time(0)), (time(11), time(13)))}, "hours: 11:00:00 is in two"),
        ("UTC", {0: ((time(9, tzinfo=UTC), time(12)),)}, "hours: 09:00:00[+]00:00 has a zone"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_with_the_name_of_the_field(
    zone: str, hours: dict[int, tuple[tuple[time, time], ...]], says: str
) -> None:
    with pytest.raises(ValueError, match=f"^{says}"):
        WorkingTime(zone, hours, frozenset())


def test_a_moment_without_a_zone_and_less_than_no_time_are_refused() -> None:
    naive, aware = office("2026-11-23T08:00").replace(tzinfo=None), office("2026-11-23T08:00")
    with pytest.raises(ValueError, match=r"^since: "):
        OFFICE.due(naive, 1)
    with pytest.raises(ValueError, match=r"^end: "):
        OFFICE.between(aware, naive)
    with pytest.raises(ValueError, match=r"^at: "):
        OFFICE.is_working(naive)
    with pytest.raises(ValueError, match=r"^hours: "):
        OFFICE.due(aware, -1)


def test_the_holidays_of_the_office_are_the_working_days_that_the_country_has_off() -> None:
    weekdays = {day for day in OFFICE.holidays if day.weekday() < 5}
    assert {year: sum(d.year == year for d in weekdays) for year in (2026, 2027)} == {
        2026: 11,
        2027: 11,
    }
    assert {date(2026, 2, 17), date(2027, 2, 6)} <= OFFICE.holidays


@given(calendars, moments(), moments())
def test_what_has_passed_is_due_by_then_and_at_the_same_working_moment(
    calendar: WorkingTime, since: datetime, end: datetime
) -> None:
    assume(since <= end)
    passed = calendar.between(since, end)
    due = calendar.due(since, passed)
    assert since <= due <= end
    assert calendar.between(due, end) == NONE


@given(calendars, moments(), moments(), moments())
def test_working_time_adds_up_whatever_the_order_of_the_moments(
    calendar: WorkingTime, a: datetime, b: datetime, c: datetime
) -> None:
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@given(calendars, moments(), moments(), spells, spells)
def test_who_asks_later_or_gives_more_time_never_has_the_answer_earlier(
    calendar: WorkingTime, a: datetime, b: datetime, c: timedelta, d: timedelta
) -> None:
    first, last = sorted((a, b))
    less, more = sorted((c, d))
    assert calendar.due(first, less) <= calendar.due(last, less) <= calendar.due(last, more)


@given(calendars, moments(), spells.filter(bool))
def test_what_is_due_is_due_in_working_time_or_at_its_end(
    calendar: WorkingTime, since: datetime, spell: timedelta
) -> None:
    due = calendar.due(since, spell)
    assert calendar.is_working(due - timedelta.resolution)
    assert calendar.between(since, due) == spell


@given(calendars, moments())
def test_the_next_start_is_working_time_and_nothing_before_it_is(
    calendar: WorkingTime, at: datetime
) -> None:
    start = calendar.next_start(at)
    assert start >= at
    assert calendar.is_working(start)
    assert calendar.between(at, start) == NONE


@given(moments(), spells)
def test_a_clock_read_in_another_zone_makes_no_difference(
    since: datetime, spell: timedelta
) -> None:
    assert OFFICE.due(since.astimezone(BERLIN), spell) == OFFICE.due(since, spell)
