"""What an audience may see of questions: the same door as hub.live.seen, for what is asked.

Who asked is known at the desk, and at the podium once the question is called; nobody else is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.message import Message
from hub.domain.order import Place
from hub.domain.person import Category
from hub.domain.question import Question
from hub.domain.question_state import QuestionState, Shown, sees_question
from hub.live.seen_order import SeenOrder, seen_order
from hub.store.questions import FIRST, Floor

NEXT = 3
"""Who is next, as the podium sees it."""

QUEUE = FIRST
"""Who is next, as the room sees it: the others are counted, and stand on a page of their own."""


@dataclass(frozen=True, slots=True)
class SeenAsker:
    """Who asked. `outlet` is empty for somebody without one."""

    name: str
    outlet: str
    category: Category


@dataclass(frozen=True, slots=True)
class SeenBehind:
    """Who stands behind a question: how many `askers` of how many `outlets`, its own included, and
    the `others`, whose questions were merged into it: name and outlet, each once."""

    askers: int
    outlets: int
    others: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SeenDesk:
    """What only the desk sees of a question, beside its asker. `twins`: questions, and `said`:
    updates, as numbers by reference; `moved_for`: the code of why it was moved."""

    revision: int
    alias: str | None
    note: str
    appeal: str | None
    upheld: bool
    held_by: str | None
    held_at: datetime | None
    acted_by: str | None
    into: int | None
    twins: dict[str, int]
    said: dict[str, int]
    behind: SeenBehind | None
    moved_for: str | None
    appealed_at: datetime | None
    edited: bool


@dataclass(frozen=True, slots=True)
class SeenQuestion:
    """A question. `number` is the desk's; outside desk and podium it is 0 and there is no asker."""

    ref: str
    state: QuestionState
    words: str
    language: str
    category: Category | None
    asked_at: datetime
    approved_at: datetime | None
    called_at: datetime | None
    ended_at: datetime | None
    number: int
    speaks: bool
    files_at: datetime | None
    zone: str
    follows: str | None
    reason: str | None
    department: str | None
    due_at: datetime | None
    answer: str | None
    asker: SeenAsker | None
    desk: SeenDesk | None


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """A question that waits, from 1, and why it stands there."""

    index: int
    round: int
    turn: int
    called_before: int
    moved: bool
    question: SeenQuestion


@dataclass(frozen=True, slots=True)
class SeenSettings:
    """What the briefing says of its questions, as the desk sets it."""

    shown: Shown
    person_limit: int
    outlet_limit: int
    proportion: dict[str, int]


