"""Clock times and dates as transcripts write them: `1:54 P.M. EDT`, `July 30, 2024`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

UTC = "UTC"

# Standard, summer and plain names of one zone. A summer name on a winter day is a slip of the
# pen: the place is meant, and the place knows its own summer time.
_ZONES = {
    "America/New_York": "ET EST EDT EASTERN",
    "America/Chicago": "CT CST CDT CENTRAL",
    "America/Denver": "MT MST MDT MOUNTAIN",
    "America/Los_Angeles": "PT PST PDT PACIFIC",
    "America/Anchorage": "AKT AKST AKDT ALASKA",
    "America/Puerto_Rico": "AST ADT ATLANTIC",
    "America/Sao_Paulo": "BRT",
    "Pacific/Honolulu": "HT HST HDT HAWAII",
    "Europe/London": "BST",
    "Europe/Lisbon": "WET WEST",
    "Europe/Paris": "CET CEST",
    "Europe/Vilnius": "EET EEST",
    "Europe/Istanbul": "TRT",
    "Europe/Moscow": "MSK",
    "Asia/Jerusalem": "IDT",
    "Asia/Kolkata": "IST",
    "Asia/Ho_Chi_Minh": "ICT",
    "Asia/Makassar": "WITA",
    "Asia/Jakarta": "WIB",
    "Asia/Manila": "PHT PHST",
    "Asia/Singapore": "SGT",
    "Asia/Tokyo": "JST",
    "Asia/Seoul": "KST",
    "Australia/Sydney": "AET AEST AEDT",
    UTC: "UTC GMT Z",
}
ZONES = {name: zone for zone, names in _ZONES.items() for name in names.split()}

_TIME = re.compile(
    r"[*_(\s]*(?:END\b[\s:,.–—-]*)?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?\s*,?\s*(?:\(?(?P<zone>[a-z]{1,8})(?:\s+(?:daylight\s+|"
    r"standard\s+)?time)?\)?)?[*_).\s]*",
    re.IGNORECASE,
)
_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")

# Longer than any briefing: an end further away is a slip of the pen.
_LONGEST = timedelta(hours=8)
_LONGEST_LINE = 60
_YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day and the IANA zone it names, if it names one."""

    time: time
    zone: str | None


def clock_time(line: str) -> ClockTime | None:
    """The time that fills this line alone."""
    if len(line) > _LONGEST_LINE:
        return None
    match = _TIME.fullmatch(line)
    if match is None or not (match["half"] or match["minute"]):
        return None
    name = match["zone"] or ""
    if name and not (name.upper() in ZONES or name.isupper() or name.lower() == "local"):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
    if hour > 23 or minute > 59:
        return None
    return ClockTime(time(hour, minute), ZONES.get(name.upper()))


def date_in(text: str) -> date | None:
    """The first date in the text, `July 30, 2024` or `2024-07-30`."""
    for match in _DATE.finditer(text):
        month = _MONTHS.index(match[1].capitalize()) + 1
        if found := _date(int(match[3]), month, int(match[2])):
            return found
    for match in _ISO_DATE.finditer(text):
        if found := _date(int(match[1]), int(match[2]), int(match[3])):
            return found
    return None


def session_times(
    day: date | None, starts: ClockTime | None, ends: ClockTime | None
) -> tuple[str, datetime | None, datetime | None]:
    """Zone, start and end. An end before its start is on the day after; one too far is unknown."""
    zone = (starts and starts.zone) or (ends and ends.zone) or UTC
    starts_at = _at(day, starts, zone)
    ends_at = _at(day, ends, zone)
    if starts_at and ends_at:
        if ends_at <= starts_at:
            ends_at += timedelta(days=1)
        if ends_at - starts_at > _LONGEST:
            ends_at = None
    return zone, starts_at, ends_at


def _at(day: date | None, clock: ClockTime | None, zone: str) -> datetime | None:
    if day is None or clock is None:
        return None
    return datetime.combine(day, clock.time, ZoneInfo(clock.zone or zone))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
