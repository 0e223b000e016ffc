"""Questions, for programs: asked, read, and what the podium answers to the desk."""

from typing import Any

from sqlalchemy.orm import Session

from hub.domain import asking
from hub.domain.audience import Audience
from hub.domain.briefing import Briefing
from hub.domain.errors import NotFound
from hub.domain.question import Question
from hub.integrations.briefings import BRIEFING
from hub.integrations.operation import DESK, JOURNALISTS, PODIUM, Ask, reads, writes
from hub.integrations.reach import briefing_of, briefing_url
from hub.integrations.schemas import Nothing
from hub.integrations.schemas_questions import Appeal, NewQuestion, QuestionWords
from hub.integrations.shown_desk import PodiumNow, podium_shown
from hub.integrations.shown_own import OwnQuestions, own_shown
from hub.integrations.shown_questions import (
    Asked,
    QuestionShown,
    Queue,
    question_shown,
    question_url,
    queue_shown,
)
from hub.live.seen_own import seen_own_list
from hub.live.seen_questions import seen_question
from hub.store import desk as acts
from hub.store.acts import Answer
from hub.store.asking import own_screen
from hub.store.questions import floor, question_of, waiting
from hub.store.screens import podium_screen
from hub.web.house import now

QUESTIONS = f"{BRIEFING}/questions"
QUESTION = f"{QUESTIONS}/{{ref}}"


@reads(QUESTIONS, takes=Nothing, gives=Queue)
async def read_queue(ask: Ask[Nothing]) -> Queue:
    """The questions that are called, that wait in their order, and that were taken."""

    def look(db: Session) -> Queue:
        briefing = briefing_of(ask, db)
        return queue_shown(
            floor(db, briefing), waiting(db, briefing.id), briefing, briefing_url(ask)
        )

    return await ask.house.database.read(look)


@reads(f"{QUESTIONS}/mine", takes=Nothing, gives=OwnQuestions, needs=JOURNALISTS)
async def read_own_questions(ask: Ask[Nothing]) -> OwnQuestions:
    """Your own questions and where each of them stands; your outlet's, where it shares."""

    def look(db: Session) -> OwnQuestions:
        briefing_of(ask, db)
        seen = seen_own_list(own_screen(db, ask.slug, ask.person), ask.person)
        return own_shown(seen, briefing_url(ask))

    return await ask.house.database.read(look)


@reads(QUESTION, takes=Nothing, gives=QuestionShown)
async def read_question(ask: Ask[Nothing]) -> QuestionShown:
    """A question, for whoever may see it: everybody, once it is approved and shown.

    Your own always; at the podium once it is approved, at the desk every one.
    """

    def look(db: Session) -> QuestionShown:
        briefing = briefing_of(ask, db)
        question = question_of(db, briefing, ask.ref)
        seen = seen_question(question, briefing, _seat(ask, question))
        if seen is None:
            raise NotFound
        return question_shown(seen, briefing_url(ask))

    return await ask.house.database.read(look)


@writes(QUESTIONS, takes=NewQuestion, gives=Asked, needs=JOURNALISTS)
async def ask_question(ask: Ask[NewQuestion]) -> Asked:
    """Ask a question, as your outlet."""
    briefing = await ask.house.database.read(lambda db: briefing_of(ask, db))
    answer = await acts.ask(
        ask.house.database,
        ask.slug,
        ask.given.asked(briefing),
        key=ask.key,
        by=ask.person,
        now=now(),
    )
    return _asked(ask, answer)


@writes(f"{QUESTION}/edit", takes=QuestionWords, gives=Asked, needs=JOURNALISTS)
async def edit_question(ask: Ask[QuestionWords]) -> Asked:
    """Say your question otherwise, until it is called. What was approved is to be approved anew."""
    given = ask.given

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        what = asking.Ask(
            words=given.words,
            language=question.language,
            zone=question.zone,
            files_at=given.files_at,
            speaks=given.speaks,
        )
        asking.edit(briefing, question, what, by=ask.person, now=now())

    return await _change_own(ask, verb)


@writes(f"{QUESTION}/withdrawal", takes=Nothing, gives=Asked, needs=JOURNALISTS)
async def withdraw_question(ask: Ask[Nothing]) -> Asked:
    """Take your question back, until it is called."""

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        asking.withdraw(briefing, question, by=ask.person, now=now())

    return await _change_own(ask, verb)


@writes(f"{QUESTION}/appeal", takes=Appeal, gives=Asked, needs=JOURNALISTS)
async def appeal(ask: Ask[Appeal]) -> Asked:
    """Ask the desk, once, to look again at why your question was declined."""

    def verb(_db: Session, briefing: Briefing, question: Question) -> None:
        asking.appeal(briefing, question, ask.given.words, by=ask.person, now=now())

    return await _change_own(ask, verb)


@reads(f"{BRIEFING}/podium/questions", takes=Nothing, gives=PodiumNow, needs=PODIUM)
async def read_podium_questions(ask: Ask[Nothing]) -> PodiumNow:
    """The questions as the podium sees them, with who asked once called; the desk's messages."""

    def look(db: Session) -> PodiumNow:
        return podium_shown(podium_screen(db, ask.slug, limit=1), briefing_url(ask))

    return await ask.house.database.read(look)


@writes(f"{BRIEFING}/messages/{{ref}}/acknowledgement", takes=Nothing, needs=PODIUM)
async def acknowledge(ask: Ask[Nothing]) -> None:
    """Tell the desk that its message was read."""
    await acts.acknowledge(
        ask.house.database, ask.slug, ask.ref, key=ask.key, by=ask.person, now=now()
    )


def _seat(ask: Ask[Any], question: Question) -> Audience:
    """As whom one sees this question. Of who asked nothing is shown in any case."""
    person = ask.visitor.person if ask.visitor else None
    if person and (person.role in DESK or question.is_of(person)):
        return Audience.DESK
    return Audience.PODIUM if person and person.role in PODIUM else Audience.PUBLIC


async def _change_own(ask: Ask[Any], verb: acts.Verb) -> Asked:
    answer = await acts.change_own(
        ask.house.database,
        ask.slug,
        ask.ref,
        verb,
        request={ask.request.url.path: ask.given.model_dump(mode="json")},
        key=ask.key,
        by=ask.person,
        now=now(),
    )
    return _asked(ask, answer)


def _asked(ask: Ask[Any], answer: Answer) -> Asked:
    url = question_url(briefing_url(ask), answer["ref"])
    return Asked(ref=answer["ref"], state=answer["state"], url=url)