@dataclass(frozen=True, slots=True)
class SeenFloor:
    """The questions of a briefing now. `more`: how many wait beyond those in `line`.

    The desk's alone: the `order` of all who wait, and the `settings`.
    """

    shown: Shown
    called: Sequence[SeenQuestion]
    line: Sequence[SeenPlace]
    more: int
    taken: Sequence[SeenQuestion]
    order: SeenOrder | None
    settings: SeenSettings | None


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message from the desk to the podium."""

    ref: str
    words: str
    by: str
    at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None


def seen_question(
    question: Question, briefing: Briefing, audience: Audience
) -> SeenQuestion | None:
    """The question as this audience may see it; None: it may not."""
    if audience not in sees_question(question.state, briefing.shown):
        return None
    desk = audience == Audience.DESK
    stage = desk or audience == Audience.PODIUM
    named = desk or (stage and question.state != QuestionState.APPROVED)
    return SeenQuestion(
        ref=question.ref,
        state=question.state,
        words=question.words,
        language=question.language,
        category=question.category if stage else None,
        asked_at=question.asked_at,
        approved_at=question.approved_at,
        called_at=question.called_at,
        ended_at=question.ended_at,
        number=question.number if stage else 0,
        speaks=question.speaks if stage else False,
        files_at=question.files_at if stage else None,
        zone=question.zone if stage else "",
        # It may be one that the room does not see.
        follows=question.follows if stage else None,
        reason=question.reason,
        department=question.department,
        due_at=question.due_at,
        answer=question.answer.ref if question.answer else None,
        asker=seen_asker(question) if named else None,
        desk=_seen_desk(question) if desk else None,
    )


def seen_asker(question: Question) -> SeenAsker:
    """Who asked: for the desk, and where it passes that on."""
    outlet = question.outlet.name if question.outlet else ""
    return SeenAsker(question.asker.name, outlet, question.category)


def seen_floor(floor: Floor, briefing: Briefing, audience: Audience) -> SeenFloor:
    """The questions as this audience may see them."""
    most = {Audience.PODIUM: NEXT, Audience.DESK: 0}.get(audience, QUEUE)
    line = _seen_places(floor.places[:most], floor.first, briefing, audience)
    hidden = audience in (Audience.ROOM, Audience.PUBLIC) and briefing.shown != Shown.ALL
    desk = audience == Audience.DESK
    return SeenFloor(
        shown=briefing.shown,
        called=_seen(floor.called, briefing, audience),
        line=line,
        more=0 if hidden else len(floor.places) - len(line),
        taken=_seen(floor.taken, briefing, audience),
        order=seen_order(floor.places, floor.numbers) if desk else None,
        settings=_seen_settings(briefing) if desk else None,
    )


def seen_places(
    floor: Floor, waiting: Sequence[Question], briefing: Briefing, audience: Audience
) -> list[SeenPlace]:
    """Everybody who waits, in their order, as this audience may see them."""
    return _seen_places(floor.places, waiting, briefing, audience)


def seen_message(message: Message) -> SeenMessage:
    """A message, for the desk and the podium."""
    by = message.acknowledged_by
    return SeenMessage(
        ref=message.ref,
        words=message.words,
        by=message.by.name,
        at=message.at,
        acknowledged_by=by.name if by else None,
        acknowledged_at=message.acknowledged_at,
    )


def _seen_places(
    places: Sequence[Place],
    questions: Sequence[Question],
    briefing: Briefing,
    audience: Audience,
) -> list[SeenPlace]:
    by_ref = {one.ref: one for one in questions}
    return [
        _seen_place(index, place, seen)
        for index, place in enumerate(places, start=1)
        if (seen := seen_question(by_ref[place.ref], briefing, audience)) is not None
    ]


def _seen(
    questions: Sequence[Question], briefing: Briefing, audience: Audience
) -> list[SeenQuestion]:
    seen = [seen_question(one, briefing, audience) for one in questions]
    return [one for one in seen if one is not None]


def _seen_settings(briefing: Briefing) -> SeenSettings:
    return SeenSettings(
        briefing.shown, briefing.person_limit, briefing.outlet_limit, dict(briefing.proportion)
    )


def _seen_place(index: int, place: Place, question: SeenQuestion) -> SeenPlace:
    return SeenPlace(
        index, place.round, place.turn_of_category, place.called_before, place.moved, question
    )


def _seen_behind(question: Question) -> SeenBehind | None:
    own = question.asker.name, question.outlet.name if question.outlet else ""
    # Once each, as they came: whoever asked twice is one.
    merged = dict.fromkeys((one["name"], one["outlet"]) for one in question.behind or [])
    others = [one for one in merged if one != own]
    outlets = {outlet for _, outlet in (own, *others) if outlet}
    return SeenBehind(1 + len(others), len(outlets), others) if others else None


def _seen_desk(question: Question) -> SeenDesk:
    return SeenDesk(
        revision=question.revision,
        alias=question.alias,
        note=question.note,
        appeal=question.appeal,
        upheld=question.upheld_at is not None,
        held_by=question.held_by.name if question.held_by else None,
        held_at=question.held_at,
        acted_by=question.acted_by.name if question.acted_by else None,
        into=question.merged_into.number if question.merged_into else None,
        twins=question.twins or {},
        said=question.said or {},
        behind=_seen_behind(question),
        moved_for=question.moved_for,
        appealed_at=question.appealed_at,
        edited=question.edited_at is not None,
    )
