"""What the API gives of questions to those who run the briefing: the podium and the desk."""

from collections.abc import Sequence
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.person import Category
from hub.domain.question import Question
from hub.domain.question_state import Shown
from hub.integrations.shown_questions import (
    Number,
    PlaceShown,
    QuestionShown,
    facts_of,
    place_at,
    place_of,
)
from hub.live.seen_questions import (
    SeenMessage,
    SeenQuestion,
    seen_floor,
    seen_message,
    seen_question,
)
from hub.store.screens import DeskScreen, PodiumScreen


class AskerShown(BaseModel):
    """Who asked."""

    name: str
    outlet: str
    category: Category


class PodiumQuestion(QuestionShown):
    """A question as the podium sees it: who asked once it is called."""

    number: Number
    category: Category | None
    speaks: bool
    files_at: AwareDatetime | None
    zone: str
    asker: AskerShown | None


class BehindShown(BaseModel):
    """Somebody else whose question was merged into this one."""

    name: str
    outlet: str


class DeskQuestion(PodiumQuestion):
    """A question with all that the desk knows."""

    revision: Number
    alias: str | None = Field(description="The outlet's pseudonym in the order's public log.")
    note: str
    appeal: str | None
    upheld: bool
    held_by: str | None
    acted_by: str | None
    into: int | None = Field(description="The number of the question it is asked with.")
    twins: dict[str, int] = Field(description="Likely duplicates: numbers by reference.")
    said: dict[str, int] = Field(
        description="Updates that likely said it already when it came: numbers by reference."
    )
    behind: list[BehindShown] = Field(description="Who else asks it: merged into it.")
    moved_for: str | None = Field(
        description="The code of why it was moved in the order; `undone`: put back."
    )
    edited: bool


class MessageShown(BaseModel):
    """A message from the desk to the podium."""

    ref: str
    words: str
    by: str
    at: AwareDatetime
    acknowledged_by: str | None
    acknowledged_at: AwareDatetime | None


class PodiumWaiting(PlaceShown):
    """Who is next, as the podium sees it."""

    question: PodiumQuestion


class PodiumNow(BaseModel):
    """What the podium sees of questions."""

    head: Number
    epoch: str
    called: list[PodiumQuestion]
    next: list[PodiumWaiting]
    taken: list[PodiumQuestion]
    messages: list[MessageShown]


class DeskWaiting(PlaceShown):
    """A place in the order."""

    ref: str


class DeskNow(BaseModel):
    """The desk: open questions, oldest first, and the last that ended, newest first."""

    head: Number
    epoch: str
    open: list[DeskQuestion]
    disposed: list[DeskQuestion]
    order: list[DeskWaiting]
    messages: list[MessageShown]
    shown: Shown
    person_limit: int
    outlet_limit: int
    proportion: dict[str, int]


def podium_shown(screen: PodiumScreen, url: str) -> PodiumNow:
    """What the podium sees of questions."""
    floor = seen_floor(screen.floor, screen.briefing, Audience.PODIUM)

    def shown(questions: Sequence[SeenQuestion]) -> list[PodiumQuestion]:
        return [PodiumQuestion(**_stage(one, url)) for one in questions]

    return PodiumNow(
        head=screen.head,
        epoch=screen.epoch,
        called=shown(floor.called),
        next=[
            PodiumWaiting(**place_of(one), question=PodiumQuestion(**_stage(one.question, url)))
            for one in floor.line
        ],
        taken=shown(floor.taken),
        messages=[_message(seen_message(one)) for one in screen.messages],
    )


def desk_shown(screen: DeskScreen, url: str) -> DeskNow:
    """What the desk sees."""
    briefing = screen.briefing
    return DeskNow(
        head=screen.head,
        epoch=screen.epoch,
        open=[desk_question(one, briefing, url) for one in screen.open],
        disposed=[desk_question(one, briefing, url) for one in screen.disposed],
        order=[
            DeskWaiting(ref=one.ref, **dict(place_at(index, one)))
            for index, one in enumerate(screen.floor.places, start=1)
        ],
        messages=[_message(seen_message(one)) for one in screen.messages],
        shown=briefing.shown,
        person_limit=briefing.person_limit,
        outlet_limit=briefing.outlet_limit,
        proportion=briefing.proportion,
    )


def desk_question(question: Question, briefing: Briefing, url: str) -> DeskQuestion:
    """A question for the desk, which sees every one."""
    seen = seen_question(question, briefing, Audience.DESK)
    if seen is None or seen.desk is None:
        raise ValueError("the desk sees every question")
    desk = seen.desk
    return DeskQuestion(
        **_stage(seen, url),
        revision=desk.revision,
        alias=desk.alias,
        note=desk.note,
        appeal=desk.appeal,
        upheld=desk.upheld,
        held_by=desk.held_by,
        acted_by=desk.acted_by,
        into=desk.into,
        twins=desk.twins,
        said=desk.said,
        behind=[
            BehindShown(name=name, outlet=outlet)
            for name, outlet in (desk.behind.others if desk.behind else ())
        ],
        moved_for=desk.moved_for,
        edited=desk.edited,
    )


def _stage(seen: SeenQuestion, url: str) -> dict[str, Any]:
    asker = seen.asker
    return facts_of(seen, url) | {
        "number": seen.number,
        "category": seen.category,
        "speaks": seen.speaks,
        "files_at": seen.files_at,
        "zone": seen.zone,
        "asker": AskerShown(name=asker.name, outlet=asker.outlet, category=asker.category)
        if asker
        else None,
    }


def _message(seen: SeenMessage) -> MessageShown:
    return MessageShown(
        ref=seen.ref,
        words=seen.words,
        by=seen.by,
        at=seen.at,
        acknowledged_by=seen.acknowledged_by,
        acknowledged_at=seen.acknowledged_at,
    )
