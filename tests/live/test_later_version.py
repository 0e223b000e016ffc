"""A later version runs beside this one and writes what this one has no word for."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.domain.audience import EventKind
from hub.domain.draft import Draft
from hub.store.finding import briefing_at
from hub.store.writing import write_recorded
from tests.cast import ANA, VERA
from tests.centre import SLUG, Centre, now, open_centre

LATER = "question_asked"


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with open_centre(database_url) as centre:
        yield centre


async def something_new(centre: Centre) -> int:
    """Returns its number for the room."""

    def act(session: Session) -> int:
        briefing = briefing_at(session, SLUG, lock=True)
        update = briefing.publish(
            Draft(words={"": "Unheard of."}), by=centre.people[VERA.name], now=now()
        )
        write_recorded(session)
        session.execute(
            text("UPDATE event SET kind = :kind WHERE update_id = :id"),
            {"kind": LATER, "id": update.id},
        )
        n: int = update.published_n["room"]
        return n

    return await centre.do(act)


async def test_it_is_counted_here_and_everything_else_goes_on(centre: Centre) -> None:
    async with centre.follow(actor=ANA) as ana:
        n = await something_new(centre)
        await centre.publish("After it.")
        events = {event["n"]: event["html"] for event in await ana.upto(n + 1)}
    assert events[n] == ""
    assert "After it." in events[n + 1]
    client = await centre.client(ANA)
    page = await client.get(f"/briefings/{SLUG}")
    assert page.status_code == 200
    assert "After it." in page.text
    told = (await (await centre.api(ANA)).get(f"/api/briefings/{SLUG}/events")).json()
    later, after = told["events"][-2:]
    assert (later["kind"], later["update"]) == (LATER, None)
    assert (after["kind"], after["update"]["text"]) == ("published", "After it.")


def test_it_is_none_of_those_that_are_known() -> None:
    assert EventKind(LATER) not in set(EventKind)
    assert EventKind(LATER) == LATER
