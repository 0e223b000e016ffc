"""Questions in the record: nothing lost, nothing done twice, and an order that can be proved."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.domain import asking, desk
from hub.domain.audience import EventKind, Role
from hub.domain.briefing import BriefingState
from hub.domain.errors import BriefingClosed, Invalid, NotFound, WrongState
from hub.domain.event import Event
from hub.domain.message import AlreadyAcknowledged
from hub.domain.order import commitment
from hub.domain.order_log import OrderLog, verify
from hub.domain.person import Outlet
from hub.domain.question_state import NothingToUndo, NotWaiting, QuestionState, StaleQuestion
from hub.store import desk as store
from hub.store.acts import close
from hub.store.database import Database
from hub.store.finding import briefing_at
from hub.store.people import add_person
from hub.store.questions import counts, floor, own_questions
from tests.cast import ANA, BAO, MILAN, VERA, Actor
from tests.centre import SLUG, Centre, bare_centre, now
from tests.desk_acts import WHEN, Desk

NORA = Actor("Nora Blum", Role.MODERATOR)
CARO = Actor("Caro Winkel", Role.JOURNALIST, "Delta Wire")
ROUNDS = 60


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    async with bare_centre(database_url) as centre:
        for actor in (NORA, CARO):
            centre.people[actor.name] = await centre.do(
                lambda db, actor=actor: add_person(  # type: ignore[misc]
                    db, actor.name, role=actor.role, outlet=actor.outlet
                )
            )
        yield centre


@pytest.fixture
def at(centre: Centre) -> Desk:
    return Desk(centre)


async def events(centre: Centre) -> list[Event]:
    briefing = await centre.briefing()
    query = select(Event).where(Event.briefing_id == briefing.id).order_by(Event.number)
    return list(await centre.database.read(lambda db: db.scalars(query).all()))


# --- Acts ----------------------------------------------------------------------------------------


async def test_a_question_goes_its_way_and_its_answer_belongs_to_it(
    centre: Centre, at: Desk
) -> None:
    ref = await at.called(ANA)
    answer = await at.answer(ref)
    question = await at.question(ref)
    assert question.state == QuestionState.ANSWERED
    assert question.answer is not None
    assert question.answer.ref == answer["ref"]
    kinds = [event.kind for event in await events(centre)][-5:]
    assert kinds == ["asked", "approved", "called", "published", "answered"]
    numbers = [event.number for event in await events(centre)]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_two_moderators_act_on_one_card_at_once_and_one_of_them_is_told(
    centre: Centre, at: Desk
) -> None:
    """Two hubs on one database, each moderator with what both have read: one act, one refusal."""
    dice = random.Random(5)
    hubs = [Database(centre.config.database_url) for _ in range(2)]
    for hub in hubs:
        hub.answer_seconds = centre.database.answer_seconds
    milan, nora = (Desk(centre, by, hub=hub) for by, hub in zip((MILAN, NORA), hubs, strict=True))
    try:
        for _ in range(ROUNDS):
            ref = await at.ask(ANA)
            one, two = (
                dice.choice([who.approve, who.decline, who.take, who.refer])(ref, revision=1)
                for who in (milan, nora)
            )
            before = len(await events(centre))
            told = await asyncio.gather(one, two, return_exceptions=True)
            refused = [answer for answer in told if isinstance(answer, Exception)]
            assert [type(answer) for answer in refused] == [StaleQuestion]
            question = await at.question(ref)
            assert question.acted_by is not None
            assert question.acted_by.name in str(refused[0])
            assert question.state.value in str(refused[0])
            assert question.revision == 2
            assert len(await events(centre)) == before + 1
            if question.state == QuestionState.APPROVED:
                await at.decline(ref)
    finally:
        for hub in hubs:
            await hub.close()


async def test_an_act_under_one_key_is_done_once(centre: Centre, at: Desk) -> None:
    ref = await at.ask(ANA)
    first = await at.approve(ref, revision=1, key="k")
    assert await at.approve(ref, revision=1, key="k") == first
    asked = [
        await store.ask(centre.database, SLUG, WHEN, key="q", by=centre.people[BAO.name], now=now())
        for _ in range(2)
    ]
    assert asked[0] == asked[1]
    assert [event.kind for event in await events(centre)][-3:] == ["asked", "approved", "asked"]


async def test_undo_takes_back_the_last_act_of_each_and_no_others(at: Desk) -> None:
    nora = Desk(at.centre, NORA)
    mine, theirs = await at.approved(ANA), await at.ask(BAO)
    await nora.decline(theirs)
    assert (await at.undo())["ref"] == mine
    assert (await nora.undo())["ref"] == theirs
    for who in (at, nora):
        with pytest.raises(NothingToUndo):
            await who.undo()
    assert {(await at.question(ref)).state for ref in (mine, theirs)} == {QuestionState.ASKED}


async def test_only_the_asker_edits_withdraws_and_appeals(centre: Centre, at: Desk) -> None:
    ref = await at.ask(ANA)

    async def withdraws(actor: Actor) -> None:
        by, time = centre.people[actor.name], now()
        await store.change_own(
            centre.database, SLUG, ref,
            lambda _db, briefing, one: asking.withdraw(briefing, one, by=by, now=time),
            request="withdraw", key=None, by=by, now=time,
        )  # fmt: skip

    for actor in (BAO, CARO, MILAN):
        with pytest.raises(NotFound):
            await withdraws(actor)
    await withdraws(ANA)
    assert (await at.question(ref)).state == QuestionState.WITHDRAWN


async def test_several_are_declined_together_or_none(centre: Centre, at: Desk) -> None:
    refs = [await at.ask(ANA) for _ in range(2)] + [await at.ask(BAO)]
    await at.approve(refs[2])
    await at.take(refs[2])
    by: dict[str, Any] = {"key": None, "by": centre.people[MILAN.name], "now": now()}
    before = len(await events(centre))
    with pytest.raises(NotWaiting):
        await store.decline_all(centre.database, SLUG, refs, "no_time", "", **by)
    assert len(await events(centre)) == before
    await store.decline_all(centre.database, SLUG, refs[:2], "no_time", "", **by)
    assert {(await at.question(ref)).reason for ref in refs[:2]} == {"no_time"}


async def test_what_is_merged_is_told_with_the_one_it_went_into(at: Desk) -> None:
    one, two = await at.ask(ANA), await at.ask(BAO)
    await at.merge(two, one)
    merged = await at.question(two)
    assert merged.merged_into is not None
    assert (merged.state, merged.merged_into.ref) == (QuestionState.MERGED, one)
    with pytest.raises(Invalid, match="into"):
        await at.merge(one, two)


async def test_a_message_is_acknowledged_once(centre: Centre) -> None:
    milan, vera = centre.people[MILAN.name], centre.people[VERA.name]
    sent = await store.message(
        centre.database, SLUG, "Take Q-1 first.", key=None, by=milan, now=now()
    )
    await store.acknowledge(centre.database, SLUG, sent["ref"], by=vera, now=now())
    with pytest.raises(AlreadyAcknowledged):
        await store.acknowledge(centre.database, SLUG, sent["ref"], by=vera, now=now())
    with pytest.raises(NotFound):
        await store.acknowledge(centre.database, SLUG, "nowhere", by=vera, now=now())


# --- Limits and outlets --------------------------------------------------------------------------


async def test_the_limits_count_what_is_open_of_the_person_and_of_the_outlet(
    centre: Centre, at: Desk
) -> None:
    refs = [await at.ask(ANA) for _ in range(3)]
    with pytest.raises(asking.TooManyQuestions, match="3"):
        await at.ask(ANA)
    for _ in range(3):
        await at.ask(CARO)
    await at.decline(refs[0])
    briefing = await centre.briefing()
    counted = await centre.database.read(
        lambda db: counts(db, briefing.id, centre.people[ANA.name])
    )
    assert counted == (2, 5)
    await at.ask(ANA)
    await at.decline(refs[1])
    await at.ask(BAO)
    await at.ask(ANA)
    with pytest.raises(WrongState, match="3"):
        await at.ask(ANA)


async def test_an_outlet_sees_its_own_questions_together_only_if_it_shares(
    centre: Centre, at: Desk
) -> None:
    own = await at.ask(ANA)
    await at.ask(BAO)
    briefing = await centre.briefing()

    async def sees(actor: Actor) -> list[str]:
        person = centre.people[actor.name]
        found = await centre.database.read(lambda db: own_questions(db, briefing.id, person))
        return [question.ref for question in found]

    assert (await sees(ANA), await sees(CARO)) == ([own], [])
    query = select(Outlet).where(Outlet.name == "Delta Wire")
    await centre.do(lambda db: setattr(db.scalars(query).one(), "shares", True))
    assert (await sees(ANA), await sees(CARO)) == ([own], [own])


# --- The close -----------------------------------------------------------------------------------


async def test_a_briefing_is_closed_when_every_question_has_its_disposition(
    centre: Centre, at: Desk
) -> None:
    asked, approved, called = await at.ask(ANA), await at.approved(ANA), await at.called(BAO)
    by: dict[str, Any] = {"by": centre.people[MILAN.name], "now": now()}
    due = now() + timedelta(days=1)
    dispositions: dict[str, Any] = {
        asked: lambda briefing, one, **by: desk.decline(briefing, one, "no_time", "", **by),
        approved: lambda briefing, one, **by: desk.take(briefing, one, "Sở Y tế", due, **by),
    }
    with pytest.raises(desk.QuestionsOpen, match="1"):
        await close(centre.database, SLUG, dispositions, **by)
    # Nothing of it was done.
    assert (await at.question(asked)).state == QuestionState.ASKED
    dispositions[called] = dispositions[approved]
    await close(centre.database, SLUG, dispositions, **by)
    assert (await centre.briefing()).state == BriefingState.CLOSED
    with pytest.raises(BriefingClosed):
        await at.ask(ANA)
    # A promise is kept after the close, and nothing else is published then.
    await at.answer(called, "Two days later: at noon.")
    assert (await at.question(called)).state == QuestionState.ANSWERED
    with pytest.raises(BriefingClosed):
        await centre.say("Something else.")


# --- The order's log -----------------------------------------------------------------------------


async def test_the_log_gives_the_order_again_whatever_the_desk_did(
    centre: Centre, at: Desk
) -> None:
    """Any acts of the desk, also undone ones: what is published afterwards proves the order."""
    dice = random.Random(3)
    for _ in range(60):
        standing = await centre.database.read(lambda db: floor(db, briefing_at(db, SLUG)))
        waiting = [question.ref for question in standing.lineup.waiting]
        with contextlib.suppress(WrongState, Invalid):
            await _something(at, dice, waiting)
    log = await _log(centre)
    assert verify(log) == []
    kinds = {step.kind for step in log.steps}
    assert kinds == {"approved", "called", "moved", "left", "returned"}
    forged = log.model_copy(update={"seed": "00" * 32})
    assert verify(forged) != []


async def _something(at: Desk, dice: random.Random, waiting: list[str]) -> None:
    asks = dice.choice([ANA, BAO, CARO])
    if not waiting or dice.random() < 0.4:
        await at.approved(asks, f"What of {dice.random()}?")
        return
    one = dice.choice(waiting)
    match dice.randrange(6):
        case 0 | 1:
            await at.call(one)
        case 2:
            await at.move(one, dice.choice([*waiting, None]))
        case 3:
            await at.take(one)
        case 4:
            await at.decline(one)
        case 5:
            await at.undo()


async def _log(centre: Centre) -> OrderLog:
    briefing = await centre.briefing()
    steps = [event.facts for event in await events(centre) if event.facts is not None]
    told = {event.kind for event in await events(centre) if event.facts is not None}
    assert told <= {kind for kind in EventKind if kind not in ("asked", "held")}
    return OrderLog.parse(
        json.dumps(
            {
                "briefing": briefing.slug,
                "rule": 1,
                "proportion": briefing.proportion,
                "commitment": commitment(bytes.fromhex(briefing.seed)),
                "seed": briefing.seed,
                "steps": steps,
            }
        )
    )
