"""Questions and a briefing of one's own, without a database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hub.domain import asking, desk
from hub.domain.asking import Ask
from hub.domain.audience import Audience, EventKind, Role
from hub.domain.briefing import Briefing, BriefingState, even, new_seed
from hub.domain.lineup import Lineup
from hub.domain.person import Category, Outlet, Person
from hub.domain.question import Question
from hub.domain.question_state import (
    OPEN,
    QuestionState,
    Shown,
)

NOW = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
OUTLET = Outlet(id=1, name="Delta Wire", folded="delta wire", category=Category.FOREIGN)
ANA = Person(id=1, name="Ana Brito", role=Role.JOURNALIST, outlet_id=1, outlet=OUTLET)
MILAN = Person(id=2, name="Milan Horák", role=Role.MODERATOR, outlet_id=None, outlet=None)
NORA = Person(id=3, name="Nora Blum", role=Role.MODERATOR, outlet_id=None, outlet=None)
NOBODY = Lineup((), (), ())

PUBLIC, ROOM, PODIUM, DESK = Audience
A = QuestionState


def briefing(**more: object) -> Briefing:
    return Briefing(
        **{
            "id": 1, "slug": "storm", "state": BriefingState.LIVE, "number": 0, "heads": {},
            "shown": Shown.ALL, "person_limit": 3, "outlet_limit": 6, "proportion": even(),
            "seed": new_seed(), **more,
        }
    )  # fmt: skip


def asked(at: Briefing, words: str = "When?", *, number: int = 1) -> Question:
    question = asking.ask(
        at,
        Ask(words=words, language="en", zone="UTC"),
        number=number,
        waiting=0,
        of_outlet=0,
        twins={},
        said={},
        by=ANA,
        now=NOW,
    )
    question.id = number
    return question


def approved(at: Briefing, *, number: int = 1) -> Question:
    question = asked(at, number=number)
    desk.approve(at, question, alias="A", by=MILAN, now=NOW)
    return question


def called(at: Briefing) -> Question:
    question = approved(at)
    desk.call(at, question, Lineup([question], (), ()), "", by=MILAN, now=NOW)
    return question


def standing(question: Question) -> tuple[A, int | None, datetime | None]:
    return question.state, question.call_number, question.called_at


def last(at: Briefing) -> tuple[EventKind, set[str]]:
    return at.recorded[-1].kind, set(at.recorded[-1].numbers)


Verb = Callable[[Briefing, Question], object]
SOON = NOW + timedelta(hours=5)
VERBS: dict[str, tuple[Verb, set[A], A]] = {
    "edit": (
        lambda at, one: asking.edit(
            at, one, Ask(words="Where?", language="en", zone="UTC"), by=ANA, now=NOW
        ),
        {A.ASKED, A.APPROVED},
        A.ASKED,
    ),
    "withdraw": (
        lambda at, one: asking.withdraw(at, one, by=ANA, now=NOW),
        {A.ASKED, A.APPROVED},
        A.WITHDRAWN,
    ),
    "approve": (
        lambda at, one: desk.approve(at, one, alias="A", by=MILAN, now=NOW),
        {A.ASKED},
        A.APPROVED,
    ),
    "decline": (
        lambda at, one: desk.decline(at, one, "private", "", by=MILAN, now=NOW),
        set(OPEN),
        A.DECLINED,
    ),
    "merge": (
        lambda at, one: desk.merge(at, one, asked(at, number=9), by=MILAN, now=NOW),
        {A.ASKED, A.APPROVED},
        A.MERGED,
    ),
    "call": (
        lambda at, one: desk.call(at, one, NOBODY, "", by=MILAN, now=NOW),
        {A.APPROVED},
        A.CALLED,
    ),
    "call a new one": (
        lambda at, one: desk.approve_and_call(
            at, one, lambda: NOBODY, "", alias="A", by=MILAN, now=NOW
        ),
        {A.ASKED},
        A.CALLED,
    ),
    "answer aloud": (
        lambda at, one: desk.answer_aloud(at, one, "", by=MILAN, now=NOW),
        {A.CALLED},
        A.ANSWERED,
    ),
    "take": (
        lambda at, one: desk.take(at, one, "Sở Y tế", SOON, by=MILAN, now=NOW),
        set(OPEN),
        A.TAKEN,
    ),
    "refer": (lambda at, one: desk.refer(at, one, "Bộ", by=MILAN, now=NOW), set(OPEN), A.REFERRED),
    "appeal": (
        lambda at, one: asking.appeal(at, one, "Why not?", by=ANA, now=NOW),
        {A.DECLINED},
        A.DECLINED,
    ),
}
