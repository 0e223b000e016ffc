"""The desk, for programs: what a moderator does with questions. Each act names what was read."""

from typing import Any

from sqlalchemy.orm import Session

from hub.domain import desk
from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.errors import N_, Invalid, NotFound
from hub.domain.question import Question
from hub.domain.question_state import sees_question
from hub.integrations.briefings import BRIEFING
from hub.integrations.operation import DESK, PODIUM, Ask, reads, writes
from hub.integrations.questions import QUESTION
from hub.integrations.reach import briefing_of, briefing_url, change
from hub.integrations.schemas import Nothing
from hub.integrations.schemas_questions import (
    Act,
    Calling,
    Merging,
    Moving,
    NewMessage,
    Promising,
    Referring,
    Refusing,
    Settings,
    Several,
    SpokenAnswer,
    Upholding,
)
from hub.integrations.shown_desk import DeskNow, DeskQuestion, desk_question, desk_shown
from hub.integrations.shown_questions import Acted, Sent, question_url
from hub.store import desk as acts
from hub.store.acts import Answer
from hub.store.questions import alias_of, lineup, question_at, question_of
from hub.store.screens import desk_screen
from hub.web.house import now

AT_DESK = f"{BRIEFING}/desk"


@reads(f"{AT_DESK}/questions", takes=Nothing, gives=DeskNow, needs=DESK)
async def read_desk(ask: Ask[Nothing]) -> DeskNow:
    """All open questions, the last that ended, the order, the messages and the settings."""

    def look(db: Session) -> DeskNow:
        return desk_shown(desk_screen(db, ask.slug), briefing_url(ask))

    return await ask.house.database.read(look)


@reads(f"{AT_DESK}/questions/{{ref}}", takes=Nothing, gives=DeskQuestion, needs=DESK)
async def read_desk_question(ask: Ask[Nothing]) -> DeskQuestion:
    """A question with all that the desk knows."""

    def look(db: Session) -> DeskQuestion:
        briefing, question = question_at(db, ask.slug, ask.ref)
        return desk_question(question, briefing, briefing_url(ask))

    return await ask.house.database.read(look)


