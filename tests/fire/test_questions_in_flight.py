"""Questions under fire: workers, Redis and PostgreSQL die while people ask, approve, call and
answer. No question is lost, doubled or stuck, and every window has each event once and in order."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from hub.domain.audience import Audience
from hub.domain.event import Event
from hub.domain.question import Question
from hub.domain.question_state import QuestionState
from tests.cast import ANA, BAO, MILAN, VERA, Actor
from tests.centre import SLUG, Centre
from tests.fire.asking import Asker, Reply
from tests.fire.conftest import Abreast, Scenario
from tests.fire.ground import Ground
from tests.fire.history import RIGHT, judge
from tests.fire.kill_cycles import a_database, kill_a_worker
from tests.fire.readers import crowd
from tests.fire.record import record

SEED = 20261115
HANDS = 4
READERS = 6
CUTS_A_SECOND = 2.0
DEATHS = 3
ALL_BACK_WITHIN = 60.0
ENOUGH = 10
WAY = ["asked", "approved", "called", "answered"]


async def questions_on_postgresql(ground: Ground) -> None:
    await _questions_in_flight(ground, postgresql=True)


async def questions_on_sqlite(ground: Ground) -> None:
    await _questions_in_flight(ground, postgresql=False)


@pytest.mark.parametrize("scenario", [questions_on_postgresql, questions_on_sqlite])
async def test_no_question_is_lost_doubled_or_stuck_in(
    abreast: Abreast, scenario: Scenario
) -> None:
    await abreast.outcome(scenario)


@dataclass(slots=True)
class Hands:
    """Those who ask, the desk and the podium, each repeating an act with its key until it is
    done. `answered` are the references of the questions that went all their way."""

    url: str
    tokens: dict[str, str]
    answered: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _askers: dict[str, Asker] = field(default_factory=dict)

    async def busy(self, hand: int) -> None:
        """Question after question, until it is over."""
        number = 0
        while not self.over.is_set():
            number += 1
            await self._one(f"{hand}-{number}", [ANA, BAO][hand % 2])

    async def _one(self, name: str, who: Actor) -> None:
        asked = await self._do(who, "questions", name, words=f"What of {name}?")
        ref = json.loads(asked.body)["ref"]
        at = f"questions/{ref}"
        await self._do(MILAN, f"{at}/approval", name)
        await self._do(MILAN, f"{at}/call", name, reason="life_safety")
        await self._do(VERA, "updates", name, text=f"So it is with {name}.", answers=ref)
        self.answered.append(ref)

    async def _do(self, who: Actor, path: str, name: str, **body: str) -> Reply:
        asker = self._askers.setdefault(who.name, Asker(self.url, self.tokens[who.name]))
        key = f"{name} {path.rsplit('/', 1)[-1]}"
        pause = 0.05
        while True:
            try:
                reply = await asker.post(
                    f"/api/briefings/{SLUG}/{path}", json.dumps(body).encode(), key=key
                )
            except OSError:
                reply = None
            if reply is not None and reply.status != 503:
                assert reply.status in (200, 201), reply
                return reply
            await asyncio.sleep(pause)
            pause = min(2 * pause, 0.5)

    def close(self) -> None:
        """Hangs up."""
        for asker in self._askers.values():
            asker.close()


async def _questions_in_flight(ground: Ground, *, postgresql: bool) -> None:
    dice = random.Random(SEED)
    async with (
        a_database(ground, postgresql=postgresql) as (url, postgres),
        ground.own_redis() as redis,
        ground.centre(url) as centre,
        ground.workers(centre, 1, redis_url=redis.url, workers=2) as [hub],
        crowd([hub.url], READERS, after=0, seed=SEED) as public,
        crowd([hub.url], READERS, after=0, seed=SEED, audience=Audience.DESK,
              token=centre.tokens[MILAN.name]) as desk,
    ):  # fmt: skip
        hands = Hands(hub.url, centre.tokens)
        deaths = [lambda: kill_a_worker(hub, dice), lambda: asyncio.to_thread(redis.restart)]
        if postgres is not None:
            deaths.append(lambda: asyncio.to_thread(postgres.restart))
        async with public.cutting(CUTS_A_SECOND), desk.cutting(CUTS_A_SECOND):
            busy = [asyncio.create_task(hands.busy(hand)) for hand in range(HANDS)]
            for at in range(DEATHS):
                await asyncio.sleep(dice.uniform(1.0, 2.5))
                await deaths[at % len(deaths)]()
            hands.over.set()
            async with asyncio.timeout(ALL_BACK_WITHIN):
                await asyncio.gather(*busy)
        hands.close()
        briefing = await centre.briefing()
        for readers in (public, desk):
            await readers.upto(briefing.head(readers.audience), within=ALL_BACK_WITHIN)
            found = judge(
                acknowledged={}, attempted=(), record=await record(centre, readers.audience),
                readers=readers.histories,
            )  # fmt: skip
            assert found == RIGHT
        assert len(hands.answered) > ENOUGH
        assert await _kept(centre) == dict.fromkeys(hands.answered, WAY)


async def _kept(centre: Centre) -> dict[str, Sequence[str]]:
    """What the record has of each question, in order. A question asked twice would be one more."""
    briefing = await centre.briefing()
    questions = select(Question).where(Question.briefing_id == briefing.id)
    events = (
        select(Question.ref, Event.kind)
        .join(Event, Event.question_id == Question.id)
        .where(Event.briefing_id == briefing.id)
        .order_by(Event.number)
    )
    found = await centre.database.read(lambda db: db.scalars(questions).unique().all())
    assert {one.state for one in found} == {QuestionState.ANSWERED}
    assert max(Counter(one.words for one in found).values()) == 1
    way: dict[str, Sequence[str]] = {}
    for ref, kind in await centre.database.read(lambda db: db.execute(events).all()):
        way[ref] = [*way.get(ref, ()), kind.value]
    return way
