"""What is known of a line, brought up to date, is what the database has."""

import contextlib
import random
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hub.domain import desk
from hub.domain.briefing import Briefing
from hub.domain.errors import Refusal
from hub.domain.event import Entry, Event
from hub.domain.question import Question
from hub.domain.question_state import QuestionState
from hub.store.finding import briefing_at
from hub.store.lines import Line, line_of
from hub.store.questions import alias_of, lineup, question_at
from tests.cast import ANA, BAO, MILAN
from tests.centre import SLUG, Centre, bare_centre, now
from tests.desk_acts import Desk

ACTS = 120


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(database_url) as centre:
        await centre.do(unlimited)
        yield centre


@pytest.fixture
def at(centre: Centre) -> Desk:
    return Desk(centre)


async def known(centre: Centre) -> Line:
    """As a worker reads it that has read it before."""
    return await centre.database.read(lambda db: line_of(db, briefing_at(db, SLUG).id))


async def read_anew(centre: Centre) -> Line:
    def look(session: Session) -> Line:
        del session.info["lines"]
        return line_of(session, briefing_at(session, SLUG).id)

    return await centre.database.read(look)


async def places(centre: Centre, line: Line) -> list[str]:
    return [place.ref for place in line.lineup.places(await centre.briefing())]


async def same(centre: Centre) -> bool:
    brought_up, anew = await known(centre), await read_anew(centre)
    assert await places(centre, brought_up) == await places(centre, anew)
    return brought_up == anew


async def test_after_any_acts_it_is_what_a_worker_reads_that_has_never_read_it(
    centre: Centre, at: Desk
) -> None:
    chance = random.Random(7)
    refs = [await at.ask(chance.choice((ANA, BAO))) for _ in range(40)]
    for ref in refs[:30]:
        await at.approve(ref)
    done = 0
    for _ in range(ACTS):
        ref, other = chance.sample(refs, 2)
        with contextlib.suppress(Refusal):
            await any_act(at, chance, ref, other)
            done += 1
        if chance.random() < 0.6:
            assert await same(centre)
    assert done > ACTS // 4
    assert await same(centre)


async def test_an_act_knows_what_it_has_done_itself(centre: Centre, at: Desk) -> None:
    first, second = await at.approved(ANA), await at.ask(BAO)
    await known(centre)

    def act(session: Session) -> tuple[list[str], list[str]]:
        return waiting(session), approved_by_hand(session, second, centre)

    assert await centre.do(act) == ([first], [first, second])


async def test_what_was_never_committed_is_not_known(centre: Centre, at: Desk) -> None:
    first, second = await at.approved(ANA), await at.ask(BAO)
    await known(centre)

    def act(session: Session) -> None:
        assert approved_by_hand(session, second, centre) == [first, second]
        raise NeverMind

    with pytest.raises(NeverMind):
        await centre.do(act)
    assert await places(centre, await known(centre)) == [first]
    await at.decline(second)
    assert await places(centre, await known(centre)) == [first]


@pytest.mark.parametrize("went_on", [False, True])
async def test_a_log_that_was_put_back_is_read_anew(
    centre: Centre, at: Desk, went_on: bool
) -> None:
    first, second = await at.approved(ANA), await at.approved(BAO)
    line = await known(centre)
    await centre.do(lambda session: put_back(session, line.number, second))
    if went_on:
        # Under the number that the lost approval had.
        await at.ask(ANA)
    brought_up = await known(centre)
    assert brought_up.number == (line.number if went_on else line.number - 1)
    assert await places(centre, brought_up) == [first]


async def test_an_act_beside_the_line_leaves_it_and_its_order_as_they_were(
    centre: Centre, at: Desk
) -> None:
    await at.approved(ANA)
    line = await known(centre)
    await at.ask(BAO)
    later = await known(centre)
    assert later.number > line.number
    assert later.lineup is line.lineup


async def any_act(at: Desk, chance: random.Random, ref: str, other: str) -> None:
    match chance.choice(("approve", "approve", "move", "move", "merge", "undo", "on")):
        case "approve":
            await at.approve(ref)
        case "move":
            await at.move(ref, other)
        case "merge":
            await at.merge(ref, other)
        case "undo":
            await at.undo()
        case _:
            verbs = at.call, at.call, at.decline, at.take, at.refer, at.answer
            await chance.choice(verbs)(ref)


def unlimited(session: Session) -> None:
    session.execute(update(Briefing).values(person_limit=99, outlet_limit=99))


def waiting(session: Session) -> list[str]:
    return [one.ref for one in lineup(session, briefing_at(session, SLUG).id).waiting]


def approved_by_hand(session: Session, ref: str, centre: Centre) -> list[str]:
    """Approves it within an act; returns who waits then."""
    briefing, question = question_at(session, SLUG, ref, lock=True)
    alias = alias_of(session, question)
    desk.approve(briefing, question, alias=alias, by=centre.people[MILAN.name], now=now())
    return waiting(session)


def put_back(session: Session, number: int, ref: str) -> None:
    """As a copy from before the last event, which was the approval of this question."""
    briefing = briefing_at(session, SLUG)
    for kind in (Entry, Event):
        session.execute(delete(kind).where(kind.number == number))
    heads = {audience: n - 1 for audience, n in briefing.heads.items()}
    session.execute(update(Briefing).values(number=number - 1, heads=heads))
    session.execute(update(Question).where(Question.ref == ref).values(state=QuestionState.ASKED))


class NeverMind(Refusal):
    says = "Never mind."
