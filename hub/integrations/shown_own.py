"""What the API gives somebody of their own questions, from hub.live.seen_own."""

from pydantic import AwareDatetime, BaseModel, Field

from hub.domain.question_state import QuestionState
from hub.integrations.shown_questions import (
    Address,
    Number,
    PlaceShown,
    ReasonShown,
    question_url,
    reason_shown,
)
from hub.live.seen_own import OwnPlace, SeenInto, SeenOwn, SeenOwnList


class OwnPlaceShown(PlaceShown):
    """Where it waits among so many, and why."""

    of: Number


class IntoShown(BaseModel):
    """With which question it is asked, as far as the asker may see that one."""

    ref: str | None
    state: QuestionState
    department: str | None
    due_at: AwareDatetime | None
    answer: str | None
    reason: ReasonShown | None


class OwnQuestion(BaseModel):
    """A question of one's own, or of a colleague's where the outlet shares."""

    ref: str
    state: QuestionState
    words: str
    language: str
    asked_at: AwareDatetime
    edited: bool
    speaks: bool
    files_at: AwareDatetime | None
    zone: str
    place: OwnPlaceShown | None = Field(description="Null: it does not wait.")
    called_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    reason: ReasonShown | None
    note: str = Field(description="The desk's words to the asker.")
    department: str | None
    due_at: AwareDatetime | None
    answer: str | None = Field(description="The reference of the update that answers it.")
    into: IntoShown | None
    appeal: str | None
    upheld: bool
    colleague: str | None = Field(description="Whose it is, if not your own.")
    may_change: bool
    may_appeal: bool
    url: Address


class OwnQuestions(BaseModel):
    """Newest first; how many are open, and how many may be."""

    questions: list[OwnQuestion]
    own: Number
    of_outlet: Number
    person_limit: Number
    outlet_limit: Number


def own_shown(seen: SeenOwnList, url: str) -> OwnQuestions:
    """All of them; `url` is the briefing's."""
    return OwnQuestions(
        questions=[_question(one, url) for one in seen.questions],
        own=seen.own,
        of_outlet=seen.of_outlet,
        person_limit=seen.person_limit,
        outlet_limit=seen.outlet_limit,
    )


def _question(seen: SeenOwn, url: str) -> OwnQuestion:
    return OwnQuestion(
        ref=seen.ref,
        state=seen.state,
        words=seen.words,
        language=seen.language,
        asked_at=seen.asked_at,
        edited=seen.edited,
        speaks=seen.speaks,
        files_at=seen.files_at,
        zone=seen.zone,
        place=_place(seen.place) if seen.place else None,
        called_at=seen.called_at,
        ended_at=seen.ended_at,
        reason=reason_shown(seen.reason),
        note=seen.note,
        department=seen.department,
        due_at=seen.due_at,
        answer=seen.answer,
        into=_into(seen.into) if seen.into else None,
        appeal=seen.appeal,
        upheld=seen.upheld_at is not None,
        colleague=seen.colleague,
        may_change=seen.may_change,
        may_appeal=seen.may_appeal,
        url=question_url(url, seen.ref),
    )


def _place(seen: OwnPlace) -> OwnPlaceShown:
    return OwnPlaceShown(
        index=seen.index,
        of=seen.of,
        round=seen.round,
        turn=seen.turn,
        called_before=seen.called_before,
        moved=seen.moved,
    )


def _into(seen: SeenInto) -> IntoShown:
    return IntoShown(
        ref=seen.ref or None,
        state=seen.state,
        department=seen.department,
        due_at=seen.due_at,
        answer=seen.answer,
        reason=reason_shown(seen.reason),
    )
