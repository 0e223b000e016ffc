"""When a promised answer is due: after so many working hours, or at a date and time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.domain.errors import N_, Invalid
from hub.domain.words import whole_number
from hub.domain.working_time import OFFICE
from hub.web.forms import Form

USUAL_HOURS = 16
HOURS_LIMIT = 200

_OFFERED = (2, 4, 8, USUAL_HOURS, 24, 40, 80)
_AHEAD = timedelta(days=366)
# A form that has been open for longer promises from now on.
_OPEN = timedelta(days=1)
_TYPED = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Due:
    """So many working hours, and when they have passed."""

    hours: int
    at: datetime


def whole_minute(now: datetime) -> datetime:
    """From when a form counts: what it shows is what it promises."""
    return now.replace(second=0, microsecond=0)


def offered(since: datetime, *chosen: str) -> Sequence[Due]:
    """What a form offers; `chosen`: the hours that it came back with."""
    hours = {*_OFFERED, *(_hours(one) for one in chosen)} - {None}
    return [Due(one, OFFICE.due(since, one)) for one in sorted(one for one in hours if one)]


def due_of(form: Form, zone: str, *, now: datetime, of: str = "") -> datetime:
    """When the answer is due, as the form says in the fields whose names end so.

    Raises Invalid, with the field's name without that end.
    """
    if typed := form.get(f"due{of}").strip():
        return _typed(typed, zone, now=now)
    hours = _hours(form.get(f"hours{of}") or str(USUAL_HOURS))
    if hours is None:
        raise Invalid("hours", N_("Name a number from 1 to %(most)d."), most=HOURS_LIMIT)
    return OFFICE.due(_since(form, now=now), hours)


def _typed(typed: str, zone: str, *, now: datetime) -> datetime:
    for form in _TYPED:
        try:
            local = datetime.strptime(typed, form)  # noqa: DTZ007 - the zone is the briefing's
            at = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if not now < at <= now + _AHEAD:
            raise Invalid("due", N_("Name a time to come, within a year."))
        return at
    raise Invalid("due", N_("Name a day and a time, for example 2026-11-25 15:00."))


def _since(form: Form, *, now: datetime) -> datetime:
    seconds = whole_number(form.get("since"), digits=10)
    since = datetime.fromtimestamp(seconds or 0, UTC)
    return since if now - _OPEN <= since <= now else whole_minute(now)


def _hours(text: str) -> int | None:
    hours = whole_number(text, digits=3)
    return hours if hours and hours <= HOURS_LIMIT else None
