"""How many questions each outlet asked in a season, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from hub.domain.briefing import Briefing, BriefingState
from hub.domain.person import Category, Outlet
from hub.domain.question import Question
from hub.domain.question_state import QuestionState


@dataclass(frozen=True, slots=True)
class Tally:
    """Questions of one outlet; `name` is empty for those who have none."""

    name: str
    category: Category
    asked: int
    called: int
    answered: int


def season(session: Session, year: int, *, public_only: bool) -> tuple[int, Sequence[Tally]]:
    """Of the briefings closed in this year (UTC): how many, and the tallies, most asked first.

    Only closed ones: while one lasts, a number that grows would tell of a question that the desk
    has not approved.
    """
    closed: list[ColumnElement[bool]] = [
        Briefing.state == BriefingState.CLOSED,
        Briefing.closed_at >= datetime(year, 1, 1, tzinfo=UTC),
        Briefing.closed_at < datetime(year + 1, 1, 1, tzinfo=UTC),
    ]
    if public_only:
        closed.append(Briefing.public.is_(True))
    briefings = session.scalar(select(func.count()).select_from(Briefing).where(*closed)) or 0
    asked = func.count(Question.id)
    rows = session.execute(
        select(
            func.coalesce(Outlet.name, ""),
            Question.category,
            asked,
            func.count(Question.call_number),
            func.sum(case((Question.state == QuestionState.ANSWERED, 1), else_=0)),
        )
        .join(Briefing, Briefing.id == Question.briefing_id)
        .outerjoin(Outlet, Outlet.id == Question.outlet_id)
        .where(*closed)
        .group_by(Outlet.id, Outlet.name, Question.category)
        .order_by(asked.desc(), Outlet.name)
    )
    return briefings, [Tally(*row) for row in rows]


def by_category(tallies: Sequence[Tally]) -> list[Tally]:
    """The same without the outlets."""
    found = []
    for category in Category:
        of = [tally for tally in tallies if tally.category == category]
        asked, called = sum(one.asked for one in of), sum(one.called for one in of)
        found.append(Tally("", category, asked, called, sum(one.answered for one in of)))
    return found
