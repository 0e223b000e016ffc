"""What an asker does: asks, says it otherwise, takes it back, appeals."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm.attributes import set_committed_value

from hub.domain.audience import EventKind
from hub.domain.base import new_ref
from hub.domain.briefing import Briefing, BriefingState
from hub.domain.errors import N_, BriefingClosed, WrongState
from hub.domain.lineup import recorded_act
from hub.domain.person import Category, Person
from hub.domain.question import Question, clean_question
from hub.domain.question_state import QuestionState


class TooManyQuestions(WrongState):
    says = N_(
        "%(waiting)d questions of yours wait already, and the limit is %(limit)d. "
        "Withdraw one, or wait until one is called."
    )


class TooManyOfOutlet(WrongState):
    says = N_(
        "%(waiting)d questions of your outlet wait already, and the limit is %(limit)d. "
        "Withdraw one, or wait until one is called."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question before it is asked."""

    words: str
    language: str
    zone: str
    files_at: datetime | None = None
    speaks: bool = False
    follows: str | None = None


def ask(
    briefing: Briefing,
    what: Ask,
    *,
    number: int,
    waiting: int,
    of_outlet: int,
    twins: dict[str, int],
    said: dict[str, int],
    by: Person,
    now: datetime,
) -> Question:
    """Asks, as the desk's `number`-th. `waiting` and `of_outlet`: how many open ones the asker
    and their outlet have; `twins`: likely duplicates; `said`: what likely says it already.

    Raises BriefingClosed, TooManyQuestions, TooManyOfOutlet, Invalid.
    """
    if briefing.state == BriefingState.CLOSED:
        raise BriefingClosed
    if waiting >= briefing.person_limit:
        raise TooManyQuestions(waiting=waiting, limit=briefing.person_limit)
    if of_outlet >= briefing.outlet_limit:
        raise TooManyOfOutlet(waiting=of_outlet, limit=briefing.outlet_limit)
    question = Question(
        briefing_id=briefing.id,
        ref=new_ref(),
        number=number,
        state=QuestionState.ASKED,
        revision=1,
        asker_id=by.id,
        outlet_id=by.outlet_id,
        category=by.outlet.category if by.outlet else Category.LOCAL,
        language=what.language,
        words=clean_question(what.words),
        follows=what.follows,
        speaks=what.speaks,
        files_at=what.files_at,
        zone=what.zone,
        asked_at=now,
        note="",
        twins=twins,
        said=said,
    )
    for name, value in (("asker", by), ("outlet", by.outlet), ("held_by", None)):
        set_committed_value(question, name, value)
    briefing.record(EventKind.ASKED, by=by, now=now, question=question)
    return question


def edit(briefing: Briefing, question: Question, what: Ask, *, by: Person, now: datetime) -> None:
    """The asker says it otherwise. Raises NotWaiting, Invalid."""
    recorded_act(
        briefing, question, EventKind.EDITED,
        lambda: question.edit(
            what.words, files_at=what.files_at, speaks=what.speaks, now=now
        ),
        by=by, now=now,
    )  # fmt: skip


def withdraw(briefing: Briefing, question: Question, *, by: Person, now: datetime) -> None:
    """The asker takes it back. Raises NotWaiting."""
    recorded_act(
        briefing, question, EventKind.WITHDRAWN, lambda: question.withdraw(now=now), by=by, now=now
    )


def appeal(
    briefing: Briefing, question: Question, words: str, *, by: Person, now: datetime
) -> None:
    """The asker wants it looked at again. Raises NotWaiting, AppealedBefore, Invalid."""
    question.appeal_against(words, now=now)
    briefing.record(EventKind.APPEALED, by=by, now=now, question=question)
