"""What the API gives of questions to everybody."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.order import Place
from hub.domain.question import Question
from hub.domain.question_state import QuestionState, Shown
from hub.domain.reason import REASONS, Reason
from hub.live.seen_questions import SeenPlace, SeenQuestion, seen_places, seen_question
from hub.store.questions import Floor

Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Number = Annotated[int, Field(ge=0)]


class Asked(BaseModel):
    """A question as its asker has left it."""

    ref: str = Field(description="The question's reference.")
    state: QuestionState
    url: Address


class Acted(Asked):
    """A question as it stands after an act of the desk."""

    number: Number = Field(description="As the desk counts: Q-24.")
    revision: Number = Field(description="To be sent with the next act on it.")


class Sent(BaseModel):
    """A message to the podium."""

    ref: str
    url: Address


class ReasonShown(BaseModel):
    """Why a question ended as it did."""

    code: str
    article: str = Field(description="Of the regulation.")
    says: str


class QuestionShown(BaseModel):
    """A question as everybody may see it. Who asked, nobody is told."""

    ref: str
    state: QuestionState
    words: str
    language: str
    asked_at: AwareDatetime
    approved_at: AwareDatetime | None
    called_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    follows: str | None
    reason: ReasonShown | None
    department: str | None = Field(description="Who has to answer a taken or referred question.")
    due_at: AwareDatetime | None
    answer: str | None = Field(description="The reference of the update that answers it.")
    url: Address


class PlaceShown(BaseModel):
    """Where a question waits, from 1, and why."""

    index: Number
    round: Number
    turn: Number = Field(description="The how many-th of its category in this round.")
    called_before: Number = Field(description="How often its outlet has been called.")
    moved: bool = Field(description="Whether the desk has put it there.")


class WaitingShown(PlaceShown):
    """A question in line."""

    question: QuestionShown


class Queue(BaseModel):
    """The questions of a briefing as everybody may see them."""

    shown: Shown = Field(description="Which questions that wait or have the floor are shown.")
    called: list[QuestionShown]
    next: list[WaitingShown]
    taken: list[QuestionShown]


def question_shown(seen: SeenQuestion, url: str) -> QuestionShown:
    """A question as everybody sees it; `url` is the briefing's."""
    return QuestionShown(**facts_of(seen, url))


def queue_shown(floor: Floor, waiting: Sequence[Question], briefing: Briefing, url: str) -> Queue:
    """The public queue, with all who wait."""

    def shown(questions: Sequence[Question]) -> list[QuestionShown]:
        seen = (seen_question(one, briefing, Audience.PUBLIC) for one in questions)
        return [question_shown(one, url) for one in seen if one is not None]

    return Queue(
        shown=briefing.shown,
        called=shown(floor.called),
        next=[
            WaitingShown(**place_of(one), question=question_shown(one.question, url))
            for one in seen_places(floor, waiting, briefing, Audience.PUBLIC)
        ],
        taken=shown(floor.taken),
    )


def question_url(url: str, ref: str) -> str:
    """The permalink of a question; `url` is the briefing's."""
    return f"{url}/questions/{ref}"


def facts_of(seen: SeenQuestion, url: str) -> dict[str, Any]:
    names = QuestionShown.model_fields.keys() - {"reason", "url"}
    return {name: getattr(seen, name) for name in names} | {
        "reason": reason_shown(REASONS.get(seen.reason or "")),
        "url": question_url(url, seen.ref),
    }


def reason_shown(reason: Reason | None) -> ReasonShown | None:
    """A reason in words."""
    if reason is None:
        return None
    return ReasonShown(code=reason.code, article=reason.article, says=reason.says)


def place_of(seen: SeenPlace) -> dict[str, Any]:
    return {name: getattr(seen, name) for name in PlaceShown.model_fields}


def place_at(index: int, place: Place) -> PlaceShown:
    return PlaceShown(
        index=index,
        round=place.round,
        turn=place.turn_of_category,
        called_before=place.called_before,
        moved=place.moved,
    )
