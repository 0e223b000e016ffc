"""Hundreds of questions at once, of two outlets, in one commit."""

from sqlalchemy.orm import Session

from hub.domain import asking, desk
from hub.store.finding import briefing_at
from tests.cast import ANA, BAO, MILAN
from tests.centre import SLUG, Centre, now
from tests.desk_acts import WHEN


async def crowd(centre: Centre, many: int, *, approved: bool = False) -> None:
    """So many questions that are new, or wait for their turn."""
    milan = centre.people[MILAN.name]

    def act(session: Session) -> None:
        briefing = briefing_at(session, SLUG, lock=True)
        briefing.person_limit = briefing.outlet_limit = 2 * many
        for number in range(1, many + 1):
            by = centre.people[(ANA, BAO)[number % 2].name]
            question = asking.ask(
                briefing,
                WHEN,
                number=number,
                waiting=0,
                of_outlet=0,
                twins={},
                said={},
                by=by,
                now=now(),
            )
            session.add(question)
            if approved:
                session.flush()
                desk.approve(briefing, question, alias="AB"[number % 2], by=milan, now=now())

    await centre.do(act)
