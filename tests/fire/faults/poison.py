"""Rows that no hub has written: what they should show cannot be shown, everything else is."""

import httpx2
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.domain.draft import Draft
from hub.store.finding import briefing_at
from hub.store.writing import write_recorded
from tests.cast import VERA
from tests.centre import SLUG, Centre, now
from tests.fire.ground import Ground, stage
from tests.fire.load import COMPLETE_WITHIN

INSTEAD = "cannot be shown"
POISONS = {
    "words that are no table of languages": "UPDATE edition SET words = '\"poison\"' WHERE {it}",
    "words in no language": "UPDATE edition SET words = '{{}}' WHERE {it}",
    "an event about no update": "UPDATE event SET update_id = NULL WHERE {it}",
}


async def a_row_that_breaks_the_renderer(ground: Ground) -> None:
    """Its event says that it cannot be shown, in its place; an alarm says which."""
    async with ground.centre() as centre, ground.workers(centre) as workers:
        async with ground.load(centre, workers) as load:
            for name, statement in POISONS.items():
                with stage(name):
                    n = await _poison(centre, statement)
                    await load.public.upto(n, within=COMPLETE_WITHIN)
                    await load.heals()
                    for worker in workers:
                        async with centre.follow(url=worker.url, after=n - 1, language="en") as ana:
                            event = (await ana.upto(n))[0]
                            assert INSTEAD in event["html"], event
                        assert (await _page(worker.url)).status_code == 200
            for worker in workers:
                assert "cannot" in worker.log


async def _poison(centre: Centre, statement: str) -> int:
    """Published and spoilt in one commit; returns the public's number."""

    def act(session: Session) -> int:
        briefing = briefing_at(session, SLUG, lock=True)
        draft = Draft(words={"": "Good words."})
        update = briefing.publish(draft, by=centre.people[VERA.name], now=now())
        write_recorded(session)
        session.execute(text(statement.format(it=f"update_id = {update.id}")))
        n: int = update.published_n["public"]
        return n

    return await centre.do(act)


async def _page(url: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False) as client:
        return await client.get(f"{url}/briefings/{SLUG}")
