"""What an update answers: a question that has the floor, or one that was promised an answer."""

from sqlalchemy.orm import Session

from hub.domain.briefing import Briefing
from hub.domain.errors import N_, Invalid, NotFound, Refusal, WrongState
from hub.domain.question import Question
from hub.domain.question_state import NotWaiting, QuestionState
from hub.store.questions import question_of

_TO_BE_ANSWERED = frozenset({QuestionState.CALLED, QuestionState.TAKEN})


class NotToBeAnswered(WrongState):
    # Alike whether it has ended, was never called, or is none: the podium learns no more.
    says = N_(
        "The question that this answers is not open any more. Your words are kept: publish them "
        "as they are, or choose another question."
    )


def as_told(refusal: Refusal) -> Refusal:
    """A refusal to publish, as the podium is told of it."""
    named = isinstance(refusal, Invalid) and refusal.field == "answers"
    return NotToBeAnswered() if named or isinstance(refusal, NotWaiting) else refusal


def question_to_answer(session: Session, briefing: Briefing, ref: str) -> Question | None:
    """The question of this reference, if an update may answer it now."""
    try:
        question = question_of(session, briefing, ref) if ref else None
    except NotFound:
        return None
    return question if question and question.state in _TO_BE_ANSWERED else None
