"""What the API takes of questions. The limits are those of the domain."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from hub.domain import asking, desk
from hub.domain.briefing import Briefing
from hub.domain.errors import N_, Invalid
from hub.domain.message import MESSAGE_LIMIT
from hub.domain.person import Category, Person
from hub.domain.question import NOTE_LIMIT, QUESTION_LIMIT, Question
from hub.domain.question_state import Shown
from hub.domain.reason import DECLINED, OUT_OF_TURN
from hub.domain.working_time import OFFICE
from hub.integrations.schemas import Closed, Language, Moment, Name, Ref, Zone
from hub.store import acts
from hub.web.promise import HOURS_LIMIT, USUAL_HOURS

_AT_ONCE = 200
_REVISIONS = 1_000_000


def _among(codes: Collection[str]) -> Any:
    def known(code: str) -> str:
        if code not in codes:
            raise ValueError(f"One of {', '.join(codes)}")
        return code

    return AfterValidator(known)


Words = Annotated[str, Field(min_length=1, max_length=QUESTION_LIMIT, pattern=r"\S")]
Note = Annotated[str, Field(max_length=NOTE_LIMIT)]
WhyNot = Annotated[
    str, _among(DECLINED), WithJsonSchema({"type": "string", "enum": list(DECLINED)})
]
OutOfTurn = Annotated[
    str, _among(OUT_OF_TURN), WithJsonSchema({"type": "string", "enum": list(OUT_OF_TURN)})
]
Limit = Annotated[int, Field(ge=1, le=99)]
Weight = Annotated[int, Field(ge=1, le=desk.WEIGHT_LIMIT)]


class QuestionWords(Closed):
    """A question as it should read; of what is left out there is nothing."""

    words: Words = Field(description="The question, in plain words.")
    files_at: Moment | None = Field(None, description="When you file; it counts in the order.")
    speaks: bool = Field(False, description="Whether to wait for you to speak; else it is read.")


class NewQuestion(QuestionWords):
    """A question to ask."""

    language: Language | None = Field(
        None, description="The language of the words; left out: the briefing's."
    )
    zone: Zone | None = Field(
        None, description="Where you file: an IANA time zone; left out: the briefing's."
    )
    follows: Ref | None = Field(
        None, description="The reference of a question or an update that this one follows up."
    )

    def asked(self, briefing: Briefing) -> asking.Ask:
        """As the domain takes it."""
        return asking.Ask(
            words=self.words,
            language=self.language or briefing.language,
            zone=self.zone or briefing.zone,
            files_at=self.files_at,
            speaks=self.speaks,
            follows=self.follows,
        )


class Appeal(Closed):
    """Why to look at it again. Once a question."""

    words: Annotated[str, Field(min_length=1, max_length=NOTE_LIMIT, pattern=r"\S")]


class Act(Closed):
    """An act on a question as it was read."""

    revision: Annotated[int, Field(ge=1, le=_REVISIONS)] | None = Field(
        None,
        description="The revision that you read. Where another stands meanwhile: 409, and what "
        "has become of it.",
    )


class Refusing(Act):
    """Why a question is declined."""

    reason: WhyNot = Field(description="A code that cites an article of the regulation.")
    note: Note = Field("", description="For the asker.")


class Upholding(Act):
    """Why it stays declined."""

    note: Annotated[str, Field(min_length=1, max_length=NOTE_LIMIT, pattern=r"\S")]


class Merging(Act):
    """With which it is asked together."""

    into: Ref = Field(description="The reference of the question that is asked.")


class Calling(Act):
    """To give it the floor."""

    reason: OutOfTurn | None = Field(
        None, description="Needed where another question is first by the published order."
    )


class SpokenAnswer(Act):
    """That it was answered aloud."""

    note: Note = Field("", description="For the asker.")


class Moving(Act):
    """To put it elsewhere in the order."""

    before: Ref | None = Field(None, description="Before this one; left out: at the end.")
    reason: OutOfTurn


class Promising(Act):
    """Who answers in writing, and by when."""

    department: Name
    due_at: Moment | None = Field(None, description="By when; left out: after `hours`.")
    hours: Annotated[int, Field(ge=1, le=HOURS_LIMIT)] | None = Field(
        None,
        description=f"Working hours, by the regulation's calendar; left out: {USUAL_HOURS}.",
    )

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.due_at is not None and self.hours is not None:
            raise ValueError("Give due_at or hours, not both")
        return self

    def due(self, now: datetime) -> datetime:
        """By when it is promised. Raises Invalid for a time that has passed."""
        if self.due_at is not None and self.due_at <= now:
            raise Invalid("due_at", N_("Name a time to come."))
        return self.due_at or OFFICE.due(now, self.hours or USUAL_HOURS)


class Referring(Act):
    """Which body has to answer."""

    body: Name


class Several(Closed):
    """Questions that are declined with one reason, all or none."""

    questions: Annotated[list[Ref], Field(min_length=1, max_length=_AT_ONCE)]
    reason: WhyNot
    note: Note = ""


class NewMessage(Closed):
    """A few words to the podium."""

    words: Annotated[str, Field(min_length=1, max_length=MESSAGE_LIMIT, pattern=r"\S")]


class Settings(Closed):
    """The desk's settings; what is left out stays."""

    shown: Shown | None = Field(None, description="Which waiting questions everybody sees.")
    person_limit: Limit | None = Field(None, description="Open questions a person may have.")
    outlet_limit: Limit | None = Field(None, description="Open questions an outlet may have.")
    proportion: dict[Category, Weight] | None = Field(
        None, description="Turns of each category beside the others; once begun it stays."
    )


class End(Closed):
    """What becomes of an open question: exactly one of the three."""

    take: Promising | None = None
    refer: Referring | None = None
    decline: Refusing | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if sum(end is not None for end in (self.take, self.refer, self.decline)) != 1:
            raise ValueError("Give one of take, refer, decline")
        return self

    def disposition(self) -> acts.Disposition:
        """As the store takes it."""

        def dispose(briefing: Briefing, question: Question, *, by: Person, now: datetime) -> None:
            end = self.take or self.refer or self.decline
            question.read_as(end.revision if end else None)
            if self.take:
                due = self.take.due(now)
                desk.take(briefing, question, self.take.department, due, by=by, now=now)
            elif self.refer:
                desk.refer(briefing, question, self.refer.body, by=by, now=now)
            elif self.decline:
                reason, note = self.decline.reason, self.decline.note
                desk.decline(briefing, question, reason, note, by=by, now=now)

        return dispose


class Disposition(End):
    """The end of one question."""

    question: Ref


class Closing(Closed):
    """The end of a briefing, and of every question that is open still."""

    dispositions: Annotated[list[Disposition], Field(max_length=1_000)] = Field(
        default_factory=list, description="What becomes of these questions."
    )
    rest: End | None = Field(
        None, description="What becomes of all others; left out: there must be none."
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        refs = [one.question for one in self.dispositions]
        if len(set(refs)) < len(refs):
            raise ValueError("Dispose of each question once")
        return self
