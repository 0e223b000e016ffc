"""The agenda as a calendar."""

from datetime import timedelta

import icalendar

from hub.store.agenda import NewBriefing, add_briefing
from tests.centre import SLUG, now, open_centre


async def test_the_calendar_has_what_is_live_and_what_comes_for_the_public(
    database_url: str,
) -> None:
    async with open_centre(database_url) as centre:
        soon = now() + timedelta(days=2)
        for slug, public in (("evening", True), ("closed-door", False)):
            new = NewBriefing(
                slug=slug, title=slug, scheduled_at=soon, language="vi", public=public,
                zone="Asia/Ho_Chi_Minh", place="Flood Control Hall",
            )  # fmt: skip
            await centre.do(
                lambda session, new=new: add_briefing(session, new, by=None, now=now())  # type: ignore[misc]
            )
        client = await centre.client()
        answer = await client.get("/agenda.ics")
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        calendar = icalendar.Calendar.from_ical(answer.content)
        entries = {str(entry["url"]): entry for entry in calendar.walk("VEVENT")}
        assert set(entries) == {f"{centre.url}/briefings/{SLUG}", f"{centre.url}/briefings/evening"}
        evening = entries[f"{centre.url}/briefings/evening"]
        assert abs(evening.decoded("dtstart") - soon) < timedelta(seconds=1)
        assert evening.decoded("dtstart").tzinfo.key == "Asia/Ho_Chi_Minh"
        assert str(evening["summary"]) == "evening"
        assert len(calendar.walk("VTIMEZONE")) == 1
