"""The regulation's calendar: when the press centre works, and so when an answer is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_NO_TIME = timedelta(0)
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The working hours of a place: spans of its own clock by weekday, Monday 0, save holidays.

    A span has its start and not its end; an end of 00:00 is the midnight after it. Raises
    ValueError, which begins with the name of the field. Every moment taken must know its zone
    (ValueError); every moment given is in UTC.
    """

    zone: str
    hours: Mapping[int, Sequence[tuple[time, time]]]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError(f"zone: {self.zone!r} is not an IANA time zone") from unknown
        if not any(self.hours.values()):
            raise ValueError("hours: there are none, so nothing would ever be due")
        for weekday, spans in self.hours.items():
            _check(weekday, spans)

    def due(self, since: datetime, hours: float | timedelta) -> datetime:
        """The first moment by which so much working time has passed: an end of the day rather than
        the next morning, and `since` itself for no time at all."""
        left = hours if isinstance(hours, timedelta) else timedelta(hours=hours)
        if left < _NO_TIME:
            raise ValueError("hours: less than none")
        since = _utc("since", since)
        spans = self._spans(since)
        while left:
            start, end = next(spans)
            if end - start >= left:
                return start + left
            left -= end - start
        return since

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one to the other; negative where the end comes first."""
        start, end = _utc("start", start), _utc("end", end)
        if end < start:
            return -self.between(end, start)
        worked = takewhile(lambda span: span[0] < end, self._spans(start))
        return sum((min(ended, end) - begun for begun, ended in worked), _NO_TIME)

    def is_working(self, at: datetime) -> bool:
        return self.next_start(at) == _utc("at", at)

    def next_start(self, at: datetime) -> datetime:
        """The first moment from `at` on that is working time: `at` itself if it is."""
        return next(self._spans(_utc("at", at)))[0]

    def _spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is worked from `since` on, in order and without an overlap, for ever."""
        zone = ZoneInfo(self.zone)
        done = since
        # From the day before: a clock put forward may carry the end of one day into the next.
        day = since.astimezone(zone).date() - _DAY
        while True:
            spans = () if day in self.holidays else sorted(self.hours.get(day.weekday(), ()))
            for opens, closes in spans:
                until = day + _DAY if closes == _MIDNIGHT else day
                # In UTC, where hours are as long as they are. A clock put back is read the first
                # time; an hour that a clock skips begins after the skip, hence max().
                start = max(done, datetime.combine(day, opens, zone).astimezone(UTC))
                end = datetime.combine(until, closes, zone).astimezone(UTC)
                if start < end:
                    yield start, end
                    done = end
            day += _DAY


def _check(weekday: int, spans: Sequence[tuple[time, time]]) -> None:
    if weekday not in range(7):
        raise ValueError(f"hours: {weekday} is not a weekday; Monday is 0 and Sunday 6")
    for opens, closes in spans:
        if opens.tzinfo or closes.tzinfo:
            raise ValueError(f"hours: {opens} has a zone of its own")
        if opens >= closes != _MIDNIGHT:
            raise ValueError(f"hours: from {opens} to {closes} is empty on weekday {weekday}")
    for (_, closes), (opens, _) in pairwise(sorted(spans)):
        if closes == _MIDNIGHT or opens < closes:
            raise ValueError(f"hours: {opens} is in two spans of weekday {weekday}")


def _utc(field: str, moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{field}: the moment does not say its zone")
    return moment.astimezone(UTC)


# Where nothing else is laid down: an administrator's regulation replaces it. Working Saturdays
# in exchange for a day off are ordered from year to year and are not foreseen here.
_HOLIDAYS = """
    2026-01-01  2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20
    2026-04-26 2026-04-27  2026-04-30 2026-05-01  2026-09-01 2026-09-02
    2027-01-01  2027-02-05 2027-02-06 2027-02-07 2027-02-08 2027-02-09 2027-02-10 2027-02-11
    2027-04-16  2027-04-30 2027-05-01 2027-05-03  2027-09-02 2027-09-03
"""

OFFICE = WorkingTime(
    zone="Asia/Ho_Chi_Minh",
    hours=dict.fromkeys(range(5), ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))),
    holidays=frozenset(date.fromisoformat(day) for day in _HOLIDAYS.split()),
)
"""The founding city's offices; the public holidays of Vietnam in 2026 and 2027, in lieu too."""
