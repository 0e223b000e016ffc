"""Watching equals reloading, for every act on questions, every window and any sequence of acts."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from copy import deepcopy

import pytest

from hub.domain.audience import Audience
from tests.cast import ANA, BAO, MILAN, VERA
from tests.centre import Centre, open_centre
from tests.hall import Hall, a_hall
from tests.test_question_audiences import ACTS, ORDER
from tests.window import Window, windows

LANGUAGES = ("vi", "en")
NEW = -1
SEEDS = (*range(2), NEW)


@pytest.fixture(scope="module")
async def centre(shared_url: str) -> AsyncIterator[Centre]:
    async with open_centre(shared_url) as centre:
        yield centre


@pytest.mark.parametrize("name", ACTS)
async def test_watching_equals_reloading(centre: Centre, name: str) -> None:
    before, act, told, _ = ACTS[name]
    hall = await a_hall(centre)
    # Somebody waits already, so that there is an order.
    await hall.approved("Who waits?", actor=BAO)
    ref = await before(hall)
    watched = [
        Window(centre, audience, language, slug=hall.slug)
        for audience in Audience
        for language in LANGUAGES
    ]
    async with windows(*watched):
        loaded = {window: deepcopy(window.sheet) for window in watched}
        await act(hall, ref)
        for window in watched:
            assert await window.differences() == []
            sees = told[ORDER.index(window.audience)] is not None
            assert bool(window.applied) == sees
            if window.audience == Audience.DESK:
                # Else there would be nothing to agree on.
                assert (window.sheet.differences(loaded[window]) != []) == sees, window


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_sequence_of_acts_ends_alike_for_all_who_watch(centre: Centre, seed: int) -> None:
    """One who stays, and one who is cut and comes back, in every window."""
    seed = random.randrange(1_000_000) if seed == NEW else seed
    dice = random.Random(seed)
    hall = await a_hall(centre)
    seats = [(audience, dice.choice(["vi", "en", "fr"])) for audience in Audience]
    stays, cut = (
        [Window(centre, audience, language, slug=hall.slug) for audience, language in seats]
        for _ in range(2)
    )
    refs: list[str] = []
    async with AsyncExitStack() as stack:
        for window in (*stays, *cut):
            stack.push_async_callback(window.close)
            await window.load()
            await window.follow()
        for _ in range(40):
            await _something(hall, refs, dice)
            window = dice.choice(cut)
            await (window.cut() if window.follows else window.follow())
        for window in cut:
            if not window.follows:
                await window.follow()
        found = [
            difference for window in (*stays, *cut) for difference in await window.differences()
        ]
    assert found == [], f"seed {seed}"


async def _something(hall: Hall, refs: list[str], dice: random.Random) -> None:
    """Any act, also one that is refused: it must change nothing for anybody."""
    if not refs or dice.random() < 0.3:
        actor = dice.choice([ANA, BAO])
        refs.append(await hall.ask(f"What of {dice.randrange(1000)} at Bãi Dâu?", actor=actor))
        return
    ref, another = dice.choice(refs), dice.choice(refs)
    acts = [
        (6, MILAN, f"questions/{ref}/approval", {}),
        (4, MILAN, f"questions/{ref}/call", {"reason": "follow_up"}),
        (2, MILAN, f"questions/{ref}/spoken-answer", {"note": "Yes."}),
        (2, MILAN, f"questions/{ref}/move", {"before": another, "reason": "interpreter"}),
        (2, MILAN, f"questions/{ref}/decline", {"reason": "no_question"}),
        (1, MILAN, f"questions/{ref}/merge", {"into": another}),
        (2, MILAN, f"questions/{ref}/taken", {"department": "Sở Y tế"}),
        (1, MILAN, f"questions/{ref}/referral", {"body": "Bộ Y tế"}),
        (2, MILAN, f"questions/{ref}/hold", {}),
        (2, MILAN, "desk/undo", {}),
        (1, MILAN, "desk/messages", {"words": f"Take {dice.randrange(99)} first."}),
        (1, MILAN, "desk/settings", {"shown": dice.choice(["all", "called", "none"])}),
        (2, ANA, f"questions/{ref}/edit", {"words": f"Or {dice.randrange(99)}?"}),
        (1, ANA, f"questions/{ref}/withdrawal", {}),
        (1, ANA, f"questions/{ref}/appeal", {"words": "Why not?"}),
        (4, VERA, "updates", {"text": f"So it is ({dice.randrange(99)}).", "answers": ref}),
    ]
    ((_, actor, address, body),) = dice.choices(acts, weights=[act[0] for act in acts])
    api = await hall.centre.api(actor)
    answer = await api.post(f"/api/briefings/{hall.slug}/{address}", json=body)
    assert answer.status_code in (200, 201, 204, 404, 409, 422), answer.text
