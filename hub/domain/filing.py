"""When somebody files: a time of day, on their own clock."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.domain.errors import N_, Invalid

_TIME = re.compile(r"([01]?\d|2[0-3])[:.h]([0-5]\d)")
_ZONE_LIMIT = 64


def next_time(text: str, zone: str, now: datetime) -> datetime | None:
    """The next moment at which it is HH:MM in this IANA zone; None for an empty text.

    Raises Invalid for `files_at` or `zone`.
    """
    here = _zone(zone)
    if not text.strip():
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None or not text.isascii():
        raise Invalid("files_at", N_("Write the time as HH:MM, for example 15:30."))
    local = now.astimezone(here)
    wanted = local.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    if wanted.replace(fold=0).astimezone(UTC) <= now:
        # By the calendar, not by 24 hours: a night may be an hour longer or shorter.
        wanted += timedelta(days=1)
    return wanted.replace(fold=0).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name if len(name) <= _ZONE_LIMIT else "")
    except (KeyError, ValueError, OSError) as unknown:
        raise Invalid(
            "zone", N_("Name an IANA time zone, for example Asia/Ho_Chi_Minh.")
        ) from unknown