@writes(f"{QUESTION}/approval", takes=Act, gives=Acted, needs=DESK)
async def approve(ask: Ask[Act]) -> Acted:
    """Let a question wait for its turn; after an appeal also one that was declined."""

    def verb(db: Session, briefing: Briefing, question: Question) -> None:
        alias = alias_of(db, question)
        desk.approve(briefing, question, alias=alias, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{QUESTION}/decline", takes=Refusing, gives=Acted, needs=DESK)
async def decline(ask: Ask[Refusing]) -> Acted:
    """Decline a question, with a reason that cites an article. The asker is told."""
    given = ask.given

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        desk.decline(briefing, question, given.reason, given.note, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{AT_DESK}/declines", takes=Several, needs=DESK)
async def decline_several(ask: Ask[Several]) -> None:
    """Decline several questions with one reason, all or none."""
    given = ask.given
    await ask.house.database.read(lambda db: briefing_of(ask, db))
    try:
        await acts.decline_all(
            ask.house.database,
            ask.slug,
            given.questions,
            given.reason,
            given.note,
            key=ask.key,
            by=ask.person,
            now=now(),
        )
    except NotFound:
        raise _unknown("questions") from None


@writes(f"{QUESTION}/upholding", takes=Upholding, gives=Acted, needs=DESK)
async def uphold(ask: Ask[Upholding]) -> Acted:
    """After an appeal: it stays declined, and why."""

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        desk.uphold(briefing, question, ask.given.note, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{QUESTION}/merge", takes=Merging, gives=Acted, needs=DESK)
async def merge(ask: Ask[Merging]) -> Acted:
    """Ask a question together with another one. Both askers stay informed."""

    def verb(db: Session, briefing: Briefing, question: Question) -> None:
        other = _other(db, briefing, ask.given.into)
        desk.merge(briefing, question, other, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{QUESTION}/call", takes=Calling, gives=Acted, needs=DESK)
async def call(ask: Ask[Calling]) -> Acted:
    """Give a question the floor, a new one too. Out of turn only with a reason."""
    reason = ask.given.reason or ""

    def verb(db: Session, briefing: Briefing, question: Question) -> None:
        acts.call(db, briefing, question, reason, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{QUESTION}/spoken-answer", takes=SpokenAnswer, gives=Acted, needs=DESK)
async def answered_aloud(ask: Ask[SpokenAnswer]) -> Acted:
    """Tell that a called question was answered aloud, with no update that says so."""

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        desk.answer_aloud(briefing, question, ask.given.note, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{QUESTION}/move", takes=Moving, gives=Acted, needs=DESK)
async def move(ask: Ask[Moving]) -> Acted:
    """Put a question that waits to another place, for a reason that the order's log tells."""
    given = ask.given

    def verb(db: Session, briefing: Briefing, question: Question) -> None:
        line = lineup(db, briefing.id)
        desk.move(briefing, question, given.before, line, given.reason, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{QUESTION}/taken", takes=Promising, gives=Acted, needs=DESK | PODIUM)
async def take(ask: Ask[Promising]) -> Acted:
    """Promise an answer in writing: who gives it, and by when."""
    given, time = ask.given, now()

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        due = given.due(time)
        desk.take(briefing, question, given.department, due, by=ask.person, now=time)

    return await _act(ask, verb)


@writes(f"{QUESTION}/referral", takes=Referring, gives=Acted, needs=DESK | PODIUM)
async def refer(ask: Ask[Referring]) -> Acted:
    """Name the body that has to answer."""

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        desk.refer(briefing, question, ask.given.body, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{QUESTION}/hold", takes=Act, gives=Acted, needs=DESK)
async def hold(ask: Ask[Act]) -> Acted:
    """Show colleagues that you are at it."""

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        desk.hold(briefing, question, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{QUESTION}/release", takes=Act, gives=Acted, needs=DESK)
async def release(ask: Ask[Act]) -> Acted:
    """Show colleagues that you are not at it any more."""

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        desk.release(briefing, question, by=ask.person, now=now())

    return await _act(ask, verb)


@writes(f"{AT_DESK}/undo", takes=Nothing, gives=Acted, needs=DESK)
async def undo(ask: Ask[Nothing]) -> Acted:
    """Take back your last act, if nobody has acted on that question since."""
    answer = await acts.undo_last(
        ask.house.database, ask.slug, key=ask.key, by=ask.person, now=now()
    )
    return _acted(ask, answer)


@writes(f"{AT_DESK}/messages", takes=NewMessage, gives=Sent, needs=DESK)
async def send_message(ask: Ask[NewMessage]) -> Sent:
    """Send a few words to the podium, which acknowledges them."""
    answer = await acts.message(
        ask.house.database, ask.slug, ask.given.words, key=ask.key, by=ask.person, now=now()
    )
    ref = str(answer["ref"])
    return Sent(ref=ref, url=f"{briefing_url(ask)}/desk#m-{ref}")


@writes(f"{AT_DESK}/settings", takes=Settings, needs=DESK)
async def settle(ask: Ask[Settings]) -> None:
    """Change which questions everybody sees, how many may wait, and the proportion."""
    given = ask.given

    def verb(briefing: Briefing, **who: Any) -> None:
        proportion = given.proportion
        desk.settle(
            briefing,
            shown=given.shown or briefing.shown,
            person_limit=given.person_limit or briefing.person_limit,
            outlet_limit=given.outlet_limit or briefing.outlet_limit,
            proportion={one.value: weight for one, weight in proportion.items()}
            if proportion is not None
            else briefing.proportion,
            **who,
        )

    await change(ask, verb)


async def _act(ask: Ask[Any], verb: acts.Verb) -> Acted:
    audience = Audience.DESK if ask.person.role in DESK else Audience.PODIUM

    def seen(db: Session, briefing: Briefing, question: Question) -> None:
        # Before anything is said of it: the podium may not know of this one.
        if audience not in sees_question(question.state, briefing.shown):
            raise NotFound
        question.read_as(ask.given.revision)
        verb(db, briefing, question)

    answer = await acts.change(
        ask.house.database,
        ask.slug,
        ask.ref,
        seen,
        revision=None,
        request={ask.request.url.path: ask.given.model_dump(mode="json")},
        key=ask.key,
        by=ask.person,
        now=now(),
    )
    return _acted(ask, answer)


def _acted(ask: Ask[Any], answer: Answer) -> Acted:
    return Acted(**answer, url=question_url(briefing_url(ask), answer["ref"]))


def _other(db: Session, briefing: Briefing, ref: str) -> Question:
    try:
        return question_of(db, briefing, ref)
    except NotFound:
        raise _unknown("into") from None


def _unknown(field: str) -> Invalid:
    return Invalid(field, N_("There is no question of this name here."))
