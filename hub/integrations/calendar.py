"""The agenda as a calendar that other programs follow (iCalendar, RFC 5545)."""

from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.briefing import Briefing
from hub.store.screens import front_screen
from hub.web.house import house, now

# How long a briefing is entered for: its end is not planned.
LENGTH = timedelta(hours=1)


async def agenda(request: Request) -> Response:
    """GET /agenda.ics: what is live and what comes, for the public."""
    at = house(request)
    screen = await at.database.read(lambda session: front_screen(session, public_only=True))
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{at.centre}//hub//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", at.centre)
    for briefing in (*screen.live, *screen.coming):
        calendar.add_component(_entry(briefing, at.public_url))
    calendar.add_missing_timezones()
    return Response(
        calendar.to_ical(),
        media_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


def _entry(briefing: Briefing, base: str) -> icalendar.Event:
    starts = briefing.scheduled_at.astimezone(ZoneInfo(briefing.zone))
    entry = icalendar.Event()
    entry.add("uid", f"{briefing.slug}@{urlsplit(base).hostname}")
    entry.add("dtstamp", now())
    entry.add("dtstart", starts)
    entry.add("dtend", starts + LENGTH)
    entry.add("summary", briefing.title)
    entry.add("location", briefing.place)
    entry.add("url", f"{base}/briefings/{briefing.slug}")
    return entry
